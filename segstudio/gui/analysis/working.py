"""How the pages compute: the newest wish in a worker, and passes over a data set that begin anew when asked again."""

from collections.abc import Callable, Generator
from typing import Any, Protocol, TypeVar

from PySide6.QtCore import QObject, Signal

from segstudio.core.errors import SegstudioError
from segstudio.gui.jobs import Background, JobRunner
from segstudio.gui.messages import Messages

T = TypeVar("T")


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


class DataSetStep(Protocol):
    """A step of a pass: one image is done, or failed."""

    @property
    def id(self) -> str: ...
    @property
    def done(self) -> int: ...
    @property
    def total(self) -> int: ...
    @property
    def error(self) -> SegstudioError | None: ...


class DataSetPass(QObject):
    """A pass over a data set: ``stepped`` has each step of the last one that was begun, ``ended`` comes after it."""

    stepped = Signal(object)
    ended = Signal()

    def __init__(self, messages: Messages, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runner = JobRunner(self)
        self._runner.stepped.connect(self._on_step)
        self._runner.failed.connect(messages.fail)
        self._runner.ended.connect(self._on_end)
        self._next: Callable[[], Generator[Any, None, None]] | None = None
        self.done, self.total = 0, 0
        self.failures: dict[str, str] = {}
        """Why an image is not among the results, by id."""

    @property
    def running(self) -> bool:
        return self._runner.running

    @property
    def whole(self) -> bool:
        """Whether the pass went over everything."""
        return 0 < self.total == self.done

    def begin(self, make: Callable[[], Generator[Any, None, None]]) -> None:
        """Begin a pass over what ``make`` returns; one that is under way is stopped."""
        self.done, self.total, self.failures = 0, 0, {}
        if self._runner.running:
            self._next = make
            self._runner.cancel()
        else:
            self._runner.start(make())

    def stop(self) -> None:
        """Stop after the step under way."""
        self._next = None
        self._runner.cancel()

    def close(self) -> None:
        self._runner.close()

    def text(self) -> str:
        """Return how far the pass is, and how many images failed; nothing where there is nothing to tell."""
        parts = [f"{self.done:,} of {self.total:,} images"] if self.done < self.total else []
        parts += [f"{len(self.failures):,} not measured"] if self.failures else []
        return ", ".join(parts)

    def _on_step(self, step: DataSetStep) -> None:
        if self._next is not None:
            return  # of the pass before
        self.done, self.total = step.done, step.total
        if step.error is not None:
            self.failures[step.id] = step.error.sentence()
        self.stepped.emit(step)

    def _on_end(self) -> None:
        if self._next is not None:
            make, self._next = self._next, None
            self._runner.start(make())
        else:
            self.ended.emit()
