"""The classes of a model as rows: number of the output, chip, name, which can be written over."""

from typing import Any

from PySide6.QtCore import QAbstractListModel, QEvent, QModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter
from PySide6.QtWidgets import QLineEdit, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from segstudio.core.schema import LabelClass
from segstudio.gui.panels.chips import paint_chip
from segstudio.gui.rows import is_selected, paint_ground
from segstudio.gui.theme import Theme
from segstudio.gui.widgets import Index

ROW = 24
NUMBER_ROOM, CHIP = 40, 14
NAME_LEFT = NUMBER_ROOM + CHIP + 12


class ModelClasses(QAbstractListModel):
    """The outputs in order; those whose names hold a text, where one is searched for."""

    renamed = Signal(object, str)  # a LabelClass, its new name

    def __init__(self) -> None:
        super().__init__()
        self._all: tuple[LabelClass, ...] = ()
        self._rows: list[tuple[int, LabelClass]] = []
        self._text = ""

    def set_classes(self, classes: tuple[LabelClass, ...]) -> None:
        self._all = classes
        self.search(self._text)

    def search(self, text: str) -> None:
        self._text = text
        wanted = text.casefold().strip()
        self.beginResetModel()
        self._rows = [(i, c) for i, c in enumerate(self._all) if wanted in c.name.casefold()]
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 (Qt's own default)
        return 0 if parent.isValid() else len(self._rows)

    def flags(self, index: Index) -> Qt.ItemFlag:
        return super().flags(index) | Qt.ItemFlag.ItemIsEditable

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        output, c = self._rows[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return c.name
        if role == Qt.ItemDataRole.ToolTipRole:
            return (
                f"{c.name}: output {output}, id {c.id}\nF2 or a double click renames it, Enter or its chip recolours it"
            )
        return (output, c) if role == Qt.ItemDataRole.UserRole else None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        _, c = self._rows[index.row()]
        name = str(value).strip()
        if role != Qt.ItemDataRole.EditRole or not name or name == c.name:
            return False
        self.renamed.emit(c, name)
        return True


class ModelClassDelegate(QStyledItemDelegate):
    """``recolour`` asks for another colour of a class whose chip was clicked."""

    recolour = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(160, ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        painter.save()
        tokens, rect = self._theme.tokens, option.rect
        output, c = index.data(Qt.ItemDataRole.UserRole)
        paint_ground(painter, option, tokens, is_selected(option))
        painter.setPen(tokens.color("text3"))
        number = QRect(rect.x(), rect.y(), NUMBER_ROOM - 8, ROW)
        painter.drawText(number, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, str(output))
        paint_chip(painter, chip_rect(rect), c, tokens)
        painter.setPen(tokens.color("text"))
        name = rect.adjusted(NAME_LEFT, 0, -8, 0)
        shown = painter.fontMetrics().elidedText(c.name, Qt.TextElideMode.ElideRight, name.width())
        painter.drawText(name, Qt.AlignmentFlag.AlignVCenter, shown)
        painter.restore()

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        editor = QLineEdit(parent)
        editor.setAccessibleName(f"Name of output {index.data(Qt.ItemDataRole.UserRole)[0]}")
        editor.setMinimumHeight(ROW)
        return editor

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:
        editor.setGeometry(option.rect.adjusted(NAME_LEFT - 8, 0, 0, 0))

    def editorEvent(self, event: QEvent, model: Any, option: QStyleOptionViewItem, index: Index) -> bool:
        if not isinstance(event, QMouseEvent) or event.type() != QEvent.Type.MouseButtonRelease:
            return False
        on_chip = chip_rect(option.rect).adjusted(-6, -5, 6, 5).contains(event.position().toPoint())
        if on_chip:
            self.recolour.emit(index.data(Qt.ItemDataRole.UserRole)[1])
        return on_chip


def chip_rect(row: QRect) -> QRect:
    return QRect(row.x() + NUMBER_ROOM, row.y() + (ROW - CHIP) // 2, CHIP, CHIP)
