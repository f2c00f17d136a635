"""The same predictions as other tools would score them, and why their figures differ."""

from __future__ import annotations

import math
from collections.abc import Callable, Generator
from typing import TYPE_CHECKING

from segstudio.gui.analysis.compared import Compared, compared
from segstudio.gui.analysis.ranked_table import Column
from segstudio.gui.analysis.scoring_page import ScoringPage
from segstudio.gui.files import files_button
from segstudio.gui.widgets import NOT_DEFINED, Check, label
from segstudio.metrics.outlines import NO_OUTLINES, OutlineSettings
from segstudio.services.conventions import FIGURE_TITLES, Measured, Row, entries_text, measure, restated, table
from segstudio.services.evaluate import ScoredStep, project_pairs
from segstudio.services.scoring import Scoring
from segstudio.services.tables import to_latex, to_markdown

if TYPE_CHECKING:
    from segstudio.gui.window import MainWindow

NAME_WIDTH, NUMBER_WIDTH = 204, 96
NO_RUN = "There is no prediction to score. Predict the data set first, or choose a run in Metrics."
FACTORS = {"hd95": 1}
"""What is no share, and is not shown in per cent."""

SAME = 5e-5
"""Figures that differ by less read the same."""


class ConventionsPage(ScoringPage):
    """Click a row to read how a tool comes to its figures."""

    again_text, doing, nothing, noun = "Score again", "Scoring what is on disk.", NO_RUN, "measurements"

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.rows: list[Row] = []
        self.distances = Check("Distances too (HD95, NSD)", window.theme)
        self.distances.setToolTip("Takes longer: outlines are measured in three ways")
        self.why = label("", "", wrap=True)
        files = {
            "md": ("Markdown", lambda: to_markdown([table(self.rows)])),
            "tex": ("LaTeX", lambda: to_latex([table(self.rows)])),
            "json": ("JSON", lambda: entries_text(self.rows)),
        }
        tip = "Save the table of conventions"
        self.save = files_button(window.theme, tip, lambda: "conventions", files, window.bench.messages)
        self.lay_out(self.distances, self.save, self.why)
        self.distances.toggled.connect(lambda _: self.begin())

    def subject(self) -> Compared | None:
        return compared(self.window_shown.session, self.window_shown.session.run)

    def job_of(self) -> Callable[[], Generator[ScoredStep | Measured, None, None]] | None:
        session = self.window_shown.session
        project, run = session.project, session.run
        if project is None or run is None:
            return None
        self.rows = []
        outlines = OutlineSettings(surface="edges", spacing=project.spacing or (1.0, 1.0))
        scoring = Scoring(outlines if self.distances.isChecked() else NO_OUTLINES)
        return lambda: measure(project_pairs(project, run), project.schema, scoring, project.root)

    def take(self, step: ScoredStep | Measured) -> None:
        if isinstance(step, Measured):
            self.rows = restated(step)
        else:
            self.progress(step.done, step.total)

    # What is shown

    def show_found(self) -> None:
        shown = bool(self.rows) and self.whole
        self.save.setEnabled(shown)
        self.why.setVisible(shown)
        self.say(
            "What differs from segstudio has its difference beside it. Click a row to read why."
            if self.rows
            else "No image could be scored: none has both labels and a prediction."
        )
        self.drop_table()
        if shown:
            found = self.show_table(_columns(self.rows), self.rows, "Scores by other conventions")
            found.picked.connect(self._explain)
            found.selectRow(0)
            self._explain(0)

    def _explain(self, row: int) -> None:
        self.why.setText(f"{self.rows[row].tool}. {self.rows[row].why}")


def _columns(rows: list[Row]) -> list[Column]:
    """Return the tool and the figures that any has; beside a figure what it differs by from that of this program."""
    keys = [key for key in FIGURE_TITLES if any(getattr(row.figures, key) is not None for row in rows)]

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
        return Column(
            FIGURE_TITLES[key], f"{FIGURE_TITLES[key]}, {unit}", lambda row: cell(key, row), NUMBER_WIDTH, number=True
        )

    name = Column("Tool", "Click a row to read how it comes to its figures", lambda row: row.tool, NAME_WIDTH)
    return [name, *map(told, keys), Column("", "", lambda row: "")]
