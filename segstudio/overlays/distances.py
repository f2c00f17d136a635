"""Errors by how far they lie from the borders of the truth: slips of a border fade, gross errors stand out."""

import math
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from segstudio.core.raster import LabelPlane
from segstudio.overlays.base import STRIPE, OverlayInput, Pixels, colored, nothing, premultiplied, striped, wide_edges
from segstudio.overlays.errors import (
    FALSE_NEGATIVE,
    FALSE_NEGATIVE_STRIPE,
    FALSE_POSITIVE,
    SWAPPED,
    Verdict,
    verdict,
)

DEEPEST = 15
"""The number of a pixel that lies as far from every border as is told apart, or further."""
REACH_SHARE = 0.02
"""Of the picture's diagonal: the width of the band that boundary IoU looks at (Cheng et al. 2021, section 4)."""
REACH_LIMITS = 4, 32
"""Image pixels. More would cost time at every stroke, and in a larger picture a slip is no larger."""
FADED = 0.22
"""Of the opacity, at a border."""
_BY_DEPTH = 2 * STRIPE


def reach(shape: tuple[int, ...]) -> int:
    """Return the distance from a border, in image pixels, from which on an error of a picture is as gross as can be."""
    low, high = REACH_LIMITS
    return min(max(round(REACH_SHARE * math.hypot(*shape)), low), high)


def depth(truth: LabelPlane, focus: int | None, within: float) -> NDArray[np.uint8]:
    """Return how far each pixel lies from the nearest border of the truth: 0 beside it, ``DEEPEST`` at ``within``.

    From middle to middle, Euclidean to 2 % (Borgefors 1986, a mask of five, as OpenCV has it: in a third of the time of
    the exact one). A border is where labels meet, or, with a class in focus, where that class ends; the edge of the
    plane is none. What lies further than ``within`` and a pixel beyond the plane cannot change any of it.
    """
    borders = wide_edges(truth if focus is None else (truth == focus).view(np.uint8))
    if not cv2.countNonZero(borders):
        return np.full(truth.shape, DEEPEST, np.uint8)
    away = cv2.distanceTransform((borders == 0).view(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_5)
    levels = np.asarray(cv2.convertScaleAbs(away, alpha=DEEPEST / within), np.uint8)
    return np.minimum(levels, np.uint8(DEEPEST), out=levels)


def error_distances(source: OverlayInput) -> Pixels:
    """Errors in their colours, the fainter the nearer they are to a border of the truth; what is right stays bare."""
    if source.prediction is None or source.depth is None:
        return nothing(source)
    codes = striped(verdict(source), source.origin)
    codes += source.depth * np.uint8(_BY_DEPTH)
    return colored(_colors(source.style.opacity), codes)


@lru_cache(maxsize=4)
def _colors(opacity: float) -> Pixels:
    """Return the colour of each verdict at each depth, and of each where a stripe runs."""
    colors = np.zeros((DEEPEST + 1, 2, STRIPE), np.uint32)
    for level in range(DEEPEST + 1):
        strength = opacity * (FADED + (1 - FADED) * level / DEEPEST)
        colors[level, :, Verdict.EXTRA] = premultiplied(FALSE_POSITIVE, strength)
        colors[level, :, Verdict.SWAPPED] = premultiplied(SWAPPED, strength)
        colors[level, 0, Verdict.MISSED] = premultiplied(FALSE_NEGATIVE, strength)
        colors[level, 1, Verdict.MISSED] = premultiplied(FALSE_NEGATIVE_STRIPE, strength)
    return colors.reshape(-1)
