"""One thing computed in a worker at a time, the newest wish next: what is drawn asks more often than it can be told."""

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QObject

from segstudio.core.errors import SegstudioError
from segstudio.gui.jobs import Background
from segstudio.gui.messages import Messages

T = TypeVar("T")


class Same:
    """Equals another of the very same object, which it keeps: the id of one that is gone is given to the next."""

    __slots__ = ("_held",)

    def __init__(self, held: object) -> None:
        self._held = held

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and other._held is self._held

    def __hash__(self) -> int:
        return id(self._held)


class Newest(QObject):
    """Computes one thing at a time; of what is asked meanwhile only the last is computed next."""

    def __init__(self, messages: Messages, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._messages = messages
        self._background = Background(1, "newest", self)
        self._busy = False
        self._asked: object = None
        self._waiting: Callable[[], None] | None = None

    def ask(self, key: object, work: Callable[[], T], done: Callable[[T], None]) -> None:
        """Call ``work`` in a worker and ``done`` with what it returns, unless something else is asked by then.

        Nothing is done where ``key``, which tells wishes apart, is that of the last one.
        """
        if key != self._asked:
            self._asked = key
            self._waiting = lambda: self._start(key, work, done)
            self._go_on()

    def forget(self) -> None:
        """Drop what is under way; whatever is asked next is new."""
        self._asked = self._waiting = None

    def close(self) -> None:
        self._background.close()

    def _start(self, key: object, work: Callable[[], T], done: Callable[[T], None]) -> None:
        def arrived(found: T) -> None:
            self._busy = False
            if key == self._asked:
                done(found)
            self._go_on()

        def failed(error: Exception) -> None:
            self._busy = False
            if key == self._asked or not isinstance(error, SegstudioError):
                self._messages.fail(error, about="sample")
            self._go_on()

        self._background.run(work, arrived, failed)

    def _go_on(self) -> None:
        if not self._busy and self._waiting is not None:
            waiting, self._waiting, self._busy = self._waiting, None, True
            waiting()
