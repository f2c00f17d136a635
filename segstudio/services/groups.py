"""Scores in groups of images: by folder, tag or state, and by how much of them a class takes."""

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from segstudio.core.records import SampleRecord
from segstudio.core.stopping import go_on
from segstudio.metrics.overlap import Margins
from segstudio.services.image_counts import ImageCounts
from segstudio.services.scores import DatasetScores

Naming = Callable[[str], Iterable[str]]
"""Names the groups of an image by its id: one or several."""

EDGES = (0.01, 0.1, 0.5)
"""Shares of an image's pixels between which groups by the share of a class lie."""


@dataclass(frozen=True, slots=True, eq=False)
class ImageGroup:
    """Some images, by id, and the sums of their counts by class, of shape (n,): all that scores by class need."""

    name: str
    ids: tuple[str, ...]
    total: Margins

    @property
    def pixels(self) -> int:
        """The pixels that are scored."""
        return int(self.total.truth.sum())


@dataclass(frozen=True, slots=True, eq=False)
class Grouped:
    """All groups of one way, in the order of their names; of the share of a class, ``class_id`` is that."""

    way: str
    groups: list[ImageGroup]
    class_id: int | None = None


WAYS = ("folder", "tag", "state", "share")
"""What images can be grouped by; of "share", for each class."""


def group_images(
    scores: DatasetScores, way: str, records: Mapping[str, SampleRecord]
) -> Generator[Grouped, None, None]:
    """Group the images scored in one of ``WAYS``; by share once for each class, in the order of the counts.

    Only the margins of the images are looked at: tables of counts of many classes would fill the memory.
    """
    counts = scores.counts
    if counts is None:
        return
    ids = sorted(scores.ids)
    rows = np.array([scores.row(i) for i in ids], np.intp)
    if way == "share":
        yield from _by_share(ids, rows, counts)
        return
    naming = {"folder": by_folder, "tag": by_tag(records), "state": by_state(records)}[way]
    yield Grouped(way, [_group(name, ids, rows, at, counts) for name, at in _members(ids, naming)])


def by_folder(sample_id: str) -> tuple[str, ...]:
    """Name the folder that an image is in, "" for the root; pages of a stack are in one group, named for the stack."""
    stack, page = sample_id.partition("#")[::2]
    return (stack if page else stack.rpartition("/")[0],)


def by_tag(records: Mapping[str, SampleRecord]) -> Naming:
    """Name the tags of an image, "" where it has none."""
    blank = SampleRecord()
    return lambda sample_id: records.get(sample_id, blank).tags or ("",)


def by_state(records: Mapping[str, SampleRecord]) -> Naming:
    """Name how far the work on an image is, which has labels since it was scored."""
    blank = SampleRecord()
    return lambda sample_id: (records.get(sample_id, blank).state.of_labels,)


def _members(ids: Sequence[str], naming: Naming) -> list[tuple[str, list[int]]]:
    """Return the groups by name, each with the places of its images among ``ids``."""
    groups: dict[str, list[int]] = {}
    for place, sample_id in enumerate(ids):
        for name in dict.fromkeys(naming(sample_id)):
            groups.setdefault(name, []).append(place)
    return sorted(groups.items())


def _by_share(ids: Sequence[str], rows: NDArray[np.intp], counts: ImageCounts) -> Iterator[Grouped]:
    """Yield by class the images that have it in the truth, by the range its share of the scored pixels lies in."""
    truth = counts.margins(rows).truth
    limits = np.multiply.outer(EDGES, truth.sum(axis=1))
    ends = [*(f" to {high:.0%}" for high in EDGES), ""]
    names = [f"from {low:.0%}{end}" for low, end in zip((0.0, *EDGES), ends, strict=True)]
    for index, label in enumerate(counts.labels):
        pixels = truth[:, index]
        reached = np.where(pixels > 0, (pixels >= limits).sum(axis=0), -1)
        places = [(name, np.flatnonzero(reached == k).tolist()) for k, name in enumerate(names)]
        yield Grouped("share", [_group(name, ids, rows, at, counts) for name, at in places if at], label)


def _group(
    name: str, ids: Sequence[str], rows: NDArray[np.intp], places: Sequence[int], counts: ImageCounts
) -> ImageGroup:
    go_on()
    found = counts.margins(rows[places])
    total = Margins(*(side.sum(axis=0) for side in (found.intersection, found.truth, found.predicted)))
    return ImageGroup(name, tuple(ids[place] for place in places), total)
