"""Draw a box around an object and have it cut out; say by strokes what was missed and what is too much."""

import math

from segstudio.core.raster import Rect
from segstudio.editing.finding.cutting import Hint, cut
from segstudio.editing.shapes import Placed, Point
from segstudio.tools.area import MODE, AreaTool
from segstudio.tools.base import Easel, Pointer, Preview
from segstudio.tools.once import Once

BROAD = 0.6
"""How broad a hint is, of the pointer's reach."""
SMALLEST = 3
"""Pixels across that a box has at least."""


class GrabCut(AreaTool):
    """First a box, then hints; each is answered by a new cut. Nothing is written before Enter or a double click."""

    text = "GrabCut"
    icon = "select-drag"
    group = "object"
    hint = (
        "Drag a box around an object, then over what is missing, or right-drag over what is too much. Enter takes it."
    )
    settings = (MODE,)

    def __init__(self, easel: Easel) -> None:
        super().__init__(easel)
        self._way: list[Point] = []
        self._box: Rect | None = None
        self._hints: list[Hint] = []
        self._found: Once | None = None
        self._area: Placed | None = None
        self._fresh = False

    def press(self, pointer: Pointer) -> None:
        if self._box is None:
            self._begin(pointer)
        self._inside, self._broad = not pointer.erase, BROAD * pointer.reach
        self._way = [pointer.point]

    def move(self, pointer: Pointer) -> None:
        if self._way:
            self._way.append(pointer.point)

    def release(self, pointer: Pointer) -> None:
        if not self._way:
            return
        way, self._way = [*self._way, pointer.point], []
        if self._box is not None:
            self._hints.append(Hint(way, self._broad, self._inside))
            self._seek()
        elif min((box := self._spanned(way)).shape) >= SMALLEST:
            self._box = box
            self._seek()

    def finish(self) -> None:
        if self._found is not None:
            # It may not be known yet, and to find it takes longer than a frame, in a small picture too.
            self.easel.work(self.text, self._found, lambda area: self._draw(lambda: area))
            self._clear()

    def cancel(self) -> bool:
        there_was = self._box is not None or bool(self._way)
        self._clear()
        return there_was

    def back(self) -> bool:
        if self._hints:
            self._hints.pop()
            self._seek()
            return True
        return self.cancel()

    def preview(self) -> Preview | None:
        if self._box is not None:
            ways = [hint.points for hint in self._hints]
            return Preview(paths=[_outline(self._box), *ways, self._way], area=self._area, text=self._advice())
        if not self._way:
            return None
        box = self._spanned(self._way)
        return Preview(paths=[_outline(box)], text=f"{box.x1 - box.x0} x {box.y1 - box.y0} px")

    def _clear(self) -> None:
        self._way, self._hints = [], []
        self._box = self._found = self._area = None
        self._fresh = False

    def _advice(self) -> str:
        if not self._fresh:
            return "Cutting"
        return "" if self._way else "Left-drag: more   Right-drag: less   Enter: done"

    def _spanned(self, way: list[Point]) -> Rect:
        (left, right), (top, bottom) = (sorted((way[0][i], way[-1][i])) for i in (0, 1))
        rect = Rect(math.floor(top), math.floor(left), math.ceil(bottom), math.ceil(right))
        rect = rect.clipped(self.easel.document.labels.shape)
        return Rect(rect.y0, rect.x0, max(rect.y0, rect.y1), max(rect.x0, rect.x1))

    def _seek(self) -> None:
        image, box, hints = self.easel.image, self._box, tuple(self._hints)
        assert box is not None
        self._found = found = Once(lambda: cut(image, box, hints))
        self._fresh = False

        def show(area: Placed) -> None:
            if self._found is found:
                self._area, self._fresh = area, True

        self.easel.look(found, show)


def _outline(box: Rect) -> list[Point]:
    return [(box.x0, box.y0), (box.x1, box.y0), (box.x1, box.y1), (box.x0, box.y1), (box.x0, box.y0)]
