"""What tools compute for their previews: in a worker, the newest wish first."""

import threading
from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Signal

from segstudio.core.stopping import watched
from segstudio.gui.jobs import Background
from segstudio.gui.messages import Messages


class Looking(QObject):
    """One thing at a time; of what is asked for meanwhile only the newest is computed."""

    seen = Signal()  # a preview may look different now

    def __init__(self, messages: Messages, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._messages = messages
        self._background = Background(1, "look", self)
        self._stop = threading.Event()
        self._running = False
        self._next: tuple[Callable[[], Any], Callable[[Any], None]] | None = None

    def look(self, compute: Callable[[], Any], done: Callable[[Any], None]) -> None:
        self._next = compute, done
        if not self._running:
            self._start()

    def close(self) -> None:
        self._next = None
        self._stop.set()
        self._background.close()

    def _start(self) -> None:
        if self._next is None:
            return
        (compute, done), self._next = self._next, None
        self._running = True

        def ended(result: Any) -> None:
            self._running = False
            done(result)
            self.seen.emit()
            self._go_on()

        def failed(error: Exception) -> None:
            self._running = False
            self._messages.fail(error)
            self._go_on()

        self._background.run(partial(watched, compute, self._stop), ended, failed)

    def _go_on(self) -> None:
        if not self._running:  # what was seen may have made a tool look again
            self._start()
