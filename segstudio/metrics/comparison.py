"""Whether one model is better than another on the same images: intervals by bootstrap, and a paired test.

Images are what is drawn and swapped, never pixels: pixels of one image are not independent. A score over counts comes
from the summed counts of all images, one over images is the mean of the images' own scores. They are different numbers,
so both are given, each with its own interval and test.
"""

import math
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from segstudio.core.confusion import Confusion
from segstudio.core.stopping import go_on
from segstudio.metrics import METRICS, overlap

FloatArray = NDArray[np.float64]
StackScore: TypeAlias = Callable[[Confusion], FloatArray]
"""One value, nan where not defined, for each of a stack of counts of shape (draws, n, n + 1)."""

StackScores: TypeAlias = Callable[[Confusion], FloatArray]
"""Several values for each of a stack of counts: shape (draws, values)."""

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
    """Scores of two models on the same images; ``difference`` is that of the second less that of the first.

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


def class_mean(metric: str, without: Collection[int] = ()) -> StackScore:
    """Return the score that is the mean of one of ``METRICS`` over the classes where it is defined."""

    def score(stack: Confusion) -> FloatArray:
        kept = [index for index, label in enumerate(stack.labels) if label not in without]
        values = METRICS[metric].by_class(stack)[..., kept]
        defined = ~np.isnan(values)
        return _quotient(np.where(defined, values, 0).sum(axis=-1), defined.sum(axis=-1))

    return score


def mean_and_classes(metric: str, without: Collection[int] = ()) -> StackScores:
    """Return the scores that are ``class_mean``, and then one of ``METRICS`` of each class, in the order of counts."""
    mean = class_mean(metric, without)
    return lambda stack: np.column_stack((mean(stack), METRICS[metric].by_class(stack)))


def accuracy(stack: Confusion) -> FloatArray:
    """Return the part of pixels predicted right."""
    return _quotient(overlap.intersection(stack).sum(axis=-1), stack.counts.sum(axis=(-2, -1)))


def compare(
    first: Sequence[Confusion],
    second: Sequence[Confusion],
    score: StackScore,
    level: float = 0.95,
    draws: int = DRAWS,
    seed: int = 0,
) -> Comparison:
    """Compare two models by one score, as ``compare_all`` does."""
    return compare_all(first, second, lambda stack: score(stack)[:, None], level, draws, seed)[0]


def compare_all(
    first: Sequence[Confusion],
    second: Sequence[Confusion],
    scores: StackScores,
    level: float = 0.95,
    draws: int = DRAWS,
    seed: int = 0,
) -> list[Comparison]:
    """Compare two models on the same images, counts in the same order; the same ``seed`` gives the same numbers.

    Intervals are percentiles of ``draws`` samples of the images with replacement, the same for both models (Efron and
    Tibshirani, An Introduction to the Bootstrap, 1993, section 13.3). The test swaps the two models' results image by
    image: exactly up to ``EXACT_IMAGES`` images, else in ``SWAPS`` random ways, where the observed one counts too
    (Ernst, Permutation Methods, Statistical Science 2004; Phipson and Smyth, Permutation P-values Should Never Be Zero,
    2010). Two-sided, and each score by itself: of twenty that are tested one comes below 0.05 by chance. Raises
    ``ValueError`` where the two are not of the same images or classes; ``Stopped`` where that was asked for.
    """
    labels = {confusion.labels for confusion in (*first, *second)}
    if len(first) != len(second) or len(labels) != 1:
        raise ValueError("two models are compared on the same images, at least one, and the same classes")
    sides = _Counts(labels.pop(), *(np.stack([c.counts for c in side]) for side in (first, second)))
    over_counts = _differences(_OverCounts(sides, scores), level, draws, seed)
    values = [scores(Confusion(sides.labels, side)) for side in (sides.first, sides.second)]
    over_images = [
        _differences(_OverImages(*both), level, draws, seed)[0] for both in zip(*(v.T for v in values), strict=True)
    ]
    return [Comparison(*pair) for pair in zip(over_counts, over_images, strict=True)]


@dataclass(frozen=True, slots=True, eq=False)
class _Counts:
    """The counts of all images, int64 of shape (images, n, n + 1), of two models."""

    labels: tuple[int, ...]
    first: NDArray[np.int64]
    second: NDArray[np.int64]


class _OverCounts:
    """The scores of the summed counts of images, each taken so often as its weight says."""

    def __init__(self, counts: _Counts, scores: StackScores) -> None:
        self._labels, self._scores = counts.labels, scores
        self._shape = counts.first.shape[1:]
        self.images = len(counts.first)
        self.cells = max(self.images, math.prod(self._shape))
        # Products of whole numbers as float64, which matrices are multiplied fast in, are exact up to 2**53 pixels.
        self._flat = [side.reshape(self.images, -1).astype(np.float64) for side in (counts.first, counts.second)]

    def weighted(self, weights: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return both models' scores, shape (draws, values), for rows of weights, shape (draws, images)."""
        first, second = (self._scored(weights @ flat) for flat in self._flat)
        return first, second

    def swapped(self, swaps: FloatArray) -> FloatArray:
        """Return the differences, shape (ways, values), where the images marked by 1 have their results swapped."""
        first, second = self._flat
        moved = swaps @ (second - first)
        return self._scored(second.sum(axis=0) - moved) - self._scored(first.sum(axis=0) + moved)

    def _scored(self, totals: FloatArray) -> FloatArray:
        counts = np.rint(totals).astype(np.int64).reshape(-1, *self._shape)
        return self._scores(Confusion(self._labels, counts))


class _OverImages:
    """The mean of one score of images, shape (images,) a model, of those where both models have one."""

    def __init__(self, first: FloatArray, second: FloatArray) -> None:
        both = ~np.isnan(first) & ~np.isnan(second)
        self._first, self._second = first[both], second[both]
        self.images = self.cells = int(both.sum())

    def weighted(self, weights: FloatArray) -> tuple[FloatArray, FloatArray]:
        total = weights.sum(axis=1)
        first, second = (_quotient(weights @ side, total)[:, None] for side in (self._first, self._second))
        return first, second

    def swapped(self, swaps: FloatArray) -> FloatArray:
        far = self._second - self._first
        means: FloatArray = (far.sum() - 2 * (swaps @ far)) / self.images
        return means[:, None]


def _differences(sides: _OverCounts | _OverImages, level: float, draws: int, seed: int) -> list[Difference]:
    """Return the difference of each score; the draws begin anew, so that none depends on what else is asked."""
    n, rng = sides.images, np.random.default_rng(seed)
    if not n:
        nothing = Estimate(math.nan, math.nan, math.nan)
        return [Difference(nothing, nothing, nothing, math.nan, True, 0)]
    first, second = (values[0] for values in sides.weighted(np.ones((1, n))))
    found = [sides.weighted(weights) for weights in _resampled(n, draws, sides.cells, rng)]
    one, other = (np.concatenate(part) for part in zip(*found, strict=True))
    p = _p_values(sides, second - first, rng)
    return [
        Difference(
            _estimate(first[i], one[:, i], level),
            _estimate(second[i], other[:, i], level),
            _estimate(second[i] - first[i], other[:, i] - one[:, i], level),
            float(p[i]),
            n <= EXACT_IMAGES,
            n,
        )
        for i in range(len(first))
    ]


def _estimate(value: float, drawn: FloatArray, level: float) -> Estimate:
    drawn = drawn[~np.isnan(drawn)]
    if not len(drawn):
        return Estimate(float(value), math.nan, math.nan)
    low, high = np.quantile(drawn, [(1 - level) / 2, (1 + level) / 2])
    return Estimate(float(value), float(low), float(high))


def _p_values(sides: _OverCounts | _OverImages, observed: FloatArray, rng: np.random.Generator) -> FloatArray:
    """Return the share of swaps whose difference is as large, for each score; one that is not defined is not."""
    exact = sides.images <= EXACT_IMAGES
    ways = _all_swaps(sides.images) if exact else _random_swaps(sides.images, sides.cells, rng)
    as_large = sum((np.abs(sides.swapped(way)) >= np.abs(observed) - _SAME).sum(axis=0) for way in ways)
    shares = as_large / 2**sides.images if exact else (as_large + 1) / (SWAPS + 1)
    return np.where(np.isnan(observed), np.nan, shares)


def _resampled(images: int, draws: int, cells: int, rng: np.random.Generator) -> Iterator[FloatArray]:
    """Yield how often each image is drawn, in blocks of draws that memory has room for."""
    for block in _blocks(draws, cells):
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


def _quotient(numerator: NDArray[np.generic], denominator: NDArray[np.generic]) -> FloatArray:
    quotient = np.full(numerator.shape, np.nan)
    np.divide(numerator, denominator, out=quotient, where=denominator > 0)  # type: ignore[operator]
    return quotient
