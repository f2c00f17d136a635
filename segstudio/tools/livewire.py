"""Outline something by a way that clings to its edges."""

import math
from dataclasses import dataclass

from segstudio.core.raster import RgbImage
from segstudio.editing import shapes
from segstudio.editing.finding.edges import on_edge
from segstudio.editing.finding.wire import Wire, scale_for, way_between
from segstudio.editing.shapes import Point, Spans
from segstudio.tools.area import MODE, AreaTool
from segstudio.tools.base import Easel, Pointer, Preview
from segstudio.tools.options import Flag

SNAP = Flag("wire_snap", "Snap to edges", True, "Points go to the strongest edge near the pointer")
COOL = Flag("wire_cool", "Set points by itself", True, "What of the way has not changed for a while is kept")
SNAPPED = 0.6
"""How far a point may go to an edge, of the pointer's reach."""
STEADY_MOVES, STEADY_REACHES = 12, 8
"""A way is kept that has not changed for so many moves and is longer than so many times the pointer's reach."""


@dataclass(slots=True, eq=False)
class Leg:
    """From one anchor to the next; ``rough`` while its way is not yet followed at the picture's full size."""

    way: list[Point]
    rough: bool


class Livewire(AreaTool):
    """Nothing is written until the outline is closed: on its first point, by a double click or Enter.

    The latter take the way to the pointer with them: what is shown is what is drawn.
    """

    text = "Livewire"
    icon = "vector-polyline"
    group = "outline"
    hint = "Click an edge and follow it. Enter closes; Shift draws straight; Backspace takes a point back."
    settings = (MODE, SNAP, COOL)

    def __init__(self, easel: Easel) -> None:
        super().__init__(easel)
        self._clear()
        self._pointer: Pointer | None = None

    def press(self, pointer: Pointer) -> None:
        self._pointer = pointer
        if not self._anchors:
            self._begin(pointer)
            self._start(self._snapped(pointer))
        elif self._closes(pointer):
            self._close()
        else:
            self._keep(self._live())

    def move(self, pointer: Pointer) -> None:
        self._pointer = pointer
        if self._anchors:
            self._follow()

    def finish(self) -> None:
        if self._anchors and self._pointer is not None:
            self._keep(self._live())
            self._close()

    def _close(self) -> None:
        if len(self._anchors) >= 2:
            image, legs, shape = self.easel.image, self._legs, self.easel.document.labels.shape
            closing = self._anchors[-1], self._anchors[0]

            def area() -> Spans:
                ways = [_refined(image, leg) for leg in legs] + [way_between(image, *closing)]
                return shapes.outlined([point for way in ways for point in way[:-1]], shape)

            # Following what is left takes longer than a frame, on a small picture too.
            self.easel.work(self.text, area, lambda found: self._draw(lambda: found))
            self._clear()

    def cancel(self) -> bool:
        there_was, self._pointer = bool(self._anchors), None
        self._clear()
        return there_was

    def back(self) -> bool:
        if not self._anchors:
            return False
        self._anchors.pop()
        if self._legs:
            self._legs.pop()
        if self._anchors:
            self._seek()
        return True

    def leave(self) -> None:
        if not self._anchors:
            self._pointer = None

    def preview(self) -> Preview | None:
        if self._pointer is None:
            return None
        if not self._anchors:
            return Preview(handles=[self._snapped(self._pointer)])
        closing = self._closes(self._pointer)
        ways = [leg.way for leg in self._legs]
        return Preview(handles=self._anchors, paths=[*ways, self._live().way], text="close" if closing else "")

    def _clear(self) -> None:
        self._anchors: list[Point] = []
        self._legs: list[Leg] = []
        self._wire: Wire | None = None
        self._wanted: tuple[Point, int] | None = None
        self._steady: list[Point] = []
        self._moves = 0

    def _start(self, at: Point) -> None:
        self._anchors.append(at)
        self._steady, self._moves = [], 0
        self._seek()

    def _keep(self, leg: Leg) -> None:
        if leg.way[-1] != self._anchors[-1]:
            self._legs.append(leg)
            self._start(leg.way[-1])

    def _follow(self) -> None:
        """Have a wire that reaches the pointer, and keep what of the way no longer changes."""
        self._seek()
        leg = self._live()
        if self._pointer is None or leg.rough or not self.easel.options.flag(COOL) or self._pointer.constrain:
            return
        same = _common(self._steady, leg.way) if self._steady else leg.way
        long = len(same) > STEADY_REACHES * self._pointer.reach
        self._steady, self._moves = (same, self._moves + 1) if long else (leg.way, 0)
        if self._moves > STEADY_MOVES:
            self._keep(Leg(same[: len(same) // 2], rough=False))  # its end may only be where the hand rests

    def _live(self) -> Leg:
        """Return the way from the last anchor to the pointer."""
        assert self._pointer is not None
        start, closes = self._anchors[-1], self._closes(self._pointer)
        to = self._anchors[0] if closes else self._snapped(self._pointer)
        if self._pointer.constrain and not closes:
            return Leg([start, to], rough=False)
        wire = self._wire
        if wire is None or wire.start != start:
            return Leg([start, to], rough=True)
        return Leg(wire.way(to), rough=wire.scale > 1 or not wire.covers(to))

    def _snapped(self, pointer: Pointer) -> Point:
        snaps = self.easel.options.flag(SNAP) and not pointer.constrain
        return on_edge(self.easel.image, pointer.point, SNAPPED * pointer.reach if snaps else 0)

    def _closes(self, pointer: Pointer) -> bool:
        return len(self._anchors) >= 2 and math.dist(self._anchors[0], pointer.point) <= pointer.reach

    def _seek(self) -> None:
        """Look for the ways from the last anchor as far as the pointer, and for those that are still rough."""
        assert self._pointer is not None
        start = self._anchors[-1]
        wanted = start, scale_for(start, self._pointer.point)
        if wanted == self._wanted:
            return
        self._wanted = wanted
        image, rough = self.easel.image, [leg for leg in self._legs if leg.rough]

        def compute() -> tuple[Wire, list[list[Point]]]:
            return Wire.around(image, *wanted), [_refined(image, leg) for leg in rough]

        def done(found: tuple[Wire, list[list[Point]]]) -> None:
            self._wire, ways = found
            for leg, way in zip(rough, ways, strict=True):
                leg.way, leg.rough = way, False

        self.easel.look(compute, done)


def _refined(image: RgbImage, leg: Leg) -> list[Point]:
    return way_between(image, leg.way[0], leg.way[-1]) if leg.rough else leg.way


def _common(one: list[Point], other: list[Point]) -> list[Point]:
    """Return what two ways have in common from their start on."""
    for i, (a, b) in enumerate(zip(one, other, strict=False)):
        if a != b:
            return one[:i]
    return one[: len(other)]
