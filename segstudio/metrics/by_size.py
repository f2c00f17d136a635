"""How much of a class is found of small and of large areas of it: a mean hides that only the large ones are."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from segstudio.core.raster import LabelPlane, Mask
from segstudio.metrics.boxes import class_boxes
from segstudio.metrics.ratio import ratio

COCO_SIZES = (32 * 32, 96 * 96)
"""Areas in pixels from which on COCO calls an object medium, and large."""


@dataclass(frozen=True, slots=True, eq=False)
class SizeCounts:
    """By range of size, the smallest first: how many areas of the truth, their pixels, and those predicted right.

    int64 of shape (ranges,), or (classes, ranges) of several classes. Add those of a data set. What is wrongly
    predicted belongs to no area of the truth, so there is no IoU by size; ``recall`` is what there is.
    """

    areas: NDArray[np.int64]
    pixels: NDArray[np.int64]
    found: NDArray[np.int64]

    def __add__(self, other: "SizeCounts") -> "SizeCounts":
        return SizeCounts(self.areas + other.areas, self.pixels + other.pixels, self.found + other.found)

    @property
    def recall(self) -> NDArray[np.float64]:
        """Part of the pixels in areas of each size that is found; nan where there is none."""
        return ratio(self.found, self.pixels)


def by_size(truth: Mask, prediction: Mask, edges: Sequence[int] = COCO_SIZES) -> SizeCounts:
    """Count the areas of one class in two masks of one shape; one is of a range from its edge on.

    Areas are of pixels that touch at a side or a corner.
    """
    _, numbers, stats, _ = cv2.connectedComponentsWithStats(truth.view(np.uint8), connectivity=8)
    sizes = stats[1:, cv2.CC_STAT_AREA].astype(np.int64)
    found = np.bincount(numbers[prediction & truth], minlength=len(sizes) + 1)[1:]
    which = np.searchsorted(edges, sizes, side="right")

    def summed(weights: NDArray[np.int64]) -> NDArray[np.int64]:
        return np.bincount(which, weights, len(edges) + 1).astype(np.int64)

    return SizeCounts(summed(np.ones_like(sizes)), summed(sizes), summed(found))


def sizes_by_class(
    truth: LabelPlane, prediction: LabelPlane, labels: Sequence[int], edges: Sequence[int] = COCO_SIZES
) -> SizeCounts:
    """Count the areas of each of the classes ``labels`` in two planes of one shape, as ``by_size`` does."""
    found = np.zeros((3, len(labels), len(edges) + 1), np.int64)
    boxes = class_boxes(truth)
    for place, label in enumerate(labels):
        if label in boxes:
            at = boxes[label].slices
            counts = by_size(truth[at] == label, prediction[at] == label, edges)
            found[:, place] = counts.areas, counts.pixels, counts.found
    return SizeCounts(*found)
