"""The rows of the list of classes: chip, name, key, share of the picture, lock, eye; and where each can be clicked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractListModel, QEvent, QModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QFont, QMouseEvent, QPainter
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from segstudio.core.schema import LabelClass, LabelSchema
from segstudio.gui.panels.chips import paint_chip
from segstudio.gui.rows import paint_ground
from segstudio.gui.theme import Theme
from segstudio.gui.widgets import Index

if TYPE_CHECKING:
    from segstudio.gui.panels.classes import ClassesPanel

ICONS = "Lock: it keeps its pixels and gets no others. Eye: show or hide it."
ROW = 28
KEY_ROOM = 20
ROOM = 138
"""What key, share, lock and eye take at the right end of a row."""


class ClassesModel(QAbstractListModel):
    def __init__(self) -> None:
        super().__init__()
        self.classes: tuple[LabelClass, ...] = ()

    def set_schema(self, schema: LabelSchema) -> None:
        self.beginResetModel()
        self.classes = schema.classes
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 (Qt's own default)
        return 0 if parent.isValid() else len(self.classes)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        c = self.classes[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return c.name
        if role == Qt.ItemDataRole.ToolTipRole:
            marks = [m for m, on in (("background", c.background), ("ignored by scores", c.ignore)) if on]
            what = f"{c.name}: pixel value {c.id}" + (f", {', '.join(marks)}" if marks else "")
            return f"{what}\n{ICONS}"
        if role == Qt.ItemDataRole.UserRole:
            return c
        return None


class ClassDelegate(QStyledItemDelegate):
    """Chip, name, key, share of the picture, lock, eye."""

    def __init__(self, panel: ClassesPanel, theme: Theme) -> None:
        super().__init__(panel)
        self._panel, self._theme = panel, theme

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(200, ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        painter.save()
        t, rect, c = self._theme.tokens, option.rect, index.data(Qt.ItemDataRole.UserRole)
        paint_ground(painter, option, t, self._panel.chosen == c.id)
        hidden = c.id in self._panel.hidden
        paint_chip(painter, chip_rect(rect), c, t, faded=hidden)
        font = QFont(painter.font())
        font.setPixelSize(13)
        font.setWeight(QFont.Weight.DemiBold if self._panel.chosen == c.id else QFont.Weight.Normal)
        painter.setFont(font)
        painter.setPen(t.color("text3" if hidden else "text"))
        name = QRect(rect.x() + 36, rect.y(), rect.width() - 36 - ROOM, rect.height())
        shown = painter.fontMetrics().elidedText(c.name, Qt.TextElideMode.ElideRight, name.width())
        painter.drawText(name, Qt.AlignmentFlag.AlignVCenter, shown)
        mark = "ignore" if c.ignore else "background" if c.background else ""
        self._paint_rest(painter, rect, index.row(), c, name.x() + painter.fontMetrics().horizontalAdvance(shown), mark)
        eye = self._theme.icon("eye-off-outline" if hidden else "eye-outline", "text3" if hidden else "text2")
        eye.paint(painter, eye_rect(rect))
        locked = self._panel.is_locked(c.id)
        lock = self._theme.icon(
            "lock-outline" if locked else "lock-open-variant-outline", "text" if locked else "strong"
        )
        lock.paint(painter, lock_rect(rect))
        painter.restore()

    def _paint_rest(self, painter: QPainter, rect: QRect, row: int, c: LabelClass, left: int, mark: str) -> None:
        font = QFont(painter.font())
        font.setWeight(QFont.Weight.Normal)
        font.setPixelSize(12)
        painter.setFont(font)
        painter.setPen(self._theme.tokens.color("text3"))
        right = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        room = rect.right() - ROOM - left - 8
        if mark and painter.fontMetrics().horizontalAdvance(mark) <= room:
            painter.drawText(QRect(left + 8, rect.y(), room, rect.height()), Qt.AlignmentFlag.AlignVCenter, mark)
        if row < len(self._panel.keys):
            key = painter.fontMetrics().elidedText(self._panel.keys[row], Qt.TextElideMode.ElideRight, KEY_ROOM)
            painter.drawText(QRect(rect.right() - ROOM + 2, rect.y(), KEY_ROOM, rect.height()), right, key)
        share = self._panel.share(c.id)
        painter.setPen(self._theme.tokens.color("text2"))
        text = "" if share is None else "0" if share == 0 else f"{100 * share:.1f} %"
        painter.drawText(QRect(rect.right() - 116, rect.y(), 60, rect.height()), right, text)

    def editorEvent(self, event: QEvent, model: Any, option: QStyleOptionViewItem, index: Index) -> bool:
        if (
            event.type() == QEvent.Type.MouseButtonRelease
            and isinstance(event, QMouseEvent)
            and event.button() == Qt.MouseButton.LeftButton
        ):
            at = event.position().toPoint()
            c = index.data(Qt.ItemDataRole.UserRole)
            if eye_rect(option.rect).adjusted(-4, -6, 4, 6).contains(at):
                self._panel.toggle_visible(c.id)
                return True
            if lock_rect(option.rect).adjusted(-3, -6, 3, 6).contains(at):
                self._panel.toggle_lock(c.id)
                return True
            if chip_rect(option.rect).adjusted(-4, -6, 4, 6).contains(at):
                self._panel.recolour(c)
                return True
        return False


def chip_rect(row: QRect) -> QRect:
    return QRect(row.x() + 12, row.center().y() - 6, 14, 14)


def eye_rect(row: QRect) -> QRect:
    return QRect(row.right() - 26, row.center().y() - 7, 16, 16)


def lock_rect(row: QRect) -> QRect:
    return QRect(row.right() - 49, row.center().y() - 7, 16, 16)
