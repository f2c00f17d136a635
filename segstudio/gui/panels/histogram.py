"""How often each value occurs in the picture, and the window of values that is shown: drag its ends, or all of it."""

import math
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPolygonF
from PySide6.QtWidgets import QWidget

from segstudio.core.display import WHITE, Display, Distribution
from segstudio.gui.theme import Theme

HEIGHT = 84
REACH = 8
"""Pixels within which an end of the window is taken hold of."""
ROOM = 0.06
"""What is seen beyond the window on either side, as a share of it."""
COLORS = ("#FF5A52", "#3DBE64", "#4E8DF5")
LOW, HIGH, BOTH = "low", "high", "both"


class Histogram(QWidget):
    """``moved`` brings the display as the user drags it; ``fitted`` asks for automatic contrast (a double click)."""

    moved = Signal(object)
    fitted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._values: Distribution | None = None
        self._display = Display()
        self._span = (0.0, float(WHITE))
        self._held = ""
        self._grabbed = 0.0
        self._hover: float | None = None
        self.setFixedHeight(HEIGHT)
        self.setMouseTracking(True)
        self.setAccessibleName("Histogram")
        self.setToolTip("Drag an end of the window, or the window itself. Double click: automatic contrast")
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(240, HEIGHT)

    def show_values(self, values: Distribution | None, display: Display, plain: bool) -> None:
        """Show the values of a picture and the window on them."""
        self._values, self._display = values, display
        if not self._held:
            self._span = _span(values, display, plain)
        self.update()

    def x_of(self, value: float) -> float:
        low, high = self._span
        return (value - low) / (high - low) * self.width()

    def value_at(self, x: float) -> float:
        low, high = self._span
        return low + x / max(self.width(), 1) * (high - low)

    # The pointer

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._held = self._under(event.position().x())
            self._grabbed = self.value_at(event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        x = event.position().x()
        self._hover = self.value_at(x)
        if self._held:
            self._drag(self._hover)
        else:
            under = self._under(x)
            self.setCursor(Qt.CursorShape.SizeHorCursor if under in (LOW, HIGH) else Qt.CursorShape.ArrowCursor)
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._held = ""
        self.moved.emit(self._display)  # what is seen of the values may suit the window now

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._held = ""
        self.fitted.emit()

    def leaveEvent(self, event: QEvent) -> None:
        self._hover = None
        self.update()

    def _under(self, x: float) -> str:
        """Return the end of the window that is near; the window as a whole where neither is."""
        to_low, to_high = abs(x - self.x_of(self._display.low)), abs(x - self.x_of(self._display.high))
        if min(to_low, to_high) > REACH:
            return BOTH
        return LOW if to_low < to_high else HIGH

    def _drag(self, value: float) -> None:
        low, high = self._display.low, self._display.high
        if low == high and self._held != BOTH:  # which of the two is meant, the way it goes tells
            self._held = LOW if value < low else HIGH
        if self._held == LOW:
            low = min(value, high)
        elif self._held == HIGH:
            high = max(value, low)
        else:
            low, high = low + value - self._grabbed, high + value - self._grabbed
            self._grabbed = value
        self.moved.emit(replace(self._display, low=low, high=high, auto=False))

    # What is drawn

    def paintEvent(self, event: QPaintEvent) -> None:
        t = self._theme.tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), t.color("input"))
        self._paint_counts(painter)
        left, right = self.x_of(self._display.low), self.x_of(self._display.high)
        shade = QColor(t.color("panel"))
        shade.setAlphaF(0.6)
        painter.fillRect(QRectF(0, 0, left, HEIGHT), shade)
        painter.fillRect(QRectF(right, 0, self.width() - right, HEIGHT), shade)
        self._paint_curve(painter, left, right)
        for x in (left, right):
            painter.fillRect(QRectF(x - 1, 0, 2, HEIGHT), t.color("accent"))
            painter.setBrush(t.color("accent"))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.drawRoundedRect(QRectF(x - 4, HEIGHT / 2 - 9, 8, 18), 3, 3)
        self._paint_hover(painter)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(t.color("border"))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def _paint_counts(self, painter: QPainter) -> None:
        if self._values is None:
            return
        edges = _edges(self._span, self.width() // 2, self._values.channels[0].dtype.kind in "iu")
        channels = self._display.channels
        painter.setPen(Qt.PenStyle.NoPen)
        for channel, color in zip(channels, COLORS, strict=False):
            shade = self._theme.tokens.color("text3") if len(channels) == 1 else QColor(color)
            shade.setAlphaF(0.9 if len(channels) == 1 else 0.5)
            painter.setBrush(shade)
            painter.drawPolygon(self._outline(edges, self._values.counts(channel, edges)))

    def _outline(self, edges: NDArray[np.float64], counts: NDArray[np.intp]) -> QPolygonF:
        """Return the shape of the counts; their roots, so that what is rare is seen beside what is not."""
        heights = np.sqrt(counts)
        heights *= (HEIGHT - 8) / max(float(heights.max(initial=0)), 1)
        middles = (edges[1:] + edges[:-1]) / 2
        points = [QPointF(self.x_of(v), HEIGHT - h) for v, h in zip(middles.tolist(), heights.tolist(), strict=True)]
        ends = (QPointF(self.x_of(float(edge)), HEIGHT) for edge in edges[[0, -1]])
        return QPolygonF([next(ends), *points, next(ends)])

    def _paint_curve(self, painter: QPainter, left: float, right: float) -> None:
        """Draw how bright each value is shown."""
        share = np.linspace(0, 1, 33)
        xs, ys = left + share * (right - left), HEIGHT - 1 - share ** (1 / self._display.gamma) * (HEIGHT - 2)
        painter.setPen(self._theme.tokens.color("text"))
        painter.drawPolyline(QPolygonF([QPointF(x, y) for x, y in zip(xs.tolist(), ys.tolist(), strict=True)]))

    def _paint_hover(self, painter: QPainter) -> None:
        """Write the value under the pointer, and its share of the picture."""
        if self._hover is None or self._values is None:
            return
        x, step = self.x_of(self._hover), self.value_at(2) - self.value_at(0)
        seen = self._values.channels[self._display.channels[0]]
        count = self._values.counts(
            self._display.channels[0], np.array([self._hover - step / 2, self._hover + step / 2])
        )
        text = f"{self._hover:,.4g}: {100 * int(count[0]) / max(len(seen), 1):.2f} %"
        painter.setPen(self._theme.tokens.color("text2"))
        painter.drawLine(QPointF(x, 0), QPointF(x, HEIGHT))
        room = QRectF(x + 6, 2, 160, 16) if x < self.width() / 2 else QRectF(x - 166, 2, 160, 16)
        side = Qt.AlignmentFlag.AlignLeft if x < self.width() / 2 else Qt.AlignmentFlag.AlignRight
        painter.setPen(self._theme.tokens.color("text"))
        painter.drawText(room, side | Qt.AlignmentFlag.AlignVCenter, text)


def _edges(span: tuple[float, float], most: int, whole: bool) -> NDArray[np.float64]:
    """Return what parts the values into ``most`` bins, or fewer; of whole numbers each bin holds as many."""
    if not whole:
        return np.linspace(*span, most + 1)
    step = max(1, math.ceil((span[1] - span[0]) / most))
    return np.arange(math.floor(span[0]) - 0.5, span[1] + step, step)


def _span(values: Distribution | None, display: Display, plain: bool) -> tuple[float, float]:
    """Return the values from the left edge to the right: those that occur often, and the window, with some room."""
    low, high = (0.0, float(WHITE)) if plain or values is None else values.window(display.channels)
    low, high = min(low, display.low), max(high, display.high)
    room = ROOM * (high - low) or 1.0
    return low - room, high + room
