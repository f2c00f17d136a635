"""Crops of examples, changed at random: an image and its targets always in the same way."""

import random

import torch
from torch import Tensor
from torch.nn import functional

from segstudio.core.raster import LabelPlane, RgbImage
from segstudio.models.training.losses import IGNORED
from segstudio.models.training.plan import Augmentation


def random_side(side: int, augmentation: Augmentation, chance: random.Random) -> int:
    """Return the side of the square to be cut for one of ``side`` pixels: others are enlarged or shrunk to it."""
    factor: float = augmentation.scale ** chance.uniform(-1, 1)
    return max(1, round(side * factor))


def cut(
    image: RgbImage, labels: LabelPlane, size: tuple[int, int], chance: random.Random
) -> tuple[RgbImage, LabelPlane]:
    """Return views of a part of ``size`` (height, width) of an image and its labels, less where these are smaller.

    Labels are classes or numbers of objects by pixel.
    """
    y, x = (chance.randint(0, max(0, length - side)) for length, side in zip(labels.shape, size, strict=True))
    window = slice(y, y + size[0]), slice(x, x + size[1])
    return image[window], labels[window]


def changed(
    image: Tensor, target: Tensor, sides: tuple[int, int], augmentation: Augmentation, chance: random.Random
) -> tuple[Tensor, Tensor]:
    """Bring what was cut, (3, H, W) float 0..255 and (H, W) int64, from the first of ``sides`` to the second.

    What is smaller than the first lies in a corner, black and ``IGNORED`` around it.
    """
    image, target = padded(image, target, (sides[0], sides[0]))
    image, target = resized(image, target, sides[1])
    image, target = flipped(image, target, augmentation.turns, chance)
    return lit(image, augmentation.light, chance), target


def padded(image: Tensor, target: Tensor, size: tuple[int, int]) -> tuple[Tensor, Tensor]:
    """Grow an image and its target below and to the right to ``size`` (height, width)."""
    around = (0, size[1] - target.shape[1], 0, size[0] - target.shape[0])
    return functional.pad(image, around), functional.pad(target, around, value=IGNORED)


def resized(image: Tensor, target: Tensor, side: int) -> tuple[Tensor, Tensor]:
    """Bring a square to another size: the image bilinearly, its target by the nearest pixel."""
    if target.shape[0] == side:
        return image, target
    small = image.shape[-1] > side
    image = functional.interpolate(image[None], (side, side), mode="bilinear", antialias=small)[0]
    nearest = functional.interpolate(target[None, None].double(), (side, side), mode="nearest-exact")
    return image, nearest[0, 0].long()


def flipped(image: Tensor, target: Tensor, turns: bool, chance: random.Random) -> tuple[Tensor, Tensor]:
    """Mirror an image and its target; with ``turns`` in any of the eight ways that a square has."""
    for axis in (-1, -2) if turns else (-1,):
        if chance.random() < 0.5:
            image, target = image.flip(axis), target.flip(axis)
    if turns and chance.random() < 0.5:
        image, target = image.transpose(-1, -2), target.transpose(-1, -2)
    return image, target


def lit(image: Tensor, light: float, chance: random.Random) -> Tensor:
    """Change contrast and brightness, within 0..255."""
    if not light:
        return image
    contrast, brightness = 1 + chance.uniform(-light, light), chance.uniform(-light, light) * 255
    return torch.clamp((image - 127.5) * contrast + 127.5 + brightness, 0, 255)
