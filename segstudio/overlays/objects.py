"""What tells objects apart on the screen: a colour of their own, a line where they touch, a bright line round some."""

import colorsys
from collections.abc import Iterable
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from segstudio.core.raster import InstancePlane
from segstudio.core.schema import Color
from segstudio.overlays.base import Pixels, colored, palette, premultiplied, put, wide_edges

GOLDEN = 0.618033988749895
"""Steps of this part of the circle of hues keep any few neighbouring numbers far apart."""

TONES = ((0.62, 0.85), (0.50, 0.70), (0.72, 0.95))
"""Lightness and saturation, in turn."""

LIGHT, HALO = (255, 255, 255), (0, 0, 0)
_SQUARE = np.ones((3, 3), np.uint8)


def put_own_colors(
    pixels: Pixels, instances: InstancePlane, opacity: float, where: NDArray[np.uint8] | None = None
) -> None:
    """Give each object that is drawn a colour of its own, where ``where`` is not 0, or everywhere.

    What has no number, or is transparent, stays as it is. Numbers that differ by a multiple of 256 share a colour.
    """
    objects = ((instances != 0) & (pixels != 0)).view(np.uint8)
    own = colored(_own_colors(opacity), instances.astype(np.uint8))
    put(pixels, own, objects if where is None else np.asarray(cv2.min(objects, where), np.uint8))


def object_edges(instances: InstancePlane) -> NDArray[np.uint8]:
    """Return not 0 for the pixels on either side of a border between numbers: a line two pixels wide."""
    edges = np.zeros(instances.shape, np.bool_)
    below, beside = instances[1:] != instances[:-1], instances[:, 1:] != instances[:, :-1]
    edges[1:] |= below
    edges[:-1] |= below
    edges[:, 1:] |= beside
    edges[:, :-1] |= beside
    return edges.view(np.uint8)


def light_up(pixels: Pixels, instances: InstancePlane, numbers: Iterable[int]) -> None:
    """Draw a light line with a dark one round it along the border of some objects."""
    for number in numbers:
        mask = (instances == number).view(np.uint8)
        if not cv2.countNonZero(mask):
            continue
        line = wide_edges(mask)
        halo = cv2.dilate(line, _SQUARE)
        put(pixels, np.full_like(pixels, premultiplied(HALO, 0.6)), np.asarray(halo & (mask ^ 1), np.uint8))
        put(pixels, np.full_like(pixels, premultiplied(LIGHT, 1.0)), line)


def own_color(number: int) -> Color:
    """Return the colour that an object of a number has as its own."""
    red, green, blue = colorsys.hls_to_rgb(number % 256 * GOLDEN % 1, *TONES[number % 256 % len(TONES)])
    return round(255 * red), round(255 * green), round(255 * blue)


@lru_cache(maxsize=4)
def _own_colors(opacity: float) -> Pixels:
    return palette(np.array([own_color(i) for i in range(256)], np.uint8), opacity)
