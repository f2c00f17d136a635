"""Paint or erase with a round brush."""

from segstudio.editing import shapes
from segstudio.editing.document import Document, Stroke
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
        self._size, self._last = options.size, shapes.snapped(pointer.point, options.size)
        self.move(pointer)

    def move(self, pointer: Pointer) -> None:
        if self._stroke is None:
            return
        here = shapes.snapped(pointer.point, self._size)
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


class Eraser(Brush):
    """A brush that writes the background class."""

    text = "Eraser"
    icon = "eraser"
    hint = "Drag to erase to the background class. [ and ] change the size."
    erases = True
