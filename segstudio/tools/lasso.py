"""Draw around an area by hand."""

import math

from segstudio.editing import shapes
from segstudio.editing.shapes import Point
from segstudio.tools.area import AreaTool
from segstudio.tools.base import Easel, Pointer, Preview

STEP = 0.5
"""Pixels that the pointer must have moved for another point: finer ones would not show."""


class Lasso(AreaTool):
    """The way of the pointer from press to release, closed by a straight line."""

    text = "Lasso"
    icon = "lasso"
    group = "outline"
    hint = "Drag around an area; it closes when you let go. Alt or right-drag takes away; Esc cancels."
    drags = True

    def __init__(self, easel: Easel) -> None:
        super().__init__(easel)
        self._way: list[Point] = []

    def press(self, pointer: Pointer) -> None:
        self._begin(pointer)
        self._way = [pointer.point]

    def move(self, pointer: Pointer) -> None:
        if self._way and math.dist(self._way[-1], pointer.point) >= STEP:
            self._way.append(pointer.point)

    def release(self, pointer: Pointer) -> None:
        self.move(pointer)
        way, within = self._way, self.easel.document.labels.shape
        self._way = []
        if len(way) >= 3:
            self._draw(lambda: shapes.outlined(way, within, whole=True))

    def cancel(self) -> bool:
        there_was, self._way = bool(self._way), []
        return there_was

    def preview(self) -> Preview | None:
        return Preview(paths=(tuple(self._way), (self._way[-1], self._way[0]))) if self._way else None
