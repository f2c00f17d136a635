"""A pass over a data set in a worker, which begins anew when something else is asked."""

from collections.abc import Callable, Generator
from typing import Any, Protocol

from PySide6.QtCore import QObject, Signal

from segstudio.core.errors import SegstudioError
from segstudio.gui.jobs import JobRunner
from segstudio.gui.messages import Messages


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
        self._stopped = False
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
        self.stop()
        self.done, self.total, self.failures = 0, 0, {}
        if self._runner.running:
            self._next = make
        else:
            self._start(make)

    def stop(self) -> None:
        """Stop; of steps that are under way nothing is heard any more."""
        self._next, self._stopped = None, True
        self._runner.cancel()

    def close(self) -> None:
        self._runner.close()

    def text(self) -> str:
        """Return how far the pass is, and how many images failed; nothing where there is nothing to tell."""
        parts = [f"{self.done:,} of {self.total:,} images"] if self.done < self.total else []
        parts += [f"{len(self.failures):,} not measured"] if self.failures else []
        return ", ".join(parts)

    def _on_step(self, step: DataSetStep) -> None:
        if self._stopped:
            return
        self.done, self.total = step.done, step.total
        if step.error is not None:
            self.failures[step.id] = step.error.sentence()
        self.stepped.emit(step)

    def _on_end(self) -> None:
        if self._next is not None:
            make, self._next = self._next, None
            self._start(make)
        else:
            self.ended.emit()

    def _start(self, make: Callable[[], Generator[Any, None, None]]) -> None:
        self._stopped = False
        self._runner.start(make())
