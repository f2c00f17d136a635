"""The table of scored images as Qt sees it: any number of rows, of which only those in sight are made."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, Qt

from segstudio.gui.analysis.scored_images import ScoredImages
from segstudio.gui.widgets import Index
from segstudio.services.image_columns import Kind, Rows, order_of, spelled, unit

NAME = 0
RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)


class ImagesModel(QAbstractTableModel):
    """``rows`` are rows of the scores in the order shown; the first column is the sample's name."""

    def __init__(self, images: ScoredImages, keys: Sequence[str]) -> None:
        super().__init__()
        self._images = images
        self.keys: tuple[str, ...] = tuple(keys)
        self.rows: Rows = np.empty(0, np.intp)
        self.sorted_by, self.descending = "mean_iou", False

    def set_keys(self, keys: Sequence[str]) -> None:
        """Show other columns."""
        self.beginResetModel()
        self.keys = tuple(keys)
        self.endResetModel()

    def arrange(self, anew: bool = True) -> None:
        """Show the images that are listed now, in order of their values now; where not ``anew``, as they stood.

        Values move while one paints, and rows that moved with them could not be read.
        """
        rows = self._images.listed()
        if not anew and np.array_equal(np.sort(self.rows), rows):
            rows = self.rows
        elif self.sorted_by in self.keys:
            rows = order_of(self._images.values.all_values(self.sorted_by), self.descending, rows)
        elif self.descending:
            rows = rows[::-1]
        if np.array_equal(rows, self.rows):
            if len(rows):
                self.dataChanged.emit(self.index(0, 0), self.index(len(rows) - 1, len(self.keys)))
            return
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        self.sorted_by = self.keys[column - 1] if column != NAME else ""
        self.descending = order == Qt.SortOrder.DescendingOrder
        self.arrange()
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(self.keys))

    def kind_at(self, column: int) -> Kind | None:
        """Return what the values of a column are, None for names."""
        known = self._images.columns.get(self.keys[column - 1]) if column != NAME else None
        return known.kind if known is not None else None

    def place_of(self, row: int | None) -> int | None:
        """Return where a row of the scores is shown, None where it is not."""
        found = np.flatnonzero(self.rows == (-1 if row is None else row))
        return int(found[0]) if found.size else None

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 (Qt's own default)
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 (Qt's own default)
        return 0 if parent.isValid() else 1 + len(self.keys)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation != Qt.Orientation.Horizontal or section > len(self.keys):
            return None
        column = self._images.columns.get(self.keys[section - 1]) if section != NAME else None
        if role == Qt.ItemDataRole.DisplayRole:
            text = column.text if column is not None else "Image"
            key = self.keys[section - 1] if section != NAME else ""
            return text + (("▾" if self.descending else "▴") if key == self.sorted_by else "")
        if role == Qt.ItemDataRole.ToolTipRole and column is not None:
            of = f", {unit(column.kind)}" if unit(column.kind) else ""
            return f"{column.tip}{of}. Click to sort by it."
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter) if section == NAME else RIGHT
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = int(self.rows[index.row()])
        if role == Qt.ItemDataRole.DisplayRole:
            return self.text(row, index.column())
        if role == Qt.ItemDataRole.ToolTipRole and index.column() == NAME:
            return self._images.values.images.scores.id_at(row)
        if role == Qt.ItemDataRole.TextAlignmentRole and index.column() != NAME:
            return RIGHT
        return None

    def text(self, row: int, column: int) -> str:
        """Return what a cell of a row of the scores says."""
        values = self._images.values
        if row >= len(values.images.scores):
            return ""  # another run was chosen a moment ago
        if column == NAME:
            return values.images.scores.id_at(row)  # names alone may be those of many
        key = self.keys[column - 1]
        known = values.values(key) if key in values.columns else np.empty(0)
        return spelled(values.columns[key].kind, float(known[row])) if row < len(known) else ""
