"""Draw a box around an object and have it cut out; say by strokes what was missed and what is too much."""

import math

import numpy as np

from segstudio.core.raster import Rect
from segstudio.editing.finding.cutting import Hint, cut
from segstudio.editing.shapes import Placed, Point
from segstudio.tools.area import MODE, AreaTool
from segstudio.tools.base import Draft, Easel, Pointer, Preview
from segstudio.tools.once import Once

BROAD = 0.6
"""How broad a hint is, of the pointer's reach."""
SMALLEST = 3
"""Pixels across that a box has at least."""
HELP = "Left-drag: more   Right-drag: less   Enter: done"
NOTHING_LEFT = "Nothing is left   Backspace: take the last stroke back   Esc: begin anew"
NO_CHANGE = "The last stroke changed nothing"
NOTHING = "Nothing was drawn: GrabCut found no object. Drag over what belongs to it, or begin anew with Esc."


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
        self._note = ""

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
            self._seek(self._area if self._fresh else None)
        elif min((box := self._spanned(way)).shape) >= SMALLEST:
            self._box = box
            self._seek()

    def finish(self) -> None:
        if self._found is None:
            return
        if self._fresh and self._area is not None and not self._area[0].any():
            self.easel.say(NOTHING)
            return
        # It may not be known yet, and to find it takes longer than a frame, in a small picture too.
        self.easel.work(self.text, self._found, self._take)
        self._clear()

    def _take(self, area: Placed) -> None:
        if area[0].any():
            self._draw(lambda: area)
        else:
            self.easel.say(NOTHING)

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

    def draft(self) -> Draft | None:
        return None if self._box is None else Draft(self._mode, (self._box, tuple(self._hints)))

    def resume(self, draft: Draft) -> None:
        self._mode, (self._box, hints) = draft.mode, draft.shape
        self._hints = list(hints)
        self._seek()

    def preview(self) -> Preview | None:
        if self._box is not None:
            box, hints = self._within(self._box), self._hints
            more, less = ([hint.points for hint in hints if hint.inside == inside] for inside in (True, False))
            if self._way:
                (more if self._inside else less).append(self._way)
            return Preview(paths=[_outline(box)], more=more, less=less, area=self._area, text=self._advice())
        if not self._way:
            return None
        box = self._spanned(self._way)
        return Preview(paths=[_outline(box)], text=f"{box.x1 - box.x0} x {box.y1 - box.y0} px")

    def _clear(self) -> None:
        self._way, self._hints = [], []
        self._box = self._found = self._area = None
        self._fresh, self._note = False, ""

    def _advice(self) -> str:
        if not self._fresh:
            return "Cutting"
        if self._way:
            return ""
        nothing_left = self._area is not None and not self._area[0].any()
        return NOTHING_LEFT if nothing_left else self._note or HELP

    def _within(self, box: Rect) -> Rect:
        """Return the box, made larger where somebody said that the object goes on beside it."""
        for hint in self._hints:
            if hint.inside:
                xs, ys = zip(*hint.points, strict=True)
                way = Rect(math.floor(min(ys)), math.floor(min(xs)), math.ceil(max(ys)), math.ceil(max(xs)))
                way = way.grown(round(hint.width)).clipped(self.easel.document.labels.shape)
                box = box if way.empty else box.around(way)
        return box

    def _spanned(self, way: list[Point]) -> Rect:
        (left, right), (top, bottom) = (sorted((way[0][i], way[-1][i])) for i in (0, 1))
        rect = Rect(math.floor(top), math.floor(left), math.ceil(bottom), math.ceil(right))
        rect = rect.clipped(self.easel.document.labels.shape)
        return Rect(rect.y0, rect.x0, max(rect.y0, rect.y1), max(rect.x0, rect.x1))

    def _seek(self, before: Placed | None = None) -> None:
        """Cut anew; where what comes of it is as it was ``before``, that is said."""
        assert self._box is not None
        image, box, hints = self.easel.image, self._within(self._box), tuple(self._hints)
        self._found = found = Once(lambda: cut(image, box, hints))
        self._fresh = False

        def show(area: Placed) -> None:
            if self._found is found:
                same = before is not None and before[1] == area[1] and np.array_equal(before[0], area[0])
                self._area, self._fresh, self._note = area, True, NO_CHANGE if same else ""

        self.easel.look(found, show)


def _outline(box: Rect) -> list[Point]:
    return [(box.x0, box.y0), (box.x1, box.y0), (box.x1, box.y1), (box.x0, box.y1), (box.x0, box.y0)]
