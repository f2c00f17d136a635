"""What a page computes in a worker: how far it is, how long it will take, and a way to stop it."""

from collections.abc import Callable, Generator
from typing import Any

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QVBoxLayout, QWidget

from segstudio.gui.jobs import JobRunner
from segstudio.gui.messages import Messages
from segstudio.gui.pace import Pace
from segstudio.gui.widgets import label

SHOWN_AFTER_MS = 300
"""What is done sooner shows no bar: it would flicker."""


class PageJob(QWidget):
    """Runs one job at a time; another that is wanted meanwhile takes its place. Hidden while nothing goes on.

    ``stepped`` brings what the job yields, never of one that was replaced; ``ended`` says whether it was stopped.
    ``failed`` says whether the last one ended with an error, which was shown.
    """

    stepped = Signal(object)
    ended = Signal(bool)

    def __init__(self, messages: Messages) -> None:
        super().__init__()
        self._runner = JobRunner(self)
        self._next: Callable[[], Generator[Any, None, None]] | None = None
        self._stopped = self.failed = False
        self._pace = Pace()
        self._bar, self._text, self.cancel = QProgressBar(), label("", "note", wrap=True), QPushButton("Cancel")
        self._bar.setTextVisible(False)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(SHOWN_AFTER_MS)
        self._soon.timeout.connect(self.show)
        self._runner.stepped.connect(self._on_step)
        self._runner.failed.connect(messages.fail)
        self._runner.failed.connect(self._on_failure)
        self._runner.ended.connect(self._on_end)
        self.cancel.clicked.connect(self.stop)
        line = QHBoxLayout()
        line.addWidget(self._text, 1)
        line.addWidget(self.cancel)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._bar)
        column.addLayout(line)
        self.hide()

    @property
    def running(self) -> bool:
        return self._runner.running

    def start(self, job: Callable[[], Generator[Any, None, None]]) -> None:
        """Run what ``job`` returns, in place of what is under way."""
        self._stopped = self.failed = False
        if self._runner.running:
            self._next = job
            self._runner.cancel()
            return
        self._bar.setRange(0, 0)
        self._text.setText("")
        self._pace.start()
        self._soon.start()
        self._runner.start(job())

    def show_progress(self, done: int, total: int, noun: str) -> None:
        """Say how far it is."""
        self._bar.setRange(0, max(total, 1))
        self._bar.setValue(done)
        told = (f"{done:,} of {total:,} {noun}", self._pace.told(done, total, noun))
        self._text.setText(", ".join(filter(None, told)))

    def stop(self) -> None:
        """Stop after the step under way; what was found until then stays."""
        self._stopped, self._next = True, None
        self._runner.cancel()

    def close_runner(self) -> None:
        """Wait for the worker."""
        self._next = None
        self._runner.close()

    def _on_step(self, step: object) -> None:
        if self._next is None:
            self.stepped.emit(step)

    def _on_failure(self) -> None:
        self.failed = True

    def _on_end(self) -> None:
        if self._next is not None:
            job, self._next = self._next, None
            self.start(job)
            return
        self._soon.stop()
        self.hide()
        self.ended.emit(self._stopped)
