"""Losses of pixel-wise classification; each leaves ignored pixels out altogether."""

from collections.abc import Callable
from typing import Final

import torch
from torch import Tensor
from torch.nn import functional

IGNORED: Final = -100
"""The target of pixels that no loss counts."""

FOCUS: Final = 2.0
"""The exponent gamma of the focal loss that its authors found best."""

Loss = Callable[[Tensor, Tensor, Tensor | None], Tensor]
"""Of logits (N, C, H, W), a target (N, H, W) int64 of channels or ``IGNORED``, and class weights (C,) or None."""


def cross_entropy(logits: Tensor, target: Tensor, weights: Tensor | None = None) -> Tensor:
    """Return the mean over pixels, each counted by the weight of its class; 0 where nothing counts."""
    counted = target != IGNORED
    if weights is not None:
        counted &= weights[target.clamp(min=0)] > 0
    if not counted.any():
        return logits.sum() * 0
    return functional.cross_entropy(logits, target, weights, ignore_index=IGNORED)


def soft_dice(logits: Tensor, target: Tensor, weights: Tensor | None = None) -> Tensor:
    """Return 1 - Dice of probabilities with truth, over the batch, the mean over classes: Milletari 2016 (V-Net).

    1 is added above and below, so that a class that is in neither is perfect. Classes count alike: ``weights`` are for
    losses that are sums over pixels.
    """
    counted = (target != IGNORED).unsqueeze(1)
    truth = functional.one_hot(target.clamp(min=0), logits.shape[1]).movedim(-1, 1) * counted
    probability = logits.softmax(1) * counted
    overlap, total = (probability * truth).sum((0, 2, 3)), (probability + truth).sum((0, 2, 3))
    return 1 - ((2 * overlap + 1) / (total + 1)).mean()


def focal(logits: Tensor, target: Tensor, weights: Tensor | None = None) -> Tensor:
    """Return cross entropy in which a pixel counts by (1 - p) ** ``FOCUS``, p that of its class: Lin 2017 (RetinaNet).

    The mean is over the counted pixels, without the weights in the denominator, as its authors divide by a number of
    examples.
    """
    counted = target != IGNORED
    each = functional.cross_entropy(logits, target, weights, ignore_index=IGNORED, reduction="none")
    chosen = logits.log_softmax(1).gather(1, target.clamp(min=0).unsqueeze(1)).squeeze(1)
    return (((1 - chosen.exp()) ** FOCUS) * each).sum() / counted.sum().clamp(min=1)


_BY_NAME: Final[dict[str, Loss]] = {"ce": cross_entropy, "dice": soft_dice, "focal": focal}


def summed(names: str) -> Loss:
    """Return the sum of losses by their names in ``plan.LOSSES``, joined by "+"; raises ``KeyError`` for others."""
    parts = [_BY_NAME[name] for name in names.split("+")]

    def loss(logits: Tensor, target: Tensor, weights: Tensor | None = None) -> Tensor:
        return torch.stack([part(logits, target, weights) for part in parts]).sum()

    return loss
