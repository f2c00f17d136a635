"""Points, each of which stands for something that has a name."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSizeF, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPen, QPixmap, QPolygonF
from PySide6.QtWidgets import QApplication

from segstudio.gui.plots.frame import Frame
from segstudio.gui.plots.ink import Ink, color_of
from segstudio.gui.plots.lines import Span
from segstudio.gui.plots.plot import Cell, Plot
from segstudio.gui.plots.readout import draw_readout
from segstudio.gui.plots.scale import FloatArray, number, span
from segstudio.gui.theme import Theme, Tokens

REACH = 8.0
"""Pixels from a point within which the pointer means it."""
SLICE = 2048
"""Points drawn at a time: more would hold the window."""
LEAST_DIAGONAL = 0.2
"""Of the longer axis, below which the piece of the diagonal that is in sight says nothing."""
MANY = 400
"""Points from which on they are drawn smaller."""


@dataclass(frozen=True, slots=True, eq=False)
class Points:
    """Points with what they are called; ``x`` and ``y`` are float64 of their number, nan where not defined."""

    names: Sequence[str]
    x: FloatArray
    y: FloatArray
    x_text: str = ""
    y_text: str = ""
    x_span: Span | None = None
    y_span: Span | None = None
    ink: Ink = 0
    diagonal: bool = False
    """Whether the line where x and y are equal is drawn."""


class ScatterPlot(Plot):
    """``pointed`` and ``clicked`` name a point, "" for none; ``boxed`` lists the names in a box that was drawn."""

    pointed = Signal(str)
    clicked = Signal(str)
    boxed = Signal(list)

    def __init__(self, theme: Theme, title: str) -> None:
        super().__init__(theme, title)
        self._points = Points((), np.empty(0), np.empty(0))
        self._lit = ""
        self._over = -1
        self._pressed: QPointF | None = None
        self._drawn_points = 0
        self._rest = QTimer(self)
        self._rest.timeout.connect(self._draw_more)

    def show_points(self, points: Points) -> None:
        """Replace the points."""
        self._points, self._over = points, -1
        self.redraw()

    def highlight(self, name: str) -> None:
        """Put a ring around one point; "" around none."""
        self._lit = name
        self.update()

    # What it is made of

    @property
    def empty(self) -> bool:
        return not self._seen().any()

    def _seen(self) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        seen: np.ndarray[tuple[int], np.dtype[np.bool_]] = np.isfinite(self._points.x) & np.isfinite(self._points.y)
        return seen

    def frame(self, size: QSizeF) -> Frame:
        """Return where values lie."""
        p, seen = self._points, self._seen()
        spans = span(p.x[seen], p.x_span, 0.05), span(p.y[seen], p.y_span, 0.05)
        return Frame.around(size, *spans, (p.x_text, p.y_text))

    def draw(self, painter: QPainter, size: QSizeF, tokens: Tokens) -> None:
        self._draw_ground(painter, size, tokens)
        self._draw_points(painter, size, tokens, slice(None))

    def render_kept(self, ratio: float) -> QPixmap:
        """Draw the first points; the others follow, some at a time."""
        kept, painter = self.blank(ratio)
        self._draw_ground(painter, QSizeF(self.size()), self.tokens)
        self._draw_points(painter, QSizeF(self.size()), self.tokens, slice(SLICE))
        painter.end()
        self._drawn_points = SLICE
        self._rest.start(0)
        return kept

    def _draw_more(self) -> None:
        if self.kept is None or self._drawn_points >= len(self._points.names):
            self._rest.stop()
            return
        painter = QPainter(self.kept)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        part = slice(self._drawn_points, self._drawn_points + SLICE)
        self._draw_points(painter, QSizeF(self.size()), self.tokens, part)
        painter.end()
        self._drawn_points += SLICE
        self.update()

    def _draw_ground(self, painter: QPainter, size: QSizeF, tokens: Tokens) -> None:
        frame = self.frame(size)
        frame.draw(painter, tokens)
        if self._points.diagonal:
            low, high = max(frame.x.low, frame.y.low), min(frame.x.high, frame.y.high)
            if high - low >= LEAST_DIAGONAL * max(axis.high - axis.low for axis in (frame.x, frame.y)):
                painter.setPen(QPen(tokens.color("strong"), 1, Qt.PenStyle.DashLine))
                painter.drawLine(frame.point(low, low), frame.point(high, high))

    def _draw_points(self, painter: QPainter, size: QSizeF, tokens: Tokens, part: slice) -> None:
        color = color_of(self._points.ink, tokens)
        color.setAlphaF(0.75 if len(self._points.names) < SLICE else 0.4)
        pen = QPen(color, 7 if len(self._points.names) < MANY else 5)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        xs, ys = (places[part].tolist() for places in self._places(self.frame(size)))
        painter.drawPoints(QPolygonF([QPointF(x, y) for x, y in zip(xs, ys, strict=True)]))

    def _places(self, frame: Frame) -> tuple[FloatArray, FloatArray]:
        """Return where the points lie that are defined, in their order."""
        seen = self._seen()
        return frame.x.places(self._points.x[seen]), frame.y.places(self._points.y[seen])

    def table(self) -> tuple[Sequence[str], Sequence[Sequence[Cell]]]:
        p = self._points
        rows = [list(row) for row in zip(p.names, p.x.tolist(), p.y.tolist(), strict=True)]
        return ["name", p.x_text, p.y_text], rows

    # Under the pointer

    def draw_over(self, painter: QPainter) -> None:
        frame = self.frame(QSizeF(self.size()))
        if self._lit in self._points.names:
            self._ring(painter, frame, self._points.names.index(self._lit), "text")
        box = self._box()
        if box is not None:
            fill = self.tokens.color("accent")
            painter.setPen(QPen(fill, 1))
            fill.setAlphaF(0.15)
            painter.fillRect(box, fill)
            painter.drawRect(box)
        elif self._over >= 0:
            self._ring(painter, frame, self._over, "accent")
            self._draw_values(painter, frame)

    def _ring(self, painter: QPainter, frame: Frame, index: int, token: str) -> None:
        x, y = self._points.x[index], self._points.y[index]
        if np.isfinite(x) and np.isfinite(y):
            painter.setPen(QPen(self.tokens.color(token), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(frame.point(float(x), float(y)), 6, 6)

    def _draw_values(self, painter: QPainter, frame: Frame) -> None:
        p, i = self._points, self._over
        lines = [
            (None, p.x_text, number(float(p.x[i]), frame.x_step() / 100)),
            (None, p.y_text, number(float(p.y[i]), frame.y_step() / 100)),
        ]
        place = frame.point(float(p.x[i]), float(p.y[i]))
        draw_readout(painter, self.whole(), place, p.names[i], lines, self.tokens)

    def nearest(self, place: QPointF) -> int:
        """Return the index of the point at a place of the widget; -1 where none is within reach."""
        if self.empty:
            return -1
        xs, ys = self._places(self.frame(QSizeF(self.size())))
        away = np.hypot(xs - place.x(), ys - place.y())
        found = int(np.argmin(away))
        return int(np.flatnonzero(self._seen())[found]) if away[found] <= REACH else -1

    def _box(self) -> QRectF | None:
        if self._pressed is None or self.pointer is None:
            return None
        far = (self.pointer - self._pressed).manhattanLength() >= QApplication.startDragDistance()
        return QRectF(self._pressed, self.pointer).normalized() if far else None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.pointer = event.position()
        over = self.nearest(event.position())
        if over != self._over:
            self._over = over
            self.setCursor(Qt.CursorShape.PointingHandCursor if over >= 0 else Qt.CursorShape.ArrowCursor)
            self.pointed.emit(self._points.names[over] if over >= 0 else "")
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self.pointer, self._over = None, -1
        self.pointed.emit("")
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed = self.pointer = event.position()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.pointer = event.position()
        box, self._pressed = self._box(), None
        over = self.nearest(event.position())
        if box is not None:
            self.boxed.emit(self.within(box))
        elif over >= 0 and event.button() == Qt.MouseButton.LeftButton:
            self.clicked.emit(self._points.names[over])
        self.update()

    def within(self, box: QRectF) -> list[str]:
        """Return the names of the points in a rectangle of the widget."""
        xs, ys = self._places(self.frame(QSizeF(self.size())))
        inside = (xs >= box.left()) & (xs <= box.right()) & (ys >= box.top()) & (ys <= box.bottom())
        return [self._points.names[i] for i in np.flatnonzero(self._seen())[inside].tolist()]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go from point to point by x with the arrow keys; Enter is a click."""
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()), 0)
        order = np.flatnonzero(self._seen())[np.argsort(self._points.x[self._seen()], kind="stable")].tolist()
        if step and order:
            place = order.index(self._over) + step if self._over in order else 0
            self._over = order[min(max(place, 0), len(order) - 1)]
            self.pointed.emit(self._points.names[self._over])
            self.update()
        elif self._over >= 0 and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.clicked.emit(self._points.names[self._over])
        else:
            super().keyPressEvent(event)
