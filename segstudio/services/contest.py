"""Two runs, or a run and an annotator, against the same truth: which is better, how sure that is, and where."""

import math
from collections.abc import Collection, Generator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from segstudio.core.confusion import Confusion
from segstudio.core.errors import SegstudioError
from segstudio.core.schema import LabelSchema
from segstudio.metrics import METRICS
from segstudio.metrics.comparison import (
    Comparison,
    FloatArray,
    StackScore,
    accuracy,
    class_mean,
    compare,
    compare_all,
    mean_and_classes,
)
from segstudio.services.scores import DatasetScores

ACCURACY = "pixel_accuracy"
"""Stands beside the keys of ``METRICS``; it is of no class."""

TITLES = {key: metric.title for key, metric in METRICS.items()} | {ACCURACY: "pixel accuracy"}


@dataclass(frozen=True, slots=True, eq=False)
class Bout:
    """One score of two models: of a class, or of all where ``class_id`` is None; then it is a mean but for accuracy."""

    metric: str
    class_id: int | None
    name: str
    found: Comparison


class Margin(NamedTuple):
    """What one score of one image is of either model; ``by`` is that of the second less that of the first."""

    id: str
    first: float
    second: float

    @property
    def by(self) -> float:
        return self.second - self.first


def contest(
    first: DatasetScores, second: DatasetScores, schema: LabelSchema, without: Collection[int] = ()
) -> Generator[list[Bout], None, None]:
    """Compare two sets of scores on the images that both have: the bouts of one metric a step, classes after the mean.

    ``without`` are the class ids that means leave out. Raises ``SegstudioError`` where they share no image.
    """
    _, one, other = _shared(first, second)
    for key in METRICS:
        mean, *classes = compare_all(one, other, mean_and_classes(key, without))
        named = zip(schema.scored, classes, strict=True)
        yield [Bout(key, None, "mean", mean), *(Bout(key, c.id, c.name, found) for c, found in named)]
    yield [Bout(ACCURACY, None, "all pixels", compare(one, other, accuracy))]


STEPS = len(METRICS) + 1


def margins(
    first: DatasetScores, second: DatasetScores, metric: str, class_id: int | None, without: Collection[int] = ()
) -> list[Margin]:
    """Return the images in which both models have a score, those first in which the first is ahead by most."""
    ids, one, other = _shared(first, second)
    score = _score(metric, class_id, without)
    values = (score(Confusion(side[0].labels, np.stack([c.counts for c in side]))).tolist() for side in (one, other))
    found = (Margin(*row) for row in zip(ids, *values, strict=True))
    return sorted((m for m in found if not math.isnan(m.by)), key=lambda margin: (margin.by, margin.id))


def _score(metric: str, class_id: int | None, without: Collection[int]) -> StackScore:
    if metric == ACCURACY:
        return accuracy
    if class_id is None:
        return class_mean(metric, without)

    def of_class(stack: Confusion) -> FloatArray:
        return METRICS[metric].by_class(stack)[..., stack.labels.index(class_id)]

    return of_class


def _shared(first: DatasetScores, second: DatasetScores) -> tuple[list[str], Sequence[Confusion], Sequence[Confusion]]:
    """Return the ids that both have, sorted, and the counts of either; raises ``SegstudioError`` without any."""
    ids = sorted(set(first.ids) & set(second.ids))
    if not ids:
        raise SegstudioError("The two have no image in common.", "Predict the same images with both.")
    one, other = ([c for i in ids if (c := scores.get(i)) is not None] for scores in (first, second))
    return ids, one, other
