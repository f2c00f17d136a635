"""A table of what was ranked: its columns say how a row is told."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import isnan
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPixmap
from PySide6.QtWidgets import QHeaderView, QTableView

from segstudio.gui.panels.chips import untinted
from segstudio.gui.rows import set_up_table
from segstudio.gui.widgets import Index

ROW_HEIGHT = 26


@dataclass(frozen=True, slots=True)
class Column:
    """``text`` and ``chip`` are given what a row stands for; numbers stand to the right."""

    title: str
    tip: str
    text: Callable[[Any], str]
    width: int = 0
    """0 for what room is left."""
    number: bool = False
    chip: Callable[[Any], QPixmap] | None = None
    key: Callable[[Any], float] | None = None
    """What rows are sorted by when the head is clicked; None where they are not."""


class RankedModel(QAbstractTableModel):
    """One row an entry, in the order in which they come, or by a column that was clicked: the most first."""

    def __init__(self, columns: Sequence[Column]) -> None:
        super().__init__()
        self.columns = columns
        self.entries: list[Any] = []
        self._came: Sequence[Any] = ()
        self._by: int | None = None

    def show_entries(self, entries: Sequence[Any]) -> None:
        self.beginResetModel()
        self._came = entries
        self.entries = self._ordered()
        self.endResetModel()

    def sort_by(self, place: int) -> None:
        """Sort by a column; by the one that it is sorted by already no more, so that they stand as they came."""
        if self.columns[place].key is not None:
            self._by = None if place == self._by else place
            self.show_entries(self._came)
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(self.columns) - 1)

    def tell_changed(self) -> None:
        """Say that what the columns tell of the same entries is something else now."""
        if self.columns and self.entries:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self.entries) - 1, len(self.columns) - 1))

    def _ordered(self) -> list[Any]:
        key = self.columns[self._by].key if self._by is not None else None
        if key is None:
            return list(self._came)
        keys = [key(entry) for entry in self._came]
        return [self._came[place] for place in sorted(range(len(keys)), key=lambda n: (isnan(keys[n]), -keys[n]))]

    def drop(self, row: int) -> None:
        self.beginRemoveRows(QModelIndex(), row, row)
        dropped = self.entries.pop(row)
        self._came = [entry for entry in self._came if entry is not dropped]
        self.endRemoveRows()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 (Qt's own default)
        return 0 if parent.isValid() else len(self.entries)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 (Qt's own default)
        return 0 if parent.isValid() else len(self.columns)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation == Qt.Orientation.Vertical:
            return None
        column = self.columns[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return column.title + ("▾" if section == self._by else "")
        if role == Qt.ItemDataRole.ToolTipRole:
            return column.tip
        return _side(column) if role == Qt.ItemDataRole.TextAlignmentRole else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        column, entry = self.columns[index.column()], self.entries[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return column.text(entry)
        if role == Qt.ItemDataRole.DecorationRole and column.chip is not None:
            return untinted(column.chip(entry))
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _side(column)
        return entry if role == Qt.ItemDataRole.UserRole else None


class RankedTable(QTableView):
    """However many rows there are, only those in sight cost anything."""

    picked = Signal(int)  # a row: clicked, or gone to by keys

    def __init__(self, model: RankedModel, name: str, row_height: int = ROW_HEIGHT) -> None:
        super().__init__()
        self.ranked = model
        set_up_table(self, model, row_height, name)
        header = self.horizontalHeader()
        for place, column in enumerate(model.columns):
            if column.width:
                self.setColumnWidth(place, column.width)
            else:
                header.setSectionResizeMode(place, QHeaderView.ResizeMode.Stretch)
        if any(column.key is not None for column in model.columns):
            header.setSectionsClickable(True)
            header.sectionClicked.connect(self._sort_by)
        self.clicked.connect(lambda index: self.picked.emit(index.row()))

    def _sort_by(self, place: int) -> None:
        self.ranked.sort_by(place)
        self.scrollToTop()  # the first ones are what one sorts for

    @property
    def marked(self) -> int | None:
        """The row that was gone to. Not the current one: that is the first as soon as the table gets the keys."""
        rows = self.selectionModel().selectedRows()
        return rows[0].row() if rows else None

    def scrollTo(self, index: Index, hint: QTableView.ScrollHint = QTableView.ScrollHint.EnsureVisible) -> None:
        """Scroll to a row, never sideways: a row is chosen as a whole, and its name stays in sight."""
        bar = self.horizontalScrollBar()
        before = bar.value()
        super().scrollTo(index, hint)
        bar.setValue(before)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        before = self.currentIndex().row()
        super().keyPressEvent(event)
        if self.currentIndex().row() not in (before, -1):
            self.picked.emit(self.currentIndex().row())


def ranked_table(columns: Sequence[Column], entries: Sequence[Any], name: str) -> RankedTable:
    """Return a table with a model of its own."""
    model = RankedModel(columns)
    model.show_entries(entries)
    table = RankedTable(model, name)
    model.setParent(table)
    return table


def _side(column: Column) -> int:
    side = Qt.AlignmentFlag.AlignRight if column.number else Qt.AlignmentFlag.AlignLeft
    return int(side | Qt.AlignmentFlag.AlignVCenter)
