"""Which box is to learn which object: Ren 2015 (Faster R-CNN), section 3.1.2."""

from typing import Final

import torch
from torch import Tensor

BACKGROUND: Final = -1
UNDECIDED: Final = -2


def matched(iou: Tensor, high: float, low: float, *, best_too: bool = False) -> Tensor:
    """Return for each box the object it is to learn, ``BACKGROUND`` or ``UNDECIDED``: (N,) int64.

    ``iou`` (M, N) is that of M objects, one at least, with N boxes. A box belongs to the object it overlaps most where
    that is ``high`` or more, to the background below ``low``. ``best_too`` adds, for each object, the boxes that
    overlap it most, however little; such a box learns the object that it overlaps most itself.
    """
    most, objects = iou.max(0)
    found = objects.clone()
    found[most < high] = UNDECIDED
    found[most < low] = BACKGROUND
    if best_too:
        best = (iou == iou.max(1).values[:, None]).any(0)
        found[best] = objects[best]
    return found


def balanced_sample(labels: Tensor, count: int, share: float) -> tuple[Tensor, Tensor]:
    """Return random indices of positive (label above 0) and negative (0) boxes, ``count`` in all.

    The positive are ``share`` of them, or as many as there are; the negative fill up, as far as there are enough.
    """
    positive, negative = torch.where(labels > 0)[0], torch.where(labels == 0)[0]
    positives = min(len(positive), int(count * share))
    negatives = min(len(negative), count - positives)
    first = torch.randperm(len(positive), device=labels.device)[:positives]
    second = torch.randperm(len(negative), device=labels.device)[:negatives]
    return positive[first], negative[second]
