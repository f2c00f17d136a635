"""The same predictions as other tools would score them, and why their figures differ."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from segstudio.gui.analysis.page import Page
from segstudio.gui.analysis.page_job import PageJob
from segstudio.gui.analysis.ranked_table import Column, RankedModel, RankedTable
from segstudio.gui.files import files_button
from segstudio.gui.widgets import NOT_DEFINED, Check, label
from segstudio.metrics.outlines import NO_OUTLINES, OutlineSettings
from segstudio.services.conventions import TITLES, Measured, Row, entries_text, measure, restated, table
from segstudio.services.evaluate import ScoredStep, project_pairs
from segstudio.services.scoring import Scoring
from segstudio.services.tables import to_latex, to_markdown

if TYPE_CHECKING:
    from segstudio.gui.window import MainWindow

SIDE_WIDTH = 300
NAME_WIDTH, NUMBER_WIDTH = 190, 104
NO_RUN = "There is no prediction to score. Predict the data set first, or choose a run in Metrics."
FACTORS = {"hd95": 1}
"""What is no share, and is not shown in per cent."""

SAME = 5e-5
"""Figures that differ by less read the same."""


class ConventionsPage(Page):
    """Scores what is on disk, when the page is first shown for a run and when that is asked for again."""

    text = "Conventions"
    tip = "The same data scored as COCO, Cityscapes, MONAI and others would, and why it differs"

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._asked: object = None
        self.rows: list[Row] = []
        self.distances = Check("Distances too (HD95, NSD)", window.theme)
        self.distances.setToolTip("Takes longer: outlines are measured in three ways")
        self.again = QPushButton("Score again")
        self.job = PageJob(window.bench.messages)
        self.note, self.why = label("", "note", wrap=True), label("", "", wrap=True)
        files = {
            "md": ("Markdown", lambda: to_markdown([table(self.rows)])),
            "tex": ("LaTeX", lambda: to_latex([table(self.rows)])),
            "json": ("JSON", lambda: entries_text(self.rows)),
        }
        tip = "Save the table of conventions"
        self.save = files_button(window.theme, tip, lambda: "conventions", files, window.bench.messages)
        self.table: RankedTable | None = None
        self._column = QVBoxLayout()
        self._lay_out()
        self.again.clicked.connect(self._begin)
        self.distances.toggled.connect(lambda _: self._begin())
        self.job.stepped.connect(self._on_step)
        self.job.ended.connect(lambda _: self._show())

    def refresh(self) -> None:
        if self._wanted() != self._asked:
            self._begin()

    def leave(self) -> None:
        if self.job.running:
            self.job.stop()
            self._asked = None

    def close_page(self) -> None:
        self.job.close_runner()

    def _wanted(self) -> object:
        session = self.window_shown.session
        if session.project is None or session.run is None:
            return None
        return session.project.root, session.project.schema, session.run.read_as

    def _begin(self) -> None:
        """Score once everything that was drawn is on disk: that is what is read."""
        self._asked, self.rows = self._wanted(), []
        self._show()
        self.window_shown.bench.autosave.when_saved(lambda _: self._start())

    def _start(self) -> None:
        session = self.window_shown.session
        project, run = session.project, session.run
        if project is None or run is None:
            return
        pairs = project_pairs(project, run)
        outlines = OutlineSettings(surface="edges", spacing=project.spacing or (1.0, 1.0))
        scoring = Scoring(outlines if self.distances.isChecked() else NO_OUTLINES)
        self.job.start(lambda: measure(pairs, project.schema, scoring, project.root))
        self._show()

    def _on_step(self, step: ScoredStep | Measured) -> None:
        if isinstance(step, Measured):
            self.rows = restated(step)
        else:
            self.job.show_progress(step.done, step.total, "measurements")

    # What is shown

    def _show(self) -> None:
        if self.table is not None:
            self._column.removeWidget(self.table)
            self.table.deleteLater()
            self.table = None
        self.save.setEnabled(bool(self.rows))
        self.why.setVisible(bool(self.rows))
        self.note.setText(self._told())
        if self.rows:
            model = RankedModel(_columns(self.rows))
            model.show_entries(self.rows)
            shown = self.table = RankedTable(model, "Scores by other conventions")
            model.setParent(shown)
            shown.picked.connect(self._explain)
            self._column.insertWidget(0, shown, 1)
            shown.selectRow(0)
            self._explain(0)

    def _told(self) -> str:
        if self._asked is None:
            return NO_RUN
        if self.job.running:
            return "Scoring what is on disk."
        if not self.rows:
            return "No image could be scored: none has both labels and a prediction."
        return "What differs from segstudio has its difference beside it. Click a row to read why."

    def _explain(self, row: int) -> None:
        self.why.setText(f"{self.rows[row].tool}. {self.rows[row].why}")

    def _lay_out(self) -> None:
        side = QWidget()
        side.setFixedWidth(SIDE_WIDTH)
        column = QVBoxLayout(side)
        column.setContentsMargins(12, 4, 12, 12)
        column.setSpacing(8)
        line = QHBoxLayout()
        line.addWidget(self.again)
        line.addStretch(1)
        line.addWidget(self.save)
        column.addWidget(self.distances)
        column.addLayout(line)
        column.addWidget(self.job)
        column.addWidget(self.note)
        column.addStretch(1)
        self.why.setContentsMargins(12, 8, 12, 8)
        self._column.addWidget(self.why)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(side)
        row.addLayout(self._column, 1)


def _columns(rows: list[Row]) -> list[Column]:
    """Return the tool and the figures that any has; beside a figure what it differs by from that of this program."""
    keys = [key for key in TITLES if any(getattr(row.figures, key) is not None for row in rows)]

    def cell(key: str, row: Row) -> str:
        value, own = getattr(row.figures, key), getattr(rows[0].figures, key)
        if value is None:
            return ""
        shown, apart = (
            f"{v * FACTORS.get(key, 100):{sign}.2f}" for v, sign in ((value, ""), (value - (own or 0), "+"))
        )
        differs = own is not None and abs(value - own) >= SAME
        return NOT_DEFINED if math.isnan(value) else f"{shown} ({apart})" if differs else shown

    def told(key: str) -> Column:
        unit = "in the unit of a pixel's size" if key in FACTORS else "%"
        return Column(TITLES[key], f"{TITLES[key]}, {unit}", lambda row: cell(key, row), NUMBER_WIDTH, number=True)

    name = Column("Tool", "Click a row to read how it comes to its figures", lambda row: row.tool, NAME_WIDTH)
    return [name, *map(told, keys), Column("", "", lambda row: "")]
