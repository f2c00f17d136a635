"""Fill an area whose outline has gaps.

As trapped-ball segmentation (Zhang, Chen, Zhang, Hu and Martin, "Vectorizing Cartoon Animations", IEEE TVCG 15(4),
2009, section 4.1): a ball wider than the gaps rolls through the area and cannot leave it; where no ball fits, as in
corners, areas then grow into what is left, in step with what lies beyond the gaps, so that both meet in the gap.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from segstudio.core.raster import Mask
from segstudio.core.stopping import go_on
from segstudio.editing.shapes import Placed, reached

_Bytes = NDArray[np.uint8]
_CROSS = np.array([[0, 1, 0], [1, 1, 1], [0, 1, 0]], np.uint8)


def sealed(allowed: Mask, seed: tuple[int, int], gap: int) -> Placed:
    """Return the area of ``allowed`` around its pixel ``seed`` (row, column), as if gaps up to ``gap`` px were closed.

    The border of the mask closes it too. Where the seed lies in a place too narrow for that, smaller gaps are closed.
    """
    free = allowed.view(np.uint8)
    while gap > 0:
        if (found := _trapped(free, seed, gap)) is not None:
            x, y, width, height = cv2.boundingRect(found)
            return found[y : y + height, x : x + width] != 0, (y, x)
        gap //= 2
    return reached(allowed, seed)


def _trapped(free: _Bytes, seed: tuple[int, int], gap: int) -> _Bytes | None:
    """Return where a ball just too wide for the gaps gets from ``seed``, or None where it does not fit there."""
    ball = _disc(gap + 1)
    middle = len(ball) // 2
    closed = cv2.erode(free, ball, anchor=(middle, middle), borderType=cv2.BORDER_CONSTANT, borderValue=0)
    centres = np.asarray(closed, np.uint8)
    if (centre := _nearest(centres, seed, ball)) is None:
        return None
    mask, (top, left) = reached(centres.astype(np.bool_), centre)
    mine, theirs = np.zeros_like(free), centres
    inside = slice(top, top + mask.shape[0]), slice(left, left + mask.shape[1])
    mine[inside] = mask
    theirs[inside] &= ~mask
    # A disc is its own mirror image, but the anchor of one of even width is not in its middle.
    mirrored = len(ball) - 1 - middle
    mine, theirs = (_dilated(part, ball, mirrored) for part in (mine, theirs))
    both = mine & theirs
    return _grown(mine - both, theirs - both, free, gap)


def _grown(mine: _Bytes, theirs: _Bytes, free: _Bytes, steps: int) -> _Bytes:
    for _ in range(steps):
        go_on()
        mine |= _dilated(mine, _CROSS, 1) & free & ~theirs
        theirs |= _dilated(theirs, _CROSS, 1) & free & ~mine
    return mine


def _dilated(mask: _Bytes, by: _Bytes, middle: int) -> _Bytes:
    return np.asarray(cv2.dilate(mask, by, anchor=(middle, middle)), np.uint8)


def _nearest(centres: _Bytes, seed: tuple[int, int], ball: _Bytes) -> tuple[int, int] | None:
    """Return the nearest place from which the ball covers the seed, if there is one."""
    middle = len(ball) // 2
    top, left = (max(at + middle - len(ball) + 1, 0) for at in seed)
    rows, columns = np.nonzero(centres[top : seed[0] + middle + 1, left : seed[1] + middle + 1])
    down, across = seed[0] - rows - top, seed[1] - columns - left
    covering = np.flatnonzero(ball[down + middle, across + middle])
    if not covering.size:
        return None
    best = covering[(down**2 + across**2)[covering].argmin()]
    return top + int(rows[best]), left + int(columns[best])


def _disc(diameter: int) -> _Bytes:
    away = np.arange(diameter) - (diameter - 1) / 2
    inside: Mask = np.add.outer(away**2, away**2) <= (diameter / 2) ** 2
    return inside.view(np.uint8)
