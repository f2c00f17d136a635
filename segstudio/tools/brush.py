"""Paint or erase with a round brush."""

from segstudio.editing import shapes
from segstudio.editing.document import Stroke
from segstudio.tools.base import Easel, Pointer, Tool


class Brush(Tool):
    """One stroke from press to release."""

    text = "Brush"
    icon = "brush"
    hint = "Drag to paint. Right-drag erases. [ and ] change the size."
    sized = True
    erases = False

    def __init__(self, easel: Easel) -> None:
        super().__init__(easel)
        self._stroke: Stroke | None = None

    def press(self, pointer: Pointer) -> None:
        erase = self.erases or pointer.erase
        self._stroke = self.easel.document.begin("Erase" if erase else "Brush stroke")
        self._target = self.easel.target(erase)
        self._size = self.easel.options.size
        self._last = shapes.snapped(pointer.point, self._size)
        self.move(pointer)

    def move(self, pointer: Pointer) -> None:
        if self._stroke is None:
            return
        here = shapes.snapped(pointer.point, self._size)
        self._stroke.paint(
            *shapes.capsule(self._last, here, self._size, self.easel.document.labels.shape), *self._target
        )
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
