"""Draw around an area by hand."""

import math
from typing import ClassVar

from segstudio.editing import shapes
from segstudio.editing.shapes import Point
from segstudio.tools.area import AreaTool
from segstudio.tools.base import Draft, Easel, Pointer, Preview

STEP = 0.5
"""Pixels that the pointer must have moved for another point: finer ones would not show."""


class Lasso(AreaTool):
    """The way of the pointer from press to release, closed by a straight line."""

    text = "Lasso"
    icon = "lasso"
    group = "outline"
    hint = "Drag around an area; it closes when you let go. Alt or right-drag takes away; Esc cancels."
    LEAST: ClassVar[int] = 3
    """Points that there is an area between."""
    drags = True

    def __init__(self, easel: Easel) -> None:
        super().__init__(easel)
        self._way: list[Point] = []
        self._dragged = False

    def press(self, pointer: Pointer) -> None:
        """Begin, or go on where the way ended that was resumed."""
        if not self._way:
            self._begin(pointer)
        self._way, self._dragged = [*self._way, pointer.point], True

    def move(self, pointer: Pointer) -> None:
        if self._dragged and math.dist(self._way[-1], pointer.point) >= STEP:
            self._way.append(pointer.point)

    def release(self, pointer: Pointer) -> None:
        self.move(pointer)
        self.finish()

    def finish(self) -> None:
        way, within = self._way, self.easel.document.labels.shape
        self.cancel()
        if len(way) >= self.LEAST:
            self._draw(lambda: shapes.outlined(way, within, whole=True))

    def cancel(self) -> bool:
        there_was = bool(self._way)
        self._way, self._dragged = [], False
        return there_was

    def draft(self) -> Draft | None:
        return Draft(self._mode, tuple(self._way)) if len(self._way) >= self.LEAST else None

    def resume(self, draft: Draft) -> None:
        self._mode, self._way = draft.mode, list(draft.shape)

    def preview(self) -> Preview | None:
        return Preview(outline=(*self._way, self._way[0])) if self._way else None
