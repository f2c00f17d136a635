"""Which pixels around a brush belong to what it points at."""

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from segstudio.core.raster import Mask, Rect, RgbImage
from segstudio.editing.shapes import Placed, Point

FLAT = 12.0
"""Two kinds of pixels whose mean brightness differs by less, of 255, are one kind and noise."""
NEAR = 7
"""Across so many pixels an edge's own pixels are compared with what lies on either side."""
BLURRED = 5
"""Before edges are sought a picture is smoothed so far, in pixels."""

_Gray = NDArray[np.uint8]


def brightness(image: RgbImage, rect: Rect) -> _Gray:
    """Return how bright each pixel of ``rect`` is, 0..255."""
    return np.asarray(cv2.cvtColor(np.ascontiguousarray(image[rect.slices]), cv2.COLOR_RGB2GRAY), np.uint8)


def within_range(image: RgbImage, area: Placed, low: int, high: int) -> Placed:
    """Return the pixels of an area, which lies in the picture, whose brightness is ``low``..``high``."""
    mask, at = area
    gray = brightness(image, _rect(area))
    return mask & (gray >= low) & (gray <= high), at


def like(image: RgbImage, area: Placed, point: Point) -> tuple[Placed, str]:
    """Return the pixels of an area that are as bright, or as dark, as the one at a point, and what that means in words.

    The limit is Otsu's ("A threshold selection method from gray-level histograms", IEEE SMC 9(1), 1979) for the pixels
    of the area. Where they are all of one kind, all are returned. The area lies in the picture.
    """
    mask, at = area
    gray = brightness(image, _rect(area))
    seen = gray[mask]
    limit, above = cv2.threshold(seen, 0, 1, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    bright = np.asarray(above).ravel() != 0
    if bright.all() or not bright.any() or seen[bright].mean() - seen[~bright].mean() < FLAT:
        return area, ""
    row, column = _inside(point, _rect(area))
    if gray[row, column] > limit:
        return (mask & (gray > limit), at), f"brighter than {limit:.0f}"
    return (mask & (gray <= limit), at), f"up to {limit:.0f}"


def this_side(image: RgbImage, area: Placed, way: Mask, point: Point, strength: float) -> Placed:
    """Return the pixels of an area that can be reached from ``way`` without crossing an edge of at least ``strength``.

    Edges are Canny's ("A computational approach to edge detection", IEEE PAMI 8(6), 1986), by the sum of both Sobel
    answers, and small gaps in them are closed. A pixel of an edge goes to the side whose colour nearby is more like its
    own. ``way`` has the shape of the area; where all of it is edge, the side nearest to ``point`` is taken. The area
    lies in the picture.
    """
    mask, at = area
    if not mask.size:
        return area
    pixels = _smoothed(image, _rect(area))
    edges = cv2.Canny(pixels, strength / 2, strength)
    open_ground = mask & (cv2.dilate(edges, np.ones((3, 3), np.uint8)) == 0)
    count, pieces = cv2.connectedComponents(open_ground.view(np.uint8), connectivity=4)
    touched = np.unique(pieces[way & open_ground])
    if not touched.size and (nearest := _nearest(pieces, point, _rect(area))):
        touched = np.array([nearest])
    chosen = np.zeros(count, np.bool_)
    chosen[touched] = True
    mine: Mask = chosen[pieces] & open_ground
    between = mask & ~open_ground
    mine[between] = _more_like(pixels, mine, open_ground & ~mine, between)
    return mine, at


def _smoothed(image: RgbImage, rect: Rect) -> RgbImage:
    """Return a rectangle of a picture, smoothed; what lies around it takes part."""
    around = rect.grown(BLURRED).clipped(image.shape)
    pixels = cv2.GaussianBlur(np.ascontiguousarray(image[around.slices]), (BLURRED, BLURRED), 0)
    top, left = rect.y0 - around.y0, rect.x0 - around.x0
    return np.ascontiguousarray(pixels[top : top + rect.shape[0], left : left + rect.shape[1]], np.uint8)


def _more_like(pixels: RgbImage, one: Mask, other: Mask, where: Mask) -> Mask:
    """Return which of the pixels ``where`` are nearer in colour to what of ``one`` is around them than of ``other``."""
    seen, away = pixels[where], []
    for side in (one, other):
        alone = cv2.bitwise_and(pixels, pixels, mask=side.view(np.uint8))
        count = _around(side.view(np.uint8))[where].astype(np.float32)
        mean = _around(alone)[where] / np.maximum(count, 1)[:, None]
        away.append(np.where(count > 0, np.abs(seen - mean).sum(axis=1), np.inf))
    found: Mask = (away[0] <= away[1]) & np.isfinite(away[0])
    return found


def _around(values: NDArray[Any]) -> NDArray[Any]:
    """Return the sums of the values around each pixel."""
    return np.asarray(cv2.boxFilter(values, cv2.CV_32F, (NEAR, NEAR), normalize=False, borderType=cv2.BORDER_CONSTANT))


def _nearest(pieces: NDArray[np.int32], point: Point, rect: Rect) -> int:
    """Return the number of the piece that is nearest to a point, 0 for none."""
    rows, columns = np.nonzero(pieces)
    if not rows.size:
        return 0
    best = ((rows + rect.y0 + 0.5 - point[1]) ** 2 + (columns + rect.x0 + 0.5 - point[0]) ** 2).argmin()
    return int(pieces[rows[best], columns[best]])


def _rect(area: Placed) -> Rect:
    mask, (top, left) = area
    return Rect(top, left, top + mask.shape[0], left + mask.shape[1])


def _inside(point: Point, rect: Rect) -> tuple[int, int]:
    """Return the row and column in a rectangle that is nearest to a point."""
    row, column = int(point[1] // 1) - rect.y0, int(point[0] // 1) - rect.x0
    return min(max(row, 0), rect.shape[0] - 1), min(max(column, 0), rect.shape[1] - 1)
