"""Masks that a head predicted for boxes, put where the boxes are: He 2017, "Mask R-CNN", section 3.1, inference."""

from collections.abc import Iterator
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional

_BORDER = 1
"""Pixels of nothing about a mask before it is enlarged, so that it ends softly at the edge of its box."""


class Placed(NamedTuple):
    """The part of a mask that lies within a picture: probabilities (h, w), and where its first pixel lies."""

    y: int
    x: int
    patch: Tensor


def placed_masks(masks: Tensor, boxes: Tensor, height: int, width: int) -> Iterator[Placed]:
    """Give masks (N, M, M), probabilities, resampled into boxes (N, 4) of a picture, one at a time.

    The corners of a box, grown as the mask is by its border, are cut to whole pixels, of which the far one is
    inside; the mask is stretched over these bilinearly. What lies outside of the picture is lost, and not computed;
    of a mask that lies there altogether nothing is left, (0, 0).
    """
    bordered = functional.pad(masks, (_BORDER,) * 4)
    for mask, (x1, y1, x2, y2) in zip(bordered, _grown(boxes, masks.shape[-1]).tolist(), strict=True):
        rows, columns = range(max(y1, 0), min(y2 + 1, height)), range(max(x1, 0), min(x2 + 1, width))
        if rows and columns:
            wide = _stretched(mask, x1, x2, columns)
            yield Placed(rows.start, columns.start, _stretched(wide.T, y1, y2, rows).T)
        else:
            yield Placed(0, 0, mask[:0, :0])


def pasted_masks(masks: Tensor, boxes: Tensor, height: int, width: int) -> Tensor:
    """Return masks (N, M, M) where ``placed_masks`` puts them, as pictures (N, height, width) with zeros beside.

    All at once and by products of matrices, as a graph can have it; that takes 4 bytes a pixel and mask.
    """
    bordered = functional.pad(masks, (_BORDER,) * 4)
    x1, y1, x2, y2 = _grown(boxes, masks.shape[-1]).unbind(1)
    rows, columns = (_shares(*ends, bordered.shape[-1]) for ends in ((y1, y2, height), (x1, x2, width)))
    return rows @ bordered @ columns.transpose(1, 2)


def _shares(first: Tensor, last: Tensor, pixels: int, places: int) -> Tensor:
    """Return how much of each place along masks each pixel along a picture has, (N, pixels, places).

    Masks lie on the pixels ``first`` to ``last``, (N,) each; the others have nothing of them.
    """
    pixel = torch.arange(pixels, device=first.device)
    inside = (pixel >= first[:, None]) & (pixel <= last[:, None])
    scale = (places / (last - first + 1))[:, None]
    position = ((pixel - first[:, None] + 0.5) * scale - 0.5).clamp(0, places - 1)
    near = 1 - (position[..., None] - torch.arange(places, device=first.device)).abs()
    return near.clamp(min=0) * inside[..., None]


def _stretched(mask: Tensor, first: int, last: int, wanted: range) -> Tensor:
    """Return (R, S) stretched along S over the pixels ``first`` to ``last``, of which ``wanted``: (R, len(wanted)).

    As ``interpolate`` does with corners, not their centres, in place, but without the pixels that nobody wants.
    """
    places = mask.shape[-1]
    pixels = torch.arange(wanted.start - first, wanted.stop - first, device=mask.device, dtype=torch.float32)
    return sampled(mask, (pixels + 0.5) * (places / (last - first + 1)) - 0.5)


def sampled(mask: Tensor, position: Tensor) -> Tensor:
    """Return (R, N): of (R, S) along S what is at N places, linearly; before the first and after the last as there."""
    places = mask.shape[-1]
    position = position.clamp(0, places - 1)
    low = position.long()
    share = (position - low).to(mask.dtype)
    return torch.lerp(mask[:, low], mask[:, (low + 1).clamp(max=places - 1)], share)


def _grown(boxes: Tensor, side: int) -> Tensor:
    """Return the boxes grown about their centre as much as a mask of ``side`` is by its border, in whole pixels."""
    grown = (side + 2 * _BORDER) / side
    half = (boxes[:, 2:] - boxes[:, :2]) * 0.5 * grown
    centre = (boxes[:, 2:] + boxes[:, :2]) * 0.5
    return torch.cat((centre - half, centre + half), dim=1).long()
