"""How one row of the list of error regions is painted."""

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFont, QPainter
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem, QWidget

from segstudio.gui.panels.chips import paint_chip
from segstudio.gui.panels.error_regions_model import REGION_ROLE, ClassOf, points
from segstudio.gui.rows import is_selected, paint_ground
from segstudio.gui.theme import Theme
from segstudio.gui.widgets import Index
from segstudio.services.error_regions import ErrorRegion

ROW_HEIGHT = 24
CHIP = 12
NUMBER, PIXELS, WORTH = 28, 72, 72
"""Widths of the columns beside the text."""


class ErrorRegionDelegate(QStyledItemDelegate):
    """Number, the chips of both classes, "Car as Building", pixels, worth."""

    def __init__(self, theme: Theme, class_of: ClassOf, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme, self._class_of = theme, class_of

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(200, ROW_HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        painter.save()
        rect, region = option.rect, index.data(REGION_ROLE)
        paint_ground(painter, option, self._theme.tokens, is_selected(option))
        self._write(painter, QRect(rect.x(), rect.y(), NUMBER, rect.height()), str(index.row() + 1), "text3")
        self._paint_chips(painter, rect, region)
        worth = QRect(rect.right() - 8 - WORTH, rect.y(), WORTH, rect.height())
        self._write(painter, worth, f"{points(region.worth)} IoU", "text", QFont.Weight.DemiBold)
        pixels, area = QRect(worth.x() - PIXELS, rect.y(), PIXELS, rect.height()), f"{region.area:,} px"
        self._write(painter, pixels, area, "text2")
        free = pixels.right() - painter.fontMetrics().horizontalAdvance(area)
        self._paint_text(painter, rect, free - 4, index.data(Qt.ItemDataRole.DisplayRole))
        painter.restore()

    def _paint_chips(self, painter: QPainter, rect: QRect, region: ErrorRegion) -> None:
        for place, value in enumerate((region.truth, region.predicted)):
            left = rect.x() + NUMBER + 6 + place * (CHIP + 2)
            box = QRect(left, rect.center().y() - CHIP // 2, CHIP, CHIP)
            paint_chip(painter, box, self._class_of(value), self._theme.tokens)

    def _paint_text(self, painter: QPainter, rect: QRect, right: int, text: str) -> None:
        left = rect.x() + NUMBER + 6 + 2 * (CHIP + 2) + 4
        room = QRect(left, rect.y(), right - left - 4, rect.height())
        painter.setFont(_font(painter))
        painter.setPen(self._theme.tokens.color("text"))
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideMiddle, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, shown)

    def _write(
        self, painter: QPainter, rect: QRect, text: str, token: str, weight: QFont.Weight = QFont.Weight.Normal
    ) -> None:
        painter.setFont(_font(painter, weight))
        painter.setPen(self._theme.tokens.color(token))
        painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, text)


def _font(painter: QPainter, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    font = QFont(painter.font())
    font.setPixelSize(12)
    font.setWeight(weight)
    return font
