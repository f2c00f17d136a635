"""Shapes as masks: each function gives a mask and the row, column of its top left corner.

Points are (x, y) in image pixels; the centre of the pixel in row r, column c is (c + 0.5, r + 0.5). Every shape is cut
to ``within``, the (height, width) of the picture, for a pointer may be far beside it; the mask is then empty.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from segstudio.core.raster import TILE, LabelPlane, Mask

Placed: TypeAlias = tuple[Mask, tuple[int, int]]
Point: TypeAlias = tuple[float, float]

_REACHED = 2
"""Neither of the values of a mask."""

_Floats: TypeAlias = NDArray[np.float64]
_Whole: TypeAlias = NDArray[np.int64]
_Ends: TypeAlias = tuple[_Whole, _Floats, _Floats]
"""Rows and, for each, the x where a span begins and ends. A row may have several spans."""

_THIN = math.sqrt(2)
"""A disc as wide as this holds the centre of the pixel that it lies on, wherever it lies."""

_LARGE, _HUGE = 100, 600
"""Diameters from which on only what is new of a brush is worth finding, and from which on it comes in bands."""

_BAND = 4
"""Rows of tiles: lower bands follow a crescent more closely, and each is a change of its own to all who listen."""

_SHORT = 48
"""Pixels: spans shorter than this on the average are drawn pixel by pixel, all at once."""

_SIDES = np.array(((-1.0,), (1.0,)))
"""Left and right."""

_LEVEL = 1e-6
"""A way that falls less than this from end to end is level: a millionth of a pixel moves no centre that matters."""


def snapped(point: Point, diameter: int) -> Point:
    """Return the nearest point about which a brush is as wide as its diameter: a pixel's centre, or a corner."""
    shift = 0.5 if diameter % 2 else 0.0
    return math.floor(point[0] + 0.5 - shift) + shift, math.floor(point[1] + 0.5 - shift) + shift


def capsule(start: Point, end: Point, diameter: float, within: tuple[int, int]) -> Placed:
    """Return the area that a round brush of ``diameter`` pixels sweeps from one point to another.

    A pixel belongs to it when its centre lies within half the diameter of the way. A brush too thin to hold a centre
    everywhere moves from pixel centre to pixel centre, so that it never misses the pixel under the pointer.
    """
    return _capsule(start, end, diameter, within).placed()


def painted(stood: Point | None, here: Point, diameter: float, within: tuple[int, int]) -> Iterator[Placed]:
    """Yield what a round brush paints that comes to ``here`` from where it stood and has painted, if it has.

    Each pixel once. Of a large brush only a crescent is new, and what follows handles every pixel of a mask: so it
    comes in bands that follow the crescent.
    """
    if stood is None or diameter < _LARGE:
        spans = _capsule(stood or here, here, diameter, within)
    else:
        spans = _crescent(stood, here, diameter, within)
    yield from spans.bands(_BAND) if diameter >= _HUGE else (spans.placed(),)


def _capsule(start: Point, end: Point, diameter: float, within: tuple[int, int]) -> "Spans":
    rows, first, last = _swept(start, end, diameter, within[0])
    # Both ends belong to the brush: a centre exactly at its edge is painted on either side.
    return Spans.of(rows, np.ceil(first - 0.5), np.floor(last - 0.5) + 1, within)


def _crescent(start: Point, end: Point, diameter: float, within: tuple[int, int]) -> "Spans":
    """Return what of a capsule the brush does not cover as long as it stands at ``start``: up to two spans a row."""
    rows, first, last = _swept(start, end, diameter, within[0])
    first, last = np.ceil(first - 0.5), np.floor(last - 0.5) + 1
    covered, left, right = _swept(start, start, diameter, within[0])
    left, right = np.ceil(left - 0.5), np.floor(right - 0.5) + 1
    until, since = last.copy(), last.copy()
    holds = left < right
    at = covered[holds] - (rows[0] if rows.size else 0)
    until[at], since[at] = left[holds], right[holds]
    return Spans.of(np.tile(rows, 2), np.concatenate((first, since)), np.concatenate((until, last)), within)


def square(start: Point, end: Point, side: float, within: tuple[int, int]) -> Placed:
    """Return the area that a square brush, ``side`` pixels wide, sweeps from one point to another.

    A pixel belongs to it when its centre lies inside the square somewhere on the way, not just at its edge.
    """
    (ax, ay), (bx, by) = sorted((start, end), key=lambda p: (p[1], p[0]))
    half = side / 2
    rows = np.arange(max(math.floor(ay - half - 0.5) + 1, 0), min(math.ceil(by + half - 0.5), within[0]))
    upper, lower = np.clip(rows + 0.5 - half, ay, by), np.clip(rows + 0.5 + half, ay, by)
    if by - ay < _LEVEL:
        left, right = np.full(rows.shape, min(ax, bx)), np.full(rows.shape, max(ax, bx))
    else:
        ends = np.interp(upper, (ay, by), (ax, bx)), np.interp(lower, (ay, by), (ax, bx))
        left, right = np.minimum(*ends), np.maximum(*ends)
    return _drawn(rows, np.floor(left - half - 0.5) + 1, np.ceil(right + half - 0.5), within)


def rectangle(start: Point, end: Point, within: tuple[int, int]) -> "Spans":
    """Return the pixels whose centres lie in the rectangle between two corners.

    A centre exactly on its upper or left side belongs to it, on its lower or right side it does not.
    """
    top, bottom = (math.ceil(y - 0.5) for y in sorted((start[1], end[1])))
    left, right = (math.ceil(x - 0.5) for x in sorted((start[0], end[0])))
    rows = np.arange(max(top, 0), min(bottom, within[0]))
    return Spans.of(rows, np.full(rows.shape, float(left)), np.full(rows.shape, float(right)), within)


def ellipse(start: Point, end: Point, within: tuple[int, int]) -> "Spans":
    """Return the pixels whose centres lie in the ellipse that touches all sides of the rectangle of two corners.

    A centre exactly on the outline belongs to it.
    """
    (left, right), (top, bottom) = sorted((start[0], end[0])), sorted((start[1], end[1]))
    rows = _rows(top, math.floor(bottom - 0.5) + 1, within[0])
    height = max(bottom - top, _LEVEL) / 2
    reach = (right - left) / 2 * np.sqrt(np.maximum(1 - ((rows + 0.5 - (top + bottom) / 2) / height) ** 2, 0))
    middle = (left + right) / 2
    return Spans.of(rows, np.ceil(middle - reach - 0.5), np.floor(middle + reach - 0.5) + 1, within)


def polygon(points: Sequence[Point], within: tuple[int, int]) -> Placed:
    """Return what ``outlined`` encloses by the even-odd rule, as a mask."""
    return outlined(points, within).placed()


def outlined(points: Sequence[Point], within: tuple[int, int], whole: bool = False) -> "Spans":
    """Return the area enclosed by the corners ``points`` (at least one), by the even-odd rule at pixel centres.

    Where ``whole``, by the non-zero rule: what the outline goes around more than once, as where its ends cross, is
    enclosed too. A centre exactly on the outline belongs to what is right of or below it, so that areas that share a
    border neither overlap nor leave a gap. An area too thin to hold any centre is drawn as a line.
    """
    rows, first, last = _enclosed(points, within[0], whole)
    first, last = np.ceil(first - 0.5), np.ceil(last - 0.5)
    if not (first < last).any():
        rows, first, last = _lines([*points, points[0]], within[0])
    return Spans.of(rows, first, last, within)


def line(points: Sequence[Point], within: tuple[int, int]) -> Placed:
    """Return a way along ``points`` (at least two), one pixel wide: no gap in it lets 4-connected pixels through."""
    return _drawn(*_lines(points, within[0]), within)


def alike(labels: LabelPlane, value: int) -> Mask:
    """Return where labels hold a value, a mask of its own, or where they all do a single True made to look like one.

    Memory for a mask as large as a large picture takes longer to get than the labels take to compare.
    """
    if (labels[0] == value).all() and cv2.minMaxLoc(labels)[:2] == (value, value):
        return np.broadcast_to(np.True_, labels.shape)
    found: Mask = labels == value
    return found


def everywhere(mask: Mask) -> bool:
    """Tell whether a mask is True throughout."""
    return bool(mask.flat[0]) if mask.strides == (0, 0) else bool(mask.all())


def reached(allowed: Mask, seed: tuple[int, int]) -> Placed:
    """Return the 4-connected area of ``allowed`` around one pixel of it, given as row and column.

    ``allowed`` is used up: in a large picture fresh memory takes longer than what is done with it.
    """
    row, column = seed
    area = allowed.view(np.uint8)
    _, _, _, (x, y, width, height) = cv2.floodFill(area, None, (column, row), _REACHED, flags=4)
    np.equal(area, _REACHED, out=allowed)
    return allowed[y : y + height, x : x + width], (y, x)


def _swept(start: Point, end: Point, diameter: float, height: int) -> _Ends:
    """Return one span a row of a capsule, for it is convex."""
    if diameter < _THIN:
        start, end = _centre(start), _centre(end)
    radius = max(diameter, 1) / 2
    (ax, ay), (bx, by) = sorted((start, end), key=lambda p: (p[1], p[0]))
    rows = _rows(ay - radius, math.floor(by + radius - 0.5) + 1, height)
    ys = rows + 0.5
    # The disc that reaches furthest in a row stands where the outline's straight part touches it, or at an end.
    lean = radius * (bx - ax) / (math.dist(start, end) or 1)
    middle = np.minimum(np.maximum(ys + _SIDES * lean, ay), by)  # both sides at once: (2, rows)
    if by - ay < _LEVEL:
        x: _Floats = np.array(((min(ax, bx),), (max(ax, bx),)))
    else:
        x = np.interp(middle, (ay, by), (ax, bx))
    first, last = x + _SIDES * np.sqrt(np.maximum(radius**2 - (ys - middle) ** 2, 0))
    return rows, first, last


def _enclosed(points: Sequence[Point], height: int, whole: bool) -> _Ends:
    """Return the spans between the crossings of each row's centre line with the outline that lie inside it."""
    starts = np.asarray(points, np.float64)
    ends = np.roll(starts, -1, axis=0)
    down = starts[:, 1] <= ends[:, 1]
    (ax, ay), (bx, by) = np.where(down, starts.T, ends.T), np.where(down, ends.T, starts.T)
    top = np.clip(np.ceil(ay - 0.5), 0, height).astype(np.int64)
    counts = np.maximum(np.clip(np.ceil(by - 0.5), 0, height).astype(np.int64) - top, 0)
    edge = np.repeat(np.arange(len(starts)), counts)
    row = top[edge] + np.arange(edge.size) - np.repeat(np.cumsum(counts) - counts, counts)
    x = ax[edge] + (row + 0.5 - ay[edge]) * ((bx - ax)[edge] / (by - ay)[edge])
    order = np.lexsort((x, row))
    row, x = row[order], x[order]
    # An outline is closed: over each row its crossings add up to none, so that they can be added up at one go.
    inside = np.cumsum(np.where(down, 1, -1)[edge[order]])[:-1]
    spans = np.flatnonzero(inside if whole else inside % 2)
    return row[spans], x[spans], x[spans + 1]


def _rows(top: float, below: int, height: int) -> _Whole:
    """Return the rows whose centre lies at or below ``top``, above the row ``below``, and in the picture."""
    return np.arange(max(math.ceil(top - 0.5), 0), min(below, height))


def _lines(points: Sequence[Point], height: int) -> _Ends:
    parts = [_swept(a, b, 1, height) for a, b in pairwise(points)]
    rows, first, last = (np.concatenate(part) for part in zip(*parts, strict=True))
    return rows, np.ceil(first - 0.5), np.floor(last - 0.5) + 1


def _drawn(rows: _Whole, first: _Floats, last: _Floats, within: tuple[int, int]) -> Placed:
    return Spans.of(rows, first, last, within).placed()


@dataclass(frozen=True, slots=True, eq=False)
class Spans:
    """An area as stretches of rows: of each of ``rows`` the columns ``first`` up to but not including ``last``.

    All lie in the picture, none is empty, and a row may have several.
    """

    rows: _Whole
    first: _Whole
    last: _Whole

    @classmethod
    def of(cls, rows: _Whole, first: _Floats, last: _Floats, within: tuple[int, int]) -> "Spans":
        """Cut stretches whose ends are whole numbers to a picture; rows lie in it already."""
        first, last = np.clip(first, 0, within[1]), np.clip(last, 0, within[1])
        seen = first < last
        return cls(rows[seen], first[seen].astype(np.int64), last[seen].astype(np.int64))

    def placed(self) -> Placed:
        """Return the area as one mask, no larger than it need be."""
        if not self.rows.size:
            return np.zeros((0, 0), np.bool_), (0, 0)
        top, left = int(self.rows.min()), int(self.first.min())
        mask = np.zeros((int(self.rows.max()) + 1 - top, int(self.last.max()) - left), np.bool_)
        lengths = self.last - self.first
        total = int(lengths.sum())
        if total < _SHORT * lengths.size:
            # The index of each pixel, counted on from the beginning of its span.
            starts = (self.rows - top) * mask.shape[1] + self.first - left
            mask.reshape(-1)[np.arange(total) + np.repeat(starts - (np.cumsum(lengths) - lengths), lengths)] = True
            return mask, (top, left)
        ends = (self.rows - top).tolist(), (self.first - left).tolist(), (self.last - left).tolist()
        # A slice a row costs less than comparing every pixel of the rectangle, from the smallest brush to the largest.
        for row, start, stop in zip(*ends, strict=True):
            mask[row, start:stop] = True
        return mask, (top, left)

    def bands(self, tiles: int = 1) -> Iterator[Placed]:
        """Yield the area some rows of tiles at a time, from the top: a mask of all could fill much memory."""
        if not self.rows.size:
            return
        order = np.argsort(self.rows, kind="stable")
        sorted_rows = self.rows[order]
        height = tiles * TILE
        tops = np.arange(sorted_rows[0] // height, sorted_rows[-1] // height + 2) * height
        for start, stop in pairwise(np.searchsorted(sorted_rows, tops).tolist()):
            if start < stop:
                part = order[start:stop]
                yield Spans(self.rows[part], self.first[part], self.last[part]).placed()


def _centre(point: Point) -> Point:
    return math.floor(point[0]) + 0.5, math.floor(point[1]) + 0.5
