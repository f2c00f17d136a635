"""How one row of the list of objects is painted."""

from collections.abc import Callable

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFont, QPainter, QPixmap
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem, QWidget

from segstudio.core.records import Instance
from segstudio.core.schema import LabelClass
from segstudio.gui.instances.model import INSTANCE_ROLE
from segstudio.gui.panels.chips import paint_chip
from segstudio.gui.rows import is_selected, paint_ground
from segstudio.gui.theme import Theme
from segstudio.gui.widgets import Index

ROW_HEIGHT = 48
CUTOUT = QRect(6, 4, 40, 40)


class InstanceDelegate(QStyledItemDelegate):
    """Cutout, chip and name of the class with the number, area. ``shown_as`` gives an object's class, in its colour."""

    def __init__(self, theme: Theme, shown_as: Callable[[Instance], LabelClass], parent: QWidget) -> None:
        super().__init__(parent)
        self._theme, self._shown_as = theme, shown_as

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(200, ROW_HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        painter.save()
        rect, instance = option.rect, index.data(INSTANCE_ROLE)
        paint_ground(painter, option, self._theme.tokens, is_selected(option))
        self._paint_cutout(painter, CUTOUT.translated(rect.topLeft()), index.data(Qt.ItemDataRole.DecorationRole))
        self._paint_text(painter, rect, instance)
        painter.restore()

    def _paint_cutout(self, painter: QPainter, box: QRect, pixmap: QPixmap | None) -> None:
        painter.fillRect(box, self._theme.tokens.color("input"))
        if pixmap is not None:
            shown = QRect(box)
            shown.setSize(pixmap.size().scaled(box.size(), Qt.AspectRatioMode.KeepAspectRatio))
            shown.moveCenter(box.center())
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawPixmap(shown, pixmap)

    def _paint_text(self, painter: QPainter, rect: QRect, instance: Instance) -> None:
        left, c = rect.x() + CUTOUT.right() + 13, self._shown_as(instance)
        paint_chip(painter, QRect(left, rect.center().y() - 6, 14, 14), c, self._theme.tokens)
        area, number = f"{instance.area:,} px", f" #{instance.number}"
        self._write(painter, rect.adjusted(0, 0, -12, 0), area, "text2", Qt.AlignmentFlag.AlignRight)
        metrics = painter.fontMetrics()
        room = rect.right() - 20 - left - 22 - metrics.horizontalAdvance(area + number)
        name = metrics.elidedText(c.name, Qt.TextElideMode.ElideRight, room)
        self._write(painter, rect.adjusted(left + 22 - rect.x(), 0, 0, 0), name + number, "text")

    def _write(
        self,
        painter: QPainter,
        rect: QRect,
        text: str,
        token: str,
        side: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
    ) -> None:
        font = QFont(painter.font())
        font.setPixelSize(13)
        painter.setFont(font)
        painter.setPen(self._theme.tokens.color(token))
        painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter | side, text)
