"""Small pictures of single objects and regions, as lists show them."""

from typing import NamedTuple

import cv2
import numpy as np

from segstudio.core.raster import InstancePlane, Mask, Rect, RgbImage
from segstudio.core.records import Instance

MARGIN = 0.15
"""Part of the object's longer side that is seen around it."""

REGION_MARGIN = 0.5
"""The same of a region, which is known by what it lies in."""

FINE = 2
"""Pixels that are looked at for each pixel of the cutout, along a side: fewer than in a large object there are."""

DIMMED = 0.35


class Cutting(NamedTuple):
    """What a cutout is made of; the arrays are copies, so that a worker may have them."""

    image: RgbImage
    mask: Mask


def cutting(image: RgbImage, instances: InstancePlane, instance: Instance, edge: int) -> Cutting:
    """Return what a cutout of ``edge`` pixels a side needs: whatever the object's size, no more than that."""
    rows, columns = _seen(instance.rect, instances.shape, MARGIN, edge)
    return Cutting(image[rows, columns].copy(), instances[rows, columns] == instance.number)


def region_cutting(image: RgbImage, rect: Rect, edge: int) -> Cutting:
    """Return what a cutout of a rectangle needs, of which more is seen around: it may be a few pixels."""
    rows, columns = _seen(rect, image.shape[:2], REGION_MARGIN, edge)
    inside = np.outer(_within(rows, rect.y0, rect.y1), _within(columns, rect.x0, rect.x1))
    return Cutting(image[rows, columns].copy(), inside)


def _within(places: slice, first: int, end: int) -> Mask:
    """Tell of each of some rows or columns whether it lies in a span; of these alone, for an image may be large."""
    at = np.arange(places.start, places.stop, places.step)
    return (at >= first) & (at < end)


def _seen(rect: Rect, shape: tuple[int, ...], margin: float, edge: int) -> tuple[slice, slice]:
    """Return the rows and columns of a square around a rectangle, as many of them as a cutout needs."""
    side = max(rect.shape)
    side += 2 * max(round(margin * side), 1)
    top, left = (rect.y0 + rect.y1 - side) // 2, (rect.x0 + rect.x1 - side) // 2
    seen = Rect(top, left, top + side, left + side).clipped(shape)
    step = max(side // (FINE * edge), 1)
    return slice(seen.y0, seen.y1, step), slice(seen.x0, seen.x1, step)


def cutout(what: Cutting, edge: int) -> RgbImage:
    """Return the object in its surroundings, which are dimmed; the longer side has ``edge`` pixels."""
    dimmed = cv2.convertScaleAbs(what.image, alpha=DIMMED)
    shown = np.where(what.mask[..., None], what.image, dimmed)
    height, width = shown.shape[:2]
    scale = edge / max(height, width)
    size = max(round(width * scale), 1), max(round(height * scale), 1)
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_NEAREST
    return np.asarray(cv2.resize(np.ascontiguousarray(shown), size, interpolation=how), np.uint8)
