"""Exact Euclidean distances from some pixels to the nearest of others, whatever the size of a pixel."""

import math
from typing import Any, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from segstudio.core.raster import Mask

Points: TypeAlias = NDArray[np.float32]
Rows: TypeAlias = NDArray[np.int16] | NDArray[np.int32]
Spacing: TypeAlias = tuple[float, float]
"""The height and the width of a pixel."""

EXACT_PIXELS = 1200
"""Up to here the square of OpenCV's distance, rounded, is the whole number that it stands for."""

NEAR = 24
"""Columns to either side that are looked at one by one: outlines of a prediction are mostly near those of the truth."""

FEW_PIXELS = 1 << 12
"""Up to so many pixels, of the picture, OpenCV is through with all of them before anything else has begun."""

VERY_FEW_PAIRS = 1 << 17
"""Up to so many pairs of pixels it is quickest to look at each."""

MANY_PAIRS, NEAR_ROWS = 1 << 27, 12
"""Up to so many first those are looked at that are so many rows apart, or less: outlines are mostly near each other."""

AT_ONCE = 128
"""Pixels, in order of rows, that are held against the same rows."""

FEW_PAIRS = 1 << 20
"""Up to so many of what is left then are looked at each."""

SMALL_SIDE = 2048
"""Up to here single precision holds the square of any distance in a picture, and what it is made of."""

MANY_ROWS = 10
"""Pixels a row of the picture from which on OpenCV, which looks at all pixels, is quicker than all columns."""

_BLOCK = 1 << 16
"""Distances computed at a time: they stay in the processor's cache, and OpenBLAS wakes no threads for so few."""


def both_ways(
    first: Mask, second: Mask, spacing: Spacing = (1.0, 1.0)
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the ``distances`` from the first mask's pixels to the second's, and from the second's to the first's."""
    if spacing[0] != spacing[1]:
        return distances(first, second, spacing), distances(second, first, spacing)
    if first.size <= FEW_PIXELS and max(first.shape) <= EXACT_PIXELS // 2 and first.any() and second.any():
        far = _squared_far(_far_from(second)[first]), _squared_far(_far_from(first)[second])
    else:
        one, other = _points(first), _points(second)
        pairs = len(one) * len(other)
        if not 0 < pairs <= MANY_PAIRS or max(first.shape) > SMALL_SIDE:
            return distances(first, second, spacing), distances(second, first, spacing)
        if pairs <= VERY_FEW_PAIRS:
            forth, back = _of_pairs(one, other, math.inf)
        else:
            forth, back = _of_pairs(one, other, NEAR_ROWS)
            _add_far(forth, one, other, second)
            _add_far(back, other, one, first)
        far = forth.astype(np.float64), back.astype(np.float64)
    return np.sqrt(far[0]) * spacing[0], np.sqrt(far[1]) * spacing[0]


def _far_from(target: Mask) -> Points:
    """Return how far each pixel of a picture is from the nearest of a mask that has some, as OpenCV has it."""
    return np.asarray(cv2.distanceTransform((~target).view(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE))


def _squared_far(far: Points) -> NDArray[np.float64]:
    """Return the squares of distances up to ``EXACT_PIXELS``: the whole numbers that they stand for."""
    squares: NDArray[np.float64] = np.rint(far.astype(np.float64) ** 2)
    return squares


def _points(mask: Mask) -> Points:
    """Return row and column of the pixels of a mask from its middle, shape (n, 2)."""
    rows, columns = np.divmod(np.flatnonzero(mask), mask.shape[1])  # a third of what numpy's own rows and columns take
    points = np.empty((len(rows), 2), np.float32)
    points[:, 0], points[:, 1] = rows - mask.shape[0] // 2, columns - mask.shape[1] // 2
    return points


def _of_pairs(first: Points, second: Points, reach: float) -> tuple[Points, Points]:
    """Return the least square of the distances of each point to the others; shapes (n, 2), (m, 2), in order of rows.

    Of pairs that are no more than ``reach`` rows apart, and some others: what is farther than that may be too far.
    As |a|² + |b|² - 2ab in one product of matrices. With points given from the middle of a picture that is whole and
    less than 2**24 all along, whatever is added first, so that single precision is exact.
    """
    of_first, of_second = (np.einsum("ij,ij->i", points, points) for points in (first, second))
    left = np.column_stack((first, of_first, np.ones_like(of_first)))
    right = np.vstack((-2 * second.T, np.ones_like(of_second), of_second))
    starts = np.arange(0, len(first), AT_ONCE if reach < math.inf else max(1, _BLOCK // len(second)))
    ends = np.append(starts[1:], len(first))
    begins = np.searchsorted(second[:, 0], first[starts, 0] - np.float32(reach), "left")
    stops = np.searchsorted(second[:, 0], first[ends - 1, 0] + np.float32(reach), "right")
    forth, back = np.full(len(first), np.inf, np.float32), np.full(len(second), np.inf, np.float32)
    for start, end, begin, stop in np.stack((starts, ends, begins, stops), axis=1).tolist():
        if begin < stop:
            squares = left[start:end] @ right[:, begin:stop]
            squares.min(axis=1, out=forth[start:end])
            np.minimum(back[begin:stop], squares.min(axis=0), out=back[begin:stop])
    return forth, back


def _add_far(found: Points, points: Points, others: Points, target: Mask) -> None:
    """Find the squares that pairs on near rows do not tell: those of points that are farther from all ``others``.

    ``target`` is the mask that these are the pixels of.
    """
    far = np.flatnonzero(found > NEAR_ROWS**2)
    if len(far) * len(others) > FEW_PAIRS:
        rows, columns = (points[far] + np.array(target.shape) // 2).astype(np.intp).T
        found[far] = _squares(rows, columns, target, None)
    elif len(far):
        found[far] = _of_pairs(points[far], others, math.inf)[0]


def distances(source: Mask, target: Mask, spacing: Spacing = (1.0, 1.0)) -> NDArray[np.float64]:
    """Return for each pixel of ``source``, in order of rows, how far its centre is from the nearest of ``target``.

    Masks of one shape; the distance is in the unit of ``spacing``, and inf where ``target`` is empty.
    """
    rows, columns = np.nonzero(source)
    if not target.any():
        return np.full(len(rows), np.inf)
    if spacing[0] == spacing[1]:
        # Between centres of pixels squares are whole numbers: nothing is rounded before the root.
        whole: NDArray[np.float64] = np.sqrt(_squares(rows, columns, target, None)) * spacing[0]
        return whole
    scaled: NDArray[np.float64] = np.sqrt(_squares(rows, columns, target, spacing))
    return scaled


def _squares(rows: NDArray[np.intp], columns: NDArray[np.intp], target: Mask, spacing: Spacing | None) -> NDArray[Any]:
    """Return the squares of the distances; whole numbers of pixels where there is no ``spacing``.

    The first of the two passes of Felzenszwalb and Huttenlocher (Distance Transforms of Sampled Functions, 2012,
    section 2.1) says how far the nearest pixel of each column is. Of the second only those pixels are looked at that
    are asked for, and of each the columns from its own outwards, as long as one of them can be nearer.
    """
    width = 1 if spacing is None else spacing[1]
    down = _down(target)
    at = rows * down.shape[1] + columns + NEAR
    flat = down.reshape(-1)
    found = _squared(flat[at], spacing, down.shape)
    left = np.flatnonzero(found > width**2)
    for step in range(1, NEAR + 1):
        if not len(left):
            return found
        sides = _squared(np.minimum(flat[at[left] - step], flat[at[left] + step]), spacing, down.shape)
        nearest = np.minimum(found[left], sides + (step * width) ** 2)
        found[left] = nearest
        left = left[nearest > ((step + 1) * width) ** 2]
    found[left] = _far(rows[left], columns[left], target, down[:, NEAR:-NEAR], spacing)
    return found


def _squared(down: Rows, spacing: Spacing | None, shape: tuple[int, ...]) -> NDArray[Any]:
    """Return squares of numbers of rows; scaled, what is no number of rows would be less than some distance."""
    if spacing is None:
        return np.square(down, dtype=np.int64)
    return np.where(down < shape[0], down * spacing[0], np.inf) ** 2


def _far(
    rows: NDArray[np.intp], columns: NDArray[np.intp], target: Mask, down: Rows, spacing: Spacing | None
) -> NDArray[Any]:
    """Return the squares of the distances of pixels that are far from any."""
    if spacing is None and len(rows) > MANY_ROWS * len(target):
        far = _far_from(target)[rows, columns]
        if far.max() <= EXACT_PIXELS:
            return _squared_far(far).astype(np.int64)
    height, width = (1, 1) if spacing is None else spacing
    used = np.flatnonzero(target.any(axis=0))
    found: NDArray[Any] = np.empty(len(rows), np.int64 if spacing is None else np.float64)
    step = max(1, _BLOCK // len(used))
    for start in range(0, len(rows), step):
        part = slice(start, start + step)
        squares = (down[rows[part, None], used].astype(found.dtype) * height) ** 2
        across = (columns[part, None] - used).astype(found.dtype) * width
        found[part] = (squares + across**2).min(axis=1)
    return found


def _down(target: Mask) -> Rows:
    """Return how many rows away the nearest pixel of the same column is, with ``NEAR`` columns more on either side.

    Where a column has none it is farther than any pixel of the picture is from another. In steps that double: each
    number of rows is a sum of some of them.
    """
    height, width = target.shape
    nothing = 2 * (height + width)
    kind = np.int16 if nothing + height < 1 << 15 else np.int32  # half the memory for most pictures
    down = np.full((height, width + 2 * NEAR), nothing, kind)
    down[:, NEAR:-NEAR][target] = 0
    step = 1
    while step < height:
        below, above = down[:-step] + kind(step), down[step:] + kind(step)
        np.minimum(down[step:], below, out=down[step:])
        np.minimum(down[:-step], above, out=down[:-step])
        step *= 2
    return down
