"""Precision against recall over ranked objects, and the averages of it that are in use."""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from segstudio.metrics.instances import Floats, Overlap
from segstudio.metrics.matching import Matching

VOC_LEVELS = 11


class Ranking(NamedTuple):
    """Predicted objects of a data set, the surest first: their scores, which are right, and how many truths there are.

    Both arrays have the shape (n,).
    """

    scores: Floats
    right: NDArray[np.bool_]
    truths: int


class Curve(NamedTuple):
    """Precision and recall, 0..1, when all objects down to rank k are taken, which have ``scores[k]`` or more.

    Arrays of shape (n,). Recall is nan where the truth has no object.
    """

    scores: Floats
    precision: Floats
    recall: Floats


def ranking(matchings: Iterable[tuple[Overlap, Matching]], class_id: int | None = None) -> Ranking:
    """Rank the objects of images that were matched without a least score; of one class, or of all.

    Excused objects are left out. Objects of one score keep the order of the images, as COCO's evaluation has it.
    """
    scores, right, truths = [np.empty(0)], [np.empty(0, np.bool_)], 0
    for found, matching in matchings:
        of_class = np.ones(len(found.prediction.numbers), np.bool_)
        if class_id is not None:
            of_class = found.prediction.classes == class_id
        counted = of_class & ~np.isin(found.prediction.numbers, matching.excused)
        scores.append(found.prediction.scores[counted])
        right.append(np.isin(found.prediction.numbers[counted], [pair.prediction for pair in matching.pairs]))
        truths += len(found.truth.numbers) if class_id is None else int((found.truth.classes == class_id).sum())
    every = np.concatenate(scores)
    order = np.argsort(-every, kind="stable")
    return Ranking(every[order], np.concatenate(right)[order], truths)


def curve(ranked: Ranking) -> Curve:
    """Return precision and recall at each rank."""
    hits = np.cumsum(ranked.right)
    precision = hits / np.arange(1, len(hits) + 1)
    recall = hits / ranked.truths if ranked.truths else np.full(len(hits), np.nan)
    return Curve(ranked.scores, precision, recall)


def all_points(ranked: Ranking) -> float:
    """Return the area under the precision that never rises: VOC's AP from 2010 on; nan where the truth has no object.

    Everingham et al., The PASCAL Visual Object Classes Challenge: A Retrospective (IJCV 2015), section 3.3.
    """
    if not ranked.truths:
        return float("nan")
    found = curve(ranked)
    steps = np.diff(found.recall, prepend=0.0)
    return float(np.sum(steps * _envelope(found.precision)))


def eleven_points(ranked: Ranking) -> float:
    """Return the mean of the best precision at recalls of 0, 0.1, ... 1: VOC's AP until 2009; nan without a truth.

    Everingham et al., The PASCAL Visual Object Classes (VOC) Challenge (IJCV 2010), section 4.2.
    """
    if not ranked.truths:
        return float("nan")
    hits = np.cumsum(ranked.right)
    # In whole numbers: 0.3 of ten is three, which 0.1 + 0.2 is not.
    at = np.searchsorted(hits * (VOC_LEVELS - 1), np.arange(VOC_LEVELS) * ranked.truths)
    best = np.append(_envelope(curve(ranked).precision), 0.0)
    return float(np.mean(best[at]))


def by_ranking(ranked: Ranking) -> float:
    """Return the mean over all true objects of the precision at the rank where each was found, 0 where it was not.

    The average precision of information retrieval (Manning, Raghavan, Schuetze, Introduction to Information Retrieval,
    2008, section 8.4); nan where the truth has no object.
    """
    if not ranked.truths:
        return float("nan")
    return float(np.sum(curve(ranked).precision[ranked.right]) / ranked.truths)


def _envelope(precision: Floats) -> Floats:
    """Return the best precision at each rank or any later one."""
    return np.asarray(np.maximum.accumulate(precision[::-1])[::-1])
