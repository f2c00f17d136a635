"""The curves of a sweep: scores by threshold, accuracy by confidence, and whether a model is as sure as right."""

import math

import numpy as np

from segstudio.gui.plots.lines import Axes
from segstudio.gui.plots.series import Series
from segstudio.metrics.probability import LEVELS, Counts, decided, reliability, selective, sweep

LEVEL = np.arange(float(LEVELS))
LEAST_COVERED = 0.001
"""Share of the pixels below which a curve would show chance."""
FEW = f"Not drawn where fewer than {LEAST_COVERED:.1%} of the pixels are left"
SCORES = ("IoU", "Dice", "Precision", "Recall")
SCORE_AXES = Axes(f"Threshold, of {LEVELS - 1}", "%", (0, LEVELS - 1), (0, 100), 0.1)
RELIABILITY_AXES = Axes("Confidence, %", "%", (0, 100), (0, 100), 0.1)


def score_curves(counts: Counts) -> list[Series]:
    """Return the scores of a binary run at every threshold, per cent."""
    found = sweep(counts)
    values = (found.iou, found.dice, found.precision, found.recall)
    looks = ("line", "line", "dashed", "dashed")
    return [
        Series(name, LEVEL, 100 * y, ink, "line" if look == "line" else "dashed")
        for ink, (name, y, look) in enumerate(zip(SCORES, values, looks, strict=True))
    ]


def sure_curves(counts: Counts) -> list[Series]:
    """Return how many of the pixels that a model is so sure of are right, and how many it is so sure of, per cent.

    The former ends where these are fewer than ``LEAST_COVERED`` of all.
    """
    found = selective(counts)
    right = np.where(found.coverage >= LEAST_COVERED, 100 * found.accuracy, np.nan)
    return [
        Series("right of these", LEVEL, right, 0),
        Series("of all pixels", LEVEL, 100 * found.coverage, 1, "dashed"),
    ]


def sure_axes(counts: Counts) -> Axes:
    """Return the axes of ``sure_curves``, from the tens below the least of the values: most lie near 100."""
    values = np.concatenate([series.y for series in sure_curves(counts)])
    least = float(np.nanmin(values, initial=90.0))
    title, lowest = f"Confidence of at least, of {LEVELS - 1}", 10 * math.floor(least / 10)
    return Axes(title, "%", (0, LEVELS - 1), (lowest, 100), 0.1)


def reliability_curves(counts: Counts) -> list[Series]:
    """Return by bin of confidence how many pixels are right, beside how many should be, and how many there are."""
    found = reliability(counts)
    sure = 100 * found.confidence
    seen = found.pixels > 0
    share = 100 * found.pixels[seen] / max(int(found.pixels.sum()), 1)
    ends = np.array([0.0, 100.0])
    return [
        Series("", ends, ends, 5, "dashed"),
        Series("right", sure[seen], 100 * found.accuracy[seen], 0),
        Series("share", sure[seen], share, 1, "dots"),
    ]


def figures_at(counts: Counts, threshold: int, binary: bool) -> list[float]:
    """Return the figures at a threshold, 0..1: the scores or accuracy and coverage, and the calibration error."""
    if binary:
        found = sweep(counts)
        scores = [float(y[threshold]) for y in (found.iou, found.dice, found.precision, found.recall)]
        return [*scores, reliability(decided(counts, threshold)).ece]
    sure = selective(counts)
    return [float(sure.accuracy[threshold]), float(sure.coverage[threshold]), reliability(counts).ece]


FIGURES = {True: (*SCORES, "ECE"), False: ("Right", "Covered", "ECE")}
