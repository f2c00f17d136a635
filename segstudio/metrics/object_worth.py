"""What correcting an object is worth: how much PQ it adds, exactly, from the counts alone."""

import math
from collections.abc import Collection, Mapping
from typing import TypeAlias

import numpy as np

from segstudio.metrics.instances import Overlap
from segstudio.metrics.matching import MOST
from segstudio.metrics.panoptic import Matches

Correction: TypeAlias = Mapping[int, Matches]
"""By how much the counts of each class change, by its id; the numbers may be negative."""


class Standing:
    """What PQ takes the objects of an image for: a pair of one class with an IoU above a half matches.

    Objects are named by their numbers.
    """

    def __init__(self, found: Overlap) -> None:
        truth, prediction = (side.numbers.tolist() for side in (found.truth, found.prediction))
        self._true, self._predicted = (
            dict(zip(side.numbers.tolist(), side.classes.tolist(), strict=True))
            for side in (found.truth, found.prediction)
        )
        iou, alike = found.iou(), found.truth.classes[found.t] == found.prediction.classes[found.p]
        matched = np.flatnonzero((iou > 0.5) & alike).tolist()
        self._iou = {truth[found.t[k]]: float(iou[k]) for k in matched}
        self._found_by = {truth[found.t[k]]: prediction[found.p[k]] for k in matched}
        self._finds = {p: t for t, p in self._found_by.items()}
        excused = found.pardoned > MOST * found.prediction.areas
        self._false = {p for p, spared in zip(prediction, excused.tolist(), strict=True) if not spared}
        self._false -= self._finds.keys()
        inside = (found.pixels > MOST * found.truth.areas[found.t]).tolist()
        holding = (found.pixels > MOST * (found.prediction.areas - found.void)[found.p]).tolist()
        pairs = [(truth[t], prediction[p]) for t, p in zip(found.t.tolist(), found.p.tolist(), strict=True)]
        self._in_prediction = [pair for pair, within in zip(pairs, inside, strict=True) if within]
        self._in_truth = [pair for pair, within in zip(pairs, holding, strict=True) if within]

    def correction(self, truth: int | None, prediction: int | None, merged: bool, split: bool) -> Correction:
        """Return what becomes more when an object, a prediction, or both are put right; None for a side without one.

        Of a ``merged`` prediction all objects in it are then found, of a ``split`` object the pieces are gone. What was
        predicted for an object is then its very pixels; a prediction that found another one finds that as well.
        """
        truths = {truth} - {None} | ({t for t, p in self._in_prediction if p == prediction} if merged else set())
        gone = {prediction} - {None} | ({p for t, p in self._in_truth if t == truth} if split else set())
        truths |= {self._finds[p] for p in gone if p in self._finds}
        changed: dict[int, Matches] = {}
        for t in truths:
            assert t is not None
            iou = self._iou.get(t)
            add = Matches(1.0, tp=1, fn=-1) if iou is None else Matches(1.0 - iou)
            changed[self._true[t]] = changed.get(self._true[t], Matches()) + add
        for p in gone & self._false:
            assert p is not None
            changed[self._predicted[p]] = changed.get(self._predicted[p], Matches()) + Matches(fp=-1)
        return changed


class Quality:
    """PQ of some counts, a mean over the classes that have any segment, and what a correction makes of it.

    Of the classes ``averaged`` alone, where they are given.
    """

    def __init__(self, counts: Mapping[int, Matches], averaged: Collection[int] | None = None) -> None:
        self._counts = {c: of for c, of in counts.items() if averaged is None or c in averaged}
        self._averaged = averaged
        there = [of.pq for of in self._counts.values() if not math.isnan(of.pq)]
        self._sum, self._classes = math.fsum(there), len(there)

    @property
    def pq(self) -> float:
        """0..1; nan where no class has a segment."""
        return self._sum / self._classes if self._classes else math.nan

    def worth(self, correction: Correction) -> float:
        """Return what a correction adds; nan where there is no class before or after. One without segments leaves."""
        total, classes = self._sum, self._classes
        for c, change in correction.items():
            if self._averaged is not None and c not in self._averaged:
                continue
            before = self._counts.get(c, Matches())
            for pq, sign in ((before.pq, -1), ((before + change).pq, 1)):
                if not math.isnan(pq):
                    total, classes = total + sign * pq, classes + sign
        return total / classes - self.pq if classes and self._classes else math.nan
