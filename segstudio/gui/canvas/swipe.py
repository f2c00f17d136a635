"""The handle of a swipe: the line between two panes that lie over each other, and its grip."""

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter

from segstudio.gui.canvas import marks
from segstudio.gui.canvas.layouts import Arrangement
from segstudio.gui.canvas.view import PaneView

REACH = 8
"""Device pixels from the line, or from its grip, from which it is taken hold of."""
NEAREST = 0.02
"""Part of the canvas that stays on either side."""


class Handle:
    """Dragged along the canvas, left and right or up and down as it is arranged."""

    def __init__(self, canvas: PaneView) -> None:
        self._canvas = canvas
        self.held = False

    def press(self, at: QPointF) -> bool:
        """Take hold of the handle; return whether it is there, at a position in device pixels."""
        self.held = self.at(at)
        return self.held

    def drag(self, at: QPointF) -> bool:
        """Move the handle that is held; return whether it is."""
        if self.held:
            self._canvas.set_split(min(max(self._along(at) / self._length(), NEAREST), 1 - NEAREST))
        return self.held

    def at(self, at: QPointF) -> bool:
        """Return whether a position is on the line or its grip."""
        if not self._canvas.layout_shown.swipes:
            return False
        middle = self._canvas.split * self._length()
        off = abs(self._along(at) - middle)
        size = self._canvas.device_size()
        across, breadth = (at.x(), size.width()) if self._upright else (at.y(), size.height())
        on_grip = abs(across - breadth * marks.GRIP_AT) <= marks.HANDLE_RADIUS
        return off <= (marks.HANDLE_RADIUS if on_grip else REACH)

    def cursor(self, at: QPointF) -> Qt.CursorShape | None:
        """Return the cursor for a position, None where the handle has none to give."""
        if not (self.held or self.at(at)):
            return None
        return Qt.CursorShape.SplitVCursor if self._upright else Qt.CursorShape.SplitHCursor

    def draw(self, painter: QPainter) -> None:
        if self._canvas.layout_shown.swipes:
            size, at = self._canvas.device_size(), self._canvas.split * self._length()
            marks.draw_handle(painter, at, size.width() if self._upright else size.height(), self._upright)

    @property
    def _upright(self) -> bool:
        """Whether it goes up and down."""
        return self._canvas.layout_shown.arrangement is Arrangement.SWIPE_DOWN

    def _along(self, at: QPointF) -> float:
        return at.y() if self._upright else at.x()

    def _length(self) -> int:
        size = self._canvas.device_size()
        return size.height() if self._upright else size.width()
