"""Two runs, or a run and an annotator, against the same truth: which is better, how sure that is, and where."""

import math
from collections.abc import Collection, Generator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from segstudio.core.errors import SegstudioError
from segstudio.core.schema import LabelSchema
from segstudio.metrics import METRICS
from segstudio.metrics.comparison import (
    Comparison,
    StackScore,
    class_mean,
    compare,
    compare_all,
    mean_and_classes,
)
from segstudio.metrics.overlap import Margins, pixel_accuracies
from segstudio.services.scores import DatasetScores

ACCURACY = "pixel_accuracy"
"""Stands beside the keys of ``METRICS``; it is of no class."""

BOUT_TITLES = {key: metric.title for key, metric in METRICS.items()} | {ACCURACY: "pixel accuracy"}


@dataclass(frozen=True, slots=True, eq=False)
class Bout:
    """One score of two models: of a class, or of all where ``class_id`` is None; then it is a mean but for accuracy."""

    metric: str
    class_id: int | None
    name: str
    found: Comparison


class Lead(NamedTuple):
    """What one score of one image is of either model; ``by`` is that of the first less that of the second."""

    id: str
    first: float
    second: float

    @property
    def by(self) -> float:
        return self.first - self.second


@dataclass(frozen=True, slots=True, eq=False)
class Sides:
    """What two models have scored in the images that both have, ``ids`` in order; margins of shape (images, n)."""

    ids: tuple[str, ...]
    labels: tuple[int, ...]
    first: Margins
    second: Margins

    def kept(self, without: Collection[int]) -> list[int]:
        """Return the places of the classes that means have."""
        return [place for place, label in enumerate(self.labels) if label not in without]


def sides(first: DatasetScores, second: DatasetScores) -> Sides:
    """Return two sets of scores side by side; raises ``SegstudioError`` where they share no image."""
    ids = tuple(sorted(set(first.ids) & set(second.ids)))
    if not ids or first.counts is None or second.counts is None:
        raise SegstudioError("The two have no image in common.", "Predict the same images with both.")
    one, other = (
        counts.margins(np.array([scores.row(i) for i in ids], np.intp))
        for scores, counts in ((first, first.counts), (second, second.counts))
    )
    return Sides(ids, first.counts.labels, one, other)


def contest(both: Sides, schema: LabelSchema, without: Collection[int] = ()) -> Generator[list[Bout], None, None]:
    """Compare two models: the bouts of one metric a step, classes after the mean; pixel accuracy is the last.

    ``without`` are the class ids that means leave out.
    """
    kept = both.kept(without)
    for key in METRICS:
        mean, *classes = compare_all(both.first, both.second, mean_and_classes(key, kept))
        named = zip(schema.scored, classes, strict=True)
        yield [Bout(key, None, "mean", mean), *(Bout(key, c.id, c.name, found) for c, found in named)]
    yield [Bout(ACCURACY, None, "all pixels", compare(both.first, both.second, pixel_accuracies))]


STEPS = len(METRICS) + 1


def leads(both: Sides, metric: str, class_id: int | None, without: Collection[int] = ()) -> list[Lead]:
    """Return the images in which both models have a score, those first in which the first is ahead by most."""
    score = _score(both, metric, class_id, without)
    values = score(both.first).tolist(), score(both.second).tolist()
    found = (Lead(*row) for row in zip(both.ids, *values, strict=True))
    return sorted((lead for lead in found if not math.isnan(lead.by)), key=lambda lead: (-lead.by, lead.id))


def _score(both: Sides, metric: str, class_id: int | None, without: Collection[int]) -> StackScore:
    if metric == ACCURACY:
        return pixel_accuracies
    if class_id is None:
        return class_mean(metric, both.kept(without))
    place = both.labels.index(class_id)
    return lambda stack: METRICS[metric].by_class(stack)[..., place]
