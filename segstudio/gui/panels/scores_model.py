"""The table of scores by class as Qt sees it: of one prediction beside the data set, or of two beside each other."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTableView

from segstudio.core.schema import LabelClass
from segstudio.core.wording import signed
from segstudio.gui.panels.chips import chip_icon
from segstudio.gui.theme import Theme
from segstudio.gui.widgets import NOT_DEFINED, Index, percent
from segstudio.overlays.base import COLOR_A, COLOR_B

NAME, BARS = 0, 1
BARS_ROLE = Qt.ItemDataRole.UserRole
BAR_STEPS = 256
"""Lengths of a bar that can be told apart: no bar is wider in pixels."""


@dataclass(frozen=True, slots=True)
class ScoreColumn:
    """A column of numbers, 0..1, or differences of such, -1..1."""

    title: str
    tip: str
    signed: bool = False


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns behind name and bars, and what the bars show: two scores from the left, or a difference."""

    bars: ScoreColumn
    columns: tuple[ScoreColumn, ...]
    shown: tuple[int, ...]
    """The columns that the bars are made of: two scores, or one difference."""


SINGLE = Layout(
    ScoreColumn("", "IoU of this image (upper bar) and of the data set (lower bar)"),
    (
        ScoreColumn("IoU", "IoU of this image, %"),
        ScoreColumn("set", "IoU of the data set from summed pixel counts, %"),
        ScoreColumn("Dice", "Dice of this image, %"),
        ScoreColumn("set", "Dice of the data set from summed pixel counts, %"),
    ),
    (0, 1),
)
PAIRED = Layout(
    ScoreColumn("◂ B   A ▸", "By how much the IoU of the one is above that of the other"),
    (
        ScoreColumn("A", "IoU of the first prediction, %"),
        ScoreColumn("B", "IoU of the second prediction, %"),
        ScoreColumn("A - B", "Difference of IoU, in points of %", signed=True),
    ),
    (2,),
)


class ScoresModel(QAbstractTableModel):
    """One row a scored class; nan where a score is not defined. Sorted when it is asked to be, and then kept so."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.layout_shown = SINGLE
        self.classes: tuple[LabelClass, ...] = ()
        self._values: NDArray[np.float64] = np.empty((0, 0))
        self._shown: list[tuple[str, ...]] = []
        self._rows: list[int] = []
        self._sorted: tuple[int, bool] = (2, False)

    def show_scores(self, layout: Layout, classes: tuple[LabelClass, ...], values: NDArray[np.float64]) -> None:
        """Show ``values``, shape (classes, columns of the layout); cells that say the same stay as they are painted."""
        if classes == self.classes and layout is self.layout_shown:
            before, self._values, self._shown = self._shown, values, _cells(layout, values)
            for row, at in enumerate(self._rows):
                self._tell_changed(row, before[at], self._shown[at])
            return
        self.beginResetModel()
        self.layout_shown, self.classes, self._values = layout, classes, values
        self._shown = _cells(layout, values)
        self._rows = self._order()
        self.endResetModel()

    def _tell_changed(self, row: int, before: tuple[str, ...], now: tuple[str, ...]) -> None:
        """Say of a row from which of its cells to which others are seen."""
        if before != now:
            changed = [BARS + n for n, (one, other) in enumerate(zip(before, now, strict=True)) if one != other]
            self.dataChanged.emit(self.index(row, changed[0]), self.index(row, changed[-1]))

    def row_of(self, class_id: int | None) -> int | None:
        """Return the row of a class, None where there is none of that id."""
        return next((row for row, at in enumerate(self._rows) if self.classes[at].id == class_id), None)

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column; the first one restores the order of the class table. What is not defined goes last."""
        self._sorted = column, order == Qt.SortOrder.DescendingOrder
        self.sort_again()

    def sort_again(self) -> None:
        """Sort by what the values are now: they move while one paints, the rows do not."""
        rows = self._order()
        if rows == self._rows:
            return
        self.layoutAboutToBeChanged.emit()
        kept = self.persistentIndexList()
        places = {self._rows[index.row()]: index.row() for index in kept}
        self._rows = rows
        new_rows = {before: rows.index(at) for at, before in places.items()}
        self.changePersistentIndexList(kept, [self.index(new_rows[i.row()], i.column()) for i in kept])
        self.layoutChanged.emit()

    def _order(self) -> list[int]:
        column, descending = self._sorted
        rows = range(len(self.classes))
        if column == NAME:
            return list(reversed(rows)) if descending else list(rows)
        at = self.layout_shown.shown[0] if column == BARS else min(column - 2, self._values.shape[1] - 1)
        keys = self._values[:, at]
        nowhere = np.isnan(self._values).all(axis=1)  # not in this image, and in no other: last of all
        found: list[int] = np.lexsort((-keys if descending else keys, nowhere)).tolist()
        return found

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 (Qt's own default)
        return 0 if parent.isValid() else len(self.classes)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 (Qt's own default)
        return 0 if parent.isValid() else 2 + len(self.layout_shown.columns)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation != Qt.Orientation.Horizontal or section >= self.columnCount():
            return None
        title = "IoU by class" if self.layout_shown is PAIRED else "Class"
        name = ScoreColumn(title, "Click a class to see its errors alone; click it again for all")
        column = (name, self.layout_shown.bars, *self.layout_shown.columns)[section]
        if role == Qt.ItemDataRole.DisplayRole:
            by, descending = self._sorted
            return column.title + (("▾" if descending else "▴") if section == by and section != NAME else "")
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{column.tip}. Click to sort by it." if section != NAME else column.tip
        if role == Qt.ItemDataRole.TextAlignmentRole:
            middle = Qt.AlignmentFlag.AlignHCenter if self.layout_shown is PAIRED else Qt.AlignmentFlag.AlignLeft
            named = Qt.AlignmentFlag.AlignLeft if section == NAME else middle
            side = named if section <= BARS else Qt.AlignmentFlag.AlignRight
            return int(side | Qt.AlignmentFlag.AlignVCenter)
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        at, column = self._rows[index.row()], index.column()
        c = self.classes[at]
        if role == BARS_ROLE:
            return c, [float(self._values[at, n]) for n in self.layout_shown.shown]
        if role == Qt.ItemDataRole.DisplayRole and column != BARS:
            return c.name if column == NAME else self._shown[at][column - BARS]
        if role == Qt.ItemDataRole.ToolTipRole and column == NAME:
            return c.name
        if role == Qt.ItemDataRole.DecorationRole and column == NAME:
            return chip_icon(c, self._theme.tokens)
        if role == Qt.ItemDataRole.TextAlignmentRole and column > BARS:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return None


def _cells(layout: Layout, values: NDArray[np.float64]) -> list[tuple[str, ...]]:
    """Return of each class what its cells show from ``BARS`` on: the lengths of the bars, then the numbers."""
    signed = [column.signed for column in layout.columns]
    lengths = np.rint(np.nan_to_num(values[:, layout.shown], nan=-2) * BAR_STEPS).astype(int).tolist()
    return [(str(bars), *map(_number, numbers, signed)) for bars, numbers in zip(lengths, values.tolist(), strict=True)]


def _number(value: float, difference: bool) -> str:
    if not difference:
        return percent(value)
    return NOT_DEFINED if math.isnan(value) else signed(value)


class BarDelegate(QStyledItemDelegate):
    """Two bars in one cell, this image in the class colour and the data set below it; or one from the middle."""

    def __init__(self, theme: Theme, parent: QTableView) -> None:
        super().__init__(parent)
        self._theme = theme

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        t = self._theme.tokens
        rect: QRect = option.rect
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, t.color("select"))
        c, values = index.data(BARS_ROLE)
        ground = QRectF(rect.x() + 2, rect.center().y() - 4, rect.width() - 10, 9)
        if len(values) == 1:
            self._paint_difference(painter, ground, values[0])
        else:
            painter.fillRect(ground, t.color("border"))
            self._paint_scores(painter, ground, QColor(*c.color), values)

    def _paint_scores(self, painter: QPainter, ground: QRectF, color: QColor, values: Sequence[float]) -> None:
        bars = ((values[0], color, 0.0, 5.0), (values[1], self._theme.tokens.color("text3"), 6.0, 3.0))
        for value, filled, top, height in bars:
            if not math.isnan(value):
                painter.fillRect(QRectF(ground.x(), ground.y() + top, ground.width() * value, height), filled)

    def _paint_difference(self, painter: QPainter, ground: QRectF, value: float) -> None:
        """A bar to the right where A is better, to the left where B is; a difference of a half fills its side."""
        middle = ground.center().x()
        painter.fillRect(QRectF(middle, ground.y() - 3, 1, ground.height() + 6), self._theme.tokens.color("strong"))
        if not math.isnan(value):
            length = ground.width() / 2 * min(abs(value) * 2, 1)
            left = middle if value > 0 else middle - length
            bar = QRectF(left, ground.y(), length, ground.height())
            painter.fillRect(bar, QColor(*(COLOR_A if value > 0 else COLOR_B)))
