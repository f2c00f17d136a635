"""Paint or erase with a brush, round or square."""

from collections.abc import Iterable
from typing import ClassVar

from segstudio.editing import shapes
from segstudio.editing.document import Stroke
from segstudio.editing.shapes import Placed, Point
from segstudio.tools.base import Easel, Pointer, Tool
from segstudio.tools.options import Flag, Pick, Setting, ToolOptions

TIP = Pick("tip", "Shape", {"round": "Round", "square": "Square"}, "What the brush looks like")
PRESSURE = Flag("pressure", "Pen pressure sets the size", True, "With a pen: the harder, the wider, up to the size")


class Brush(Tool):
    """One stroke from press to release."""

    text = "Brush"
    icon = "brush"
    group = "brush"
    hint = "Drag to paint. Right-drag erases, Shift+wheel changes the size."
    sized = True
    settings: ClassVar[tuple[Setting, ...]] = (TIP, PRESSURE)
    erases = False

    def __init__(self, easel: Easel) -> None:
        super().__init__(easel)
        self._stroke: Stroke | None = None

    def press(self, pointer: Pointer) -> None:
        erase, options = self.erases or pointer.erase, self.easel.options
        self._stroke = self.easel.document.begin("Erase" if erase else f"{self.text} stroke")
        self._target = self.easel.target(erase)
        self._size, self._square, self._weighed = options.size, self.square(options), options.flag(PRESSURE)
        self._last: tuple[Point, int] | None = None
        self.move(pointer)

    def move(self, pointer: Pointer) -> None:
        if self._stroke is None:
            return
        width = self._width(pointer)
        here = shapes.snapped(pointer.point, width)
        for placed in self._swept(here, width):
            self._stroke.paint(*placed, *self._target)
        self._last = here, width

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

    @classmethod
    def square(cls, options: ToolOptions) -> bool:
        return options.pick(TIP) == "square"

    def _width(self, pointer: Pointer) -> int:
        return max(round(self._size * pointer.pressure), 1) if self._weighed else self._size

    def _swept(self, here: Point, width: int) -> Iterable[Placed]:
        within = self.easel.document.labels.shape
        last, before = self._last or (here, width)
        if self._square:
            return (shapes.square(last, here, width, within),)
        if before != width:
            return (shapes.capsule(last, here, width, within),)
        return shapes.painted(None if self._last is None else last, here, width, within)


class Eraser(Brush):
    """A brush that writes the background class."""

    text = "Eraser"
    icon = "eraser"
    group = ""
    hint = "Drag to erase to the background class. Shift+wheel changes the size."
    erases = True
