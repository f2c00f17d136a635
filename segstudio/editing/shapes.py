"""Shapes as masks: each function gives a mask and the row, column of its top left corner.

Points are (x, y) in image pixels; the centre of the pixel in row r, column c is (c + 0.5, r + 0.5). Every shape is cut
to ``within``, the (height, width) of the picture, for a pointer may be far beside it; the mask is then empty.
"""

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from segstudio.core.raster import LabelPlane, Mask

Placed: TypeAlias = tuple[Mask, tuple[int, int]]
Point: TypeAlias = tuple[float, float]

_Floats: TypeAlias = NDArray[np.float64]
_Spans: TypeAlias = tuple[NDArray[np.int64], _Floats, _Floats]
"""Rows and, for each, the x where a span begins and ends. A row may have several spans."""

_THIN = math.sqrt(2)
"""A disc as wide as this holds the centre of the pixel that it lies on, wherever it lies."""

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
    rows, first, last = _swept(start, end, diameter, within[0])
    # Both ends belong to the brush: a centre exactly at its edge is painted on either side.
    return _drawn(rows, np.ceil(first - 0.5), np.floor(last - 0.5) + 1, within)


def polygon(points: Sequence[Point], within: tuple[int, int]) -> Placed:
    """Return the area enclosed by the corners ``points`` (at least one), by the even-odd rule at pixel centres.

    A centre exactly on the outline belongs to what is right of or below it, so that areas that share a border
    neither overlap nor leave a gap. An area too thin to hold any centre is drawn as a line.
    """
    edges = list(pairwise([*points, points[0]]))
    rows, first, last = _enclosed(edges, within[0])
    first, last = np.ceil(first - 0.5), np.ceil(last - 0.5)
    if not (first < last).any():
        lines = [_swept(a, b, 1, within[0]) for a, b in edges]
        rows, first, last = (np.concatenate(parts) for parts in zip(*lines, strict=True))
        first, last = np.ceil(first - 0.5), np.floor(last - 0.5) + 1
    return _drawn(rows, first, last, within)


def flood(labels: LabelPlane, at: Point) -> Placed | None:
    """Return the 4-connected area of one class around a point, or None where the point lies outside the picture."""
    column, row = math.floor(at[0]), math.floor(at[1])
    if not (0 <= row < labels.shape[0] and 0 <= column < labels.shape[1]):
        return None
    same = (labels == labels[row, column]).view(np.uint8)
    found = np.zeros((labels.shape[0] + 2, labels.shape[1] + 2), np.uint8)
    flags = 4 | cv2.FLOODFILL_MASK_ONLY | (1 << 8)
    _, _, _, (x, y, width, height) = cv2.floodFill(same, found, (column, row), 0, flags=flags)
    # The mask that floodFill fills has a border of one pixel all round.
    return found[y + 1 : y + 1 + height, x + 1 : x + 1 + width].view(np.bool_), (y, x)


def _swept(start: Point, end: Point, diameter: float, height: int) -> _Spans:
    """Return one span a row of a capsule, for it is convex."""
    if diameter < _THIN:
        start, end = _centre(start), _centre(end)
    radius = max(diameter, 1) / 2
    (ax, ay), (bx, by) = sorted((start, end), key=lambda p: (p[1], p[0]))
    rows = _rows(ay - radius, math.floor(by + radius - 0.5) + 1, height)
    ys = rows + 0.5
    # The disc that reaches furthest in a row stands where the outline's straight part touches it, or at an end.
    lean = radius * (bx - ax) / (math.dist(start, end) or 1)
    outline = []
    for side in (-1, 1):
        middle = np.clip(ys + side * lean, ay, by)
        x = max(ax * side, bx * side) * side if by - ay < _LEVEL else np.interp(middle, (ay, by), (ax, bx))
        outline.append(x + side * np.sqrt(np.maximum(radius**2 - (ys - middle) ** 2, 0)))
    return rows, outline[0], outline[1]


def _enclosed(edges: Sequence[tuple[Point, Point]], height: int) -> _Spans:
    """Return the spans between each odd and the next even crossing of a row's centre line with the outline."""
    crossed, crossings = [], []
    for a, b in edges:
        (ax, ay), (bx, by) = sorted((a, b), key=lambda p: p[1])
        rows = _rows(ay, math.ceil(by - 0.5), height)
        crossed.append(rows)
        crossings.append(ax + (rows + 0.5 - ay) * ((bx - ax) / (by - ay)) if rows.size else np.empty(0))
    row, x = np.concatenate(crossed), np.concatenate(crossings)
    order = np.lexsort((x, row))
    return row[order][::2], x[order][::2], x[order][1::2]


def _rows(top: float, below: int, height: int) -> NDArray[np.int64]:
    """Return the rows whose centre lies at or below ``top``, above the row ``below``, and in the picture."""
    return np.arange(max(math.ceil(top - 0.5), 0), min(below, height))


def _drawn(rows: NDArray[np.int64], first: _Floats, last: _Floats, within: tuple[int, int]) -> Placed:
    """Return the pixels ``first`` up to but not including ``last`` of each row, both whole numbers."""
    first, last = np.clip(first, 0, within[1]).astype(np.int64), np.clip(last, 0, within[1]).astype(np.int64)
    seen = first < last
    if not seen.any():
        return np.zeros((0, 0), np.bool_), (0, 0)
    rows, first, last = rows[seen], first[seen], last[seen]
    top, left = int(rows.min()), int(first.min())
    mask = np.zeros((int(rows.max()) + 1 - top, int(last.max()) - left), np.bool_)
    # A slice a row costs less than comparing every pixel of the rectangle, from the smallest brush to the largest.
    for row, start, stop in zip((rows - top).tolist(), (first - left).tolist(), (last - left).tolist(), strict=True):
        mask[row, start:stop] = True
    return mask, (top, left)


def _centre(point: Point) -> Point:
    return math.floor(point[0]) + 0.5, math.floor(point[1]) + 0.5
