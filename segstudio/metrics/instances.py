"""Objects of a truth and of a prediction, and the pixels that they share: all that is said of objects follows."""

from collections.abc import Collection
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from segstudio.core.raster import InstancePlane, LabelMap, Rect
from segstudio.core.tally import tally

Ints: TypeAlias = NDArray[np.int64]
Floats: TypeAlias = NDArray[np.float64]
Places: TypeAlias = NDArray[np.intp]

VOID = 0
OBJECTS = 1 << 17
"""Added to the number of an object, so that it differs from every class."""


class Met(NamedTuple):
    """Which codes of two planes meet, each pair once, and in how many pixels; arrays of shape (n,)."""

    truth: Ints
    prediction: Ints
    pixels: Ints


class Objects(NamedTuple):
    """The objects of one side of an image: arrays of shape (n,), ``numbers`` ascending, areas in pixels.

    ``rects`` has the shape (n, 4), as ``Rect``. ``scores`` say how sure the prediction is of each; of a truth, and
    where nothing says, they are 1.
    """

    numbers: Ints
    classes: Ints
    areas: Ints
    rects: Ints
    scores: Floats

    def rect(self, number: int) -> Rect:
        """Return the rectangle around an object; raises ``KeyError`` where there is none of that number."""
        at = int(np.searchsorted(self.numbers, number))
        if at == len(self.numbers) or self.numbers[at] != number:
            raise KeyError(number)
        return Rect(*self.rects[at].tolist())


class Overlap(NamedTuple):
    """What the objects of two sides share: of pair k, objects ``t[k]`` and ``p[k]`` by place, ``pixels[k]`` of them.

    ``void`` are the pixels of each predicted object whose truth is ignored; ``pardoned`` those and the ones of things
    of its class that the truth does not tell apart. Both are in its area.
    """

    truth: Objects
    prediction: Objects
    t: Places
    p: Places
    pixels: Ints
    void: Ints
    pardoned: Ints

    def of_class(self, class_id: int) -> "Overlap":
        """Return what is shared by the objects of one class on either side."""
        keeps = [side.classes == class_id for side in (self.truth, self.prediction)]
        t, p = (np.cumsum(keep) - 1 for keep in keeps)
        both = keeps[0][self.t] & keeps[1][self.p]
        truth, prediction = (
            Objects(*(column[keep] for column in side))
            for side, keep in zip((self.truth, self.prediction), keeps, strict=True)
        )
        ignored = (column[keeps[1]] for column in (self.void, self.pardoned))
        return Overlap(truth, prediction, t[self.t[both]], p[self.p[both]], self.pixels[both], *ignored)

    def iou(self) -> Floats:
        """Return intersection over union of each pair, 0..1; ignored pixels are in neither."""
        areas = self.truth.areas[self.t] + self.prediction.areas[self.p] - self.void[self.p]
        return np.asarray(self.pixels / (areas - self.pixels), np.float64)


def objects_of(planes: LabelMap, scored: Collection[int]) -> Objects:
    """Return the objects of ``scored`` classes in two planes in which each is of one class, with scores of 1."""
    pieces = [(*piece[:3], *piece.rect) for piece in tally(planes) if piece.class_id in scored]
    table = np.array(pieces, np.int64).reshape(-1, 7)
    return Objects(table[:, 0], table[:, 1], table[:, 2], table[:, 3:], np.ones(len(pieces)))


def coded(planes: LabelMap, scored: Collection[int]) -> InstancePlane:
    """Return what each pixel is as one number: its object's above ``OBJECTS``, else its class's and 1.

    Pixels of a class that is not ``scored`` are ``VOID``.
    """
    table = np.zeros(np.iinfo(planes.classes.dtype).max + 1, np.uint32)
    table[list(scored)] = np.array(list(scored), np.uint32) + 1
    codes: InstancePlane = table[planes.classes]
    if planes.instances is not None:
        np.add(planes.instances, np.uint32(OBJECTS), out=codes, where=(planes.instances > 0) & (codes > 0))
    return codes


def meet(truth: InstancePlane, prediction: InstancePlane) -> Met:
    """Count which numbers of two planes of one shape meet.

    Counted by runs of pixels along rows, of which real maps have few.
    """
    if not truth.size:
        nothing = np.empty(0, np.int64)
        return Met(nothing, nothing, nothing)
    a, b = (np.ascontiguousarray(plane).reshape(-1) for plane in (truth, prediction))
    changes = a[1:] != a[:-1]
    changes |= b[1:] != b[:-1]
    ends = np.append(np.flatnonzero(changes), a.size - 1)
    codes = a[ends].astype(np.uint64) << np.uint64(32) | b[ends]
    pairs, which = np.unique(codes, return_inverse=True)
    pixels = np.bincount(which, np.diff(ends, prepend=-1)).astype(np.int64)
    return Met((pairs >> np.uint64(32)).astype(np.int64), (pairs & np.uint64(0xFFFFFFFF)).astype(np.int64), pixels)


def overlap(truth: Objects, prediction: Objects, met: Met) -> Overlap:
    """Return what objects share by where the codes of their planes meet."""
    t, p = (_places(side.numbers, codes) for side, codes in ((truth, met.truth), (prediction, met.prediction)))
    both, over_void = (t >= 0) & (p >= 0), (p >= 0) & (met.truth == VOID)
    over_crowd = p >= 0
    over_crowd[over_crowd] = met.truth[over_crowd] == prediction.classes[p[over_crowd]] + 1
    void, crowd = (
        np.bincount(p[over], met.pixels[over], len(prediction.numbers)).astype(np.int64)
        for over in (over_void, over_crowd)
    )
    return Overlap(truth, prediction, t[both], p[both], met.pixels[both], void, void + crowd)


def _places(known: Ints, codes: Ints) -> Places:
    """Return where the object of each code stands among those known, which ascend; -1 where it is not one of them."""
    if not len(known):
        return np.full(len(codes), -1, np.intp)
    at = np.minimum(np.searchsorted(known, codes - OBJECTS), len(known) - 1)
    return np.where(known[at] == codes - OBJECTS, at, -1)
