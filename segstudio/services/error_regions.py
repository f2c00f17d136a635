"""The error regions of the open sample as a list: filtered, in an order, and each with what correcting it is worth."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from segstudio.core.confusion import Confusion, PairCounter
from segstudio.core.raster import LabelPlane, Mask, Rect
from segstudio.core.schema import LabelSchema
from segstudio.editing.document import Document
from segstudio.editing.shapes import Placed
from segstudio.metrics.error_kinds import ErrorKind
from segstudio.metrics.error_regions import ErrorRegions, error_regions, region_mask
from segstudio.metrics.worth import worth, worth_together

Order: TypeAlias = Literal["worth", "size", "position"]
Key: TypeAlias = tuple[int, int, int]
"""True class, prediction, and a digest of the pixels: the same region while its pixels are the same."""

MOST = 2000
"""Regions that are listed: nobody looks at more, and of noise there are a hundred times as many."""

SMALLEST = 1


@dataclass(frozen=True, slots=True)
class Region:
    """An area in which ``truth``, a scored class, was taken for ``predicted``, a value that may be no class.

    ``area`` is in pixels; ``seed`` is the row and column of one of its pixels, ``digest`` of all of them.
    """

    truth: int
    predicted: int
    area: int
    rect: Rect
    seed: tuple[int, int]
    kind: ErrorKind
    digest: int

    @property
    def key(self) -> Key:
        """What ``FoundErrors.find`` finds it by, while its pixels are the same."""
        return self.truth, self.predicted, self.digest


@dataclass(frozen=True, slots=True)
class ErrorRegion(Region):
    """One of the open image; ``worth`` is what correcting the prediction there adds to mean IoU, 0..1."""

    worth: float

    def placed(self, truth: LabelPlane, prediction: LabelPlane) -> Placed:
        """Return its pixels in planes that are still those it was found in."""
        return region_mask(truth, prediction, self.rect, self.seed), (self.rect.y0, self.rect.x0)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which regions are listed and how: of all classes or of one, of all kinds or of one, from a size on.

    A region is of the class that is true there and of the one that is predicted. ``kept`` are left out.
    """

    class_id: int | None = None
    kind: ErrorKind | None = None
    smallest: int = SMALLEST
    order: Order = "worth"
    kept: frozenset[Key] = frozenset()


class Listed(NamedTuple):
    """``regions`` are the first of ``matching`` ones; ``pixels`` and ``worth``, of all corrected, are of all of these.

    ``kept`` regions are not among them because somebody has said that the truth is right there.
    """

    regions: tuple[ErrorRegion, ...]
    matching: int
    pixels: int
    worth: float
    kept: int


@dataclass(frozen=True, slots=True, eq=False)
class FoundErrors:
    """All that is wrong in a prediction, for a document as it was at ``revision``. Made in a worker."""

    revision: int
    prediction: LabelPlane
    schema: LabelSchema
    regions: ErrorRegions
    confusion: Confusion

    @classmethod
    def of(cls, document: Document, prediction: LabelPlane, schema: LabelSchema) -> "FoundErrors":
        """Look at a document that may be written to meanwhile: then ``revision`` is of the past.

        Raises ``TooManyRuns``.
        """
        revision, labels = document.revision, document.labels
        confusion = PairCounter(schema).count(labels, prediction)
        return cls(revision, prediction, schema, error_regions(labels, prediction, schema), confusion)

    def listed(self, wanted: Wanted, total: Confusion | None = None) -> Listed:
        """Return the regions that are wanted; what they are worth is so of this image, or of ``total`` counts."""
        found, counts = self.regions, self.confusion if total is None else total
        chosen = np.flatnonzero(_matching(found, wanted))
        kept = _kept(found, chosen, wanted.kept)
        chosen = chosen[~kept]
        columns = found.truth[chosen], found.predicted[chosen], found.area[chosen]
        values = worth(counts, *columns)
        first = _sorted(wanted.order, found.area[chosen], values)[:MOST]
        shown = zip(chosen[first].tolist(), values[first].tolist(), strict=True)
        regions = [_region(found, index, value) for index, value in shown]
        together = worth_together(counts, *columns)
        return Listed(tuple(regions), len(chosen), int(columns[2].sum()), together, int(kept.sum()))

    def find(self, key: Key, total: Confusion | None = None) -> ErrorRegion | None:
        """Return the region of a key as ``listed`` has it, None where there is none."""
        found, counts = self.regions, self.confusion if total is None else total
        for index in np.flatnonzero(found.digests == np.uint64(key[2])).tolist():
            one = slice(index, index + 1)
            value = float(worth(counts, found.truth[one], found.predicted[one], found.area[one])[0])
            region = _region(found, index, value)
            if region.key == key:
                return region
        return None

    def shares(self) -> NDArray[np.int64]:
        """Return the wrong pixels of each scored class by ``ErrorKind``, int64 of shape (classes, kinds).

        A pixel counts for the class that is true and for the one that is predicted: it costs both.
        """
        found, labels = self.regions, self.confusion.labels
        shares = np.zeros((len(labels) + 1, len(ErrorKind)), np.int64)
        place = {label: index for index, label in enumerate(labels)}
        for values in (found.truth, found.predicted):
            known, inverse = np.unique(values, return_inverse=True)
            rows = np.array([place.get(int(value), len(labels)) for value in known], np.intp)
            np.add.at(shares, (rows[inverse], found.kinds), found.area)
        return shares[:-1]


@dataclass(slots=True)
class KeptTruth:
    """Regions about which somebody said that the truth is right; known until the program ends."""

    _by_sample: dict[str, set[Key]] = field(default_factory=dict)

    def add(self, sample_id: str, key: Key) -> None:
        self._by_sample.setdefault(sample_id, set()).add(key)

    def take_back(self, sample_id: str, key: Key) -> None:
        """List one region again."""
        self._by_sample.get(sample_id, set()).discard(key)

    def forget(self, sample_id: str) -> None:
        """List all regions of a sample again."""
        self._by_sample.pop(sample_id, None)

    def clear(self) -> None:
        self._by_sample.clear()

    def of(self, sample_id: str) -> frozenset[Key]:
        return frozenset(self._by_sample.get(sample_id, ()))


def gain_of_taking(region: ErrorRegion, confusion: Confusion) -> float:
    """Return what mean IoU becomes more, or less, when the truth takes the prediction in a region."""
    truth, predicted, area = (np.array([value]) for value in (region.truth, region.predicted, region.area))
    return float(worth(confusion, truth, predicted, area, taken=True)[0])


def still_there(region: ErrorRegion, truth: LabelPlane, prediction: LabelPlane) -> Mask | None:
    """Return the pixels of a region, of its rectangle's shape, or None where it is no longer what it was found as."""
    row, column = region.seed
    if truth[row, column] != region.truth or prediction[row, column] != region.predicted:
        return None
    mask = region_mask(truth, prediction, region.rect, region.seed)
    return mask if int(np.count_nonzero(mask)) == region.area else None


def _matching(found: ErrorRegions, wanted: Wanted) -> Mask:
    matching: Mask = found.area >= wanted.smallest
    if wanted.class_id is not None:
        matching &= (found.truth == wanted.class_id) | (found.predicted == wanted.class_id)
    if wanted.kind is not None:
        matching &= found.kinds == wanted.kind
    return matching


def _kept(found: ErrorRegions, chosen: NDArray[np.intp], kept: Collection[Key]) -> Mask:
    known = np.array([key[2] for key in kept], np.uint64)
    left = np.isin(found.digests[chosen], known)
    for place in np.flatnonzero(left).tolist():  # few: nobody has clicked on thousands
        index = chosen[place]
        left[place] = (int(found.truth[index]), int(found.predicted[index]), int(found.digests[index])) in kept
    return left


def _sorted(order: Order, area: NDArray[np.int64], values: NDArray[np.float64]) -> NDArray[np.intp]:
    """Return the places of regions in an order; what is equal stays in that of the picture."""
    if order == "worth":
        return np.argsort(-values, kind="stable")
    if order == "size":
        return np.argsort(-area, kind="stable")
    return np.arange(len(area))


def _region(found: ErrorRegions, index: int, value: float) -> ErrorRegion:
    rect, (row, column) = Rect(*found.rects[index].tolist()), found.seeds[index].tolist()
    return ErrorRegion(
        int(found.truth[index]),
        int(found.predicted[index]),
        int(found.area[index]),
        rect,
        (row, column),
        ErrorKind(int(found.kinds[index])),
        int(found.digests[index]),
        value,
    )
