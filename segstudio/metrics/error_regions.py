"""Where a prediction is wrong: the connected areas in which one class was taken for one other."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from segstudio.core.raster import LabelPlane, Mask, Rect
from segstudio.core.schema import MAX_ID, LabelSchema
from segstudio.metrics.error_kinds import Regions, kinds_of, thickness
from segstudio.metrics.joint_runs import JointRuns, Whole

CORNERS = 8
"""Neighbours that connect a pixel: as ``joint_runs`` has it."""


@dataclass(frozen=True, slots=True, eq=False)
class ErrorRegions:
    """All error regions of one image, an entry each, from the top and from the left by their first pixels.

    ``truth`` are ids of scored classes and ``predicted`` the values of the prediction, which may be no class; ``area``
    int64 pixels; ``rects`` int64 (n, 4) as a ``Rect``; ``seeds`` int64 (n, 2), row and column of a pixel of each;
    ``kinds`` uint8, of ``ErrorKind``; ``digests`` uint64 tell regions of other pixels apart. ``thickness`` is what
    the kinds were told by. ``sums``, int64, add up the values that were given, None without any.
    """

    truth: LabelPlane
    predicted: LabelPlane
    area: Whole
    rects: Whole
    seeds: Whole
    kinds: NDArray[np.uint8]
    digests: NDArray[np.uint64]
    thickness: int
    sums: Whole | None = None

    def __len__(self) -> int:
        return len(self.area)


def error_regions(
    truth: LabelPlane, prediction: LabelPlane, schema: LabelSchema, values: NDArray[np.uint8] | None = None
) -> ErrorRegions:
    """Return the connected areas, by sides and corners, of equal truth and prediction where these differ.

    Where the truth is ignored, or no class, nothing is wrong. Both planes are of one shape, uint8 or uint16; so are
    ``values``, which are added up by region.
    Raises ``TooManyRuns`` for large planes of noise.
    """
    runs = JointRuns.of(truth, prediction)
    regions = _regions(runs, schema)
    inside = regions.runs[order := np.argsort(regions.region, kind="stable")]
    begins = np.searchsorted(regions.region[order], np.arange(len(regions.area)))
    row, left, right = runs.row[inside], runs.left[inside], runs.left[inside] + runs.length[inside]
    if not len(begins):
        rects, digests = np.zeros((0, 4), np.int64), np.zeros(0, np.uint64)
    else:
        sides = np.minimum.reduceat(row, begins), np.minimum.reduceat(left, begins)
        beyond = np.maximum.reduceat(row, begins) + 1, np.maximum.reduceat(right, begins)
        rects = np.stack((*sides, *beyond), axis=1)
        digests = np.add.reduceat(_mixed(row, left, right), begins)
    first = regions.first
    return ErrorRegions(
        runs.truth[first],
        runs.prediction[first],
        regions.area,
        rects,
        np.stack((runs.row[first], runs.left[first]), axis=1),
        kinds_of(truth, prediction, schema, runs, regions),
        digests,
        thickness(truth.shape),
        None if values is None else regions.added(runs.counted(values)),
    )


def region_mask(truth: LabelPlane, prediction: LabelPlane, rect: Rect, seed: tuple[int, int]) -> Mask:
    """Return the pixels of the region that holds ``seed``, a row and column of the picture, of the rectangle's shape.

    ``rect`` is the rectangle around the region, or a larger one.
    """
    row, column = seed
    inside = rect.slices
    alike = (truth[inside] == truth[row, column]) & (prediction[inside] == prediction[row, column])
    _, numbers = cv2.connectedComponents(alike.view(np.uint8), connectivity=CORNERS)
    mask: Mask = numbers == numbers[row - rect.y0, column - rect.x0]
    return mask


def _regions(runs: JointRuns, schema: LabelSchema) -> Regions:
    scored = np.zeros(MAX_ID + 1, np.bool_)
    scored[[c.id for c in schema.scored]] = True
    wrong = np.flatnonzero(scored[runs.truth] & (runs.truth != runs.prediction))
    pairs = runs.truth.astype(np.uint32) << np.uint32(16) | runs.prediction
    of_all = runs.connected(pairs)[wrong]
    _, first, region = np.unique(of_all, return_index=True, return_inverse=True)
    area = np.bincount(region, runs.length[wrong], len(first)).astype(np.int64)
    return Regions(wrong, region, wrong[first], area)


def _mixed(*columns: Whole) -> NDArray[np.uint64]:
    """Return a number for each row of columns, scattered so that sums of them tell sets of rows apart.

    The finalizer of SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014).
    """
    mixed = np.zeros(len(columns[0]), np.uint64)
    for column in columns:
        mixed += column.astype(np.uint64) + np.uint64(0x9E3779B97F4A7C15)
        mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        mixed ^= mixed >> np.uint64(31)
    return mixed
