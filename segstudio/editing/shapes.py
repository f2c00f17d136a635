"""Shapes as masks: each function gives a mask and the row, column of its top left corner.

Points are (x, y) in image pixels; the centre of the pixel in row r, column c is (c + 0.5, r + 0.5).
"""

from collections.abc import Sequence
from typing import TypeAlias

import cv2
import numpy as np

from segstudio.core.raster import LabelPlane, Mask

Placed: TypeAlias = tuple[Mask, tuple[int, int]]
Point: TypeAlias = tuple[float, float]

_SHIFT = 4  # cv2 takes coordinates as fixed point with this many fractional bits
_ONE = 1 << _SHIFT


def capsule(start: Point, end: Point, diameter: float) -> Placed:
    """Return the area that a round brush of ``diameter`` pixels sweeps from one point to another.

    A diameter of 1 is a line one pixel wide.
    """
    radius = max(diameter - 1, 0) / 2
    left, top, size = _frame([start, end], radius)
    canvas = np.zeros(size, np.uint8)
    a, b = _fixed(start, left, top), _fixed(end, left, top)
    if radius < 0.5:
        cv2.line(canvas, a, b, 1, 1, cv2.LINE_8, _SHIFT)
        return canvas.view(np.bool_), (top, left)
    for centre in (a, b) if a != b else (a,):
        cv2.circle(canvas, centre, round(radius * _ONE), 1, cv2.FILLED, cv2.LINE_8, _SHIFT)
    if a != b:
        along = np.subtract(b, a) / np.hypot(*np.subtract(b, a))
        side = np.array([-along[1], along[0]]) * radius * _ONE
        corners = np.round([a + side, b + side, b - side, a - side]).astype(np.int32)
        cv2.fillConvexPoly(canvas, corners, 1, cv2.LINE_8, _SHIFT)
    return canvas.view(np.bool_), (top, left)


def polygon(points: Sequence[Point]) -> Placed:
    """Return the area enclosed by the corners ``points`` (at least one), its outline included."""
    left, top, size = _frame(points, 0)
    canvas = np.zeros(size, np.uint8)
    corners = np.array([_fixed(p, left, top) for p in points], np.int32)
    cv2.fillPoly(canvas, [corners], 1, cv2.LINE_8, _SHIFT)
    return canvas.view(np.bool_), (top, left)


def flood(labels: LabelPlane, at: Point) -> Placed | None:
    """Return the 4-connected area of one class around a point, or None where the point lies outside the picture."""
    column, row = int(np.floor(at[0])), int(np.floor(at[1]))
    if not (0 <= row < labels.shape[0] and 0 <= column < labels.shape[1]):
        return None
    same = (labels == labels[row, column]).view(np.uint8)
    found = np.zeros((labels.shape[0] + 2, labels.shape[1] + 2), np.uint8)
    flags = 4 | cv2.FLOODFILL_MASK_ONLY | (1 << 8)
    _, _, _, (x, y, width, height) = cv2.floodFill(same, found, (column, row), 0, flags=flags)
    # The mask that floodFill fills has a border of one pixel all round.
    return found[y + 1 : y + 1 + height, x + 1 : x + 1 + width].view(np.bool_), (y, x)


def _frame(points: Sequence[Point], radius: float) -> tuple[int, int, tuple[int, int]]:
    """Return left, top and (height, width) of a raster that holds all points with a rim of ``radius``."""
    xs, ys = [p[0] for p in points], [p[1] for p in points]
    left, top = int(np.floor(min(xs) - radius)) - 1, int(np.floor(min(ys) - radius)) - 1
    right, bottom = int(np.ceil(max(xs) + radius)) + 2, int(np.ceil(max(ys) + radius)) + 2
    return left, top, (bottom - top, right - left)


def _fixed(point: Point, left: int, top: int) -> tuple[int, int]:
    """Return a point relative to the raster, on cv2's grid: there a pixel's centre is a whole number."""
    return round((point[0] - 0.5 - left) * _ONE), round((point[1] - 0.5 - top) * _ONE)
