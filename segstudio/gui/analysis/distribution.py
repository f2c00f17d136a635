"""How the values of a column are spread over the images: a low histogram with mean, median and the open image."""

import math
from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QEvent, QLineF, QPointF, QRectF, QSizeF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QApplication

from segstudio.core.wording import counted
from segstudio.gui.plots.ink import small_font
from segstudio.gui.plots.plot import Cell, Plot
from segstudio.gui.plots.readout import draw_readout
from segstudio.gui.theme import Theme, Tokens
from segstudio.metrics.overlap import FloatArray
from segstudio.services.image_columns import Column, Kind, spelled, unit

BINS, LEAST_BINS = 48, 8
"""Bars at the most and at the least: twice the root of the number of images."""
HEIGHT, FOOT, HEAD = 64, 16.0, 12.0
NOTHING = np.empty(0)


class DistributionPlot(Plot):
    """``clicked`` says the ends of the bar that was clicked, ``ranged`` those of a range that was drawn."""

    clicked = Signal(float, float)
    ranged = Signal(float, float)

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, "Distribution")
        self._values: FloatArray = NOTHING
        self._counts, self._edges = np.zeros(1, np.int64), np.array([0.0, 1.0])
        self._column: Column | None = None
        self._current = np.nan
        self._bar = -1
        self._pressed: QPointF | None = None
        self.setMinimumHeight(HEIGHT)
        self.setMaximumHeight(HEIGHT)

    def show_values(self, column: Column | None, values: FloatArray, current: float) -> None:
        """Show the values of a column, nan where not defined, and that of the open image."""
        self._column, self._current = column, current
        self._values = values[np.isfinite(values)]
        self.title = f"{column.text} of {counted(len(self._values), 'image')}" if column is not None else "Distribution"
        if len(self._values):
            low, high = float(self._values.min()), float(self._values.max())
            span = (low, high) if high > low else (low - 0.5, high + 0.5)
            bins = min(max(2 * math.ceil(math.sqrt(len(self._values))), LEAST_BINS), BINS)
            self._counts, self._edges = np.histogram(self._values, bins, span)
        self.redraw()

    @property
    def empty(self) -> bool:
        return not len(self._values)

    @property
    def summary(self) -> str:
        """Mean and median in words, "" where there are no values."""
        if self.empty:
            return ""
        return f"mean {self._said(float(self._values.mean()))}, median {self._said(float(np.median(self._values)))}"

    def draw(self, painter: QPainter, size: QSizeF, tokens: Tokens) -> None:
        width, bottom = size.width(), size.height() - FOOT
        heights = self._counts / max(int(self._counts.max()), 1) * (bottom - HEAD)
        bar = width / len(self._counts)
        for n, height in enumerate(heights.tolist()):
            if height:
                shown = max(height, 1.5)
                painter.fillRect(QRectF(n * bar + 0.5, bottom - shown, bar - 1, shown), tokens.color("text3"))
        painter.fillRect(QRectF(0, bottom, width, 1), tokens.color("strong"))
        self._draw_line(painter, size, float(self._values.mean()), tokens, Qt.PenStyle.SolidLine)
        self._draw_line(painter, size, float(np.median(self._values)), tokens, Qt.PenStyle.DashLine)
        self._draw_ends(painter, size, tokens)

    def _draw_line(self, painter: QPainter, size: QSizeF, value: float, tokens: Tokens, style: Qt.PenStyle) -> None:
        painter.setPen(QPen(tokens.color("text"), 1.5, style))
        x = self._place(value, size.width())
        painter.drawLine(QLineF(x, 4, x, size.height() - FOOT))

    def _draw_ends(self, painter: QPainter, size: QSizeF, tokens: Tokens) -> None:
        painter.setFont(small_font())
        painter.setPen(tokens.color("text3"))
        foot = QRectF(0, size.height() - FOOT + 2, size.width(), FOOT - 2)
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(foot, Qt.AlignmentFlag.AlignLeft | middle, self._said(float(self._edges[0])))
        painter.drawText(foot, Qt.AlignmentFlag.AlignRight | middle, self._said(float(self._edges[-1])))
        painter.drawText(foot, Qt.AlignmentFlag.AlignHCenter | middle, f"{self.summary} (dashed)")

    def draw_over(self, painter: QPainter) -> None:
        if np.isfinite(self._current):
            x, y = self._place(self._current, self.width()), self.height() - FOOT
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self.tokens.color("accent"))
            painter.drawPolygon(QPolygonF([QPointF(x, y - 2), QPointF(x - 5, y + 6), QPointF(x + 5, y + 6)]))
        if (drawn := self._range()) is not None:
            shade = self.tokens.color("accent")
            shade.setAlphaF(0.25)
            left, right = (self._place(value, self.width()) for value in drawn)
            painter.fillRect(QRectF(left, 0, right - left, self.height() - FOOT), shade)
        elif self._bar >= 0:
            ends = " to ".join(self._said(float(edge)) for edge in self._edges[self._bar : self._bar + 2])
            at = QPointF((self._bar + 0.5) * self.width() / len(self._counts), self.height() / 2)
            draw_readout(
                painter, self.whole(), at, ends, [(None, "images", f"{self._counts[self._bar]:,}")], self.tokens
            )

    def table(self) -> tuple[Sequence[str], Sequence[Sequence[Cell]]]:
        rows = zip(self._edges[:-1].tolist(), self._edges[1:].tolist(), self._counts.tolist(), strict=True)
        return ["from", "to", "images"], [list(row) for row in rows]

    def _said(self, value: float) -> str:
        kind = self._column.kind if self._column is not None else Kind.SHARE
        of = unit(kind)
        return f"{spelled(kind, value)} {of}" if of else spelled(kind, round(value))

    def _place(self, value: float, width: float) -> float:
        low, high = float(self._edges[0]), float(self._edges[-1])
        return (value - low) / (high - low) * width

    def _range(self) -> tuple[float, float] | None:
        """Return the ends of the bars that a range is being drawn over, None where the hand has not gone far."""
        if self._pressed is None or self.pointer is None:
            return None
        first, last = sorted((self._pressed.x(), self.pointer.x()))
        if last - first < QApplication.startDragDistance():
            return None
        bars = [min(max(int(x / self.width() * len(self._counts)), 0), len(self._counts) - 1) for x in (first, last)]
        return float(self._edges[bars[0]]), float(self._edges[bars[1] + 1])

    def _point_at(self, bar: int) -> None:
        self._bar = -1 if self.empty else min(max(bar, 0), len(self._counts) - 1)
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.pointer = event.position()
        self._point_at(int(event.position().x() / self.width() * len(self._counts)))

    def leaveEvent(self, event: QEvent) -> None:
        self.pointer, self._bar = None, -1
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and not self.empty:
            self._pressed = self.pointer = event.position()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        drawn, pressed = self._range(), self._pressed
        self._pressed = None
        if drawn is not None:
            self.ranged.emit(*drawn)
        elif pressed is not None and self._bar >= 0:
            self._click()
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go from bar to bar with the arrow keys; Enter is a click."""
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if step is not None:
            self._point_at(self._bar + step)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._bar >= 0:
            self._click()
        else:
            super().keyPressEvent(event)

    def _click(self) -> None:
        self.clicked.emit(float(self._edges[self._bar]), float(self._edges[self._bar + 1]))
