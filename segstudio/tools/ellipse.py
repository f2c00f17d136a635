"""Drag an ellipse."""

import math

from segstudio.editing import shapes
from segstudio.tools.area import BoxTool
from segstudio.tools.base import Preview

SIDES = 96
"""Of the polygon that previews an ellipse."""


class Ellipse(BoxTool):
    """Fits the rectangle that is dragged."""

    text = "Ellipse"
    icon = "ellipse-outline"
    group = "shape"
    hint = "Drag from corner to corner of its frame. Shift makes a circle. Alt or right-drag takes away; Esc cancels."
    shape = staticmethod(shapes.ellipse)

    def preview(self) -> Preview | None:
        if self._start is None:
            return None
        (ax, ay), (bx, by) = self._start, self._end
        turns = [2 * math.pi * i / SIDES for i in range(SIDES + 1)]
        outline = [((ax + bx + (bx - ax) * math.cos(t)) / 2, (ay + by + (by - ay) * math.sin(t)) / 2) for t in turns]
        return Preview(outline=outline, text=self._size(self._start))
