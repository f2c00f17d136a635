"""Curves over a common axis, with a line that one can drag."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
from PySide6.QtCore import QEvent, QLineF, QPointF, QSizeF, Qt, Signal
from PySide6.QtGui import QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QToolTip

from segstudio.gui.plots.frame import Entry, Frame
from segstudio.gui.plots.ink import color_of
from segstudio.gui.plots.plot import Cell, Plot
from segstudio.gui.plots.readout import draw_readout
from segstudio.gui.plots.scale import number, span
from segstudio.gui.plots.series import Series, draw_series, value_at
from segstudio.gui.theme import Theme, Tokens

Span: TypeAlias = tuple[float, float]
GRIP = 5.0
"""Half the width of the handle of the line."""
HEAD_REACH, FOOT_REACH = 8.0, 36.0
"""How far above and below the plot the pointer still means it: its numbers are part of it."""


@dataclass(frozen=True, slots=True)
class Axes:
    """What the axes are called, and their ends where these do not follow from the values."""

    x_text: str
    y_text: str
    x_span: Span | None = None
    y_span: Span | None = None
    y_step: float | None = None
    """How finely values are read out; by the axis where it is None."""
    x_names: Sequence[str] = ()
    """What x = 1, 2, ... is called where it is read out, if it has names."""


class LinePlot(Plot):
    """Curves. ``pointed`` says the x of the values under the pointer, nan when it leaves; ``clicked`` that of a click.

    With a line (``set_line``) a press moves it there, and so do the arrow keys; ``line_moved`` says where to.
    """

    pointed = Signal(float)
    clicked = Signal(float)
    line_moved = Signal(float)

    def __init__(self, theme: Theme, title: str) -> None:
        super().__init__(theme, title)
        self._series: tuple[Series, ...] = ()
        self._axes = Axes("", "")
        self._marks: tuple[tuple[float, str], ...] = ()
        self.line: float | None = None
        self._at: float | None = None
        self._dragged = False

    def show_series(self, series: Sequence[Series], axes: Axes, marks: Sequence[tuple[float, str]] = ()) -> None:
        """Replace the curves; ``marks`` are values of x with a word each, drawn as thin dashed lines."""
        self._series, self._axes, self._marks = tuple(series), axes, tuple(marks)
        self._at = None
        self.redraw()

    def set_line(self, x: float | None) -> None:
        """Put the line that can be dragged at ``x``, without announcing it; None takes it away."""
        self.line = x
        self.setCursor(Qt.CursorShape.ArrowCursor if x is None else Qt.CursorShape.SizeHorCursor)
        self.update()

    def point_at(self, x: float | None) -> None:
        """Show the values at ``x``, as if the pointer were there: two plots of the same axis go in step."""
        self._at = x
        self.update()

    # What it is made of

    @property
    def empty(self) -> bool:
        return not any(np.isfinite(s.y).any() for s in self._series)

    def frame(self, size: QSizeF) -> Frame:
        """Return where values lie."""
        axes = self._axes
        x = np.concatenate([s.x for s in self._series])
        y = np.concatenate([s.y for s in self._series])
        y_span = span(y, axes.y_span, 0.05)
        if axes.y_span is None and not (y < 0).any():
            y_span = (0.0, y_span[1])  # amounts are read by their height
        entries = [Entry(s.name, s.ink, s.look == "dashed", s.look == "dots") for s in self._series if s.name]
        frame = Frame.around(size, span(x, axes.x_span), y_span, (axes.x_text, axes.y_text), entries)
        return replace(frame, x_whole=bool(axes.x_names))

    def draw(self, painter: QPainter, size: QSizeF, tokens: Tokens) -> None:
        frame = self.frame(size)
        frame.draw(painter, tokens)
        frame.draw_legend(painter, tokens)
        painter.setClipRect(frame.area.adjusted(-4, -4, 4, 1))
        for x, word in self._marks:
            _draw_mark(painter, frame, x, word, tokens)
        for series in self._series:
            draw_series(painter, frame, series, tokens)
        painter.setClipping(False)

    def table(self) -> tuple[Sequence[str], Sequence[Sequence[Cell]]]:
        """Return one row an x that any curve has, with the curves' values there."""
        columns = [dict(zip(s.x.tolist(), s.y.tolist(), strict=True)) for s in self._series]
        values = sorted(set().union(*columns))
        names = [self._axes.x_text, *(s.name or self._axes.y_text for s in self._series)]
        return names, [[x, *(column.get(x, np.nan) for column in columns)] for x in values]

    # Under the pointer

    def event(self, event: QEvent) -> bool:
        """Name the curves whose names have no room where the names stand."""
        if isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self.tip(event.pos().y()), self)
            return True
        return super().event(event)

    def tip(self, y: float) -> str:
        """Return what is said of a height of the widget: where the names stand, those that have no room there."""
        if self.empty:
            return ""
        frame = self.frame(QSizeF(self.size()))
        left_out = frame.legend.left_out if y < frame.area.top() else ()
        return f"Also: {', '.join(entry.name for entry in left_out)}" if left_out else ""

    def draw_over(self, painter: QPainter) -> None:
        frame = self.frame(QSizeF(self.size()))
        if self.line is not None:
            self._draw_line(painter, frame, self.line)
        at = self._at if self._at is not None else self.line if self._dragged else None
        if at is not None:
            self._draw_values(painter, frame, at)

    def _draw_line(self, painter: QPainter, frame: Frame, at: float) -> None:
        x = round(frame.x.place(at)) + 0.5
        color = self.tokens.color("text")
        painter.setPen(QPen(color, 1.5 if not self.hasFocus() else 2.5))
        painter.drawLine(QLineF(x, frame.area.top(), x, frame.area.bottom()))
        painter.setPen(QPen(self.tokens.color("panel"), 1.5))
        painter.setBrush(color)
        painter.drawEllipse(QPointF(x, frame.area.bottom()), GRIP, GRIP)
        painter.setBrush(Qt.BrushStyle.NoBrush)

    def _draw_values(self, painter: QPainter, frame: Frame, at: float) -> None:
        x = frame.x.place(at)
        if self.line is None or at != self.line:
            painter.setPen(QPen(self.tokens.color("strong"), 1))
            painter.drawLine(QLineF(x, frame.area.top(), x, frame.area.bottom()))
        lines = []
        step = self._axes.y_step or frame.y_step() / 100
        for series in self._named():
            y = value_at(series, at)
            color = color_of(series.ink, self.tokens)
            if np.isfinite(y):
                painter.setPen(QPen(self.tokens.color("panel"), 1.5))
                painter.setBrush(color)
                painter.drawEllipse(frame.point(at, y), 4, 4)
                painter.setBrush(Qt.BrushStyle.NoBrush)
            lines.append((color, series.name or self._axes.y_text, number(y, step)))
        beside = QPointF(x, self.pointer.y() if self.pointer else frame.area.center().y())
        title = f"{self._axes.x_text}: {number(at, self._x_apart(frame))}"
        if self._axes.x_names:
            title = f"{self._axes.x_text} {at:.0f}: {self._axes.x_names[round(at) - 1]}"
        draw_readout(painter, self.whole(), beside, title, lines, self.tokens)

    def _named(self) -> Sequence[Series]:
        """Return the curves that are read out: those with names, where there are others than one."""
        return self._series if len(self._series) == 1 else [s for s in self._series if s.name]

    def _x_apart(self, frame: Frame) -> float:
        """Return how finely x is read out: as finely as its values lie apart."""
        x = max(self._series, key=lambda s: s.x.size).x
        apart = float(np.diff(x).min()) if x.size > 1 else frame.x_step()
        return 1.0 if apart == round(apart) else apart

    def _nearest(self, place: QPointF) -> float | None:
        """Return the x of the values nearest to a place of the widget; None beside the plot."""
        if self.empty:
            return None
        frame = self.frame(QSizeF(self.size()))
        if not frame.area.adjusted(-12, -HEAD_REACH, 12, FOOT_REACH).contains(place):
            return None
        x = max(self._series, key=lambda s: s.x.size).x
        return float(x[np.argmin(np.abs(x - frame.x.value(place.x())))])

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.pointer = event.position()
        at = self._nearest(event.position())
        if self._dragged and at is not None:
            self._move_line(at)
        elif at != self._at:
            self.pointed.emit(float("nan") if at is None else at)
        self._at = at
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self.pointer = self._at = None
        self.pointed.emit(float("nan"))
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        at = self._nearest(event.position())
        if event.button() != Qt.MouseButton.LeftButton or at is None:
            return
        if self.line is not None:
            self._dragged = True
            self._move_line(at)
        else:
            self.clicked.emit(at)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._dragged = False
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the line, or what is read out, with the arrow keys; Enter is a click."""
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()), 0)
        if self.empty or (not step and event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter)):
            super().keyPressEvent(event)
            return
        x = max(self._series, key=lambda s: s.x.size).x
        now = self.line if self.line is not None else self._at
        place = 0 if now is None else int(np.argmin(np.abs(x - now))) + step
        at = float(x[min(max(place, 0), x.size - 1)])
        if self.line is not None:
            self._move_line(at)
        elif step:
            self.point_at(at)
            self.pointed.emit(at)
        elif now is not None:
            self.clicked.emit(at)

    def _move_line(self, at: float) -> None:
        if at != self.line:
            self.set_line(at)
            self.line_moved.emit(at)


def _draw_mark(painter: QPainter, frame: Frame, at: float, word: str, tokens: Tokens) -> None:
    x = round(frame.x.place(at)) + 0.5
    painter.setPen(QPen(tokens.color("text3"), 1, Qt.PenStyle.DashLine))
    painter.drawLine(QLineF(x, frame.area.top(), x, frame.area.bottom()))
    painter.setPen(tokens.color("text2"))
    wide = painter.fontMetrics().horizontalAdvance(word)
    left = x + 4 if x + 4 + wide < frame.area.right() else x - 4 - wide
    painter.drawText(QPointF(left, frame.area.bottom() - 6), word)
