"""Boxes: (..., 4) tensors of x1, y1, x2, y2 in pixels, the far edges outside, so that a width is x2 - x1."""

import math
from typing import Final

import torch
from torch import Tensor

Weights = tuple[float, float, float, float]

LARGEST_STEP: Final = math.log(1000 / 16)
"""Bound of what is decoded as the logarithm of a box's growth, so that its exponential stays finite."""


def area(boxes: Tensor) -> Tensor:
    """Return width times height, (...)."""
    return (boxes[..., 2] - boxes[..., 0]) * (boxes[..., 3] - boxes[..., 1])


def box_iou(first: Tensor, second: Tensor) -> Tensor:
    """Return the IoU of each of (M, 4) with each of (N, 4): (M, N). Two empty boxes at one place give nan."""
    corner = torch.maximum(first[:, None, :2], second[None, :, :2])
    opposite = torch.minimum(first[:, None, 2:], second[None, :, 2:])
    width, height = (opposite - corner).clamp(min=0).unbind(-1)
    both = width * height
    return both / (area(first)[:, None] + area(second)[None] - both)


def clip(boxes: Tensor, height: int, width: int) -> Tensor:
    """Return the boxes with their corners moved into the picture."""
    x1, y1, x2, y2 = boxes.unbind(-1)
    return torch.stack((x1.clamp(0, width), y1.clamp(0, height), x2.clamp(0, width), y2.clamp(0, height)), dim=-1)


def at_least(boxes: Tensor, side: float) -> Tensor:
    """Return the indices of the boxes (N, 4) both of whose sides are ``side`` or more."""
    width, height = boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
    return torch.where((width >= side) & (height >= side))[0]


def rescale(boxes: Tensor, before: tuple[int, int], after: tuple[int, int]) -> Tensor:
    """Return the boxes of a picture of (height, width) ``before`` in the pixels of the same picture at ``after``."""
    # As tensors, which they are already while a network is exported.
    y, x = (torch.as_tensor(new).to(boxes) / torch.as_tensor(old) for new, old in zip(after, before, strict=True))
    return boxes * torch.stack((x, y, x, y))


def encode(boxes: Tensor, anchors: Tensor, weights: Weights) -> Tensor:
    """Return what leads from ``anchors`` (N, 4) to ``boxes`` (N, 4): Girshick 2014 (R-CNN), appendix C.

    The steps of the centre in sides of the anchor, and the logarithms of the growth of the sides, each times its
    weight: (N, 4) as dx, dy, dw, dh. Not finite for a box or an anchor without area.
    """
    centre, size = _centre_and_size(boxes)
    from_centre, from_size = _centre_and_size(anchors)
    factors = boxes.new_tensor(weights)
    step = factors[:2] * (centre - from_centre) / from_size
    return torch.cat((step, factors[2:] * torch.log(size / from_size)), dim=-1)


def decode(steps: Tensor, anchors: Tensor, weights: Weights) -> Tensor:
    """Return the boxes that steps (N, K, 4) lead to from anchors (N, 4): (N, K, 4). The inverse of ``encode``.

    Growth is bounded by ``LARGEST_STEP``, in the logarithm.
    """
    centre, size = _centre_and_size(anchors[:, None])
    steps = steps / steps.new_tensor(weights)
    middle = steps[..., :2] * size + centre
    half = 0.5 * (torch.exp(steps[..., 2:].clamp(max=LARGEST_STEP)) * size)
    return torch.cat((middle - half, middle + half), dim=-1)


def _centre_and_size(boxes: Tensor) -> tuple[Tensor, Tensor]:
    size = boxes[..., 2:] - boxes[..., :2]
    return boxes[..., :2] + 0.5 * size, size
