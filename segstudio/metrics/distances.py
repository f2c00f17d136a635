"""Exact Euclidean distances from some pixels to the nearest of others, whatever the size of a pixel."""

import cv2
import numpy as np
from numpy.typing import NDArray

from segstudio.core.raster import Mask

Spacing = tuple[float, float]
"""The height and the width of a pixel."""

EXACT_PIXELS = 1200
"""Up to here the square of OpenCV's distance, rounded, is the whole number that it stands for."""

_BLOCK = 1 << 22
"""Distances computed at a time."""


def distances(source: Mask, target: Mask, spacing: Spacing = (1.0, 1.0)) -> NDArray[np.float64]:
    """Return for each pixel of ``source``, in order of rows, how far its centre is from the nearest of ``target``.

    Masks of one shape; the distance is in the unit of ``spacing``, and inf where ``target`` is empty.
    """
    rows, columns = np.nonzero(source)
    if not target.any():
        return np.full(len(rows), np.inf)
    if spacing[0] == spacing[1]:
        found = cv2.distanceTransform((~target).view(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)[rows, columns]
        if not len(found) or found.max() <= EXACT_PIXELS:
            # Between centres of pixels squares are whole numbers, which single precision has lost the root of.
            exact: NDArray[np.float64] = np.sqrt(np.rint(found.astype(np.float64) ** 2)) * spacing[0]
            return exact
    return _by_columns(rows, columns, target, spacing)


def _by_columns(
    rows: NDArray[np.intp], columns: NDArray[np.intp], target: Mask, spacing: Spacing
) -> NDArray[np.float64]:
    """Return the distances by looking at the nearest pixel of each column that has any.

    The first of the two passes of Felzenszwalb and Huttenlocher (Distance Transforms of Sampled Functions, 2012,
    section 2.1), then the least of all columns for those pixels alone that are asked for.
    """
    used = np.flatnonzero(target.any(axis=0))
    down = _down(target[:, used]) * spacing[0]
    across = used * spacing[1]
    found = np.empty(len(rows))
    step = max(1, _BLOCK // len(used))
    for start in range(0, len(rows), step):
        part = slice(start, start + step)
        squares = down[rows[part]] ** 2
        squares += (columns[part, None] * spacing[1] - across) ** 2
        found[part] = np.sqrt(squares.min(axis=1))
    return found


def _down(target: Mask) -> NDArray[np.float64]:
    """Return how many rows away the nearest pixel of the same column is; each column has one."""
    height = target.shape[0]
    row = np.arange(height)[:, None]
    above = np.maximum.accumulate(np.where(target, row, -(2 * height)), axis=0)
    below = np.minimum.accumulate(np.where(target, row, 3 * height)[::-1], axis=0)[::-1]
    nearest: NDArray[np.float64] = np.minimum(row - above, below - row).astype(np.float64)
    return nearest
