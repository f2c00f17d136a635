"""Which image pixel each screen pixel shows: the same grid for the whole screen and for any part of it."""

import math
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from segstudio.core.raster import Rect
from segstudio.gui.canvas.viewport import Viewport

S = TypeVar("S", bound=np.generic)
Indices: TypeAlias = NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """``rect`` is the part of the pane that shows the picture.

    Row r of it shows image row ``down[r]`` and its column c image column ``across[c]``; where ``transposed``, row r
    shows image column ``down[r]``, and so on. Indices ascend or, mirrored, descend. Every one comes from the screen
    position alone, so that a part refreshed by itself leaves no seam.
    """

    rect: Rect
    down: Indices
    across: Indices
    transposed: bool = False

    @classmethod
    def of(cls, view: Viewport, pane: tuple[int, int], image: tuple[int, int]) -> "Grid":
        """Return the grid of a pane of (width, height) over a picture of (width, height)."""
        axes, transposed = view.orientation.axes, view.orientation.transposed
        width, height = image[::-1] if transposed else image
        across, x0 = _indices(view.scale, axes.xx or axes.xy, view.dx, pane[0], width)
        down, y0 = _indices(view.scale, axes.yy or axes.yx, view.dy, pane[1], height)
        return cls(Rect(y0, x0, y0 + len(down), x0 + len(across)), down, across, transposed)

    @property
    def empty(self) -> bool:
        return self.rect.empty

    @property
    def rows(self) -> Indices:
        """The image rows that are shown, in the order of the screen."""
        return self.across if self.transposed else self.down

    @property
    def columns(self) -> Indices:
        """The image columns that are shown, in the order of the screen."""
        return self.down if self.transposed else self.across

    @property
    def sight(self) -> Rect:
        """The image rectangle from the first point of the grid to its last; empty where there are none."""
        if self.empty:
            return Rect(0, 0, 0, 0)
        y0, y1 = _ends(self.rows)
        x0, x1 = _ends(self.columns)
        return Rect(y0, x0, y1 + 1, x1 + 1)

    def part(self, rect: Rect) -> "Grid":
        """Return the grid of a smaller rectangle of the pane."""
        top, left, below, right = self.rect
        y0, x0 = min(max(rect.y0, top), below), min(max(rect.x0, left), right)
        y1, x1 = min(max(rect.y1, top), below), min(max(rect.x1, left), right)
        down, across = self.down[y0 - top : y1 - top], self.across[x0 - left : x1 - left]
        return Grid(Rect(y0, x0, y1, x1), down, across, self.transposed)

    def sample(self, plane: NDArray[S]) -> NDArray[S]:
        """Return the values of an image plane at the grid's points, shape of ``rect``, contiguous."""
        return self.spread(plane[self.sight.slices])

    def spread(self, seen: NDArray[S]) -> NDArray[S]:
        """Return the values of a plane of which only the part in ``sight`` is given."""
        # The axis that shrinks, or grows least, goes first: the step between is then as small as it can be. Rows are
        # indexed, not taken: numpy would first copy all that is seen.
        if len(self.rows) < seen.shape[0]:
            taken = _columns(seen[_from_first(self.rows)], self.columns)
        else:
            taken = _columns(seen, self.columns)
            taken = taken if len(self.rows) == taken.shape[0] else taken.take(_from_first(self.rows), 0)
        return np.ascontiguousarray(self._laid(taken))

    def _laid(self, plane: NDArray[S]) -> NDArray[S]:
        """Lay values of ascending rows and columns as the grid has them."""
        laid = plane.T if self.transposed else plane
        return laid[:: _step(self.down), :: _step(self.across)]


def _columns(plane: NDArray[S], columns: Indices) -> NDArray[S]:
    return plane if len(columns) == plane.shape[1] else plane.take(_from_first(columns), 1)


def _from_first(indices: Indices) -> Indices:
    """Return indices in ascending order, counted from the least of them."""
    ascending = indices[:: _step(indices)]
    return ascending - ascending[:1]


def _ends(indices: Indices) -> tuple[int, int]:
    """Return the least and the largest of indices, of which there are some."""
    first, last = int(indices[0]), int(indices[-1])
    return (first, last) if first <= last else (last, first)


def _step(indices: Indices) -> int:
    return -1 if len(indices) and indices[0] > indices[-1] else 1


def screen_rect(view: Viewport, rect: Rect, rim: int) -> Rect:
    """Return the screen pixels that show any of an image rectangle, with a rim around them."""
    (x0, y0), (x1, y1) = view.to_screen(rect.x0, rect.y0), view.to_screen(rect.x1, rect.y1)
    left, right, top, bottom = min(x0, x1), max(x0, x1), min(y0, y1), max(y0, y1)
    return Rect(math.floor(top), math.floor(left), math.ceil(bottom), math.ceil(right)).grown(rim)


def _indices(scale: float, sign: int, offset: int, pane: int, image: int) -> tuple[Indices, int]:
    """Return the image index of each position of a pane that shows one, and the first such position."""
    begin, end = (offset, offset + image * scale) if sign > 0 else (offset - image * scale, offset)
    first, last = max(0, math.floor(begin)), min(pane, math.ceil(end))
    positions = np.arange(first, max(last, first), dtype=np.float64)
    found: NDArray[Any] = np.floor(sign * (positions + 0.5 - offset) / scale).astype(np.intp)
    inside = (found >= 0) & (found < image)
    found = found[inside]
    return found, first + (int(np.argmax(inside)) if len(found) else 0)
