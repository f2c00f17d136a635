"""Select regions by a click or a box, and move them."""

import math
from collections.abc import Callable

import numpy as np

from segstudio.core.raster import LabelMap
from segstudio.editing import moving, regions, shapes
from segstudio.editing.shapes import Placed, Point
from segstudio.tools.base import Easel, Pointer, Preview, Tool, at_once
from segstudio.tools.options import ToolOptions

CLICK = 0.5
"""Of the pointer's reach: how far it may go between press and release of a click."""


class Select(Tool):
    """A click selects the region under the pointer, a box all that it touches; Shift adds, or takes out by a click.

    A drag that begins in what is selected moves it. The background is no region.
    """

    text = "Select"
    icon = "cursor-default-outline"
    group = "region"
    hint = "Click a region, or drag a box around several (Shift adds); then drag it, delete it, or give it a class."
    shapes = True
    drags = True
    draws = False

    @classmethod
    def hint_now(cls, options: ToolOptions, scale: float, selected: bool) -> str:
        chosen = "Drag moves it, Delete removes it, a class key changes it; Esc selects nothing."
        return chosen if selected else cls.hint

    def __init__(self, easel: Easel) -> None:
        super().__init__(easel)
        self._start: Pointer | None = None
        self._at: Point = (0.0, 0.0)
        self._moves = False

    def press(self, pointer: Pointer) -> None:
        self._start, self._at = pointer, pointer.point
        pixel, area = self.easel.pixel(pointer), self.easel.document.selection.area
        inside = pixel is not None and area is not None and regions.holds(area, pixel)
        self._moves = inside and not pointer.constrain

    def move(self, pointer: Pointer) -> None:
        self._at = pointer.point

    def release(self, pointer: Pointer) -> None:
        start, self._start, self._at = self._start, None, pointer.point
        if start is None:
            return
        if self._clicked(start):
            self._click(start)
        elif self._moves:
            self._move(start)
        else:
            self._box(start)

    def cancel(self) -> bool:
        """End a drag; what is selected stays, for it is none of the shapes under way."""
        there_was, self._start = self._start is not None, None
        return there_was

    def preview(self) -> Preview | None:
        area, start = self.easel.document.selection.area, self._start
        if start is None or self._clicked(start):
            return None if area is None else Preview(area=area)
        if self._moves and area is not None:
            dy, dx = self._way(start)
            return Preview(area=moving.shifted(area, (dy, dx)), text=f"{dx:+} {dy:+} px")
        (left, top), (right, bottom) = start.point, self._at
        box = ((left, top), (right, top), (right, bottom), (left, bottom), (left, top))
        return Preview(paths=(box,), area=area)

    def _clicked(self, start: Pointer) -> bool:
        return math.dist(start.point, self._at) <= CLICK * start.reach

    def _way(self, start: Pointer) -> tuple[int, int]:
        """Return how far down and to the right the drag went, in whole pixels."""
        return round(self._at[1] - start.y), round(self._at[0] - start.x)

    def _click(self, pointer: Pointer) -> None:
        pixel = self.easel.pixel(pointer)
        if pixel is None:
            return
        document, background = self.easel.document, self.easel.options.background_id
        out = document.selection.area is not None and regions.holds(document.selection.area, pixel)
        if document.labels[pixel] != background:
            select_touched(self.easel, (np.ones((1, 1), np.bool_), pixel), pointer.constrain, out)
        elif not pointer.constrain:
            document.selection.clear()

    def _box(self, start: Pointer) -> None:
        box = shapes.rectangle(start.point, self._at, self.easel.document.labels.shape)
        select_touched(self.easel, box.placed(), start.constrain)

    def _move(self, start: Pointer) -> None:
        document, background = self.easel.document, self.easel.options.background_id
        area, by, revision = document.selection.area, self._way(start), document.revision
        if area is not None:
            self.easel.change(
                "Move region",
                # What was selected ends with the next change, which may come before this one.
                lambda: moving.moved(document, area, by, background) if document.revision == revision else None,
                lambda: document.selection.select(regions.clipped(moving.shifted(area, by), document.labels.shape)),
            )


def select_touched(easel: Easel, where: Placed, adds: bool = False, out: bool = False) -> None:
    """Select the regions that an area touches; where ``adds``, beside what is selected, or ``out`` of it."""
    planes, background = _planes(easel), easel.options.background_id
    select_found(easel, lambda: regions.touching(planes, where, lambda class_id: class_id != background), adds, out)


def select_found(easel: Easel, find: Callable[[], Placed | None], adds: bool = False, out: bool = False) -> None:
    """Select what is found, on a large picture in a worker; likewise."""
    document, planes = easel.document, _planes(easel)
    selection, revision = document.selection, document.revision

    def compute() -> tuple[Placed | None, tuple[int, int]]:
        found = find()
        return found, (0, 0) if found is None else regions.main_of(planes, found)

    def done(result: tuple[Placed | None, tuple[int, int]]) -> None:
        found, main = result
        before = selection.area if adds else None
        if document.revision != revision:
            return
        if found is not None and before is not None and out:
            selection.select(regions.without(before, found))
        else:
            selection.select(regions.joined(before, found), main if before is None else None)

    (at_once if easel.small else easel.work)("Select", compute, done)


def _planes(easel: Easel) -> LabelMap:
    return LabelMap(easel.document.labels, easel.document.instances)
