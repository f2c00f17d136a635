"""How one row of the command palette is painted."""

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem, QWidget

from segstudio.gui.palette.entry import Entry
from segstudio.gui.rows import is_selected, paint_ground
from segstudio.gui.theme import Theme
from segstudio.gui.widgets import Index

ROW_HEIGHT = 32
ICON, LEFT, RIGHT, GAP = 16, 40, 12, 12
KEY_PADDING = 5


class EntryDelegate(QStyledItemDelegate):
    """Icon, text, where it belongs; at the right its key. What cannot be done now is grey."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(200, ROW_HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        entry: Entry = index.data(Qt.ItemDataRole.UserRole)
        rect: QRect = option.rect
        painter.save()
        paint_ground(painter, option, self._theme.tokens, is_selected(option), bar=False, hovered="input")
        if entry.icon:
            box = QRect(rect.x() + 12, rect.center().y() - ICON // 2 + 1, ICON, ICON)
            self._theme.icon(entry.icon, "text2" if entry.enabled else "strong").paint(painter, box)
        room = rect.adjusted(LEFT, 0, -RIGHT, 0)
        if entry.key:
            room.setRight(self._paint_key(painter, room, entry) - GAP)
        self._paint_texts(painter, room, entry)
        painter.restore()

    def _paint_key(self, painter: QPainter, room: QRect, entry: Entry) -> int:
        """Paint the key as a cap at the right of the room; return where the cap begins."""
        width = painter.fontMetrics().horizontalAdvance(entry.key) + 2 * KEY_PADDING
        cap = QRect(room.right() - width, room.center().y() - 9, width, 20)
        painter.setPen(self._theme.tokens.color("strong"))
        painter.drawRoundedRect(cap, 3, 3)
        self._write(painter, cap, entry.key, "text2", entry.enabled, Qt.AlignmentFlag.AlignHCenter)
        return cap.left()

    def _paint_texts(self, painter: QPainter, room: QRect, entry: Entry) -> None:
        metrics = painter.fontMetrics()
        text = metrics.elidedText(entry.text, Qt.TextElideMode.ElideMiddle, room.width())
        self._write(painter, room, text, "text", entry.enabled)
        left = room.left() + metrics.horizontalAdvance(text) + GAP
        place = metrics.elidedText(entry.place, Qt.TextElideMode.ElideMiddle, max(room.right() - left, 0))
        self._write(painter, QRect(left, room.y(), room.right() - left, room.height()), place, "text3", entry.enabled)

    def _write(
        self,
        painter: QPainter,
        room: QRect,
        text: str,
        token: str,
        enabled: bool,
        align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
    ) -> None:
        painter.setPen(self._theme.tokens.color(token if enabled else "strong"))
        painter.drawText(room, align | Qt.AlignmentFlag.AlignVCenter, text)
