"""Crops of examples, changed at random: an image and its targets always in the same way."""

import random

import torch
from torch import Tensor
from torch.nn import functional

from segstudio.models.training.losses import IGNORED
from segstudio.models.training.plan import Augmentation


def random_crop(
    image: Tensor, target: Tensor, side: int, augmentation: Augmentation, chance: random.Random
) -> tuple[Tensor, Tensor]:
    """Return a square of ``side`` pixels of an image (3, H, W) float 0..255 and of its target (H, W) int64.

    A crop that is larger than the image has it in a corner, black and ``IGNORED`` around it.
    """
    taken = max(1, round(side * augmentation.scale ** chance.uniform(-1, 1)))
    image, target = cut(image, target, taken, chance)
    image, target = resized(image, target, side)
    image, target = flipped(image, target, augmentation.turns, chance)
    return lit(image, augmentation.light, chance), target


def cut(image: Tensor, target: Tensor, side: int, chance: random.Random) -> tuple[Tensor, Tensor]:
    """Cut a square from an image and its target, at one place."""
    y, x = (chance.randint(0, max(0, length - side)) for length in target.shape)
    image, target = image[:, y : y + side, x : x + side], target[y : y + side, x : x + side]
    around = (0, side - target.shape[1], 0, side - target.shape[0])
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
    """Mirror a square image and its target; with ``turns`` in any of the eight ways that a square has."""
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
