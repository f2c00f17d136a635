"""Paint or erase with a round brush."""

from math import floor

from segstudio.editing import shapes
from segstudio.editing.document import Document, Stroke
from segstudio.editing.shapes import Point
from segstudio.tools.base import Pointer, Tool, ToolOptions


class Brush(Tool):
    """One stroke from press to release."""

    text = "Brush"
    icon = "brush"
    hint = "Drag to paint. Right-drag erases. [ and ] change the size."
    sized = True
    erases = False

    def __init__(self) -> None:
        self._stroke: Stroke | None = None

    def press(self, document: Document, pointer: Pointer, options: ToolOptions) -> None:
        erase = self.erases or pointer.erase
        self._stroke = document.begin("Erase" if erase else "Brush stroke")
        self._within = document.labels.shape
        self._value = options.background_id if erase else options.class_id
        self._size, self._last = options.size, self._snapped(pointer, options.size)
        self.move(pointer)

    def move(self, pointer: Pointer) -> None:
        if self._stroke is None:
            return
        here = self._snapped(pointer, self._size)
        mask, at = shapes.capsule(self._last, here, self._size, self._within)
        self._stroke.paint(mask, at, self._value)
        self._last = here

    def release(self, pointer: Pointer) -> None:
        if self._stroke is not None:
            self._stroke.commit()
        self._stroke = None

    def cancel(self) -> bool:
        if self._stroke is None:
            return False
        self._stroke.cancel()
        self._stroke = None
        return True

    @staticmethod
    def _snapped(pointer: Pointer, size: int) -> Point:
        """Return the nearest point about which a brush is as wide as its size: a pixel's centre, or a corner."""
        if size % 2:
            return floor(pointer.x) + 0.5, floor(pointer.y) + 0.5
        return floor(pointer.x + 0.5), floor(pointer.y + 0.5)


class Eraser(Brush):
    """A brush that writes the background class."""

    text = "Eraser"
    icon = "eraser"
    hint = "Drag to erase to the background class. [ and ] change the size."
    erases = True
