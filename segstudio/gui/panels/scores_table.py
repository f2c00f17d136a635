"""The table of scores by class: a click looks at one class, a click on a head sorts."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtWidgets import QHeaderView, QTableView

from segstudio.core.confusion import Confusion
from segstudio.core.schema import LabelClass
from segstudio.gui.panels.scores_model import BARS, BARS_ROLE, NAME, BarDelegate, Layout, ScoresModel
from segstudio.gui.rows import set_up_table
from segstudio.gui.theme import Theme
from segstudio.metrics import overlap
from segstudio.metrics.overlap import FloatArray

ROW_HEIGHT, MOST_ROWS = 24, 12
"""Rows in sight; the table scrolls where there are more classes."""
LEAST_NAME, LEAST_BARS, NUMBER_WIDTH, SIGNED_WIDTH = 64, 48, 44, 52
CHIP_WIDTH = 30
"""Of a row, beside the name: the chip and what is left free."""


class ScoresTable(QTableView):
    """``class_chosen`` names the class that was clicked, None for the one that was looked at already."""

    class_chosen = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.scores = ScoresModel(theme)
        self._focus: int | None = None
        set_up_table(self, self.scores, ROW_HEIGHT, "Scores by class")
        self.setItemDelegateForColumn(BARS, BarDelegate(theme, self))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        header = self.horizontalHeader()
        header.setSectionsClickable(True)
        header.sectionClicked.connect(self._on_head)
        self._descending: dict[int, bool] = {2: False}
        self.clicked.connect(self._on_class)
        self.activated.connect(self._on_class)

    def show_scores(self, layout: Layout, classes: tuple[LabelClass, ...], values: NDArray[np.float64]) -> None:
        """Show ``values``, shape (classes, columns of the layout); where the rows are others, sorted anew."""
        anew = layout is not self.scores.layout_shown or classes != self.scores.classes
        self.scores.show_scores(layout, classes, values)
        if anew:
            self._fit()
            self.show_focus(self._focus)

    def show_focus(self, class_id: int | None) -> None:
        """Show which class is looked at alone, without announcing it."""
        self._focus = class_id
        row = self.scores.row_of(class_id)
        self.clearSelection() if row is None else self.selectRow(row)

    def _on_class(self, index: QModelIndex) -> None:
        c: LabelClass = index.data(BARS_ROLE)[0]
        self.show_focus(None if self._focus == c.id else c.id)
        self.class_chosen.emit(self._focus)

    def _on_head(self, column: int) -> None:
        """Sort by a column, the lowest first; clicked again, the other way."""
        descending = not self._descending.get(column, True)
        self._descending = {column: descending}
        self.scores.sort(column, Qt.SortOrder.DescendingOrder if descending else Qt.SortOrder.AscendingOrder)
        self.show_focus(self._focus)

    def _fit(self) -> None:
        """Give names the room that they need as long as bars are seen, and the table the height of its rows."""
        header, metrics = self.horizontalHeader(), self.fontMetrics()
        wish = max([metrics.horizontalAdvance(c.name) for c in self.scores.classes], default=0) + CHIP_WIDTH
        widths = [SIGNED_WIDTH if c.signed else NUMBER_WIDTH for c in self.scores.layout_shown.columns]
        most = self.viewport().width() - sum(widths) - LEAST_BARS
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setSectionResizeMode(BARS, QHeaderView.ResizeMode.Stretch)
        self.setColumnWidth(NAME, max(min(wish, most), LEAST_NAME))
        for column, width in enumerate(widths, 2):
            self.setColumnWidth(column, width)
        rows = min(len(self.scores.classes), MOST_ROWS)
        self.setFixedHeight(rows * ROW_HEIGHT + header.sizeHint().height() + 2)

    def resizeEvent(self, event: object) -> None:
        super().resizeEvent(event)  # type: ignore[arg-type]
        self._fit()


def by_class(classes: int, *asked: tuple[Callable[[Confusion], FloatArray], Confusion | None]) -> FloatArray:
    """Return metrics of counts as columns, shape (classes, asked); nan where there are none, or of other classes."""
    columns = [metric(counts) if counts is not None else np.empty(0) for metric, counts in asked]
    return np.stack([c if len(c) == classes else np.full(classes, np.nan) for c in columns], axis=1)


def one_prediction(classes: int, image: Confusion | None, dataset: Confusion | None) -> FloatArray:
    """Return the columns of ``SINGLE``."""
    asked = ((metric, counts) for metric in (overlap.iou, overlap.dice) for counts in (image, dataset))
    return by_class(classes, *asked)


def two_predictions(classes: int, first: Confusion | None, second: Confusion | None) -> FloatArray:
    """Return the columns of ``PAIRED``."""
    pair = by_class(classes, (overlap.iou, first), (overlap.iou, second))
    return np.column_stack((pair, pair[:, 0] - pair[:, 1]))
