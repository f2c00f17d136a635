"""What kind of mistake each error region is: a taxonomy of detection errors, as TIDE's, for label maps.

After Bolya et al. (TIDE: A General Toolbox for Identifying Object Detection Errors, ECCV 2020), whose kinds are made
of boxes; here they are made of areas, and an outline that is a little off is a kind of its own.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum

import cv2
import numpy as np
from numpy.typing import NDArray

from segstudio.core.raster import LabelPlane, Mask, Rect
from segstudio.core.schema import MAX_ID, LabelSchema
from segstudio.core.stopping import go_on
from segstudio.metrics.boundary import f1_radius
from segstudio.metrics.joint_runs import JointRuns, Whole

FOUND = 10
"""An object is not found where no more than one in so many of its pixels is right, as with TIDE's lower threshold."""


class ErrorKind(IntEnum):
    """The first that fits, in the order of ``kinds_of``; the numbers are those in arrays."""

    SLIP = 0
    HOLE = 1
    MISSED = 2
    PHANTOM = 3
    SWAP = 4
    IGNORE = 5

    @property
    def text(self) -> str:
        return _TEXTS[self]

    @property
    def meaning(self) -> str:
        return _MEANINGS[self]


_TEXTS = ("boundary slip", "interior hole", "missed", "phantom", "class swap", "next to ignore")
_MEANINGS = (
    "The predicted class really begins a few pixels further on: the outline is a little off",
    "Inside one object of the truth, off its outline",
    "Of the whole object next to nothing was found",
    "An object was predicted where there is next to nothing of its class",
    "One class was taken for another over more than an outline, or a whole object was given another name",
    "A few pixels from an area that the truth leaves open",
)


@dataclass(frozen=True, slots=True, eq=False)
class Regions:
    """Error regions as the runs that they are made of.

    ``runs`` are the indices of those that are wrong and ``region`` the number, 0..n-1, of the region of each;
    ``first`` is the index of the first run of each region, and ``area`` its pixels.
    """

    runs: Whole
    region: NDArray[np.intp]
    first: Whole
    area: Whole

    def added(self, pixels: Whole) -> Whole:
        """Return by region the sum of what is given for every run."""
        found = np.bincount(self.region, pixels[self.runs], len(self.area))
        return found.astype(np.int64)


def thickness(shape: tuple[int, ...]) -> int:
    """Return how many pixels an outline may be off in a picture of (height, width): what boundary F1 tolerates."""
    return f1_radius(shape)


def kinds_of(
    truth: LabelPlane, prediction: LabelPlane, schema: LabelSchema, runs: JointRuns, regions: Regions
) -> NDArray[np.uint8]:
    """Return the ``ErrorKind`` of each region. Objects are connected areas of classes whose objects are told apart.

    In this order: both the true object and the predicted one are not found, a swap; the true one is not, missed; the
    region does not touch the outline of the true object, a hole; all of it lies within ``thickness`` pixels, each
    way, of what the truth ignores; likewise of its predicted class in the truth, a slip; the predicted object is not
    found, a phantom; else a swap.
    """
    scored, things = _table(c.id for c in schema.scored), _table(schema.things)
    true, predicted = runs.truth[regions.first], runs.prediction[regions.first]
    right = runs.length * (runs.truth == runs.prediction)
    missed = things[true] & _unfound(runs.connected(runs.truth), runs.length, right)[regions.first]
    counted = runs.length * scored[runs.truth]
    phantom = things[predicted] & _unfound(runs.connected(runs.prediction), counted, right)[regions.first]
    go_on()
    inside = things[true] & (regions.added(runs.counted(_outlines(truth))) == 0)
    reach = thickness(truth.shape)
    beside = _within(~scored[truth], reach)
    ignored = regions.added(runs.counted(beside)) == regions.area
    decided = missed | inside | ignored
    slips = regions.added(runs.counted(_spilled(truth, prediction, runs, regions, ~decided, reach))) == regions.area
    kinds = np.full(len(regions.area), ErrorKind.SWAP, np.uint8)
    for kind, mask in (
        (ErrorKind.PHANTOM, phantom),
        (ErrorKind.SLIP, slips),
        (ErrorKind.IGNORE, ignored),
        (ErrorKind.HOLE, inside),
        (ErrorKind.MISSED, missed),
        (ErrorKind.SWAP, missed & phantom),
    ):
        kinds[mask] = kind
    return kinds


def _table(ids: Iterable[int]) -> Mask:
    table = np.zeros(MAX_ID + 1, np.bool_)
    table[list(ids)] = True
    return table


def _unfound(area: NDArray[np.intp], pixels: Whole, right: Whole) -> Mask:
    """Return for each run whether next to nothing of the area that it belongs to is right."""
    whole, found = np.bincount(area, pixels), np.bincount(area, right)
    return (FOUND * found <= whole)[area]


def _outlines(truth: LabelPlane) -> Mask:
    """Return the pixels with a neighbour of another class, and those at the border of the picture."""
    around = np.ones((3, 3), np.uint8)
    found: Mask = cv2.dilate(truth, around) != cv2.erode(truth, around)
    found[[0, -1]] = True
    found[:, [0, -1]] = True
    return found


def _within(mask: Mask, reach: int) -> Mask:
    """Return the pixels that have one of a mask within so many pixels, each way."""
    if not mask.any():
        return mask
    square = np.ones((2 * reach + 1, 2 * reach + 1), np.uint8)
    return np.asarray(cv2.dilate(mask.view(np.uint8), square)).view(np.bool_)


def _spilled(
    truth: LabelPlane, prediction: LabelPlane, runs: JointRuns, regions: Regions, asked: Mask, reach: int
) -> Mask:
    """Return the pixels with one within ``reach`` whose true class is the one that they are predicted to be.

    Looked for only around the regions that are ``asked`` about.
    """
    found = np.zeros(truth.shape, np.bool_)
    of_asked = regions.runs[asked[regions.region]]
    for value in np.intersect1d(runs.prediction[of_asked], runs.truth).tolist():
        go_on()
        of_value = of_asked[runs.prediction[of_asked] == value]
        rows, left = runs.row[of_value], runs.left[of_value]
        box = Rect(int(rows[0]), int(left.min()), int(rows[-1]) + 1, int((left + runs.length[of_value]).max()))
        window = box.grown(reach).clipped(truth.shape)
        inside = box.seen_from(window).slices
        near = _within(truth[window.slices] == value, reach)[inside]
        found[box.slices] |= near & (prediction[box.slices] == value)
    return found
