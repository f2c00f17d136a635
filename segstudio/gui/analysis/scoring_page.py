"""What pages have in common that go over what is on disk, in one pass that begins by itself and can be stopped."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from PySide6.QtWidgets import QHBoxLayout, QPushButton, QToolButton, QVBoxLayout, QWidget

from segstudio.gui.analysis.page import Page
from segstudio.gui.analysis.page_job import PageJob
from segstudio.gui.analysis.ranked_table import Column, RankedTable, ranked_table
from segstudio.gui.analysis.side import Side
from segstudio.gui.widgets import label

if TYPE_CHECKING:
    from segstudio.gui.window import MainWindow

SIDE_WIDTH = 300
UNSAVED = "There are labels that could not be saved, so nothing was read: the files are not what is drawn."
_NEVER = object()
"""Equals nothing that a page goes over."""


class ScoringPage(Page):
    """Goes over what is on disk, when it is first shown for something else and when that is asked for again.

    Whoever is one says what is gone over, ``subject``, and how, ``job_of``, takes its steps and shows what was found.
    A pass begins once all that was drawn is on disk, and only while the page is seen; one that is left begins anew.
    """

    again_text: ClassVar[str]
    doing: ClassVar[str]
    """What is told while it goes on."""
    nothing: ClassVar[str]
    """What is told where there is nothing to go over."""
    noun: ClassVar[str] = "images"

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._asked: object = _NEVER
        self._turn = 0
        self._waiting = self._unsaved = self._stopped = False
        self._done, self._total = 0, 0
        self.again, self.note = QPushButton(self.again_text), label("", "note", wrap=True)
        self.job = PageJob(window.bench.messages)
        self.table: RankedTable | None = None
        self.content = QVBoxLayout()
        self.again.clicked.connect(self.begin)
        self.job.stepped.connect(self.take)
        self.job.ended.connect(self._on_end)

    # What a page of this kind is

    def subject(self) -> object:
        """Return what is gone over, by which one pass is told from another; None where there is nothing."""
        raise NotImplementedError

    def job_of(self) -> Callable[[], Generator[Any, None, None]] | None:
        """Forget what was found, and return what goes over ``subject``; it runs in a worker."""
        raise NotImplementedError

    def take(self, step: Any) -> None:
        """Take in a step."""
        raise NotImplementedError

    def show_found(self) -> None:
        """Show what was found, which may be nothing, or of a part; ``whole`` and ``say`` tell of that."""
        raise NotImplementedError

    # As a page

    def refresh(self) -> None:
        if self._asked is _NEVER or self.subject() != self._asked:
            self.begin()

    def leave(self) -> None:
        if self.job.running or self._waiting:
            self._turn += 1
            self._waiting, self._asked = False, _NEVER
            self.job.stop()

    def close_page(self) -> None:
        self.job.close_runner()

    # The pass

    def begin(self) -> None:
        """Go over what is on disk once everything that was drawn is."""
        self._turn += 1
        self._asked = self.subject()
        self._stopped = self._unsaved = False
        self._waiting = self._asked is not None
        self.job.stop()
        self.show_found()
        if self._waiting:
            self.window_shown.bench.autosave.when_saved(partial(self._start, self._turn))

    def progress(self, done: int, total: int) -> None:
        """Say how far the pass is."""
        self._done, self._total = done, total
        self.job.show_progress(done, total, self.noun)

    @property
    def running(self) -> bool:
        """Whether a pass goes on, or waits for what was drawn to be on disk."""
        return self._waiting or self.job.running

    @property
    def whole(self) -> bool:
        """Whether what was found is of everything."""
        return not (self._asked is None or self.running or self._unsaved or self._stopped or self.job.failed)

    def say(self, text: str) -> None:
        """Tell of what was found, unless there is something to tell of how."""
        if self._asked is None:
            text = self.nothing
        elif self._unsaved:
            text = UNSAVED
        elif self.running:
            text = self.doing
        elif self.job.failed:
            text = f"That failed after {self._done:,} of {self._total:,} {self.noun}. {self.again_text} to try anew."
        elif self._stopped:
            text = f"Stopped after {self._done:,} of {self._total:,} {self.noun}. {self.again_text} for all of them."
        self.note.setText(text)

    def _start(self, turn: int, saved: bool) -> None:
        if turn != self._turn:
            return
        self._waiting, self._unsaved = False, not saved
        if not self.isVisible() or self.subject() != self._asked:
            self._asked = _NEVER  # refreshed when it is shown, or in a moment
            return
        job = self.job_of() if saved else None
        self._done, self._total = 0, 0
        if job is not None:
            self.job.start(job)
        self.show_found()

    def _on_end(self, stopped: bool) -> None:
        self._stopped = stopped or self._done < self._total
        if not self._waiting:
            self.show_found()

    # What is seen

    def show_table(self, columns: Sequence[Column], entries: Sequence[Any], name: str) -> RankedTable:
        """Show a table in the place of the one before: its columns may be others."""
        self.drop_table()
        self.table = ranked_table(columns, entries, name)
        self.content.insertWidget(0, self.table, 1)
        return self.table

    def drop_table(self) -> None:
        if self.table is not None:
            self.content.removeWidget(self.table)
            self.table.deleteLater()
            self.table = None

    def lay_out(self, top: QWidget, save: QToolButton, *below: QWidget) -> None:
        """Put what is chosen on ``top``, a button to save what was found, and what is told, beside ``content``."""
        line = QHBoxLayout()
        line.addWidget(self.again)
        line.addStretch(1)
        line.addWidget(save)
        side = Side(SIDE_WIDTH)
        side.fill(top, self.note, self.job, line, *below)
        side.stand_beside(self.content, self)
