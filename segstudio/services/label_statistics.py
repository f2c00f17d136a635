"""What the labels of a data set hold, with no prediction at all: how often classes are there, how large, beside which.

Labels are read from disk, in threads, and what they hold is kept by the content of their files.
"""

import struct
from collections.abc import Generator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from segstudio import __version__
from segstudio.core.errors import SegstudioError
from segstudio.core.schema import LabelClass, LabelSchema
from segstudio.metrics.label_counts import SIZES, LabelCounts, count_labels
from segstudio.metrics.ratio import ratio
from segstudio.services.content_cache import ContentCache
from segstudio.services.each_pair import Computation, PairStep, each_pair
from segstudio.services.opening import read_plane
from segstudio.services.scoring import Pair

_HEAD = struct.Struct("<III")


@dataclass(slots=True, eq=False)
class LabelStatistics:
    """The counts of images, added one by one. Ignored classes are counted too."""

    schema: LabelSchema
    ids: list[str] = field(default_factory=list)
    shapes: list[tuple[int, int]] = field(default_factory=list)
    failures: dict[str, SegstudioError] = field(default_factory=dict)
    sizes: NDArray[np.int64] = field(init=False)
    """Regions by class and range of area, int64 of shape (n, ``SIZES``)."""
    _pixels: list[NDArray[np.int64]] = field(default_factory=list)
    _other: int = 0

    def __post_init__(self) -> None:
        self.sizes = np.zeros((len(self.classes), SIZES), np.int64)

    @property
    def classes(self) -> tuple[LabelClass, ...]:
        return self.schema.classes

    def add(self, step: PairStep[LabelCounts]) -> None:
        """Take the counts of one more image, or why it has none."""
        if step.error is not None:
            self.failures[step.id] = step.error
        elif step.found is not None:
            self.ids.append(step.id)
            self.shapes.append(step.found.shape)
            self._pixels.append(step.found.pixels)
            self.sizes += step.found.regions
            self._other += step.found.other

    @property
    def by_image(self) -> NDArray[np.int64]:
        """Pixels by image and class: int64 of shape (images, n)."""
        return np.stack(self._pixels) if self._pixels else np.zeros((0, len(self.classes)), np.int64)

    @property
    def pixels(self) -> NDArray[np.int64]:
        """Pixels by class."""
        pixels: NDArray[np.int64] = self.by_image.sum(axis=0)
        return pixels

    @property
    def share(self) -> NDArray[np.float64]:
        """Part of all pixels by class; nan without any image."""
        total = self.pixels.sum() + self._other
        return self.pixels / total if total else np.full(len(self.classes), np.nan)

    @property
    def images(self) -> NDArray[np.int64]:
        """Images that have each class."""
        images: NDArray[np.int64] = (self.by_image > 0).sum(axis=0)
        return images

    @property
    def regions(self) -> NDArray[np.int64]:
        """Regions by class."""
        regions: NDArray[np.int64] = self.sizes.sum(axis=1)
        return regions

    @property
    def mean_area(self) -> NDArray[np.float64]:
        """Pixels of a region in the mean, by class; nan where there is none."""
        return ratio(self.pixels, self.regions)

    @property
    def together(self) -> NDArray[np.int64]:
        """Images that have both of two classes: int64 of shape (n, n), on the diagonal those that have one."""
        there = (self.by_image > 0).astype(np.int64)
        return there.T @ there

    @property
    def other(self) -> int:
        """Pixels of values that no class has."""
        return self._other

    def having(self, place: int) -> list[str]:
        """Return the images that have a class, by its place, those with most of its pixels first."""
        pixels = self.by_image[:, place]
        order = np.argsort(-pixels, kind="stable")
        return [self.ids[at] for at in order if pixels[at]]


def read_statistics(
    pairs: Sequence[Pair], schema: LabelSchema, root: Path
) -> Generator[PairStep[LabelCounts], None, None]:
    """Count the truth of each pair, one step each; ``root`` is where counts are kept."""
    labels = [c.id for c in schema.classes]

    def counted(pair: Pair) -> LabelCounts:
        return count_labels(read_plane(pair.truth.path, schema, pair.truth.page, pair.truth.holds), labels)

    what = Computation(lambda pair: [pair.truth], counted, _packed, lambda b: _unpacked(b, len(labels)), alone=True)
    return each_pair(pairs, what, ContentCache(root, "labels", f"{__version__} {schema!r}"))


def _packed(found: LabelCounts) -> bytes:
    flat = found.regions.reshape(-1)
    at = np.flatnonzero(flat)
    head = _HEAD.pack(*found.shape, len(at))
    return b"".join((head, found.pixels.astype("<i8").tobytes(), at.astype("<u4").tobytes(), flat[at].tobytes()))


def _unpacked(packed: bytes, classes: int) -> LabelCounts | None:
    try:
        height, width, cells = _HEAD.unpack_from(packed)
        pixels = np.frombuffer(packed, "<i8", classes, _HEAD.size).astype(np.int64)
        at = np.frombuffer(packed, "<u4", cells, _HEAD.size + 8 * classes)
        values = np.frombuffer(packed, "<i8", cells, _HEAD.size + 8 * classes + 4 * cells)
        regions = np.zeros(classes * SIZES, np.int64)
        regions[at] = values
        return LabelCounts(pixels, regions.reshape(classes, SIZES), (height, width))
    except (struct.error, ValueError, IndexError):
        return None


def image_sizes(shapes: Sequence[tuple[int, int]]) -> list[tuple[tuple[int, int], int]]:
    """Return each size of image, (height, width), with how many have it, the most frequent first."""
    counts: dict[tuple[int, int], int] = {}
    for shape in shapes:
        counts[shape] = counts.get(shape, 0) + 1
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))
