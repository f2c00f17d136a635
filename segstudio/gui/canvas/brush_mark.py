"""The outline of the brush at the pointer: where it is, and what it may touch of the screen."""

from PySide6.QtCore import QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QPainter, QRegion

from segstudio.editing.shapes import snapped
from segstudio.gui.canvas import marks
from segstudio.gui.canvas.hand import Hand
from segstudio.gui.canvas.view import PaneView


class BrushMark:
    """Positions are in device pixels from the origin of a pane. ``magnified`` is how much larger a lens shows it."""

    def __init__(self, canvas: PaneView, hand: Hand) -> None:
        self._canvas, self._hand = canvas, hand
        self._last: tuple[tuple[object, ...], QRegion] = (), QRegion()
        self.magnified = 1.0

    @property
    def shown(self) -> bool:
        return self._canvas.document is not None and self._hand.kind.sized and not self._hand.ready_to_pan

    def region(self, at: QPointF) -> QRegion:
        """Return what of the canvas, in every pane, the outline of a brush at a position may touch.

        The last answer is kept: where a brush that moves will be is where it was when it moves on.
        """
        size, square = self._diameter, self._square
        asked = at, self._canvas.view, size, square, self._canvas.panes()
        if asked != self._last[0]:
            seen, middle, region = QRect(QPoint(), self._canvas.device_size()), self._footprint(at), QRegion()
            for pane in self._canvas.marked_panes():
                region += marks.brush_region(middle + pane.origin.toPointF(), size, seen, square)
            self._last = asked, region
        return self._last[1]

    def draw(self, painter: QPainter, at: QPointF) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        marks.draw_brush(painter, self._footprint(at), self._diameter, self._square)

    def _footprint(self, at: QPointF) -> QPointF:
        """Return where a brush at a position really draws, which its outline shows."""
        view = self._canvas.view
        x, y = snapped(view.to_image(at.x(), at.y()), self._hand.options.size)
        return at + (QPointF(*view.to_screen(x, y)) - at) * self.magnified

    @property
    def _square(self) -> bool:
        return self._hand.kind.square(self._hand.options)

    @property
    def _diameter(self) -> float:
        return self._hand.options.size * self._canvas.view.scale * self.magnified
