"""Masks that a head predicted for boxes, put where the boxes are: He 2017, "Mask R-CNN", section 3.1, inference."""

import torch
from torch import Tensor
from torch.nn import functional

_BORDER = 1
"""Pixels of nothing about a mask before it is enlarged, so that it ends softly at the edge of its box."""


def paste_masks(masks: Tensor, boxes: Tensor, height: int, width: int) -> Tensor:
    """Return masks (N, M, M), probabilities, resampled into boxes (N, 4) of an empty picture: (N, height, width).

    The corners of a box, grown as the mask is by its border, are cut to whole pixels, of which the far one is
    inside; the mask is stretched over these bilinearly. What lies outside of the picture is lost.
    """
    pasted = masks.new_zeros(len(masks), height, width)
    bordered = functional.pad(masks, (_BORDER,) * 4)
    for picture, mask, corners in zip(pasted, bordered, _grown(boxes, masks.shape[-1]).tolist(), strict=True):
        x1, y1, x2, y2 = corners
        size = (max(y2 - y1 + 1, 1), max(x2 - x1 + 1, 1))
        top, left, bottom, right = max(y1, 0), max(x1, 0), min(y2 + 1, height), min(x2 + 1, width)
        if top >= bottom or left >= right:
            continue
        stretched = functional.interpolate(mask[None, None], size, mode="bilinear", align_corners=False)[0, 0]
        picture[top:bottom, left:right] = stretched[top - y1 : bottom - y1, left - x1 : right - x1]
    return pasted


def _grown(boxes: Tensor, side: int) -> Tensor:
    """Return the boxes grown about their centre as much as a mask of ``side`` is by its border, in whole pixels."""
    grown = (side + 2 * _BORDER) / side
    half = (boxes[:, 2:] - boxes[:, :2]) * 0.5 * grown
    centre = (boxes[:, 2:] + boxes[:, :2]) * 0.5
    return torch.cat((centre - half, centre + half), dim=1).long()
