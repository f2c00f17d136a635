"""Objects of the prediction against those of the truth: which is which, what is missed, false, merged and split."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from segstudio.gui.analysis.object_finder import ObjectFinder
from segstudio.gui.analysis.object_marks import ObjectMarks, chip
from segstudio.gui.analysis.object_rows import Fate, ObjectRow, columns, rows_of
from segstudio.gui.analysis.object_side import ObjectSide
from segstudio.gui.analysis.object_totals import Asked, ObjectTotals
from segstudio.gui.analysis.page import Page
from segstudio.gui.analysis.ranked_table import RankedModel, RankedTable
from segstudio.gui.plots.framed import FramedPlot
from segstudio.gui.plots.lines import Axes, LinePlot
from segstudio.gui.plots.series import Series
from segstudio.gui.widgets import Segments, label
from segstudio.metrics.average_precision import Curve, curve
from segstudio.metrics.matching import match
from segstudio.services.open_objects import ObjectTotal, total_of

if TYPE_CHECKING:
    from segstudio.gui.window import MainWindow

AXES = Axes("Recall, %", "Precision, %", (0, 100), (0, 100), 0.1)
NO_SCORES = "The run does not say how sure it is of its objects (instances.json), so there is no curve."
NOTHING = "Choose a run in Metrics, and open an image that has labels."
NARROW = 760
"""Pixels below which there is room for the list or the curve."""


class ObjectsPage(Page):
    """Marks the objects on the canvas while it is shown."""

    text = "Objects"
    tip = "Which objects were found, missed, made up, merged and split"

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        messages = window.bench.messages
        self.finder = ObjectFinder(window.session, messages, self)
        self.totals = ObjectTotals(window.session, messages, self)
        self.asked = Asked()
        self.marks = ObjectMarks()
        self.side = ObjectSide()
        self.model = RankedModel(columns(self._name_of, chip))
        self.table = RankedTable(self.model, "Objects")
        self.empty = label(NOTHING, "note", wrap=True)
        self.plot = LinePlot(window.theme, "Precision and recall")
        self.framed = FramedPlot(self.plot, window.theme, messages)
        self.one_of = Segments()
        self.one_of.offer({"list": ("List", "Each object of the image"), "curve": ("Curve", "Precision and recall")})
        self.one_of.choose("list")
        self._one_shown = "list"
        self._curve: Curve | None = None
        self._lay_out()
        self.finder.changed.connect(self._show)
        self.totals.changed.connect(self._show_totals)
        self.side.moved.connect(self.set_thresholds)
        self.table.picked.connect(self._go)
        self.plot.line_moved.connect(self._move_score)
        self.one_of.chosen.connect(self._show_one)
        window.canvas.pointed.connect(self._point)

    # As a page

    def refresh(self) -> None:
        window = self.window_shown
        if self.marks.draw not in window.canvas.over:
            window.canvas.over.append(self.marks.draw)
        self._ask(Asked(self.asked.threshold, self.asked.least_score, window.presenter.focus))
        self.finder.follow()
        self.totals.follow()
        self._show_note()

    def leave(self) -> None:
        canvas = self.window_shown.canvas
        if self.marks.draw in canvas.over:
            canvas.over.remove(self.marks.draw)
            canvas.update()
        self.totals.stop()

    def close_page(self) -> None:
        self.finder.close()
        self.totals.close()

    # What is asked for

    def set_thresholds(self, iou: float, score: float) -> None:
        """Match at another IoU, or leave out predictions below another score; both 0..1."""
        self._ask(Asked(iou, score, self.asked.class_id))

    def step(self, by: int) -> None:
        """Go to the next, or with -1 to the previous, object that is not right; round at the ends."""
        wrong = [place for place, row in enumerate(self.model.entries) if row.fate is not Fate.MATCHED or row.note]
        if wrong:
            now = self.table.currentIndex().row()
            later = [place for place in wrong if (place - now) * by > 0]
            place = (later or wrong)[0 if by > 0 else -1]
            self.table.selectRow(place)
            self._go(place)

    def _ask(self, asked: Asked) -> None:
        if asked != self.asked:
            self.asked = asked
            self.totals.ask(asked)
            self._show()

    def _move_score(self, recall: float) -> None:
        """Leave out what is surer than needed for a recall, per cent."""
        if self._curve is not None:
            at = int(np.searchsorted(self._curve.recall, recall / 100 - 1e-9))
            score = float(self._curve.scores[min(at, len(self._curve.scores) - 1)])
            self.side.score.set_value(int(100 * score))
            self.set_thresholds(self.asked.threshold, score)

    # What is seen

    def _show(self) -> None:
        """Show the open image."""
        seen, rows = self.finder.seen, list[ObjectRow]()
        if seen is not None:
            found = seen.objects.found.overlap
            found = found if self.asked.class_id is None else found.of_class(self.asked.class_id)
            rows = rows_of(found, match(found, self.asked.threshold, self.asked.least_score))
            self.totals.put(seen.subject.opened.sample.id, seen.objects.found)
        self._list(rows)
        self._arrange()
        self.marks.show(seen, rows)
        self.window_shown.canvas.update()
        self.window_shown.action_states.refresh_soon()
        self._show_totals()

    def _list(self, rows: Sequence[ObjectRow]) -> None:
        """List other rows; the one that is chosen stays so."""
        now = self.table.currentIndex().row()
        chosen = self.model.entries[now] if now >= 0 else None
        self.model.show_entries(rows)
        if chosen is not None:
            same = (chosen.truth, chosen.prediction)
            if (
                place := next((i for i, row in enumerate(rows) if (row.truth, row.prediction) == same), None)
            ) is not None:
                self.table.selectRow(place)

    def _show_totals(self) -> None:
        total = self.totals.total
        self.side.show_totals(self.image_total(), total if total.images else None)
        self._curve = curve(total.ranked) if total.ranked is not None and total.sure else None
        self.plot.say(NO_SCORES if total.images else NOTHING)
        self.plot.show_series(_series(self._curve), AXES)
        self._show_point()
        self._show_note()

    def image_total(self) -> ObjectTotal | None:
        """Return what the open image has come to, None while that is not known."""
        if (seen := self.finder.seen) is None:
            return None
        asked = self.asked
        return total_of([seen.objects.found], asked.threshold, asked.least_score, asked.class_id)

    def _show_point(self) -> None:
        """Put the line of the curve where the least score is."""
        if self._curve is None or self.plot.empty:
            self.plot.set_line(None)
            return
        kept = int(np.count_nonzero(self._curve.scores >= self.asked.least_score))
        self.plot.set_line(100 * float(self._curve.recall[kept - 1]) if kept else 0.0)

    def _show_note(self) -> None:
        notes = []
        if (seen := self.finder.seen) is not None:
            sides = zip(("truth", "prediction"), seen.objects.found.numbered, strict=True)
            if bare := [side for side, numbered in sides if not numbered]:
                notes.append(f"{' and '.join(bare).capitalize()} without numbers: each connected area is an object.")
        if self.totals.done < self.totals.of:
            notes.append(f"{self.totals.done:,} of {self.totals.of:,} images read.")
        if self.totals.failures:
            notes.append(f"{len(self.totals.failures):,} images could not be read.")
        self.side.note.setText(" ".join(notes))
        self.side.note.setToolTip("\n".join(list(self.totals.failures.values())[:20]))

    # On the canvas

    def _go(self, place: int) -> None:
        row: ObjectRow = self.model.entries[place]
        self.window_shown.canvas.fly_to(row.rect)
        self._choose(row)

    def _point(self, place: tuple[float, float] | None) -> None:
        if self.isVisible() and (row := self.marks.at(place)) is not self.marks.chosen:
            self._choose(row)

    def _choose(self, row: ObjectRow | None) -> None:
        self.marks.chosen = row
        self.window_shown.canvas.update()

    def _name_of(self, class_id: int) -> str:
        project = self.window_shown.session.project
        found = project.schema.get(class_id) if project is not None else None
        return found.name if found is not None else str(class_id)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._arrange()

    def _show_one(self, what: str) -> None:
        self._one_shown = what
        self._arrange()

    def _arrange(self) -> None:
        """Show list and curve side by side, or the chosen one where there is room for one."""
        narrow = self.width() < NARROW
        self.one_of.setVisible(narrow)
        self.framed.setVisible(not narrow or self._one_shown == "curve")
        listed = not narrow or self._one_shown == "list"
        self.table.setVisible(listed and bool(self.model.entries))
        self.empty.setVisible(listed and not self.model.entries)

    def _lay_out(self) -> None:
        shown = QHBoxLayout()
        shown.setSpacing(16)
        for part, stretch in ((self.table, 3), (self.empty, 3), (self.framed, 2)):
            shown.addWidget(part, stretch)
        column = QVBoxLayout()
        column.setSpacing(4)
        column.addWidget(self.one_of)
        column.addLayout(shown, 1)
        line = QHBoxLayout(self)
        line.setContentsMargins(12, 4, 12, 8)
        line.setSpacing(16)
        line.addWidget(self.side)
        line.addLayout(column, 1)


def _series(found: Curve | None) -> list[Series]:
    """Return the curve, of each recall the best precision."""
    if found is None or not len(found.recall) or np.isnan(found.recall).any():
        return []
    recall, first = np.unique(found.recall, return_index=True)
    return [Series("", 100 * recall, 100 * np.maximum.reduceat(found.precision, first))]
