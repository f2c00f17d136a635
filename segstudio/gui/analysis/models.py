"""Two predictions against the same truth: which is better, how sure that is, and where. Also how much they agree."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QVBoxLayout

from segstudio.core.errors import SegstudioError
from segstudio.core.records import LabelSource, Project
from segstudio.core.schema import LabelSchema
from segstudio.gui.analysis.model_rows import LINE, BoutRow, IntervalDelegate, agreement_columns, bout_columns
from segstudio.gui.analysis.model_side import AGREEMENT, COUNTS, ModelSide
from segstudio.gui.analysis.page import Page
from segstudio.gui.analysis.page_job import PageJob
from segstudio.gui.analysis.ranked_table import Column, RankedTable, ranked_table
from segstudio.gui.panels.samples_model import Found
from segstudio.gui.widgets import percent
from segstudio.metrics.agreement import Agreement, agreement
from segstudio.services.contest import ACCURACY, BOUT_TITLES, STEPS, Bout, Sides, contest, leads, sides
from segstudio.services.contest_report import NO_TRUTH, Contest, agreement_table
from segstudio.services.evaluate import Evaluation, ScoredStep, evaluate, project_pairs
from segstudio.services.score_cache import ScoreCache
from segstudio.services.scoring import RATERS

if TYPE_CHECKING:
    from segstudio.gui.window import MainWindow

REST_MS = 700
"""Scores that still change are not compared before they have rested so long."""

ONE_IMAGE = "{} has predicted this image alone. Predict the folder with it, and it is compared over all images."
COUNTING = "Comparing the two ..."
NO_SECOND = "Choose a second prediction, B, in Metrics: another run, or somebody else's labels."


class ModelsPage(Page):
    """Follows the scores of both predictions, those of the open image as it is drawn included."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._asked: object = None
        self._schema: LabelSchema | None = None
        self._sides: Sides | None = None
        self._evaluation: Evaluation | None = None
        self.result: Contest | None = None
        self.table: RankedTable | None = None
        self.job = PageJob(window.bench.messages)
        self.side = ModelSide(window, self.job, lambda: self.result)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST_MS)
        self._rest.timeout.connect(self._start)
        self._column = QVBoxLayout()
        self.side.stand_beside(self._column, self)
        self.side.changed.connect(self._show)
        self.side.way_changed.connect(self.refresh)
        self.job.stepped.connect(self._on_step)
        self.job.ended.connect(lambda _: self._show())

    def refresh(self) -> None:
        session = self.window_shown.session
        asked = self._wanted()
        if asked != self._asked:
            self._asked, self.result = asked, None
            self.job.stop()
            if asked is not None:
                self._rest.start()
            self._show()
        self.side.show_names(session.run, session.other_run)

    def leave(self) -> None:
        self.job.stop()
        self._rest.stop()
        self._asked = None

    def close_page(self) -> None:
        self._rest.stop()
        self.job.close_runner()

    def _wanted(self) -> object:
        """Return what tells one comparison from another, None where there is nothing to compare."""
        session = self.window_shown.session
        if session.project is None or session.run is None or session.other_run is None:
            return None
        one, other = session.scores.counts, session.other_scores.counts
        self.side.set_truth(one is not None and other is not None)
        ways = (session.project.schema, session.run.read_as, session.other_run.read_as)
        if self.side.way == AGREEMENT or one is None or other is None:
            return (AGREEMENT, *ways)
        return (one, one.revision, other, other.revision, *ways)

    def _start(self) -> None:
        """Compare what has rested; in a worker, of values that nobody changes."""
        session = self.window_shown.session
        project, run, other = session.project, session.run, session.other_run
        if self._asked is None or project is None or run is None or other is None:
            return
        self._schema = project.schema
        self.result = Contest(run.name, other.name, project.schema)
        if self.side.way == AGREEMENT:
            evaluation = self._evaluation = Evaluation(project.schema)
            self.job.start(lambda: _agreement(project, run, other, evaluation))
            return
        try:
            both = self._sides = sides(session.scores, session.other_scores)
        except SegstudioError as error:
            self.side.say(error.sentence())
            return
        self.result.leads = leads(both, "iou", None)
        self.job.start(lambda: contest(both, project.schema))

    def _on_step(self, step: list[Bout] | ScoredStep) -> None:
        if self.result is None:
            return
        if isinstance(step, ScoredStep):
            self.job.show_progress(step.done, step.total, "images")
            if step.done == step.total and self._evaluation is not None:
                self.result.agreement = agreement(self._evaluation.total)
                self.result.failures = self._evaluation.failures
        else:
            self.result.bouts += step
            self.job.show_progress(len({bout.metric for bout in self.result.bouts}), STEPS, "scores")
            self._show()

    # What is shown

    def _show(self) -> None:
        result = self.result
        if self.table is not None:
            self._column.removeWidget(self.table)
            self.table.deleteLater()
            self.table = None
        session = self.window_shown.session
        if session.other_run is None:
            by = session.current.other_by if session.current is not None else ""
            self.side.say(ONE_IMAGE.format(by) if by else NO_SECOND)
        elif result is None or not (result.bouts or result.agreement):
            self.side.say(COUNTING if self._asked is not None else "")
        elif self.side.way == AGREEMENT:
            if result.agreement is not None:
                self._show_agreement(result.agreement)
        else:
            self._show_bouts([bout for bout in result.bouts if bout.metric == self.side.score])
        self.side.show_saving(result is not None and not self.job.running)

    def _show_bouts(self, bouts: Sequence[Bout]) -> None:
        over = self.side.way == COUNTS
        rows = [BoutRow(bout, bout.found.over_counts if over else bout.found.over_images) for bout in bouts]
        if not rows or self._schema is None:
            return
        table = self._put(bout_columns(self._schema, self.window_shown.theme), rows)
        table.setItemDelegateForColumn(LINE, IntervalDelegate(self.window_shown.theme, table, rows))
        table.picked.connect(lambda row: self._on_picked(rows[row]))
        self.side.say(rows[0].told())

    def _show_agreement(self, found: Agreement) -> None:
        assert self._schema is not None
        table = agreement_table(found, self._schema)
        self._put(agreement_columns(table, self._schema, self.window_shown.theme), range(len(table.rows)))
        self.side.say("\n\n".join([*([] if self.side.has_truth else [NO_TRUTH]), *table.notes]))

    def _put(self, columns: Sequence[Column], rows: Sequence[object]) -> RankedTable:
        table = self.table = ranked_table(columns, rows, "Scores of A and B")
        self._column.addWidget(table, 1)
        return table

    def _on_picked(self, row: BoutRow) -> None:
        """List the images in which one is ahead, by how much."""
        self.side.say(row.told())
        if self._sides is None:
            return
        bout = row.bout
        first = self.side.ahead == "A"
        found = leads(self._sides, bout.metric, bout.class_id)
        ahead = [lead for lead in (found if first else reversed(found)) if (lead.by > 0 if first else lead.by < 0)]
        of = "" if bout.metric == ACCURACY else f" of {bout.name}" if bout.class_id is not None else ", mean"
        text = f"{self.side.ahead} ahead in {BOUT_TITLES[bout.metric]}{of}"
        told = {lead.id: f"A {percent(lead.first)}, B {percent(lead.second)}" for lead in ahead}
        self.window_shown.samples.show_found(Found(text, tuple(told), told))
        self._open(ahead[0].id if ahead else "")

    def _open(self, sample_id: str) -> None:
        project = self.window_shown.session.project
        sample = next((s for s in project.samples if s.id == sample_id), None) if project is not None else None
        if sample is not None:
            self.window_shown.bench.opener.go(sample)


def _agreement(
    project: Project, run: LabelSource, other: LabelSource, evaluation: Evaluation
) -> Generator[ScoredStep, None, None]:
    cache = ScoreCache(project.root, project.schema, RATERS)
    for step in evaluate(project_pairs(project, other, [run]), project.schema, RATERS, cache):
        evaluation.add(step)
        yield step
