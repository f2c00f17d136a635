"""How far the objects that two models find in the same images are from each other."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from segstudio.core.records import FoundObject, Prediction
from segstudio.core.rle import mask_of

SCORES: Final = 1e-3
BOXES: Final = 0.1
MASKS: Final = 0.99
"""Differences from which one model is not the other: of scores, of boxes in pixels, and below, of masks in mean IoU."""
ALONE: Final = 0.01
"""Part of all objects that one model alone may find: of two boxes that are equally sure rounding leaves either."""
_FARTHEST: Final = 2.0
"""Pixels that a side of a box may be off where both models are still said to have found the same object."""


@dataclass(frozen=True, slots=True)
class ObjectDifferences:
    """``both`` objects were found by both models, ``alone`` by one of them. Of the former ``scores`` and ``boxes``, in
    pixels, are the largest differences, and ``masks`` is the mean IoU.
    """

    both: int
    alone: int
    scores: float
    boxes: float
    masks: float

    @property
    def faithful(self) -> bool:
        few = self.alone <= ALONE * (2 * self.both + self.alone)
        return few and self.scores <= SCORES and self.boxes <= BOXES and self.masks >= MASKS

    def detail(self) -> str:
        """Return what is to be said of it, without a full stop."""
        if not self.both and not self.alone:
            return "neither finds an object in the pictures of the check, so that is all that was compared"
        near = (
            f"largest difference of scores {self.scores:.2g}, of boxes {self.boxes:.2g} px, "
            f"mean IoU of masks {self.masks:.4f}"
        )
        if not self.both:
            return f"no object is found by both, {self.alone} by one alone"
        rest = f"; {self.alone} found by one alone" if self.alone else ""
        return f"{near}, of {self.both} objects that both find{rest}"


def differences(here: Sequence[Prediction], there: Sequence[Prediction]) -> ObjectDifferences:
    """Compare what two models find in the same images, one after the other.

    Objects are the same where they are of one class and each side of the box is less than 2 pixels off, the nearest
    first; of several the surest has the choice.
    """
    pairs: list[tuple[FoundObject, FoundObject]] = []
    overlaps: list[float] = []
    count = 0
    for mine, theirs in zip(here, there, strict=True):
        found = _pairs(mine.objects, theirs.objects)
        overlaps += [_overlap(one, other, mine.labels.shape) for one, other in found]
        count += len(mine.objects) + len(theirs.objects)
        pairs += found
    return ObjectDifferences(
        both=len(pairs),
        alone=count - 2 * len(pairs),
        scores=max((abs(one.score - other.score) for one, other in pairs), default=0.0),
        boxes=max((_apart(one, other) for one, other in pairs), default=0.0),
        masks=float(np.mean(overlaps)) if overlaps else 1.0,
    )


def _pairs(mine: Sequence[FoundObject], theirs: Sequence[FoundObject]) -> list[tuple[FoundObject, FoundObject]]:
    found, left = [], list(theirs)
    for one in mine:
        near = [(_apart(one, other), at) for at, other in enumerate(left) if other.class_id == one.class_id]
        apart, at = min(near, default=(_FARTHEST, 0))
        if apart < _FARTHEST:
            found.append((one, left.pop(at)))
    return found


def _apart(one: FoundObject, other: FoundObject) -> float:
    """Return how far the sides of two boxes are off at the most, in pixels."""
    (x, y, width, height), (x2, y2, width2, height2) = one.box, other.box
    return max(abs(x - x2), abs(y - y2), abs(x + width - x2 - width2), abs(y + height - y2 - height2))


def _overlap(one: FoundObject, other: FoundObject, shape: tuple[int, ...]) -> float:
    first, second = (mask_of(each.counts, (shape[0], shape[1])) for each in (one, other))
    return float((first & second).sum() / max(int((first | second).sum()), 1))
