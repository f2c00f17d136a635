"""How much two label maps agree, from their counts alone.

Every value is float64, or nan where it is not defined, which is exactly where its denominator is 0: a class absent
from both truth and prediction has no IoU, one never predicted no precision. Means leave those classes out.

Values by class may be asked of a stack of counts too, of shape (..., n, n + 1), and then are of shape (..., n); and
of ``Margins``, which are all that they need of a stack that would not fit into memory.
"""

import math
from collections.abc import Collection
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from segstudio.core.confusion import Confusion
from segstudio.metrics.ratio import ratio

FloatArray = NDArray[np.float64]
"""One value a scored class, in the order of ``Confusion.labels``."""


@dataclass(frozen=True, slots=True, eq=False)
class Margins:
    """What values by class are made of, int64 of shape (..., n) each: TP, TP + FN and TP + FP."""

    intersection: NDArray[np.int64]
    truth: NDArray[np.int64]
    predicted: NDArray[np.int64]

    @classmethod
    def of(cls, confusion: Confusion) -> "Margins":
        """Return those of a table of counts, or of a stack of them."""
        return cls(intersection(confusion), truth_pixels(confusion), predicted_pixels(confusion))


Counts: TypeAlias = Confusion | Margins


def intersection(confusion: Counts) -> NDArray[np.int64]:
    """Pixels of each class that were predicted as it: TP."""
    if isinstance(confusion, Margins):
        return confusion.intersection
    return np.diagonal(confusion.counts, axis1=-2, axis2=-1).copy()


def truth_pixels(confusion: Counts) -> NDArray[np.int64]:
    """Pixels of each class in the truth: TP + FN."""
    if isinstance(confusion, Margins):
        return confusion.truth
    pixels: NDArray[np.int64] = confusion.counts.sum(axis=-1)
    return pixels


def predicted_pixels(confusion: Counts) -> NDArray[np.int64]:
    """Scored pixels that were predicted as each class: TP + FP."""
    if isinstance(confusion, Margins):
        return confusion.predicted
    pixels: NDArray[np.int64] = confusion.counts[..., :-1].sum(axis=-2)
    return pixels


def iou(confusion: Counts) -> FloatArray:
    """Jaccard index by class: TP / (TP + FP + FN)."""
    both = intersection(confusion)
    return ratio(both, truth_pixels(confusion) + predicted_pixels(confusion) - both)


def dice(confusion: Counts) -> FloatArray:
    """Dice coefficient (F1) by class: 2TP / (2TP + FP + FN)."""
    return ratio(2 * intersection(confusion), truth_pixels(confusion) + predicted_pixels(confusion))


def cosine(confusion: Counts) -> FloatArray:
    """Cosine similarity (Ochiai) by class: TP / sqrt((TP + FP) (TP + FN))."""
    # One root of the product, so that equal sets give exactly 1; as floats, for the product may pass 64 bits.
    squared = predicted_pixels(confusion).astype(np.float64) * truth_pixels(confusion)
    return ratio(intersection(confusion), np.sqrt(squared))


def precision(confusion: Counts) -> FloatArray:
    """Part of what was predicted as a class that is of it: TP / (TP + FP)."""
    return ratio(intersection(confusion), predicted_pixels(confusion))


def recall(confusion: Counts) -> FloatArray:
    """Part of each class that was found: TP / (TP + FN)."""
    return ratio(intersection(confusion), truth_pixels(confusion))


def specificity(confusion: Counts) -> FloatArray:
    """Part of the pixels not of a class that were not predicted as it: TN / (TN + FP)."""
    truth = truth_pixels(confusion)
    outside = truth.sum(axis=-1, keepdims=True) - truth
    return ratio(outside - (predicted_pixels(confusion) - intersection(confusion)), outside)


def pixel_accuracy(confusion: Confusion) -> float:
    """Part of all scored pixels that were predicted right."""
    return _quotient(int(intersection(confusion).sum()), confusion.pixels)


def shares(pixels: NDArray[np.int64]) -> FloatArray:
    """Return the part that each number has in the sum along the last axis, nan where that is 0."""
    return ratio(pixels, pixels.sum(axis=-1, keepdims=True))


def pixel_accuracies(margins: Margins) -> FloatArray:
    """``pixel_accuracy`` of each table of a stack, shape (...)."""
    return ratio(margins.intersection.sum(axis=-1), margins.truth.sum(axis=-1))


def frequency_weighted_iou(confusion: Confusion) -> float:
    """IoU weighted by the pixels of each class in the truth."""
    weights = truth_pixels(confusion)
    return _quotient(float(np.nansum(weights * iou(confusion))), int(weights.sum()))


def kappa(confusion: Confusion) -> float:
    """Cohen's kappa; predictions outside the scored classes are one label more."""
    right, total, chance, _, _ = _agreement(confusion)
    return _quotient(right * total - chance, total * total - chance)


def mcc(confusion: Confusion) -> float:
    """Matthews correlation of many classes (R_K); predictions outside the scored classes are one label more."""
    right, total, chance, truth_squares, predicted_squares = _agreement(confusion)
    squared = (total * total - truth_squares) * (total * total - predicted_squares)
    # The root of integers with 64 binary places more, so that perfect agreement gives exactly 1.
    return _quotient((right * total - chance) << 64, math.isqrt(squared << 128))


def mean_iou(confusion: Confusion, without: Collection[int] = ()) -> float:
    """Mean of the defined ``iou``, leaving out the class ids ``without``."""
    return mean(confusion, iou(confusion), without)


def mean_dice(confusion: Confusion, without: Collection[int] = ()) -> float:
    """Mean of the defined ``dice``, leaving out the class ids ``without``."""
    return mean(confusion, dice(confusion), without)


def mean(confusion: Confusion, values: FloatArray, without: Collection[int] = ()) -> float:
    """Return the unweighted mean of a metric's values over the classes where it is defined, or nan where none is."""
    return float(means(values[[label not in without for label in confusion.labels]]))


def means(values: FloatArray) -> FloatArray:
    """Return the unweighted means of the defined values along the last axis, nan where none is."""
    defined = ~np.isnan(values)
    return ratio(np.where(defined, values, 0.0).sum(axis=-1), defined.sum(axis=-1))


def _agreement(confusion: Confusion) -> tuple[int, int, int, int, int]:
    """Return right, total, and the sums of truth x predicted, truth² and predicted² over the labels.

    As Python's integers, for a square of the pixels of a data set is more than 64 bits hold.
    """
    truth = [int(pixels) for pixels in truth_pixels(confusion)] + [0]
    predicted = [int(pixels) for pixels in confusion.counts.sum(axis=0)]
    chance = sum(t * p for t, p in zip(truth, predicted, strict=True))
    right = int(intersection(confusion).sum())
    return right, sum(truth), chance, sum(t * t for t in truth), sum(p * p for p in predicted)


def _quotient(numerator: float, denominator: float) -> float:
    return numerator / denominator if denominator else math.nan
