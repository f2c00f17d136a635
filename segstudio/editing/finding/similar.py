"""Areas of similar colour."""

from dataclasses import dataclass

import cv2
import numpy as np

from segstudio.core.raster import LabelPlane, Mask, Rect, RgbImage, row_blocks
from segstudio.core.stopping import go_on
from segstudio.editing.finding.growing import connected
from segstudio.editing.shapes import Placed

BLOCK_SIDE = 1024
"""An area is tidied in blocks so wide, in pixels: to number the holes of a large one takes much memory."""
SPECK = 64
"""Pixels of a hole that is noise, and not something that lies in the area."""


def similar(image: RgbImage, rect: Rect, like: tuple[int, int], tolerance: int) -> Mask:
    """Return where ``rect`` of a picture has the colour of the pixel ``like`` (row, column).

    A colour is the same where no channel differs by more than ``tolerance``, 0..255.
    """
    color = image[like].astype(np.int64)
    low, high = (np.clip(color + by, 0, 255).astype(np.float64) for by in (-tolerance, tolerance))
    part = image[rect.slices]
    found = np.empty(rect.shape, np.uint8)
    for rows in row_blocks(part):
        go_on()
        found[rows] = cv2.inRange(np.ascontiguousarray(part[rows]), low, high)
    return np.not_equal(found, 0)


@dataclass(frozen=True, slots=True, eq=False)
class Wish:
    """What area of similar colour is wanted, around the pixel ``seed`` (row, column).

    ``contiguous``: only what hangs together with it; else all of the picture. ``labels``: where given, only what has
    the class that the seed has there. ``tidy``: with a smooth border, and without specks.
    """

    seed: tuple[int, int]
    tolerance: int
    contiguous: bool = True
    labels: LabelPlane | None = None
    tidy: bool = False


def similar_area(image: RgbImage, wish: Wish) -> Placed:
    """Return the area of a picture that has the colour of a pixel."""

    def allowed(rect: Rect) -> Mask:
        mask = similar(image, rect, wish.seed, wish.tolerance)
        if wish.labels is not None:
            mask &= wish.labels[rect.slices] == wish.labels[wish.seed]
        return mask

    shape = (image.shape[0], image.shape[1])
    area = connected(shape, wish.seed, allowed) if wish.contiguous else (allowed(Rect(0, 0, *shape)), (0, 0))
    return tidied(area) if wish.tidy else area


def tidied(area: Placed) -> Placed:
    """Return an area with a border smoothed by a median of 5 x 5 pixels, holes that are specks filled."""
    mask, at = area
    smooth = np.zeros_like(mask)
    for tile in Rect(0, 0, *mask.shape).tiles(mask.shape, BLOCK_SIDE):
        go_on()
        window = tile.grown(SPECK + 3).clipped(mask.shape)  # no speck in the tile reaches its border
        part = mask[window.slices]
        if part.any():
            top, left = tile.y0 - window.y0, tile.x0 - window.x0
            smooth[tile.slices] = _tidied(part)[top : top + tile.shape[0], left : left + tile.shape[1]]
    return smooth, at


def _tidied(mask: Mask) -> Mask:
    padded = cv2.copyMakeBorder(mask.view(np.uint8), 1, 1, 1, 1, cv2.BORDER_REPLICATE)
    smooth = np.asarray(cv2.medianBlur(padded, 5), np.uint8)[1:-1, 1:-1]
    _, pieces, stats, _ = cv2.connectedComponentsWithStats(1 - smooth, connectivity=4)
    height, width = mask.shape
    left, top, right, bottom = stats[:, 0], stats[:, 1], stats[:, 0] + stats[:, 2], stats[:, 1] + stats[:, 3]
    inside = (left > 0) & (top > 0) & (right < width) & (bottom < height)
    holes = inside & (stats[:, 4] <= SPECK)
    holes[0] = False  # the area itself
    found: Mask = (smooth != 0) | holes[pieces]
    return found
