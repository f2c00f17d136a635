"""Any number of images against any other: outliers are seen, and opened with a click."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from segstudio.core.wording import counted
from segstudio.gui.analysis.page import Page
from segstudio.gui.panels.confusion_choice import nothing_scored
from segstudio.gui.panels.samples_model import Found
from segstudio.gui.plots.saving import save_button
from segstudio.gui.plots.scatter import Points, ScatterPlot
from segstudio.gui.widgets import Choice, label
from segstudio.metrics.overlap import FloatArray
from segstudio.services.image_columns import Column, Kind, unit

if TYPE_CHECKING:
    from segstudio.gui.window import MainWindow

FIRST_X, FIRST_Y = "pixel_accuracy", "mean_iou"
ALIKE = (Kind.SHARE, Kind.SHARE)


class ScatterPage(Page):
    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._images = window.scored_images
        self._offered: dict[str, Column] | None = None
        self._shown: tuple[object, ...] = ()
        self.plot = ScatterPlot(window.theme, "Images")
        self.across, self.upwards = Choice(window.theme, "To the right"), Choice(window.theme, "Upwards")
        self._lay_out(window)
        for choice in (self.across, self.upwards):
            choice.activated.connect(lambda _: self.refresh())
        self._images.advanced.connect(self._show)
        self.plot.clicked.connect(self._open)
        self.plot.boxed.connect(self._list)
        window.samples.arranged.connect(self.refresh)

    def refresh(self) -> None:
        if not self.isVisible():
            return
        self.plot.say(nothing_scored(self.window_shown.session.run))
        if self._images.columns is not self._offered:
            self._offered = self._images.columns
            self._offer(self.across, self._offered, FIRST_X)
            self._offer(self.upwards, self._offered, "mean_iou_b" if "mean_iou_b" in self._offered else FIRST_Y)
            if "mean_iou_b" in self._offered:
                self.across.setCurrentIndex(self.across.findData("mean_iou"))
        self._images.want("scatter", self._keys())

    def leave(self) -> None:
        self._images.want("scatter", ())

    def _keys(self) -> list[str]:
        return [key for key in (self.across.currentData(), self.upwards.currentData()) if key is not None]

    def _show(self) -> None:
        keys, columns = self._keys(), self._images.columns
        if not self.isVisible() or len(keys) != 2 or any(key not in columns for key in keys):
            return
        rows = self._images.listed()
        values = self._images.values
        rows = rows[rows < min(len(values.values(key)) for key in keys)]
        x, y = (_shown(columns[key], values.values(key)[rows]) for key in keys)
        x_text, y_text = (_titled(columns[key]) for key in keys)
        alike = (columns[keys[0]].kind, columns[keys[1]].kind) == ALIKE
        shown = (values.images.scores, x_text, y_text, rows.tobytes(), x.tobytes(), y.tobytes())
        if shown != self._shown:  # many points take several frames to draw
            self._shown = shown
            names = [values.images.scores.id_at(row) for row in rows.tolist()]
            self.plot.show_points(Points(names, x, y, x_text, y_text, diagonal=alike))
        current = self.window_shown.session.current
        self.plot.highlight(current.sample.id if current is not None else "")
        self._note.setText(f"{counted(len(rows), 'image')}{self._correlation(x, y)}")

    def _correlation(self, x: FloatArray, y: FloatArray) -> str:
        both = np.isfinite(x) & np.isfinite(y)
        if both.sum() < 3 or not x[both].std() or not y[both].std():
            return ""
        return f", correlation {np.corrcoef(x[both], y[both])[0, 1]:.2f}"

    def _open(self, sample_id: str) -> None:
        row = self.window_shown.session.scores.row(sample_id)
        if row is not None:
            self._images.open(row)

    def _list(self, ids: list[str]) -> None:
        if ids:
            self.window_shown.samples.show_found(Found(f"Box in the scatter: {counted(len(ids), 'image')}", tuple(ids)))

    def _offer(self, choice: Choice, columns: dict[str, Column], first: str) -> None:
        """Fill a choice, and keep what was chosen where it is still there."""
        before = choice.currentData()
        choice.clear()
        for key, column in columns.items():
            if column.kind is not Kind.STATE:
                choice.addItem(column.text, key)
        choice.setCurrentIndex(choice.findData(before if before in columns else first))

    def _lay_out(self, window: MainWindow) -> None:
        self._note = label("", "note")
        head = QHBoxLayout()
        head.setSpacing(8)
        for text, choice in (("Upwards", self.upwards), ("To the right", self.across)):
            head.addWidget(label(text, "note"))
            choice.setMinimumContentsLength(14)
            head.addWidget(choice)
        head.addWidget(self._note)
        head.addStretch(1)
        head.addWidget(save_button(self.plot, window.theme, window.bench.messages))
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 4, 8, 4)
        column.setSpacing(4)
        column.addLayout(head)
        column.addWidget(self.plot, 1)


def _shown(column: Column, values: FloatArray) -> FloatArray:
    """Return values as they are read: parts of 1 in per cent."""
    return values * 100 if column.kind in (Kind.SHARE, Kind.DIFFERENCE) else values


def _titled(column: Column) -> str:
    return f"{column.text}, {unit(column.kind)}" if unit(column.kind) else column.text
