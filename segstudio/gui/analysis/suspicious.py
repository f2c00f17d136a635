"""Where the truth of the data set may be wrong: ranked, with the keys that go through error regions."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QPushButton

from segstudio.core.records import LabelSource, Project
from segstudio.core.schema import LabelSchema
from segstudio.gui.analysis.page import Page
from segstudio.gui.analysis.page_job import PageJob
from segstudio.gui.analysis.scoring_page import UNSAVED
from segstudio.gui.analysis.side import Side
from segstudio.gui.analysis.suspicious_lists import BY, SuspiciousLists
from segstudio.gui.widgets import Segments, label, tip_of
from segstudio.services.evaluate import project_pairs
from segstudio.services.suspicion import Looked, SuspicionRanking, rank

if TYPE_CHECKING:
    from segstudio.gui.window import MainWindow

SIDE_WIDTH = 260

ADVICE = (
    "Finds labels that the model contradicts, first of all where it is as sure of itself as it usually is when it is "
    "right. That needs a run with confidence kept; without one the largest regions come first."
)
NO_RUN = "There is no prediction to hold against the labels. Predict the data set first."

NOT_SEARCHED = "The data set was not looked through."


class SuspiciousPage(Page):
    """Looks through the data set when asked to; while it is shown the keys go through what it has found."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._asked: tuple[LabelSource | None, LabelSchema | None] = (None, None)
        self._ranking: SuspicionRanking | None = None
        self.job = PageJob(window.bench.messages)
        self.lists = SuspiciousLists(window)
        self.look = QPushButton("Look through the data set")
        self._by = Segments()
        self._note, self._advice = label("", "note", wrap=True), label("", "hintText", wrap=True)
        self._lay_out()
        self.job.stepped.connect(self._on_step)
        self.job.ended.connect(self._show_state)
        self.look.clicked.connect(self._begin)
        self._by.chosen.connect(self.lists.show_by)

    def refresh(self) -> None:
        if self._asked != self._now():
            self.job.stop()
            self._asked = self._now()
            self._show_ranking(None)
        self._guide()
        self._show_state()

    def leave(self) -> None:
        self.job.stop()
        self.lists.cutouts.rest()
        if self.window_shown.errors.guide is self.lists:
            self.window_shown.errors.guide = None

    def close_page(self) -> None:
        self.job.close_runner()
        self.lists.cutouts.close()

    def _now(self) -> tuple[LabelSource | None, LabelSchema | None]:
        session = self.window_shown.session
        return session.run, session.project.schema if session.project is not None else None

    def _begin(self) -> None:
        """Search once everything that was drawn is on disk: that is what is read."""
        self.window_shown.bench.autosave.when_saved(self._start)

    def _start(self, saved: bool) -> None:
        session = self.window_shown.session
        project, run = session.project, session.run
        if project is None or run is None or self.job.running or not self.isVisible():
            return
        if not saved:
            self.window_shown.bench.messages.warn(NOT_SEARCHED, UNSAVED)
            return
        self._asked = self._now()
        self.job.start(lambda: _ranked(project, run))
        self.job.show()  # at once, for it takes the place of the button
        self._show_state()

    def _on_step(self, step: Looked | SuspicionRanking) -> None:
        if self._asked != self._now():
            return  # another run was chosen meanwhile
        if isinstance(step, SuspicionRanking):
            self._show_ranking(step)
        else:
            self.job.show_progress(step.done, step.total, "images")

    def _show_ranking(self, ranking: SuspicionRanking | None) -> None:
        self._ranking = ranking
        self.lists.show_ranking(ranking)
        self._guide()
        self._show_state()

    def _guide(self) -> None:
        if self.isVisible():
            self.window_shown.errors.guide = self.lists if len(self.lists) else None

    def _show_state(self) -> None:
        ranking, run = self._ranking, self.window_shown.session.run
        self.look.setVisible(not self.job.running)
        self.look.setText("Look through the data set" if ranking is None else "Look again")
        self.look.setEnabled(run is not None)
        self._advice.setText(ADVICE if run is not None else NO_RUN)
        self._advice.setVisible(ranking is None)
        self._note.setVisible(ranking is not None)
        if ranking is not None:
            self._note.setText(_told(ranking))
            self._note.setToolTip(tip_of(ranking.failures.values()))

    def _lay_out(self) -> None:
        self._by.offer(BY)
        self._by.choose("regions")
        side = Side(SIDE_WIDTH)
        side.fill(self._by, self.look, self.job, self._note, self._advice)
        side.stand_beside(self.lists, self)


def _ranked(project: Project, run: LabelSource) -> Generator[Looked | SuspicionRanking, None, None]:
    """Pair and rank in the worker: what is found of a data set before the first step takes its time, too."""
    yield from rank(project_pairs(project, run), project.schema)


def _told(ranking: SuspicionRanking) -> str:
    """Return in words what was ranked, by what, and what is missing."""
    sure = sum(1 for region in ranking.regions if region.sure)
    by = (
        f"by the model's confidence: it is sure of {sure:,}"
        if ranking.by_confidence
        else "by size, for not every image has a confidence; outlines that are a little off are left out"
    )
    more = f" {ranking.left_out:,} smaller ones are not listed." if ranking.left_out else ""
    failed = f" {len(ranking.failures):,} images could not be read." if ranking.failures else ""
    return f"{len(ranking.regions):,} regions in {ranking.looked:,} images, {by}.{more}{failed}"
