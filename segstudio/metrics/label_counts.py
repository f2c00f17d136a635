"""What one label map holds: how much of each class, in how many regions of which size."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from segstudio.core.raster import LabelPlane
from segstudio.metrics.boxes import class_boxes

SIZES = 32
"""Ranges of area: the range k has regions of 2**k pixels and more, but less than 2**(k + 1)."""


@dataclass(frozen=True, slots=True, eq=False)
class LabelCounts:
    """The labels of one image, in the order of the classes asked for.

    ``pixels``: int64 of shape (n,). ``regions``: int64 of shape (n, ``SIZES``), how many regions of each size, pixels
    of a class that touch at a side or a corner. ``shape`` is (height, width).
    """

    pixels: NDArray[np.int64]
    regions: NDArray[np.int64]
    shape: tuple[int, int]

    @property
    def other(self) -> int:
        """Pixels of none of the classes."""
        return int(self.shape[0] * self.shape[1] - self.pixels.sum())


def count_labels(plane: LabelPlane, labels: Sequence[int]) -> LabelCounts:
    """Count a plane; each class is looked at only within the rectangle around it."""
    pixels = np.zeros(len(labels), np.int64)
    regions = np.zeros((len(labels), SIZES), np.int64)
    boxes = class_boxes(plane)
    for place, label in enumerate(labels):
        if label not in boxes:
            continue
        mask = plane[boxes[label].slices] == label
        _, _, stats, _ = cv2.connectedComponentsWithStats(mask.view(np.uint8), connectivity=8)
        areas = stats[1:, cv2.CC_STAT_AREA].astype(np.int64)
        pixels[place] = areas.sum()
        # The exponent of a float is exact, where a logarithm may be rounded over a power of two.
        regions[place] = np.bincount(np.frexp(areas)[1] - 1, minlength=SIZES)
    height, width = plane.shape
    return LabelCounts(pixels, regions, (height, width))
