"""Scores in groups of images: by folder, tag or state, and by how much of them a class takes."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from segstudio.core.confusion import Confusion
from segstudio.core.records import SampleRecord
from segstudio.metrics.overlap import truth_pixels

Naming = Callable[[str, Confusion], Iterable[str]]
"""Names the groups of an image by its id and counts: none, one or several."""


@dataclass(frozen=True, slots=True, eq=False)
class ImageGroup:
    """Some images, by id, and the sum of their counts: any metric may be asked of it."""

    name: str
    ids: tuple[str, ...]
    total: Confusion


def grouped(images: Iterable[tuple[str, Confusion]], naming: Naming) -> list[ImageGroup]:
    """Put images into groups; in the order of the groups' names."""
    groups: dict[str, ImageGroup] = {}
    for sample_id, confusion in images:
        for name in dict.fromkeys(naming(sample_id, confusion)):
            if (known := groups.get(name)) is None:
                groups[name] = ImageGroup(name, (sample_id,), confusion)
            else:
                groups[name] = ImageGroup(name, (*known.ids, sample_id), known.total + confusion)
    return [groups[name] for name in sorted(groups)]


def by_folder(sample_id: str, _: Confusion) -> tuple[str, ...]:
    """Name the folder that an image is in, "" for the root; pages of a stack are in one group, named for the stack."""
    stack, page = sample_id.partition("#")[::2]
    return (stack if page else stack.rpartition("/")[0],)


def by_tag(records: Mapping[str, SampleRecord]) -> Naming:
    """Name the tags of an image, "" where it has none."""
    blank = SampleRecord()
    return lambda sample_id, _: records.get(sample_id, blank).tags or ("",)


def by_state(records: Mapping[str, SampleRecord]) -> Naming:
    """Name how far the work on an image is."""
    blank = SampleRecord()
    return lambda sample_id, _: (records.get(sample_id, blank).state.value,)


def by_share(label: int, edges: tuple[float, ...] = (0.01, 0.1, 0.5)) -> Naming:
    """Name the range that the share of a class in the scored pixels of the truth lies in; images without it in none."""
    names = [f"from {low:.0%}" for low in (0.0, *edges)]

    def named(_: str, confusion: Confusion) -> tuple[str, ...]:
        pixels = int(truth_pixels(confusion)[confusion.labels.index(label)])
        if not pixels:
            return ()
        return (names[sum(pixels >= edge * confusion.pixels for edge in edges)],)

    return named


WAYS = ("folder", "tag", "state", "share")
"""What images can be grouped by; of "share", for each class."""


@dataclass(frozen=True, slots=True, eq=False)
class Grouped:
    """All groups of one way; of the share of a class, ``class_id`` is that."""

    way: str
    groups: list[ImageGroup]
    class_id: int | None = None


def group_images(
    images: Sequence[tuple[str, Confusion]], way: str, labels: Sequence[int], records: Mapping[str, SampleRecord]
) -> list[Grouped]:
    """Group images one of ``WAYS``; by share once for each of the class ids ``labels``."""
    if way == "share":
        return [Grouped(way, grouped(images, by_share(label)), label) for label in labels]
    naming = {"folder": by_folder, "tag": by_tag(records), "state": by_state(records)}[way]
    return [Grouped(way, grouped(images, naming))]
