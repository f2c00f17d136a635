"""The outputs of a model as rows: its class, and the class of the project that it is written as, to be chosen."""

from __future__ import annotations

from typing import Any, Final

from PySide6.QtCore import QAbstractListModel, QModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem, QWidget

from segstudio.core.schema import LabelClass
from segstudio.gui.panels.chips import paint_chip
from segstudio.gui.rows import is_selected, paint_ground
from segstudio.gui.theme import Theme
from segstudio.gui.widgets import Index
from segstudio.services.class_mapping import ClassMap, Found, MappedClass

ROW = 24
CHIP = 14
LEFT = 12
WHY: Final[dict[Found, str]] = {
    "name": "the names are the same",
    "alike": "the names differ in spelling only",
    "background": "what lies between objects is the background of the project",
    "number": "it has the same id; no name says that it is the same thing",
    "order": "the same place in the order of the classes",
    "hand": "chosen by hand",
    "new": "not in the project: a class of its own in the masks",
    "nothing": "written as background, as if nothing had been found",
}


class MappedRows(QAbstractListModel):
    """The outputs: what is no class of the project first, then in order; those whose names hold a searched text.

    A row stays where it is while targets are chosen by hand: rows that move cannot be read.
    """

    def __init__(self) -> None:
        super().__init__()
        self._all: tuple[MappedClass, ...] = ()
        self._order: list[int] = []
        self._rows: list[int] = []
        self._text = ""

    def set_map(self, found: ClassMap, keep_order: bool) -> None:
        """Show other targets; all rows anew, but where only targets may differ and ``keep_order`` says so."""
        same = keep_order and [row.source for row in found.rows] == [row.source for row in self._all]
        self._all = found.rows
        if same:
            self.dataChanged.emit(self.index(0), self.index(self.rowCount() - 1))
            return
        self._order = sorted(range(len(self._all)), key=lambda i: self._all[i].found not in ("new", "nothing"))
        self.search(self._text)

    def search(self, text: str) -> None:
        self._text = text
        wanted = text.casefold().strip()
        self.beginResetModel()
        self._rows = [i for i in self._order if wanted in self._all[i].source.name.casefold()]
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 (Qt's own default)
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = self._all[self._rows[index.row()]]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return f"{row.source.name}: {target_name(row)}"
        if role == Qt.ItemDataRole.ToolTipRole:
            output = self._rows[index.row()]
            return (
                f"Output {output}, {row.source.name}, is written as {row.target.name}, id {row.target.id}:\n"
                f"{WHY[row.found]}. Click or press Enter to choose another class"
            )
        return row if role == Qt.ItemDataRole.UserRole else None


def target_name(row: MappedClass) -> str:
    """Return what an output is written as, in words."""
    if row.found == "nothing":
        return "nothing"
    return f"new class, id {row.target.id}" if row.found == "new" else row.target.name


class MappingDelegate(QStyledItemDelegate):
    """The chip and name of an output's class, and those of what it is written as."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(160, ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        painter.save()
        rect, tokens = option.rect, self._theme.tokens
        row: MappedClass = index.data(Qt.ItemDataRole.UserRole)
        paint_ground(painter, option, tokens, is_selected(option))
        middle = middle_of(rect)
        self._paint_name(painter, QRect(rect.x() + LEFT, rect.y(), middle - rect.x() - LEFT - 22, ROW), row.source)
        self._theme.icon("arrow-right", "text3").paint(painter, QRect(middle - 17, rect.y() + 5, 14, 14))
        target = QRect(middle + 4, rect.y(), rect.right() - middle - 8, ROW)
        if row.found in ("new", "nothing"):
            painter.setPen(tokens.color("text3"))
            shown = painter.fontMetrics().elidedText(target_name(row), Qt.TextElideMode.ElideRight, target.width())
            painter.drawText(target, Qt.AlignmentFlag.AlignVCenter, shown)
        else:
            self._paint_name(painter, target, row.target)
        painter.restore()

    def _paint_name(self, painter: QPainter, rect: QRect, c: LabelClass) -> None:
        paint_chip(painter, QRect(rect.x(), rect.y() + (ROW - CHIP) // 2, CHIP, CHIP), c, self._theme.tokens)
        painter.setPen(self._theme.tokens.color("text"))
        name = rect.adjusted(CHIP + 6, 0, 0, 0)
        shown = painter.fontMetrics().elidedText(c.name, Qt.TextElideMode.ElideRight, name.width())
        painter.drawText(name, Qt.AlignmentFlag.AlignVCenter, shown)


def middle_of(rect: QRect) -> int:
    """Return where the targets begin in a row."""
    return rect.x() + rect.width() // 2
