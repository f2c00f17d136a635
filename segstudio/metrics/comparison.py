"""Whether one model is better than another on the same images: intervals by bootstrap, and a paired test.

Images are what is drawn and swapped, never pixels: pixels of one image are not independent. A score over counts comes
from the summed counts of all images, one over images is the mean of the images' own scores. They are different numbers,
so both are given, each with its own interval and test.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from segstudio.core.stopping import go_on
from segstudio.metrics import METRICS
from segstudio.metrics.overlap import FloatArray, Margins, means
from segstudio.metrics.ratio import ratio

StackScore: TypeAlias = Callable[[Margins], FloatArray]
"""One value, nan where not defined, for each of a stack of counts of shape (draws, n)."""

StackScores: TypeAlias = Callable[[Margins], FloatArray]
"""Several values for each of a stack of counts: shape (draws, values)."""

LEVEL = 0.95
"""The part of the draws that an interval holds."""

SEED = 0
"""Of the draws and of the random swaps: the same images give the same numbers."""

DRAWS = 2000
SWAPS = 9999
EXACT_IMAGES = 13
"""Up to here all ways to swap the two models are tried, of which there are two to the power of the images."""

_CELLS = 1 << 22
"""Counts held at a time."""

_SAME = 1e-12
"""Differences this near to each other are the same, rounded otherwise."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value and the interval around it, nan where not defined."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Difference:
    """Scores of two models on the same images; ``difference`` is that of the first less that of the second.

    ``p`` is how often a difference as large comes of chance alone; ``exact`` says that all ways were tried.
    """

    first: Estimate
    second: Estimate
    difference: Estimate
    p: float
    exact: bool
    images: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """The same score from summed counts and as a mean over the images in which both models have one."""

    over_counts: Difference
    over_images: Difference


def class_mean(metric: str, classes: Sequence[int] | slice = slice(None)) -> StackScore:
    """Return the score that is the mean of one of ``METRICS`` over the classes where it is defined.

    ``classes`` are the places of those that are in the mean.
    """
    return lambda stack: means(METRICS[metric].by_class(stack)[..., classes])


def mean_and_classes(metric: str, classes: Sequence[int] | slice = slice(None)) -> StackScores:
    """Return the scores that are ``class_mean``, and then one of ``METRICS`` of each class, in the order of counts."""
    mean = class_mean(metric, classes)
    return lambda stack: np.column_stack((mean(stack), METRICS[metric].by_class(stack)))


def compare(first: Margins, second: Margins, score: StackScore) -> Comparison:
    """Compare two models by one score, as ``compare_all`` does."""
    return compare_all(first, second, lambda stack: score(stack)[:, None])[0]


def compare_all(first: Margins, second: Margins, scores: StackScores) -> list[Comparison]:
    """Compare two models on the same images, counts of shape (images, n) in the same order.

    Intervals are percentiles, with ``LEVEL`` of all between them, of ``DRAWS`` samples of the images with replacement,
    the same for both models (Efron and Tibshirani, An Introduction to the Bootstrap, 1993, section 13.3). The test
    swaps the two models' results image by image: exactly up to ``EXACT_IMAGES`` images, else in ``SWAPS`` random ways,
    where the observed one counts too (Ernst, Permutation Methods, Statistical Science 2004; Phipson and Smyth,
    Permutation P-values Should Never Be Zero, 2010). Two-sided, and each score by itself: of twenty that are tested one
    comes below 0.05 by chance. Raises ``ValueError`` where the two are not of the same images or classes; ``Stopped``
    where that was asked for.
    """
    if not len(first.truth) or any(
        one.shape != other.shape for one, other in zip(_sides(first), _sides(second), strict=True)
    ):
        raise ValueError("two models are compared on the same images, at least one, and the same classes")
    over_counts = _differences(_OverCounts(first, second, scores))
    over_images = _differences(_OverImages(scores(first), scores(second)))
    return [Comparison(*pair) for pair in zip(over_counts, over_images, strict=True)]


class _OverCounts:
    """The scores of the summed counts of images, each taken so often as its weight says."""

    def __init__(self, first: Margins, second: Margins, scores: StackScores) -> None:
        self._scores = scores
        self.images, self._classes = first.truth.shape
        self.cells = max(self.images, 3 * self._classes)
        # Products of whole numbers as float64, which matrices are multiplied fast in, are exact up to 2**53 pixels.
        self.used = np.full(scores(first).shape[1], self.images)
        self._flat = [np.concatenate(_sides(side), axis=1).astype(np.float64) for side in (first, second)]

    def weighted(self, weights: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return both models' scores, shape (draws, values), for rows of weights, shape (draws, images)."""
        first, second = (self._scored(weights @ flat) for flat in self._flat)
        return first, second

    def swapped(self, swaps: FloatArray) -> FloatArray:
        """Return the differences, shape (ways, values), where the images marked by 1 have their results swapped."""
        first, second = self._flat
        moved = swaps @ (second - first)
        return self._scored(first.sum(axis=0) + moved) - self._scored(second.sum(axis=0) - moved)

    def _scored(self, totals: FloatArray) -> FloatArray:
        counts = np.rint(totals).astype(np.int64).reshape(-1, 3, self._classes)
        return self._scores(Margins(counts[:, 0], counts[:, 1], counts[:, 2]))


class _OverImages:
    """The means of scores of images, shape (images, values) a model, each of those where both models have one."""

    def __init__(self, first: FloatArray, second: FloatArray) -> None:
        both = ~np.isnan(first) & ~np.isnan(second)
        self._both = both.astype(np.float64)
        self._first, self._second = (np.where(both, side, 0.0) for side in (first, second))
        self.images, self.cells = len(first), max(first.shape)
        self.used = both.sum(axis=0)

    def weighted(self, weights: FloatArray) -> tuple[FloatArray, FloatArray]:
        total = weights @ self._both
        return ratio(weights @ self._first, total), ratio(weights @ self._second, total)

    def swapped(self, swaps: FloatArray) -> FloatArray:
        far = self._first - self._second
        moved: FloatArray = far.sum(axis=0) - 2 * (swaps @ far)
        return ratio(moved, self.used)


def _differences(sides: _OverCounts | _OverImages) -> list[Difference]:
    """Return the difference of each score; the draws begin anew, so that none depends on what else is asked."""
    n, rng = sides.images, np.random.default_rng(SEED)
    first, second = (values[0] for values in sides.weighted(np.ones((1, n))))
    found = [sides.weighted(weights) for weights in _resampled(n, sides.cells, rng)]
    one, other = (np.concatenate(part) for part in zip(*found, strict=True))
    p = _p_values(sides, first - second, rng)
    return [
        Difference(
            _estimate(first[i], one[:, i]),
            _estimate(second[i], other[:, i]),
            _estimate(first[i] - second[i], one[:, i] - other[:, i]),
            float(p[i]),
            n <= EXACT_IMAGES,
            int(sides.used[i]),
        )
        for i in range(len(first))
    ]


def _estimate(value: float, drawn: FloatArray) -> Estimate:
    drawn = drawn[~np.isnan(drawn)]
    if not len(drawn):
        return Estimate(float(value), math.nan, math.nan)
    low, high = np.quantile(drawn, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Estimate(float(value), float(low), float(high))


def _p_values(sides: _OverCounts | _OverImages, observed: FloatArray, rng: np.random.Generator) -> FloatArray:
    """Return the share of swaps whose difference is as large, for each score; one that is not defined is not."""
    exact = sides.images <= EXACT_IMAGES
    ways = _all_swaps(sides.images) if exact else _random_swaps(sides.images, sides.cells, rng)
    as_large = sum((np.abs(sides.swapped(way)) >= np.abs(observed) - _SAME).sum(axis=0) for way in ways)
    shares = as_large / 2**sides.images if exact else (as_large + 1) / (SWAPS + 1)
    return np.where(np.isnan(observed), np.nan, shares)


def _resampled(images: int, cells: int, rng: np.random.Generator) -> Iterator[FloatArray]:
    """Yield how often each image is drawn, in blocks of draws that memory has room for."""
    for block in _blocks(DRAWS, cells):
        yield rng.multinomial(images, np.full(images, 1 / images), size=block).astype(np.float64)


def _all_swaps(images: int) -> Iterator[FloatArray]:
    numbers = np.arange(2**images)
    yield (numbers[:, None] >> np.arange(images) & 1).astype(np.float64)


def _random_swaps(images: int, cells: int, rng: np.random.Generator) -> Iterator[FloatArray]:
    for block in _blocks(SWAPS, cells):
        yield rng.integers(0, 2, (block, images)).astype(np.float64)


def _blocks(total: int, cells: int) -> Iterator[int]:
    size = max(1, _CELLS // max(cells, 1))
    for start in range(0, total, size):
        go_on()
        yield min(size, total - start)


def _sides(margins: Margins) -> tuple[NDArray[np.int64], ...]:
    return margins.intersection, margins.truth, margins.predicted
