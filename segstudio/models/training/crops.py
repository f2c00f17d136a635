"""How small the crops may be that a network learns from."""

from typing import Any, Final

import torch
from torch import Tensor, nn

from segstudio.core.errors import SegstudioError
from segstudio.models.cost import without_weights

SIDES: Final = (512, 1024)
"""Of the squares by which it is found out how features grow with an image."""

ENOUGH: Final = 256
"""Crops from here on are not looked at: no network has features so coarse."""


def check_crop(network: nn.Module, architecture: str, channels: int, side: int) -> None:
    """Raise ``SegstudioError`` for crops that the coarsest features of a network have less than one value of.

    Down there each map then has one value, whatever is in the crop: batch normalization divides by the deviation of as
    many values as there are crops, in every layer, and gradients grow by it beyond all bounds.
    """
    if side >= ENOUGH:
        return
    stride = coarsest_stride(network, channels)
    if side < stride:
        raise SegstudioError(
            f"Crops of {side} x {side} pixels are too small for {architecture}: a value of its coarsest features stands"
            f" for {stride} x {stride}.",
            f"Learn from crops of {stride} pixels or more; it learns better from some times that.",
        )


def coarsest_stride(network: nn.Module, channels: int) -> int:
    """Return how many pixels apart the coarsest features are; what is pooled over the whole image is none.

    The network is run on shapes alone, at two sizes: features at a stride of s grow by a value where the image grows
    by s pixels, however they are padded.
    """
    bare = without_weights(network).eval()
    small, large = (_heights(bare, channels, side) for side in SIDES)
    grown = SIDES[1] - SIDES[0]
    return max((round(grown / (b - a)) for a, b in zip(small, large, strict=True) if b > a), default=1)


def _heights(network: nn.Module, channels: int, side: int) -> list[int]:
    """Return the heights of all feature maps, in the order in which they are computed."""
    found: list[int] = []

    def note(module: nn.Module, given: Any, features: Any) -> None:
        if isinstance(features, Tensor) and features.ndim == 4:
            found.append(features.shape[-2])

    hooks = [
        module.register_forward_hook(note) for module in network.modules() if not any(True for _ in module.children())
    ]
    with torch.no_grad():
        network(torch.empty((1, channels, side, side), device="meta"))
    for hook in hooks:
        hook.remove()
    return found
