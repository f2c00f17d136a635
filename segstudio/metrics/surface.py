"""How far the outlines of two masks are apart: Hausdorff distance, its percentile, mean distance, surface Dice.

Two conventions of what an outline is: "edges", as MONAI and MetricsReloaded have it (the mask's outermost pixels, each
counted once), and "lattice", as DeepMind's surface-distance has it (the corners between pixels, weighted by length).
"""

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from segstudio.core.raster import Mask
from segstudio.metrics.boxes import common_box
from segstudio.metrics.distances import Spacing, both_ways

Convention = Literal["edges", "lattice"]
FloatArray = NDArray[np.float64]

_CROSS = cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3))


@dataclass(frozen=True, slots=True, eq=False)
class Surfaces:
    """The distance from each point of one mask's outline to the nearest of the other's, and how much it weighs.

    float64, in the unit of the spacing; inf towards an empty mask. Weights are 1 for "edges", lengths for "lattice".
    """

    truth: FloatArray
    prediction: FloatArray
    truth_weights: FloatArray
    prediction_weights: FloatArray
    convention: Convention

    @property
    def both_empty(self) -> bool:
        return not len(self.truth) and not len(self.prediction)

    @property
    def one_empty(self) -> bool:
        return bool(len(self.truth)) != bool(len(self.prediction))


def surfaces(
    truth: Mask, prediction: Mask, spacing: Spacing = (1.0, 1.0), convention: Convention = "edges"
) -> Surfaces:
    """Measure two masks of one shape. The picture's border counts as an outline where a mask reaches it."""
    box = common_box(truth, prediction)
    if convention == "lattice":
        (first, a), (second, b) = (_lattice(mask[box], spacing) for mask in (truth, prediction))
    else:
        first, second = edge_pixels(truth[box]), edge_pixels(prediction[box])
        a, b = np.ones(np.count_nonzero(first)), np.ones(np.count_nonzero(second))
    return Surfaces(*both_ways(first, second, spacing), a, b, convention)


def hausdorff(found: Surfaces, percentile: float = 100.0) -> float:
    """Return the larger of the two directed distances, at a percentile of each; inf where one mask alone is empty.

    "edges" interpolates between points linearly, as numpy does; "lattice" takes the first point at which the weights
    below it, of points in order of their distance, reach the percentile. nan where both are empty.
    """
    if found.both_empty:
        return math.nan
    if found.one_empty:
        return math.inf
    sides = ((found.truth, found.truth_weights), (found.prediction, found.prediction_weights))
    if found.convention == "edges":
        return max(float(np.percentile(far, percentile)) for far, _ in sides)
    return max(_weighted_percentile(far, weights, percentile) for far, weights in sides)


def assd(found: Surfaces) -> float:
    """Return the average symmetric surface distance: the mean over the points of both outlines together.

    nan where both masks are empty, inf where one is.
    """
    if found.both_empty:
        return math.nan
    if found.one_empty:
        return math.inf
    total = found.truth_weights.sum() + found.prediction_weights.sum()
    return float((found.truth @ found.truth_weights + found.prediction @ found.prediction_weights) / total)


def surface_dice(found: Surfaces, tolerance: float) -> float:
    """Return the share of both outlines that lies within ``tolerance`` of the other: NSD, 0..1; nan for no outlines."""
    if found.both_empty:
        return math.nan
    near = found.truth_weights[found.truth <= tolerance].sum()
    near += found.prediction_weights[found.prediction <= tolerance].sum()
    return float(near / (found.truth_weights.sum() + found.prediction_weights.sum()))


def _weighted_percentile(far: FloatArray, weights: FloatArray, percentile: float) -> float:
    if percentile >= 100:
        return float(far.max())
    # By distance, and where that is the same by length: then rounding adds up in one order whatever the points' own.
    order = np.lexsort((weights, far))
    share = np.cumsum(weights[order]) / weights.sum()
    return float(far[order][min(int(np.searchsorted(share, percentile / 100)), len(far) - 1)])


def edge_pixels(mask: Mask) -> Mask:
    """Return the outline of "edges": the pixels with one of their four neighbours outside the mask or the picture."""
    if not mask.size:
        return mask
    inner = cv2.erode(mask.view(np.uint8), _CROSS, borderType=cv2.BORDER_CONSTANT, borderValue=0)
    outer: Mask = mask & (inner == 0)
    return outer


def _lattice(mask: Mask, spacing: Spacing) -> tuple[Mask, FloatArray]:
    """Return the corners that the outline passes, one row and column more than pixels, and its length at each.

    After Nikolov et al. (Deep learning to achieve clinically applicable segmentation of head and neck anatomy, 2018),
    with the lengths of their code for a neighbourhood of 2 x 2 pixels.
    """
    padded = np.zeros((mask.shape[0] + 2, mask.shape[1] + 2), np.uint8)
    padded[1:-1, 1:-1] = mask
    rows = padded[:-1] * np.uint8(4) + padded[1:]
    code = rows[:, :-1] * np.uint8(2) + rows[:, 1:]
    passed = code - np.uint8(1) < 14  # neither 0, below which there is 255, nor 15
    return passed, _lengths(spacing)[code.reshape(-1)[np.flatnonzero(passed)]]


@lru_cache(maxsize=4)
def _lengths(spacing: Spacing) -> FloatArray:
    """Return the length of outline at a corner, by which of the four pixels around it are in the mask."""
    height, width = spacing
    slant = 0.5 * math.hypot(height, width)
    table = np.zeros(16)
    for code in range(1, 15):
        bits = code.bit_count()
        if bits in (1, 3):
            table[code] = slant
        elif code in (0b1100, 0b0011):
            table[code] = width
        elif code in (0b1010, 0b0101):
            table[code] = height
        else:
            table[code] = 2 * slant
    return table
