"""Superpixels: small pieces of a picture that keep to its edges.

SLIC (Achanta, Shaji, Smith, Lucchi, Fua and Suesstrunk, "SLIC Superpixels Compared to State-of-the-Art Superpixel
Methods", IEEE TPAMI 34(11), 2012, section 3): k-means over colour and place. As in gSLIC (Ren and Reid, "gSLIC: a
real-time implementation of SLIC superpixel segmentation", 2011) each pixel is compared with the nine centres that begin
in the cells of a grid around it, so that whole planes are compared at once.
"""

import math
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from segstudio.core.raster import RgbImage
from segstudio.core.stopping import go_on

ROUNDS = 6
"""The paper takes ten; after six hardly a pixel changes."""

_Floats = NDArray[np.float32]
Pieces = NDArray[np.int32]
"""The number of each pixel's piece, from 0; shape (height, width)."""

_AROUND = tuple((down, across) for down in (-1, 0, 1) for across in (-1, 0, 1))
_APART = 4
"""Two pieces whose centres began so many cells apart never touch: a piece leaves its cell by one at the most."""


def superpixels(image: RgbImage, size: int, compactness: int) -> Pieces:
    """Return the 4-connected pieces of a picture, about ``size`` pixels (at least 2) across.

    ``compactness``, from 1 on: how much distance counts beside colour in CIELAB, the paper's m; 10 keeps close to
    edges, 40 and more gives nearly squares.
    """
    height, width = image.shape[:2]
    rows, columns = math.ceil(height / size), math.ceil(width / size)
    padded = cv2.copyMakeBorder(image, 0, rows * size - height, 0, columns * size - width, cv2.BORDER_REPLICATE)
    pixels = _features(np.asarray(padded, np.uint8), compactness / size)
    cells = pixels.reshape(5, rows, size, columns, size)
    centres = np.concatenate([cells[:3, :, size // 2, :, size // 2], cells[3:].mean(axis=(2, 4))])
    numbers = _assigned(pixels, centres, size)
    for _ in range(ROUNDS - 1):
        centres = _moved(pixels, numbers, centres)
        numbers = _assigned(pixels, centres, size)
    return _connected(numbers[:height, :width], columns)


def _features(image: RgbImage, weight: float) -> _Floats:
    """Return five planes: colour, in which equal steps look equally large, and place, weighed against it."""
    smooth = cv2.medianBlur(image, 3)  # else borders follow every blade of grass
    colors = cv2.cvtColor(smooth.astype(np.float32) / 255, cv2.COLOR_RGB2LAB)
    rows, columns = np.indices(image.shape[:2], np.float32) * np.float32(weight)
    return np.stack([*cv2.split(colors), rows, columns])


def _assigned(pixels: _Floats, centres: _Floats, size: int) -> Pieces:
    """Return which of the nine centres around it each pixel is nearest to."""
    _, rows, columns = centres.shape
    cells = pixels.reshape(5, rows, size, columns, size)
    numbers = np.arange(rows * columns, dtype=np.int32).reshape(rows, columns)
    best = np.full(cells.shape[1:], np.inf, np.float32)
    found = np.zeros(cells.shape[1:], np.int32)
    for down, across in _AROUND:
        go_on()
        there = np.ix_(
            np.clip(np.arange(rows) + down, 0, rows - 1), np.clip(np.arange(columns) + across, 0, columns - 1)
        )
        away = np.zeros_like(best)
        for plane, centre in zip(cells, centres, strict=True):
            step = plane - centre[there][:, None, :, None]
            away += np.square(step, out=step)
        nearer = away < best
        np.copyto(best, away, where=nearer)
        np.copyto(found, numbers[there][:, None, :, None], where=nearer)
    return found.reshape(rows * size, columns * size)


def _moved(pixels: _Floats, numbers: Pieces, centres: _Floats) -> _Floats:
    """Return the middle of each piece; of one that has no pixels, where its centre was."""
    flat, count = numbers.ravel(), centres[0].size
    pixels_each = np.bincount(flat, minlength=count)
    sums = np.stack([np.bincount(flat, plane.ravel(), count) for plane in pixels])
    means = (sums / np.maximum(pixels_each, 1)).astype(np.float32).reshape(centres.shape)
    return np.where(pixels_each.reshape(centres.shape[1:]) > 0, means, centres)


def _connected(numbers: Pieces, columns: int) -> Pieces:
    """Return the pieces with only their largest parts; the rest grows from what is beside it."""
    kept = np.full(numbers.shape, -1, np.int32)
    kinds = numbers // columns % _APART * _APART + numbers % columns % _APART
    for kind in range(_APART * _APART):
        go_on()
        _keep_largest(numbers, kinds == kind, kept)
    return _spread(kept)


def _keep_largest(numbers: Pieces, where: NDArray[np.bool_], kept: Pieces) -> None:
    """Write to ``kept`` the largest part of each of some pieces, none of which touch one another."""
    count, parts, stats, _ = cv2.connectedComponentsWithStats(where.view(np.uint8), connectivity=4)
    if count < 2:
        return
    piece = np.zeros(count, np.int32)
    piece[parts[where]] = numbers[where]
    order = np.lexsort((stats[1:, cv2.CC_STAT_AREA], piece[1:])) + 1
    last = np.append(piece[order][1:] != piece[order][:-1], True)
    largest = np.zeros(count, np.bool_)
    largest[order[last]] = True
    chosen = largest[parts] & where
    kept[chosen] = numbers[chosen]


def _spread(kept: Pieces) -> Pieces:
    """Let pieces grow, a pixel at a time, into what belongs to none."""
    while (empty := kept < 0).any():
        go_on()
        rows, columns = np.nonzero(empty)
        grown: Any = np.full(rows.shape, -1, np.int32)
        for down, across in ((-1, 0), (0, -1), (0, 1), (1, 0)):
            beside = kept[np.clip(rows + down, 0, kept.shape[0] - 1), np.clip(columns + across, 0, kept.shape[1] - 1)]
            np.copyto(grown, beside, where=(grown < 0) & (beside >= 0))
        kept[rows, columns] = grown
    return kept
