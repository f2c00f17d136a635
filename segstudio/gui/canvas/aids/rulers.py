"""Rulers along the upper and the left edge of the canvas, in pixels of the picture or in its unit of length."""

import math

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from segstudio.gui.canvas.aids.steps import as_text, round_step
from segstudio.gui.canvas.view import PaneView
from segstudio.gui.theme import Theme

THICKNESS = 20
APART = 64
"""Screen pixels between two numbers, at the least."""

MINOR = 5
"""Parts that a step is divided into."""


class Ruler(QWidget):
    """One ruler. ``size_of_pixel`` is in ``unit``; 1 and "px" without a known size."""

    def __init__(self, canvas: PaneView, theme: Theme, orientation: Qt.Orientation) -> None:
        super().__init__()
        self._canvas, self._theme = canvas, theme
        self._across = orientation == Qt.Orientation.Horizontal
        self._pixel = (1.0, 1.0)
        self._at: tuple[float, float] | None = None
        if self._across:
            self.setFixedHeight(THICKNESS)
        else:
            self.setFixedWidth(THICKNESS)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        canvas.view_changed.connect(self.update)
        canvas.panes_changed.connect(self.update)
        theme.changed.connect(self.update)

    def set_pixel(self, spacing: tuple[float, float] | None) -> None:
        """Count in a unit of length: ``spacing`` is the size of a pixel, y then x. None: count pixels."""
        self._pixel = spacing or (1.0, 1.0)
        self.update()

    def point(self, at: tuple[float, float] | None) -> None:
        """Mark where the pointer is, in image pixels."""
        self._at = at
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, t = QPainter(self), self._theme.tokens
        painter.fillRect(self.rect(), t.color("panel"))
        painter.setPen(t.color("border"))
        corner = self.rect().adjusted(0, 0, -1, -1)
        painter.drawLine(corner.bottomLeft() if self._across else corner.topRight(), corner.bottomRight())
        if self._canvas.picture_size is None:
            return
        font = QFont(painter.font())
        font.setPixelSize(10)
        painter.setFont(font)
        painter.setPen(t.color("text3"))
        self._draw_ticks(painter)
        if self._at is not None:
            painter.setPen(t.color("accent"))
            x, y = self._canvas.view.to_screen(*self._at)
            self._line(painter, (x if self._across else y) / self.devicePixelRatioF(), THICKNESS)

    def _draw_ticks(self, painter: QPainter) -> None:
        ratio, length = self.devicePixelRatioF(), self.width() if self._across else self.height()
        begin, end = self._value(0), self._value(length * ratio)
        a_pixel = abs(end - begin) / max(length, 1)
        step = round_step(APART * a_pixel)
        low, high = sorted((begin, end))
        for number in range(math.floor(low / step * MINOR), math.ceil(high / step * MINOR) + 1):
            value = number * step / MINOR
            at = (value - begin) / (end - begin) * length
            self._line(painter, at, 9 if number % MINOR == 0 else 4)
            if number % MINOR == 0:
                self._write(painter, at, as_text(round(value, 9)))

    def _value(self, along: float) -> float:
        """Return what a place along the ruler, in device pixels, measures on the picture's axis that runs there."""
        view = self._canvas.view
        x, y = view.to_image(along, 0) if self._across else view.to_image(0, along)
        vertical = view.orientation.transposed == self._across
        return y * self._pixel[0] if vertical else x * self._pixel[1]

    def _line(self, painter: QPainter, at: float, length: float) -> None:
        edge = THICKNESS - 1
        if self._across:
            painter.drawLine(QPointF(at, edge), QPointF(at, edge - length))
        else:
            painter.drawLine(QPointF(edge, at), QPointF(edge - length, at))

    def _write(self, painter: QPainter, at: float, text: str) -> None:
        painter.save()
        if self._across:
            painter.translate(at + 3, 0)
        else:
            painter.translate(0, at - 3)
            painter.rotate(-90)
        painter.drawText(QRectF(0, 0, APART, 12), Qt.AlignmentFlag.AlignVCenter, text)
        painter.restore()
