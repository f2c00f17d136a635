"""Click corners, and fill what they enclose."""

import math
from itertools import pairwise

from segstudio.editing import shapes
from segstudio.editing.shapes import Point
from segstudio.tools.area import AreaTool
from segstudio.tools.base import Draft, Easel, Pointer, Preview

LEAST = 3
"""Corners of a polygon."""
HOLD = 0.5
"""Of the pointer's reach: how near it must be to take hold of a corner or an edge that is there already."""


class Polygon(AreaTool):
    """Nothing is written until the shape is closed: on its first corner, by a double click or Enter.

    Until then a press takes hold of a corner, new or old, and the way to the release moves it.
    """

    text = "Polygon"
    icon = "vector-polygon"
    group = "outline"
    hint = (
        "Click corners; click the first one, double-click or press Enter to close. "
        "Drag a corner to move it, click a side to add one; Backspace takes one back."
    )

    def __init__(self, easel: Easel) -> None:
        super().__init__(easel)
        self._corners: list[Point] = []
        self._pointer: Pointer | None = None
        self._held: int | None = None
        self._pressed: Point | None = None
        """Where the press was that closes the shape, unless the pointer leaves."""

    def press(self, pointer: Pointer) -> None:
        if not self._corners:
            self._begin(pointer)
        self._pointer = pointer
        self._pressed = pointer.point if self._closes(pointer) else None
        self._held = 0 if self._pressed is not None else self._near(pointer)
        if self._held is None:
            self._held = self._side(pointer)
            self._corners.insert(self._held, pointer.point)

    def move(self, pointer: Pointer) -> None:
        self._pointer = pointer
        if self._pressed is not None and math.dist(self._pressed, pointer.point) <= HOLD * pointer.reach:
            return
        self._pressed = None
        if self._held is not None:
            self._corners[self._held] = pointer.point

    def release(self, pointer: Pointer) -> None:
        self.move(pointer)
        closes, self._held, self._pressed = self._pressed is not None, None, None
        if closes:
            self.finish()

    def finish(self) -> None:
        if len(self._corners) >= LEAST:
            corners, shape = self._corners, self.easel.document.labels.shape
            self._draw(lambda: shapes.outlined(corners, shape))
            self._clear()

    def cancel(self) -> bool:
        there_was = bool(self._corners)
        self._clear()
        return there_was

    def back(self) -> bool:
        """Take back the corner under the pointer, else the last one."""
        if not self._corners:
            return False
        near = self._near(self._pointer) if self._pointer is not None else None
        del self._corners[-1 if near is None else near]
        self._held = self._pressed = None
        return True

    def draft(self) -> Draft | None:
        return Draft(self._mode, tuple(self._corners)) if len(self._corners) >= LEAST else None

    def resume(self, draft: Draft) -> None:
        self._mode, self._corners = draft.mode, list(draft.shape)

    def preview(self) -> Preview | None:
        if not self._corners:
            return None
        if self._pointer is None:
            return Preview(self._corners)
        closing = self._held is None and self._closes(self._pointer)
        takes = self._held is not None or self._near(self._pointer) is not None
        adds = not closing and not takes and self._side(self._pointer) == len(self._corners)
        points = [*self._corners, self._pointer.point] if adds else list(self._corners)
        xs, ys = zip(*points, strict=True)
        return Preview(points, closing, adds, text=f"{max(xs) - min(xs):.0f} x {max(ys) - min(ys):.0f} px")

    def _clear(self) -> None:
        self._corners = []
        self._held = self._pressed = None

    def _closes(self, pointer: Pointer) -> bool:
        return len(self._corners) >= LEAST and math.dist(self._corners[0], pointer.point) <= pointer.reach

    def _near(self, pointer: Pointer) -> int | None:
        """Return which corner the pointer can take hold of."""
        at = [math.dist(corner, pointer.point) for corner in self._corners]
        nearest = min(range(len(at)), key=at.__getitem__, default=None)
        return nearest if nearest is not None and at[nearest] <= HOLD * pointer.reach else None

    def _side(self, pointer: Pointer) -> int:
        """Return where among the corners one at the pointer belongs: on a side that it is on, else at the end."""
        away = [_distance(pointer.point, a, b) for a, b in pairwise(self._corners)]
        nearest = min(range(len(away)), key=away.__getitem__, default=0)
        return nearest + 1 if away and away[nearest] <= HOLD * pointer.reach else len(self._corners)


def _distance(point: Point, a: Point, b: Point) -> float:
    """Return how far a point is from the way from ``a`` to ``b``."""
    dx, dy = b[0] - a[0], b[1] - a[1]
    length = dx * dx + dy * dy
    along = ((point[0] - a[0]) * dx + (point[1] - a[1]) * dy) / length if length else 0.0
    along = min(max(along, 0.0), 1.0)
    return math.dist(point, (a[0] + along * dx, a[1] + along * dy))
