"""What the tools share that draw an area at once: adding it, taking it away, or keeping only what lies in it."""

import math
from collections.abc import Callable
from typing import ClassVar

from segstudio.core.raster import LabelMap
from segstudio.editing import regions
from segstudio.editing.shapes import Placed, Point, Spans
from segstudio.tools.base import Area, Easel, Pointer, Tool
from segstudio.tools.options import Pick, Setting

MODE = Pick(
    "mode",
    "Mode",
    {"add": "Add", "subtract": "Subtract", "intersect": "Keep"},
    "Add the shape, take it away (Alt, right button), or keep of the areas it touches what lies inside (Shift+Alt)",
)


class AreaTool(Tool):
    """The mode is that of the press: its keys and button, else the one that was chosen."""

    shapes = True
    settings: ClassVar[tuple[Setting, ...]] = (MODE,)

    def __init__(self, easel: Easel) -> None:
        super().__init__(easel)
        self._mode = "add"

    def _begin(self, pointer: Pointer) -> None:
        chosen = self.easel.options.pick(MODE)
        self._mode = "intersect" if pointer.intersect else "subtract" if pointer.erase else chosen

    @property
    def drawn(self) -> int:
        return self.easel.target(self._mode == "subtract")[0]

    def _draw(self, area: Callable[[], Area]) -> None:
        """Draw an area in the mode that was begun with; it may be found in a worker."""
        document, class_id = self.easel.document, self.easel.options.class_id

        def beside() -> Placed | None:
            found = area()
            drawn = found.placed() if isinstance(found, Spans) else found
            return regions.outside(LabelMap(document.labels), class_id, drawn)

        if self._mode == "intersect":
            self.easel.fill(f"{self.text}, kept inside", beside, erase=True)
        else:
            self.easel.fill(self.text, area, self._mode == "subtract")


class BoxTool(AreaTool):
    """Drag from corner to corner; nothing is written before the release. The corners lie between pixels."""

    drags = True
    shape: Callable[[Point, Point, tuple[int, int]], Spans]

    def __init__(self, easel: Easel) -> None:
        super().__init__(easel)
        self._start: Point | None = None
        self._end: Point = (0.0, 0.0)
        self._free = True

    def press(self, pointer: Pointer) -> None:
        self._begin(pointer)
        self._start = self._end = _between(pointer.point)
        self._free = not pointer.constrain  # Shift of the press is for the mode, until it is let go

    def move(self, pointer: Pointer) -> None:
        if self._start is None:
            return
        self._free = self._free or not pointer.constrain
        x, y = _between(pointer.point)
        if pointer.constrain and self._free:
            dx, dy = x - self._start[0], y - self._start[1]
            side = max(abs(dx), abs(dy))
            x, y = self._start[0] + math.copysign(side, dx), self._start[1] + math.copysign(side, dy)
        self._end = x, y

    def release(self, pointer: Pointer) -> None:
        if self._start is None:
            return
        self.move(pointer)
        start, end, within = self._start, self._end, self.easel.document.labels.shape
        self._start = None
        self._draw(lambda: type(self).shape(start, end, within))

    def cancel(self) -> bool:
        there_was, self._start = self._start is not None, None
        return there_was

    def _size(self, start: Point) -> str:
        return f"{abs(self._end[0] - start[0]):.0f} x {abs(self._end[1] - start[1]):.0f} px"


def _between(point: Point) -> Point:
    return math.floor(point[0] + 0.5), math.floor(point[1] + 0.5)
