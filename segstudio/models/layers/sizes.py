"""Sizes: images grown to what a network can take, and its results brought back to the image."""

from typing import Any

import torch
from torch import Tensor
from torch.nn import functional


def padded(image: Tensor, multiple: int, *, plus: int = 0, at_least: int = 1) -> Tensor:
    """Grow an image (N, C, H, W) below and to the right to ``at_least`` pixels and to k * ``multiple`` + ``plus``.

    The border is repeated rather than mirrored, for that works from a single pixel up, and rather than filled with
    zeros, for a dark frame is an object to a network that was trained without one. ``cropped`` inverts it.
    """
    sides = [(side, _at_least(side, at_least)) for side in image.shape[-2:]]
    below, right = (wanted + (plus - wanted) % multiple - side for side, wanted in sides)
    # While a network is exported, sizes are not numbers yet: whether there is something to add is known later.
    if type(below) is int and type(right) is int and not below and not right:
        return image
    return functional.pad(image, (0, right, 0, below), mode="replicate")


def cropped(maps: Tensor, like: Tensor, offset: int = 0) -> Tensor:
    """Return of (N, C, h, w) the part of the size of ``like`` that begins ``offset`` pixels below and to the right."""
    height, width = like.shape[-2:]
    if isinstance(height, torch.SymInt) or isinstance(width, torch.SymInt):
        # torch.export would hold a slice to the example: where that is cut, others must be, for it decides on strides.
        rows, columns = (torch.arange(side, device=maps.device) + offset for side in (height, width))
        return maps.index_select(-2, rows).index_select(-1, columns)
    return maps[..., offset : offset + height, offset : offset + width]


def framed(maps: Tensor, like: Tensor) -> Tensor:
    """Grow maps (N, C, h, w) to the size of ``like`` by zeros on all sides, one more below and to the right if odd."""
    rows, columns = (whole - part for whole, part in zip(like.shape[-2:], maps.shape[-2:], strict=True))
    return functional.pad(maps, (columns // 2, columns - columns // 2, rows // 2, rows - rows // 2))


def mirrored(image: Tensor, before: int, after: tuple[int, int]) -> Tensor:
    """Grow an image by ``before`` above and to the left, and by ``after`` below and to the right, by mirroring.

    The mirror is the border pixel, which does not repeat; beyond the picture's other side the mirrors go on. Takes any
    image from 1 x 1 up.
    """
    for axis, end in zip((-2, -1), after, strict=True):
        side = image.shape[axis]
        period = max(1, 2 * (side - 1))
        place = torch.arange(-before, side + end, device=image.device) % period
        image = image.index_select(axis, torch.minimum(place, period - place) if side > 1 else place)
    return image


def resized(maps: Tensor, like: Tensor, *, align_corners: bool) -> Tensor:
    """Return feature maps (N, C, h, w) at the size of ``like`` (N, *, H, W), bilinearly.

    ``align_corners`` says whether the centres of corner pixels stay where they are, or the corners themselves do.
    """
    return functional.interpolate(maps, like.shape[-2:], mode="bilinear", align_corners=align_corners)


def at_most(side: Any, most: int) -> Any:
    """Return the smaller of the two, of a side that is a number or, while a network is traced, not yet."""
    return side.clamp(max=most) if isinstance(side, Tensor) else min(side, most)


def _at_least(side: Any, least: int) -> Any:
    """Return the larger of the two, of a side that is a number or, while a network is traced or exported, not yet."""
    return side.clamp(min=least) if isinstance(side, Tensor) else torch.sym_max(side, least)  # type: ignore[no-untyped-call]
