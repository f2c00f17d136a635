"""The objects of an image as a list, and what those of the data set come to, as a curve or by classes."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from segstudio.core.schema import LabelClass
from segstudio.gui.analysis.object_classes import ObjectClasses
from segstudio.gui.analysis.object_marks import chip
from segstudio.gui.analysis.object_rows import Fate, ObjectRow, Worths, columns
from segstudio.gui.analysis.ranked_table import RankedModel, RankedTable
from segstudio.gui.messages import Messages
from segstudio.gui.plots.framed import FramedPlot
from segstudio.gui.plots.lines import Axes, LinePlot
from segstudio.gui.plots.series import Series
from segstudio.gui.theme import Theme
from segstudio.gui.widgets import Segments, label
from segstudio.metrics.average_precision import Curve, curve
from segstudio.metrics.object_worth import Quality
from segstudio.services.open_objects import ObjectTotal

AXES = Axes("Recall, %", "Precision, %", (0, 100), (0, 100), 0.1)
NO_SCORES = "The run does not say how sure it is of its objects (instances.json), so there is no curve."
READING = "Reading ..."
NOTHING = "Choose a run in Metrics, and open an image that has labels."
VIEWS = {
    "list": ("List", "Each object of the image"),
    "curve": ("Curve", "Precision and recall of the data set"),
    "classes": ("Classes", "Which classes objects of the data set are taken for"),
}
NARROW = 500
"""Pixels below which there is room for the list or the curve."""


class ObjectViews(QWidget):
    """``picked`` says which row was gone to, ``score_moved`` the least score that the curve's line was dragged to."""

    picked = Signal(object)
    score_moved = Signal(float)

    def __init__(self, theme: Theme, messages: Messages, class_of: Callable[[int], LabelClass]) -> None:
        super().__init__()
        self.worths = Worths()
        self.model = RankedModel(columns(lambda class_id: class_of(class_id).name, chip, self.worths))
        self.table = RankedTable(self.model, "Objects")
        self._empty = label(NOTHING, "note", wrap=True)
        self.plot = LinePlot(theme, "Precision and recall")
        self._framed = FramedPlot(self.plot, theme, messages)
        self.classes = ObjectClasses(theme, messages, class_of)
        self.one_of = Segments()
        self.one_of.offer(VIEWS)
        self._shown = "list"
        self._curve: Curve | None = None
        self._lay_out()
        self.table.picked.connect(lambda place: self.picked.emit(self.model.entries[place]))
        self.plot.line_moved.connect(self._move_score)
        self.one_of.chosen.connect(self._show_one)
        self.classes.chosen.connect(self._step_to)

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

    def say(self, reading: bool) -> None:
        """Say in the place of a list why there is none."""
        self._empty.setText(READING if reading else NOTHING)

    def show_worths(self, image: Quality, dataset: Quality) -> None:
        """Say what putting objects right is worth, of other sums."""
        self.worths.image, self.worths.dataset = image, dataset
        self.model.tell_changed()

    def show_total(self, total: ObjectTotal, least_score: float) -> None:
        """Show what the objects of a data set come to."""
        self.classes.show_total(total)
        self.show_curve(total, least_score)

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
        self._go_to([place for place, row in enumerate(self.rows) if row.fate is not Fate.MATCHED or row.note], by)

    def _step_to(self, true_id: int | None, predicted_id: int | None) -> None:
        """Go to the next object of the image in a cell of the classes."""
        self._go_to([place for place, row in enumerate(self.rows) if row.classes == (true_id, predicted_id)], 1)

    def _go_to(self, places: Sequence[int], by: int) -> None:
        if places:
            now = self.table.currentIndex().row()
            later = [place for place in places if (place - now) * by > 0]
            place = (later or places)[0 if by > 0 else -1]
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
        """Show the list and one of the others, or the chosen one where there is room for one."""
        narrow = self.width() < NARROW
        shown = self._shown if narrow or self._shown != "list" else "curve"
        self.one_of.button("list").setVisible(narrow)
        self.one_of.choose(shown)
        self._framed.setVisible(shown == "curve")
        for part in (self.classes, self.classes.ways):
            part.setVisible(shown == "classes")
        listed = not narrow or shown == "list"
        self.table.setVisible(listed and bool(self.rows))
        self._empty.setVisible(listed and not self.rows)

    def _lay_out(self) -> None:
        shown = QHBoxLayout()
        shown.setSpacing(16)
        for part, stretch in ((self.table, 5), (self._empty, 5), (self._framed, 2), (self.classes, 2)):
            shown.addWidget(part, stretch)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        switches = QHBoxLayout()
        switches.setSpacing(8)
        switches.addStretch(1)
        for switch in (self.classes.ways, self.one_of):
            switches.addWidget(switch)
        column.addLayout(switches)
        column.addLayout(shown, 1)


def _series(found: Curve | None) -> list[Series]:
    """Return the curve, of each recall the best precision."""
    if found is None or not len(found.recall) or np.isnan(found.recall).any():
        return []
    recall, first = np.unique(found.recall, return_index=True)
    return [Series("", 100 * recall, 100 * np.maximum.reduceat(found.precision, first))]
