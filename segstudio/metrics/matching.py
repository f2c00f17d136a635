"""Which object of a prediction is which of the truth, and what became of the others.

Predicted objects choose in the order of their scores, as COCO's evaluation has it (Lin et al., Microsoft COCO, ECCV
2014), each the one with the largest IoU, of equals the later; of one score the pair with the larger IoU goes first.
"""

from collections.abc import Sequence
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from segstudio.metrics.instances import Floats, Ints, Overlap

Flags: TypeAlias = NDArray[np.bool_]

MOST = 0.5
"""An object lies in another where more than this part of its pixels does (Matula et al., PLoS ONE 2015)."""


class ObjectPair(NamedTuple):
    """A truth and a prediction that are taken for the same object, by their numbers."""

    truth: int
    prediction: int
    iou: float


class Matching(NamedTuple):
    """What became of the objects of an image, by their numbers.

    ``pairs`` are of one class; ``mistaken`` found an object and called it another class. ``missed`` and ``false`` have
    no partner at all; ``excused`` have none either but lie mostly where the truth is ignored. ``merged`` are
    predictions in which two or more objects of the truth lie, ``split`` objects in which two or more predictions do.
    """

    pairs: tuple[ObjectPair, ...]
    mistaken: tuple[ObjectPair, ...]
    missed: tuple[int, ...]
    false: tuple[int, ...]
    excused: tuple[int, ...]
    merged: tuple[int, ...]
    split: tuple[int, ...]


def match(found: Overlap, threshold: float = 0.5, least_score: float = 0.0) -> Matching:
    """Match objects whose IoU is ``threshold`` or more; predictions below ``least_score`` are not there.

    First objects of one class, then, of those that are left, objects of any class.
    """
    counted = found.prediction.scores >= least_score
    iou = found.iou()
    good = np.flatnonzero((iou >= threshold) & counted[found.p])
    good = good[np.lexsort((-found.t[good], -iou[good], -found.prediction.scores[found.p[good]]))]
    alike = found.truth.classes[found.t[good]] == found.prediction.classes[found.p[good]]
    free = np.ones(len(found.truth.numbers), np.bool_), counted.copy()
    pairs, mistaken = (_taken(found, choices.tolist(), iou, *free) for choices in (good[alike], good[~alike]))
    pardoned = free[1] & (found.pardoned > MOST * found.prediction.areas)
    truths, predictions = found.truth.numbers, found.prediction.numbers
    merged, split = _merged_and_split(found, counted)
    return Matching(
        pairs,
        mistaken,
        missed=_chosen(truths, free[0]),
        false=_chosen(predictions, free[1] & ~pardoned),
        excused=_chosen(predictions, pardoned),
        merged=merged,
        split=split,
    )


def class_matrix(matchings: Sequence[tuple[Overlap, Matching]], labels: Sequence[int]) -> Ints:
    """Count the objects of images: shape (n + 1, n + 1), rows are classes of the truth, columns of the prediction.

    The last column holds what was missed, the last row what is false. Raises ``KeyError`` for a class not in
    ``labels``.
    """
    place = {label: i for i, label in enumerate(labels)}
    counts = np.zeros((len(labels) + 1, len(labels) + 1), np.int64)
    for found, matching in matchings:
        truth, prediction = (
            {number: place[c] for number, c in zip(side.numbers.tolist(), side.classes.tolist(), strict=True)}
            for side in (found.truth, found.prediction)
        )
        for pair in (*matching.pairs, *matching.mistaken):
            counts[truth[pair.truth], prediction[pair.prediction]] += 1
        for number in matching.missed:
            counts[truth[number], -1] += 1
        for number in matching.false:
            counts[-1, prediction[number]] += 1
    return counts


def _taken(
    found: Overlap, choices: Sequence[int], iou: Floats, free_truth: Flags, free_prediction: Flags
) -> tuple[ObjectPair, ...]:
    """Return the pairs that come about when each in turn takes two objects that are still free, by truth."""
    taken = []
    for k in choices:
        t, p = found.t[k], found.p[k]
        if free_truth[t] and free_prediction[p]:
            free_truth[t] = free_prediction[p] = False
            taken.append(ObjectPair(int(found.truth.numbers[t]), int(found.prediction.numbers[p]), float(iou[k])))
    return tuple(sorted(taken))


def _merged_and_split(found: Overlap, counted: Flags) -> tuple[tuple[int, ...], tuple[int, ...]]:
    there = counted[found.p]
    t, p, pixels = found.t[there], found.p[there], found.pixels[there]
    inside = p[pixels > MOST * found.truth.areas[t]]
    holding = t[pixels > MOST * (found.prediction.areas - found.void)[p]]
    sides = ((inside, found.prediction.numbers), (holding, found.truth.numbers))
    merged, split = (_chosen(numbers, np.bincount(of, minlength=len(numbers)) > 1) for of, numbers in sides)
    return merged, split


def _chosen(numbers: Ints, which: Flags) -> tuple[int, ...]:
    return tuple(numbers[which].tolist())
