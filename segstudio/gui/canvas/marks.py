"""What is drawn over the panes: the brush's outline and the handle of a swipe."""

from PySide6.QtCore import QPointF, QRect, QRectF
from PySide6.QtGui import QColor, QPainter, QPen

HANDLE_RADIUS = 13
LINE_ON, LINE_UNDER = QColor(255, 255, 255), QColor(0, 0, 0, 160)


def brush_rect(at: QPointF, diameter: float) -> QRect:
    """Return what ``draw_brush`` may touch."""
    radius = diameter / 2 + 8
    return QRectF(at.x() - radius, at.y() - radius, 2 * radius, 2 * radius).toAlignedRect()


def draw_brush(painter: QPainter, at: QPointF, diameter: float) -> None:
    """Draw the true outline of a brush, light over dark so that it shows on any picture, and its centre."""
    radius = max(diameter / 2, 1.0)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    # Three lines one pixel wide: Qt draws them fifteen times as fast as one wider line.
    for pen, offset in ((QPen(LINE_UNDER, 1), -1), (QPen(LINE_UNDER, 1), 1), (QPen(LINE_ON, 1), 0)):
        painter.setPen(pen)
        painter.drawEllipse(at, radius + offset, radius + offset)
    if radius > 8:
        for pen in (QPen(LINE_UNDER, 3), QPen(LINE_ON, 1.25)):
            painter.setPen(pen)
            painter.drawLine(at - QPointF(3, 0), at + QPointF(3, 0))
            painter.drawLine(at - QPointF(0, 3), at + QPointF(0, 3))


def draw_handle(painter: QPainter, x: float, height: float) -> None:
    """Draw the line of a swipe and the grip that is dragged."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(LINE_UNDER, 4))
    painter.drawLine(QPointF(x, 0), QPointF(x, height))
    painter.setPen(QPen(LINE_ON, 2))
    painter.drawLine(QPointF(x, 0), QPointF(x, height))
    middle = QPointF(x, height * 0.8)
    painter.setPen(QPen(LINE_UNDER, 1))
    painter.setBrush(LINE_ON)
    painter.drawEllipse(middle, HANDLE_RADIUS, HANDLE_RADIUS)
    painter.setPen(QPen(QColor(30, 34, 38), 1.75))
    for side in (-1, 1):
        tip = middle + QPointF(side * 8, 0)
        painter.drawPolyline([tip - QPointF(side * 3.5, 3.5), tip, tip - QPointF(side * 3.5, -3.5)])
        painter.drawLine(middle + QPointF(side * 2.5, -5), middle + QPointF(side * 2.5, 5))
