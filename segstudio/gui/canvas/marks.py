"""What is drawn over the panes: the brush's outline and the handle of a swipe."""

import math

from PySide6.QtCore import QLineF, QPointF, QRect, QRectF
from PySide6.QtGui import QColor, QPainter, QPen, QRegion, QTransform

HANDLE_RADIUS = 13
GRIP_AT = 0.8
"""Part of the line at which the grip of a swipe lies."""
REACH = 8
"""Pixels about the outline of a brush, and about its centre, that may be drawn on."""
ROW = 128
LINE_ON, LINE_UNDER = QColor(255, 255, 255), QColor(0, 0, 0, 160)
_RINGS = (1, QPen(LINE_UNDER, 1)), (0, QPen(LINE_ON, 1))
"""Lines one pixel wide, by how far they lie outside: Qt draws them fifteen times as fast as a wider line."""
_CROSS = QPen(LINE_UNDER, 3), QPen(LINE_ON, 1.25)


def brush_region(at: QPointF, diameter: float, within: QRect, square: bool = False) -> QRegion:
    """Return what ``draw_brush`` may touch of a rectangle.

    Of a brush that is larger than that it is small rectangles along the outline. They lie in rows of a fixed grid, so
    that those of a brush that moves join those of where it was.
    """
    outer, inner = diameter / 2 + REACH, diameter / 2 - REACH
    around = QRectF(at.x() - outer, at.y() - outer, 2 * outer, 2 * outer).toAlignedRect() & within
    if diameter < min(within.width(), within.height()):
        return QRegion(around)
    region = QRegion(QRectF(at.x() - REACH, at.y() - REACH, 2 * REACH, 2 * REACH).toAlignedRect() & within)
    if square:
        hollow = QRectF(at.x() - inner, at.y() - inner, 2 * inner, 2 * inner).toAlignedRect()
        return region + QRegion(around).subtracted(QRegion(hollow))
    for top in range(around.top() // ROW * ROW, around.bottom() + 1, ROW):
        above, below = top - at.y(), top + ROW - at.y()
        nearest = max(above, -below, 0.0)
        half, hole = _half_chord(outer, nearest), _half_chord(inner, max(abs(above), abs(below)))
        for left in (at.x() - half, at.x() + hole):
            region += QRectF(left, top, half - hole, ROW).toAlignedRect() & within
    return region


def _half_chord(radius: float, distance: float) -> float:
    return math.sqrt(max(radius**2 - distance**2, 0.0))


def draw_brush(painter: QPainter, at: QPointF, diameter: float, square: bool = False) -> None:
    """Draw the true outline of a brush, light over dark so that it shows on any picture, and its centre."""
    radius = max(diameter / 2, 1.0)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    draw, x, y = painter.drawRect if square else painter.drawEllipse, at.x(), at.y()
    for outside, pen in _RINGS:
        half = radius + outside
        painter.setPen(pen)
        draw(QRectF(x - half, y - half, 2 * half, 2 * half))
    if radius > 8:
        cross = [QLineF(x - 3, y, x + 3, y), QLineF(x, y - 3, x, y + 3)]
        for pen in _CROSS:
            painter.setPen(pen)
            painter.drawLines(cross)


def draw_handle(painter: QPainter, at: float, length: float, lying: bool = False) -> None:
    """Draw the line of a swipe and the grip that is dragged; ``lying`` across the canvas it goes up and down."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if lying:
        painter.setTransform(QTransform(0, 1, 1, 0, 0, 0), combine=True)
    for pen in (QPen(LINE_UNDER, 4), QPen(LINE_ON, 2)):
        painter.setPen(pen)
        painter.drawLine(QPointF(at, 0), QPointF(at, length))
    middle = QPointF(at, length * GRIP_AT)
    painter.setPen(QPen(LINE_UNDER, 1))
    painter.setBrush(LINE_ON)
    painter.drawEllipse(middle, HANDLE_RADIUS, HANDLE_RADIUS)
    painter.setPen(QPen(QColor(30, 34, 38), 1.75))
    for side in (-1, 1):
        tip = middle + QPointF(side * 8, 0)
        painter.drawPolyline([tip - QPointF(side * 3.5, 3.5), tip, tip - QPointF(side * 3.5, -3.5)])
        painter.drawLine(middle + QPointF(side * 2.5, -5), middle + QPointF(side * 2.5, 5))
    painter.restore()
