"""The dashed box around the region that one has gone to, and what stands at it."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen

from segstudio.core.raster import Rect
from segstudio.gui.canvas.viewport import Viewport

GAP = 4
"""Device pixels between the region and the box, so that its pixels stay in sight."""

GROUND, INK = QColor(255, 255, 255), QColor(16, 20, 24)


def draw_region_box(painter: QPainter, view: Viewport, pane: tuple[int, int], rect: Rect, text: str) -> None:
    """Draw a dashed box around a rectangle of the picture, light over dark, and a text above it or, at the top, in it.

    In device pixels of a ``pane`` of (width, height), which keeps the text in sight.
    """
    corners = [QPointF(*view.to_screen(x, y)) for x, y in ((rect.x0, rect.y0), (rect.x1, rect.y1))]
    box = QRectF(*corners).normalized().adjusted(-GAP, -GAP, GAP, GAP)
    painter.save()
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(0, 0, 0, 200), 1.5))
    painter.drawRect(box)
    dashes = QPen(GROUND, 1.5, Qt.PenStyle.CustomDashLine)
    dashes.setDashPattern([4, 3])
    painter.setPen(dashes)
    painter.drawRect(box)
    _draw_text(painter, box, text, pane[0])
    painter.restore()


def _draw_text(painter: QPainter, box: QRectF, text: str, width: int) -> None:
    font = QFont(painter.font())
    font.setPixelSize(round(12 * painter.device().devicePixelRatioF()))
    font.setWeight(QFont.Weight.DemiBold)
    painter.setFont(font)
    size = painter.fontMetrics().size(0, text)
    ground = QRectF(box.x(), box.y() - size.height() - 8, size.width() + 14, size.height() + 5)
    ground.moveLeft(max(min(box.x(), width - ground.width()), 0.0))
    if ground.y() < 0:
        ground.moveTop(max(box.y() + 3, 3.0))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(GROUND)
    painter.drawRoundedRect(ground, 3, 3)
    painter.setPen(INK)
    painter.drawText(ground, Qt.AlignmentFlag.AlignCenter, text)
