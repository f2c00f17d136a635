"""How well the outlines of two masks agree within a narrow band: boundary IoU and boundary F1."""

import math
from collections.abc import Callable
from typing import NamedTuple, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from segstudio.core.raster import Mask
from segstudio.metrics.boxes import common_box
from segstudio.metrics.distances import both_ways

Words: TypeAlias = NDArray[np.uint64]

BAND, TOLERANCE = 0.02, 0.008
"""The width of the band of boundary IoU, and the tolerance of boundary F1, as parts of the picture's diagonal."""


_SPARE = 32
"""Words behind the last row of packed pixels: each step of an erosion takes one, and there are fewer."""


class Bands(NamedTuple):
    """Pixels of the bands inside two outlines. Add those of a data set before dividing."""

    intersection: int
    union: int

    @property
    def iou(self) -> float:
        """Boundary IoU, 0..1; nan where there is no outline."""
        return self.intersection / self.union if self.union else math.nan


def band_width(shape: tuple[int, ...], part: float = BAND) -> int:
    """Return the width of the band for a picture of (height, width): a part of its diagonal, a pixel at the least."""
    return max(1, round(part * math.hypot(*shape)))


def bands(truth: Mask, prediction: Mask, width: int | None = None) -> Bands:
    """Count the bands inside the outlines of two masks of one shape; ``width`` is ``band_width`` unless given.

    Cheng et al. (Boundary IoU, CVPR 2021, section 4). Beyond the picture there is nothing, so that a mask has an
    outline along its border.
    """
    width = band_width(truth.shape) if width is None else width
    box = common_box(truth, prediction)
    if not truth[box].size:
        return Bands(0, 0)
    first, second = _band(truth[box], width), _band(prediction[box], width)
    both = _ones(first & second)
    return Bands(both, _ones(first) + _ones(second) - both)


def f1_radius(shape: tuple[int, ...]) -> int:
    """Return the tolerance of boundary F1 for a picture of (height, width): 0.8 % of its diagonal, rounded up."""
    return math.ceil(TOLERANCE * math.hypot(*shape))


def boundary_f1(truth: Mask, prediction: Mask, radius: int | None = None) -> float:
    """Return F1 of the outlines' pixels that have one of the other's within ``radius``; nan for no outlines.

    Perazzi et al. (A Benchmark Dataset and Evaluation Methodology for Video Object Segmentation, CVPR 2016, section
    4.1), as the DAVIS evaluation computes it; ``radius`` is ``f1_radius`` unless given. Over a data set it is
    averaged over images.
    """
    radius = f1_radius(truth.shape) if radius is None else radius
    first, second = _outline(truth), _outline(prediction)
    n_first, n_second = int(np.count_nonzero(first)), int(np.count_nonzero(second))
    if not n_first and not n_second:
        return math.nan
    if not n_first or not n_second:
        return 0.0
    forth, back = both_ways(first, second)
    precision = np.count_nonzero(back <= radius) / n_second
    recall = np.count_nonzero(forth <= radius) / n_first
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def _band(mask: Mask, width: int) -> Words:
    """Return the pixels of a mask that a square of ``2 * width + 1`` around them takes beyond it, 64 to a word."""
    height, across = mask.shape
    content, margin = -(-across // 64), -(-width // 64)
    # Each row has room for nothing before it, which is also behind the row above; there is some more behind the last.
    rows = np.zeros((height + 2 * width, margin + content), "<u8")
    packed = np.packbits(mask, axis=1, bitorder="little")
    rows[width : width + height].view(np.uint8)[:, 8 * margin : 8 * margin + packed.shape[1]] = packed
    inner = _windows(rows, 2 * width + 1, lambda words, by: words[by:])
    line = np.append(inner.reshape(-1), np.zeros(4 * margin + _SPARE, "<u8"))
    line = _from_bit(_windows(line, 2 * width + 1, _from_bit), 64 * margin - width)
    inner = line[: rows[width : width + height].size].reshape(height, -1)[:, :content]
    return np.asarray(rows[width : width + height, margin:] & ~inner)


def _windows(values: Words, length: int, moved: Callable[[Words, int], Words]) -> Words:
    """Return the AND of each ``length`` values that follow one another; ``moved`` begins so many of them later.

    By doubling, which takes as many steps as the length has binary places.
    """
    reach = 1
    while reach < length:
        step = min(reach, length - reach)
        later = moved(values, step)
        values = values[: len(later)] & later
        reach += step
    return values


def _from_bit(words: Words, first: int) -> Words:
    """Return a line of bits, the lowest of each word first, from one of them on."""
    whole, bits = divmod(first, 64)
    words = words[whole:]
    if not bits:
        return words
    return np.asarray((words[:-1] >> np.uint64(bits)) | (words[1:] << np.uint64(64 - bits)))


def _ones(words: Words) -> int:
    return int(cv2.norm(words.view(np.uint8), cv2.NORM_HAMMING))


def _outline(mask: Mask) -> Mask:
    """Return the pixels that differ from the one to the right, below, or below and to the right of them."""
    right, below = mask[:, :-1] != mask[:, 1:], mask[:-1] != mask[1:]
    found = np.zeros_like(mask)
    found[:, :-1] |= right
    found[:-1] |= below
    found[:-1, :-1] |= mask[:-1, :-1] != mask[1:, 1:]
    # Along the last row and column the neighbour beyond is taken to be as the pixel itself.
    return found
