"""Metrics are pure functions of the counts of truth against prediction; the tables here name them in the order shown.

Keys are those of ``segstudio evaluate --json``.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from segstudio.core.confusion import Confusion
from segstudio.metrics import overlap

Score: TypeAlias = Callable[[Confusion], float]


@dataclass(frozen=True, slots=True)
class Metric:
    """A value for each class: float64 in the order of ``Confusion.labels``, within 0..1, nan where not defined."""

    title: str
    by_class: Callable[[overlap.Counts], overlap.FloatArray]


METRICS: dict[str, Metric] = {
    "iou": Metric("IoU", overlap.iou),
    "dice": Metric("Dice", overlap.dice),
    "precision": Metric("precision", overlap.precision),
    "recall": Metric("recall", overlap.recall),
    "specificity": Metric("specificity", overlap.specificity),
    "cosine": Metric("cosine", overlap.cosine),
}

MEANS: dict[str, Metric] = {
    "iou": METRICS["iou"],
    "dice": METRICS["dice"],
    "accuracy": METRICS["recall"],
}
"""What is averaged over the classes: the mean of recall is called mean accuracy."""

SCORES: dict[str, Score] = {
    "pixel_accuracy": overlap.pixel_accuracy,
    "frequency_weighted_iou": overlap.frequency_weighted_iou,
    "kappa": overlap.kappa,
    "mcc": overlap.mcc,
}
"""One value for the whole table of counts; nan where not defined."""
