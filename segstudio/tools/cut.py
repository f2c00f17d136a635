"""Cut regions in two by a line drawn across."""

import math

from segstudio.editing import cutting, shapes
from segstudio.editing.shapes import Point
from segstudio.tools.base import Easel, Pointer, Preview, Tool
from segstudio.tools.options import ToolOptions

MISSED = "Nothing was cut: the line has to go right across a region."
MISSED_SELECTED = "Nothing was cut: the line has to go right across what is selected. Esc selects nothing."
STEP = 0.5
"""Pixels that the pointer must have moved for another point."""


class Cut(Tool):
    """The way of the pointer cuts what is selected, else all that it divides; with Shift the line is straight."""

    text = "Cut"
    icon = "content-cut"
    group = "region"
    hint = "Draw a line right across a region to cut it in two (Shift: a straight one)."
    shapes = True
    drags = True
    draws = False

    @classmethod
    def hint_now(cls, options: ToolOptions, scale: float, selected: bool) -> str:
        return "Only what is selected is cut; Esc selects nothing, so that all is." if selected else cls.hint

    def __init__(self, easel: Easel) -> None:
        super().__init__(easel)
        self._way: list[Point] = []

    def press(self, pointer: Pointer) -> None:
        self._way = [pointer.point]

    def move(self, pointer: Pointer) -> None:
        if not self._way:
            return
        if pointer.constrain:
            self._way = [self._way[0], pointer.point]
        elif math.dist(self._way[-1], pointer.point) >= STEP:
            self._way.append(pointer.point)

    def release(self, pointer: Pointer) -> None:
        self.move(pointer)
        way, self._way = self._way, []
        if len(way) < 2:
            return
        document, background = self.easel.document, self.easel.options.background_id
        selected = document.selection.area

        self.easel.change(
            "Cut",
            lambda: cutting.cut(document, shapes.line(way, document.labels.shape), selected, background),
            nothing=lambda: self.easel.say(MISSED if selected is None else MISSED_SELECTED),
        )

    def cancel(self) -> bool:
        there_was, self._way = bool(self._way), []
        return there_was

    def preview(self) -> Preview | None:
        area = self.easel.document.selection.area
        if not self._way:
            return None if area is None else Preview(area=area)
        return Preview(paths=(tuple(self._way),), area=area, text="" if area is None else "only what is selected")
