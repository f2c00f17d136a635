"""Which image pixel each screen pixel shows: the same grid for the whole screen and for any part of it."""

import math
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from segstudio.core.raster import Rect
from segstudio.gui.canvas.viewport import Viewport

S = TypeVar("S", bound=np.generic)


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """``rect`` is the part of the pane that shows the picture; row r of it shows image row ``rows[r]``, and so on.

    Every index comes from the screen position alone, so that a part refreshed by itself leaves no seam.
    """

    rect: Rect
    rows: NDArray[np.intp]
    columns: NDArray[np.intp]

    @classmethod
    def of(cls, view: Viewport, pane: tuple[int, int], image: tuple[int, int]) -> "Grid":
        """Return the grid of a pane of (width, height) over a picture of (width, height)."""
        columns, x0 = _indices(view.scale, view.dx, pane[0], image[0])
        rows, y0 = _indices(view.scale, view.dy, pane[1], image[1])
        return cls(Rect(y0, x0, y0 + len(rows), x0 + len(columns)), rows, columns)

    @property
    def empty(self) -> bool:
        return self.rect.empty

    @property
    def sight(self) -> Rect:
        """The image rectangle from the first point of the grid to its last; empty where there are none."""
        if self.empty:
            return Rect(0, 0, 0, 0)
        return Rect(int(self.rows[0]), int(self.columns[0]), int(self.rows[-1]) + 1, int(self.columns[-1]) + 1)

    def part(self, rect: Rect) -> "Grid":
        """Return the grid of a smaller rectangle of the pane."""
        mine = self.rect
        y0, y1 = (min(max(y, mine.y0), mine.y1) for y in (rect.y0, rect.y1))
        x0, x1 = (min(max(x, mine.x0), mine.x1) for x in (rect.x0, rect.x1))
        rows, columns = self.rows[y0 - mine.y0 : y1 - mine.y0], self.columns[x0 - mine.x0 : x1 - mine.x0]
        return Grid(Rect(y0, x0, y1, x1), rows, columns)

    def sample(self, plane: NDArray[S]) -> NDArray[S]:
        """Return the values of an image plane at the grid's points, shape of ``rect``."""
        y0, y1, x0, x1 = self.rows[0], self.rows[-1] + 1, self.columns[0], self.columns[-1] + 1
        seen = plane[y0:y1, x0:x1]
        rows, columns = self.rows - y0, self.columns - x0
        # The axis that shrinks, or grows least, goes first: the step between is then as small as it can be.
        if len(rows) < seen.shape[0]:
            return _taken(_taken(seen, rows, 0), columns, 1)
        return _taken(_taken(seen, columns, 1), rows, 0)


def _taken(plane: NDArray[S], indices: NDArray[np.intp], axis: int) -> NDArray[S]:
    """Return the rows or columns ``indices`` of a plane; they ascend from its first to its last."""
    return plane if len(indices) == plane.shape[axis] else plane.take(indices, axis)


def screen_rect(view: Viewport, rect: Rect, rim: int) -> Rect:
    """Return the screen pixels that show any of an image rectangle, with a rim around them."""
    left, top = view.to_screen(rect.x0, rect.y0)
    right, bottom = view.to_screen(rect.x1, rect.y1)
    return Rect(math.floor(top), math.floor(left), math.ceil(bottom), math.ceil(right)).grown(rim)


def _indices(scale: float, offset: int, pane: int, image: int) -> tuple[NDArray[np.intp], int]:
    first = max(0, math.floor(offset))
    last = min(pane, math.ceil(image * scale + offset))
    positions = np.arange(first, max(last, first), dtype=np.float64)
    found: NDArray[Any] = np.floor((positions + 0.5 - offset) / scale).astype(np.intp)
    inside = (found >= 0) & (found < image)
    found = found[inside]
    return found, first + (int(np.argmax(inside)) if len(found) else 0)
