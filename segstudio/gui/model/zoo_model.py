"""The table of the networks that can be built."""

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, Qt

from segstudio.gui.widgets import Index
from segstudio.services.zoo_rows import ZooRow, searched, zoo_rows

HEADS = ("Architecture", "Year", "Parameters", "GMACs", "Stride", "Checkpoints that fit")
TIPS = {
    2: "Learnt numbers, for 21 classes and 3 channels, without auxiliary heads",
    3: "10^9 multiplications for 512 x 512 pixels",
    4: "Of the scores before they are enlarged",
    5: "Checkpoints of other programs whose weights fit",
}
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_ALIGNED = (_LEFT, _RIGHT, _RIGHT, _RIGHT, Qt.AlignmentFlag.AlignCenter, _LEFT)


class ZooModel(QAbstractTableModel):
    """Sorted by a column where that is asked for, else as their papers came out."""

    def __init__(self) -> None:
        super().__init__()
        self._all = zoo_rows()
        self.rows = list(self._all)
        self._text, self._column, self._falling = "", -1, False

    def search(self, text: str) -> None:
        self._text = text
        self._arrange()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        self._column, self._falling = column, order == Qt.SortOrder.DescendingOrder
        self._arrange()

    def _arrange(self) -> None:
        self.beginResetModel()
        self.rows = searched(self._all, self._text)
        if self._column >= 0:
            self.rows.sort(key=lambda row: _value(row, self._column), reverse=self._falling)
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 (Qt's own default)
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 (Qt's own default)
        return 0 if parent.isValid() else len(HEADS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _ALIGNED[section]
        return {Qt.ItemDataRole.DisplayRole: HEADS[section], Qt.ItemDataRole.ToolTipRole: TIPS.get(section)}.get(
            Qt.ItemDataRole(role)
        )

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = self.rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return _text(row, index.column())
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _ALIGNED[index.column()]
        if role == Qt.ItemDataRole.ToolTipRole:
            return "\n".join(row.fits) if index.column() == 5 else row.title
        return row if role == Qt.ItemDataRole.UserRole else None


def _value(row: ZooRow, column: int) -> Any:
    variant = row.variant
    values = (row.title.casefold(), row.architecture.year, variant.parameters, variant.gmacs or 0.0,
              variant.output_stride, len(row.fits))  # fmt: skip
    return values[column]


def _text(row: ZooRow, column: int) -> str:
    variant = row.variant
    gmacs = "-" if variant.gmacs is None else f"{variant.gmacs:.2f}"
    texts = (row.title, str(row.architecture.year), f"{variant.parameters / 1e6:.2f} M", gmacs,
             str(variant.output_stride), ", ".join(row.fits) or "-")  # fmt: skip
    return texts[column]
