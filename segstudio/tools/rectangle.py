"""Drag a rectangle."""

from segstudio.editing import shapes
from segstudio.tools.area import BoxTool
from segstudio.tools.base import Preview


class Rectangle(BoxTool):
    """Whole pixels, from corner to corner."""

    text = "Rectangle"
    icon = "rectangle-outline"
    group = "shape"
    hint = "Drag from corner to corner. Shift makes a square. Alt or right-drag takes away; Esc cancels."
    shape = staticmethod(shapes.rectangle)

    def preview(self) -> Preview | None:
        if self._start is None:
            return None
        (left, top), (right, bottom) = self._start, self._end
        outline = ((left, top), (right, top), (right, bottom), (left, bottom), (left, top))
        return Preview(outline=outline, text=self._size(self._start))
