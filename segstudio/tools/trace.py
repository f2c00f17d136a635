"""An outline under way that clings to edges: anchors, the ways between them, and the wire on from the last."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from segstudio.core.raster import RgbImage
from segstudio.editing import shapes
from segstudio.editing.finding.wire import Wire, scale_for, way_between
from segstudio.editing.shapes import Point, Spans
from segstudio.tools.base import Easel

STEADY_MOVES, STEADY_REACHES = 12, 8
"""A way is kept that has not changed for so many moves and is longer than so many times the pointer's reach."""

_Wish: TypeAlias = tuple[Point, int]
"""Where a wire starts, and its scale."""


@dataclass(slots=True, eq=False)
class Leg:
    """From one anchor to the next; ``rough`` while its way is not yet followed at the picture's full size."""

    way: list[Point]
    rough: bool


class Trace:
    """Has at least one anchor. Ways that take longer than a frame to find are found in a worker."""

    def __init__(self, easel: Easel, start: Point) -> None:
        self._easel = easel
        self.anchors = [start]
        self.legs: list[Leg] = []
        self._wires: dict[_Wish, Wire] = {}
        """From the last anchor and from the first, by where they start and their scale; made when they are needed."""
        self._wanted: tuple[_Wish, _Wish] | None = None
        self._steady: list[Point] = []
        self._moves = 0

    @classmethod
    def of(cls, easel: Easel, legs: Sequence[Leg]) -> "Trace":
        """Return an outline under way of at least one way."""
        trace = cls(easel, legs[0].way[0])
        trace.legs = list(legs)
        trace.anchors += [leg.way[-1] for leg in legs]
        trace.seek(trace.anchors[-1])
        return trace

    def leg(self, to: Point, straight: bool) -> Leg:
        """Return the way from the last anchor to a point, as far as it is known."""
        return Leg([self.anchors[-1], to], rough=False) if straight else self._way(self.anchors[-1], to)

    def closing(self, start: Point) -> Leg:
        """Return the way from a point to the first anchor, as far as it is known."""
        back = self._way(self.anchors[0], start)
        return Leg(back.way[::-1], back.rough)

    def _way(self, start: Point, to: Point) -> Leg:
        """Return the way from an anchor, the first or the last, to a point."""
        wires = [wire for (at, _), wire in self._wires.items() if at == start]
        wire = min(wires, key=lambda wire: (not wire.covers(to), wire.scale), default=None)
        return Leg([start, to], True) if wire is None else Leg(wire.way(to), wire.scale > 1 or not wire.covers(to))

    def keep(self, leg: Leg) -> None:
        """Put an anchor at the end of a way from the last one."""
        if leg.way[-1] != self.anchors[-1]:
            self.legs.append(leg)
            self.anchors.append(leg.way[-1])
            self._steady, self._moves = [], 0
            self.seek(leg.way[-1])

    def back(self) -> bool:
        """Take the last anchor back; return False where it is the only one."""
        if not self.legs:
            return False
        self.legs.pop()
        self.anchors.pop()
        self.seek(self.anchors[-1])
        return True

    def settled(self, leg: Leg, reach: float) -> Leg | None:
        """Return what of the way to the pointer can be kept, for it has long been the same whatever the pointer did."""
        same = _common(self._steady, leg.way) if self._steady else leg.way
        long = len(same) > STEADY_REACHES * reach
        self._steady, self._moves = (same, self._moves + 1) if long else (leg.way, 0)
        # Its end may be the same only because the hand rests.
        return Leg(same[: len(same) // 2], rough=False) if self._moves > STEADY_MOVES else None

    def seek(self, to: Point) -> None:
        """Find the ways from the last anchor and the first as far as a point, and those that are still rough."""
        first, last = ((anchor, scale_for(anchor, to)) for anchor in (self.anchors[0], self.anchors[-1]))
        wanted = first, last
        if wanted == self._wanted:
            return
        self._wanted = wanted
        image, rough, known = self._easel.image, [leg for leg in self.legs if leg.rough], self._wires

        def compute() -> tuple[dict[_Wish, Wire], list[list[Point]]]:
            wires = {wish: known[wish] if wish in known else Wire.around(image, *wish) for wish in wanted}
            return wires, [_refined(image, leg) for leg in rough]

        def done(found: tuple[dict[_Wish, Wire], list[list[Point]]]) -> None:
            self._wires, ways = found
            for leg, way in zip(rough, ways, strict=True):
                leg.way, leg.rough = way, False

        self._easel.look(compute, done)

    def area(self) -> Callable[[], Spans]:
        """Return what finds the area inside, closed by a way from the last anchor to the first."""
        image, shape = self._easel.image, self._easel.document.labels.shape
        legs = [*self.legs, self.closing(self.anchors[-1])]

        def find() -> Spans:
            ways = [_refined(image, leg) for leg in legs]
            return shapes.outlined([point for way in ways for point in way[:-1]], shape)

        return find


def _refined(image: RgbImage, leg: Leg) -> list[Point]:
    return way_between(image, leg.way[0], leg.way[-1]) if leg.rough else leg.way


def _common(one: list[Point], other: list[Point]) -> list[Point]:
    """Return what two ways have in common from their start on."""
    for i, (a, b) in enumerate(zip(one, other, strict=False)):
        if a != b:
            return one[:i]
    return one[: len(other)]
