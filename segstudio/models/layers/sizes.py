"""Sizes: images grown to what a network can take, and its results brought back to the image."""

from torch import Tensor
from torch.nn import functional


def padded(image: Tensor, multiple: int, at_least: int = 1) -> Tensor:
    """Grow an image (N, C, H, W) below and to the right to a multiple of ``multiple``, and to ``at_least`` pixels.

    The border is repeated rather than mirrored, for that works from a single pixel up, and rather than filled with
    zeros, for a dark frame is an object to a network that was trained without one. ``result[..., :H, :W]`` inverts it.
    """
    height, width = (max(at_least, side) for side in image.shape[-2:])
    below, right = height + -height % multiple - image.shape[-2], width + -width % multiple - image.shape[-1]
    return functional.pad(image, (0, right, 0, below), mode="replicate") if below or right else image


def resized(maps: Tensor, like: Tensor, *, align_corners: bool) -> Tensor:
    """Return feature maps (N, C, h, w) at the size of ``like`` (N, *, H, W), bilinearly.

    ``align_corners`` says whether the centres of corner pixels stay where they are, or the corners themselves do.
    """
    return functional.interpolate(maps, like.shape[-2:], mode="bilinear", align_corners=align_corners)
