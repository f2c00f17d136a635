"""Click corners, and fill what they enclose."""

import math

from segstudio.editing import shapes
from segstudio.editing.shapes import Point
from segstudio.tools.base import Easel, Pointer, Preview, Tool


class Polygon(Tool):
    """Nothing is written until the shape is closed: on its first corner, by a double click or Enter."""

    text = "Polygon"
    icon = "vector-polygon"
    hint = "Click corners; click the first one, double-click or press Enter to close. Backspace takes one back."

    shapes = True

    def __init__(self, easel: Easel) -> None:
        super().__init__(easel)
        self._corners: list[Point] = []
        self._pointer: Pointer | None = None

    def press(self, pointer: Pointer) -> None:
        if not self._corners:
            self._erase = pointer.erase
        elif self._closes(pointer):
            self.finish()
            return
        self._corners.append(pointer.point)
        self._pointer = pointer

    def move(self, pointer: Pointer) -> None:
        self._pointer = pointer

    def finish(self) -> None:
        if len(self._corners) >= 3:
            corners, shape = self._corners, self.easel.document.labels.shape
            self.easel.fill("Polygon", lambda: shapes.polygon(corners, shape), self._erase)
            self._corners = []

    def cancel(self) -> bool:
        there_was = bool(self._corners)
        self._corners = []
        return there_was

    def back(self) -> bool:
        if self._corners:
            self._corners.pop()
            return True
        return False

    def preview(self) -> Preview | None:
        if not self._corners or self._pointer is None:
            return None
        closing = self._closes(self._pointer)
        return Preview(self._corners if closing else [*self._corners, self._pointer.point], closing)

    def _closes(self, pointer: Pointer) -> bool:
        return len(self._corners) >= 3 and math.dist(self._corners[0], pointer.point) <= pointer.reach
