"""The objects of an image as a list, and precision against recall of the data set: side by side, or one of the two."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from segstudio.gui.analysis.object_marks import chip
from segstudio.gui.analysis.object_rows import Fate, ObjectRow, columns
from segstudio.gui.analysis.ranked_table import RankedModel, RankedTable
from segstudio.gui.messages import Messages
from segstudio.gui.plots.framed import FramedPlot
from segstudio.gui.plots.lines import Axes, LinePlot
from segstudio.gui.plots.series import Series
from segstudio.gui.theme import Theme
from segstudio.gui.widgets import Segments, label
from segstudio.metrics.average_precision import Curve, curve
from segstudio.services.open_objects import ObjectTotal

AXES = Axes("Recall, %", "Precision, %", (0, 100), (0, 100), 0.1)
NO_SCORES = "The run does not say how sure it is of its objects (instances.json), so there is no curve."
NOTHING = "Choose a run in Metrics, and open an image that has labels."
NARROW = 500
"""Pixels below which there is room for the list or the curve."""


class ObjectViews(QWidget):
    """``picked`` says which row was gone to, ``score_moved`` the least score that the curve's line was dragged to."""

    picked = Signal(object)
    score_moved = Signal(float)

    def __init__(self, theme: Theme, messages: Messages, name_of: Callable[[int], str]) -> None:
        super().__init__()
        self.model = RankedModel(columns(name_of, chip))
        self.table = RankedTable(self.model, "Objects")
        self._empty = label(NOTHING, "note", wrap=True)
        self.plot = LinePlot(theme, "Precision and recall")
        self._framed = FramedPlot(self.plot, theme, messages)
        self._one_of = Segments()
        self._one_of.offer({"list": ("List", "Each object of the image"), "curve": ("Curve", "Precision and recall")})
        self._one_of.choose("list")
        self._shown = "list"
        self._curve: Curve | None = None
        self._lay_out()
        self.table.picked.connect(lambda place: self.picked.emit(self.model.entries[place]))
        self.plot.line_moved.connect(self._move_score)
        self._one_of.chosen.connect(self._show_one)

    @property
    def rows(self) -> Sequence[ObjectRow]:
        return self.model.entries

    def show_rows(self, rows: Sequence[ObjectRow]) -> None:
        """List other rows; the one that is chosen stays so."""
        now = self.table.currentIndex().row()
        chosen = self.rows[now] if now >= 0 else None
        self.model.show_entries(rows)
        if chosen is not None:
            same = ((row.truth, row.prediction) == (chosen.truth, chosen.prediction) for row in rows)
            if (place := next((place for place, found in enumerate(same) if found), None)) is not None:
                self.table.selectRow(place)
        self._arrange()

    def show_curve(self, total: ObjectTotal, least_score: float) -> None:
        """Show the curve of a data set, with the line where the least score is."""
        self._curve = curve(total.ranked) if total.ranked is not None and total.sure else None
        self.plot.say(NO_SCORES if total.images else NOTHING)
        self.plot.show_series(_series(self._curve), AXES)
        if self._curve is None or self.plot.empty:
            self.plot.set_line(None)
            return
        kept = int(np.count_nonzero(self._curve.scores >= least_score))
        self.plot.set_line(100 * float(self._curve.recall[kept - 1]) if kept else 0.0)

    def step(self, by: int) -> None:
        """Go to the next, or with -1 to the previous, object that is not right; round at the ends."""
        wrong = [place for place, row in enumerate(self.rows) if row.fate is not Fate.MATCHED or row.note]
        if wrong:
            now = self.table.currentIndex().row()
            later = [place for place in wrong if (place - now) * by > 0]
            place = (later or wrong)[0 if by > 0 else -1]
            self.table.selectRow(place)
            self.picked.emit(self.rows[place])

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._arrange()

    def _move_score(self, recall: float) -> None:
        """Ask for the least score at which so much is found, per cent."""
        if self._curve is not None:
            at = int(np.searchsorted(self._curve.recall, recall / 100 - 1e-9))
            self.score_moved.emit(float(self._curve.scores[min(at, len(self._curve.scores) - 1)]))

    def _show_one(self, what: str) -> None:
        self._shown = what
        self._arrange()

    def _arrange(self) -> None:
        """Show both, or the chosen one where there is room for one."""
        narrow = self.width() < NARROW
        self._one_of.setVisible(narrow)
        self._framed.setVisible(not narrow or self._shown == "curve")
        listed = not narrow or self._shown == "list"
        self.table.setVisible(listed and bool(self.rows))
        self._empty.setVisible(listed and not self.rows)

    def _lay_out(self) -> None:
        shown = QHBoxLayout()
        shown.setSpacing(16)
        for part, stretch in ((self.table, 3), (self._empty, 3), (self._framed, 2)):
            shown.addWidget(part, stretch)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self._one_of)
        column.addLayout(shown, 1)


def _series(found: Curve | None) -> list[Series]:
    """Return the curve, of each recall the best precision."""
    if found is None or not len(found.recall) or np.isnan(found.recall).any():
        return []
    recall, first = np.unique(found.recall, return_index=True)
    return [Series("", 100 * recall, 100 * np.maximum.reduceat(found.precision, first))]
