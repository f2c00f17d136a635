"""What probabilities say: scores at every threshold, and whether a model is as sure as it is right.

Probabilities are 8-bit, 0..255 for 0..1, as they are kept beside a mask. One count of each value, apart for what is
true and what is not, gives every score at all 256 thresholds at once.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from segstudio.core.raster import Mask, row_blocks
from segstudio.metrics.ratio import ratio

LEVELS = 256
BINS = 15
"""Bins of the expected calibration error, as Guo et al. have it."""

EXACT_PIXELS = 1 << 24
"""OpenCV counts in float32, which is exact up to here."""

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Counts:
    """How many pixels of each 8-bit value are true, and how many are not: int64, shape (256,). Add images together."""

    true: NDArray[np.int64]
    false: NDArray[np.int64]

    @classmethod
    def of(cls, values: NDArray[np.uint8], is_true: Mask, counted: Mask | None = None) -> "Counts":
        """Count a plane of values against what is true of each pixel; ``counted`` leaves out ignored pixels."""
        kinds = is_true.view(np.uint8) + np.uint8(1)
        if counted is not None:
            kinds *= counted.view(np.uint8)
        counts = np.zeros((LEVELS, 3), np.int64)
        for rows in row_blocks(values.reshape(values.shape[0], -1), EXACT_PIXELS):
            counts += _joint_histogram(values[rows], kinds[rows])
        return cls(counts[:, 2], counts[:, 1])

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(self.true + other.true, self.false + other.false)


@dataclass(frozen=True, slots=True, eq=False)
class Sweep:
    """Scores of a binary model at the thresholds 0..255: a pixel is an object from that value on.

    float64 of shape (256,), nan where not defined.
    """

    iou: FloatArray
    dice: FloatArray
    precision: FloatArray
    recall: FloatArray

    @property
    def best(self) -> int:
        """The threshold of the highest IoU, the lowest of them where several have it; 128 where none is defined."""
        return int(np.nanargmax(self.iou)) if not np.isnan(self.iou).all() else LEVELS // 2


def sweep(counts: Counts) -> Sweep:
    """Return the scores at all thresholds; ``counts`` are of the object's probability."""
    tp, fp = (np.cumsum(side[::-1])[::-1] for side in (counts.true, counts.false))
    total = counts.true.sum()
    return Sweep(ratio(tp, fp + total), ratio(2 * tp, tp + fp + total), ratio(tp, tp + fp), ratio(tp, total))


def cross_entropy(counts: Counts) -> float:
    """Return the mean over pixels of -ln of the probability given to what is so; nan without any pixel.

    ``counts`` are of the object's probability; of many classes, of that of the true class, where all is true. What
    8 bits hold as 0 or 1 is taken to be half a level away from it, or one pixel would make the mean infinite.
    """
    level = np.clip(np.arange(LEVELS), 0.5, LEVELS - 1.5) / (LEVELS - 1)
    total = int(counts.true.sum() + counts.false.sum())
    return float(-(counts.true @ np.log(level) + counts.false @ np.log1p(-level)) / total) if total else np.nan


@dataclass(frozen=True, slots=True, eq=False)
class Reliability:
    """By bin of confidence: mean confidence and share that is right (0..1, nan in an empty bin), and pixels."""

    confidence: FloatArray
    accuracy: FloatArray
    pixels: NDArray[np.int64]

    @property
    def ece(self) -> float:
        """Expected calibration error: the gap of the two, weighted by pixels; nan without any pixel.

        Guo et al. (On Calibration of Modern Neural Networks, ICML 2017, section 2), bins of equal width.
        """
        total = self.pixels.sum()
        return float(np.nansum(np.abs(self.accuracy - self.confidence) * self.pixels) / total) if total else np.nan


def reliability(counts: Counts, bins: int = BINS) -> Reliability:
    """Put confidences into bins; ``counts`` are of the chosen class's probability, and of whether it was right."""
    top = LEVELS - 1
    level = np.arange(LEVELS) / top
    # Upper edges belong to a bin, so that what is certain is in the last one; in whole numbers, which edges are.
    which = np.maximum(-(-np.arange(LEVELS) * bins // top) - 1, 0)
    pixels = np.bincount(which, counts.true + counts.false, bins)
    sure, right = (np.bincount(which, w, bins) for w in (level * (counts.true + counts.false), counts.true))
    return Reliability(ratio(sure, pixels), ratio(right, pixels), pixels.astype(np.int64))


def decided(counts: Counts, threshold: int) -> Counts:
    """Return how sure a binary model is of what a threshold makes of it, and whether that is right.

    ``counts`` are of the object's probability. From ``threshold`` on a pixel is taken for the object.
    """
    level = np.arange(LEVELS)
    chosen = level >= threshold
    confidence = np.where(chosen, level, LEVELS - 1 - level)
    right, wrong = np.where(chosen, counts.true, counts.false), np.where(chosen, counts.false, counts.true)
    # Sums of float64 are exact up to 2**53 pixels.
    sums = [np.bincount(confidence, side, LEVELS).astype(np.int64) for side in (right, wrong)]
    return Counts(*sums)


@dataclass(frozen=True, slots=True, eq=False)
class Selective:
    """What is left when pixels below a confidence are not decided, at the thresholds 0..255: float64, shape (256,).

    ``accuracy`` is the share of the decided pixels that is right, nan where none is; ``coverage`` is the share that is
    decided, nan without any pixel. El-Yaniv and Wiener (On the Foundations of Noise-free Selective Classification,
    JMLR 2010, section 2) call it the risk-coverage trade-off.
    """

    accuracy: FloatArray
    coverage: FloatArray


def selective(counts: Counts) -> Selective:
    """Return accuracy and coverage; ``counts`` are of the chosen class's probability, and of whether it was right."""
    right, wrong = (np.cumsum(side[::-1])[::-1] for side in (counts.true, counts.false))
    return Selective(ratio(right, right + wrong), ratio(right + wrong, right[0] + wrong[0]))


def _joint_histogram(values: NDArray[np.uint8], kinds: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Return how many pixels have each value and kind, 0..2; OpenCV takes an eighth of the time of numpy."""
    planes = [np.ascontiguousarray(values), np.ascontiguousarray(kinds)]
    found = cv2.calcHist(planes, [0, 1], None, [LEVELS, 3], [0, LEVELS, 0, 3])
    return np.asarray(found).astype(np.int64)
