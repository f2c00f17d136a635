"""How large a class is from slice to slice of a stack, or from image to image of a sequence."""

import struct
from collections.abc import Generator, Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from segstudio import __version__
from segstudio.core.errors import SegstudioError
from segstudio.core.raster import value_counts
from segstudio.core.records import LabelSource, Project, Sample
from segstudio.core.schema import LabelSchema
from segstudio.io.images import image_size
from segstudio.services.ahead import in_order
from segstudio.services.content_cache import ContentCache
from segstudio.services.evaluate import masks_of
from segstudio.services.opening import read_plane
from segstudio.services.scores import DatasetScores
from segstudio.services.scoring import Mask, resized

Pixels: TypeAlias = Mapping[int, int]
"""How many pixels each class has, by id; classes without any are left out."""

_ENTRY: Final = struct.Struct("<HQ")


@dataclass(frozen=True, slots=True)
class SliceStep:
    """One slice is counted: ``pixels`` by the name of the source, of those that say something of it."""

    id: str
    done: int
    total: int
    pixels: Mapping[str, Pixels] = field(default_factory=dict)
    error: SegstudioError | None = None


def slices_of(project: Project, sample: Sample) -> tuple[Sample, ...]:
    """Return the slices that belong together with one, in order: the pages of its stack, else the images of its folder.

    The images of a folder are in the order of the samples.
    """
    stack = _stack(sample)
    if stack is not None:
        pages = [other for other in project.samples if _stack(other) == stack]
        return tuple(sorted(pages, key=lambda page: page.page))
    folder = sample.id.rpartition("/")[0]
    return tuple(s for s in project.samples if s.id.rpartition("/")[0] == folder and _stack(s) is None)


def _stack(sample: Sample) -> str | None:
    head, mark, page = sample.id.rpartition("#")
    return head if mark and page.isdigit() else None


class SliceAreas:
    """The pixels of each class in each slice, by the name of who says it; what nobody has counted is nan.

    Counted are the scored classes of ``schema``.
    """

    def __init__(self, slices: Sequence[Sample], schema: LabelSchema, names: Sequence[str]) -> None:
        self.slices = tuple(slices)
        self._rows = {sample.id: row for row, sample in enumerate(slices)}
        self._columns = {c.id: column for column, c in enumerate(schema.scored)}
        shape = len(self._rows), len(self._columns)
        self._pixels = {name: np.full(shape, -1, np.int64) for name in names}

    def put(self, sample_id: str, pixels: Mapping[str, Pixels]) -> None:
        """Set what was counted of a slice."""
        for name, by_class in pixels.items():
            counted = [by_class.get(class_id, 0) for class_id in self._columns]
            self._pixels[name][self._rows[sample_id]] = counted

    def take_scores(self, truth: str, predicted: str, scores: DatasetScores) -> None:
        """Take over what was counted to score a run, where nothing of a picture was left out of it."""
        counts = scores.counts
        if counts is None or counts.labels != tuple(self._columns):
            return
        both = [(row, at) for i, row in self._rows.items() if (at := scores.row(i)) is not None]
        rows, found = np.array(both, np.intp).reshape(-1, 2).T
        whole = ~counts.left_out(found).any(axis=1)
        rows, found = rows[whole], found[whole]
        margins = counts.margins(found)
        self._pixels[truth][rows], self._pixels[predicted][rows] = margins.truth, margins.predicted

    def left(self, names: Iterable[str]) -> list[Sample]:
        """Return the slices of which what one of the ``names`` says is not counted."""
        counted = np.ones(len(self.slices), np.bool_)
        for name in names:
            counted &= (self._pixels[name] >= 0).all(axis=1)
        return [self.slices[row] for row in np.flatnonzero(~counted)]

    def of(self, class_id: int) -> dict[str, NDArray[np.float64]]:
        """Return the pixels of a class by slice, of those who say something of any."""
        column = self._columns[class_id]
        found = {name: pixels[:, column] for name, pixels in self._pixels.items()}
        return {name: np.where(area < 0, np.nan, area) for name, area in found.items() if (area >= 0).any()}


def count_slices(
    project: Project, slices: Sequence[Sample], sources: Mapping[str, Sequence[LabelSource]]
) -> Generator[SliceStep, None, None]:
    """Count the classes of slices in order, one step each; of each name the first of its sources that has a slice.

    What was kept is not read again; a mask that cannot be read is a step with an error. Closing the generator stops it.
    """
    found = {name: masks_of(slices, labelled) for name, labelled in sources.items()}
    masks = {name: files for name, files in found.items() if files}
    cache = ContentCache(project.root, "areas", f"{__version__} {project.schema!r}")

    def begin(pool: ThreadPoolExecutor, sample: Sample) -> Future[dict[str, Pixels]]:
        files = {name: by_id[sample.id] for name, by_id in masks.items() if sample.id in by_id}
        return pool.submit(_count, sample, files, project.schema, cache)

    steps = in_order(slices, begin)
    with closing(steps):
        try:
            for done, (sample, pixels) in enumerate(steps, 1):
                if isinstance(pixels, SegstudioError):
                    yield SliceStep(sample.id, done, len(slices), error=pixels)
                else:
                    yield SliceStep(sample.id, done, len(slices), pixels)
        finally:
            cache.save()


def _count(sample: Sample, files: Mapping[str, Mask], schema: LabelSchema, cache: ContentCache) -> dict[str, Pixels]:
    return {name: _count_mask(sample, file, schema, cache) for name, file in files.items()}


def _count_mask(sample: Sample, file: Mask, schema: LabelSchema, cache: ContentCache) -> Pixels:
    """Count a mask; one that is to be resized in the size of its image, on which the areas then depend too."""

    def counted() -> Pixels:
        plane = read_plane(file.path, schema, file.page, file.holds)
        if file.resized:
            plane = resized(plane, image_size(sample.image, sample.page))
        counts = value_counts(plane)
        return {int(i): int(counts[i]) for i in np.flatnonzero(counts)}

    files = [file, Mask(sample.image, sample.page)] if file.resized else [file]
    known = cache.find(files, _unpacked)
    return cache.keep(files, counted, _packed) if known is None else known


def _packed(pixels: Pixels) -> bytes:
    return b"".join(_ENTRY.pack(i, n) for i, n in pixels.items())


def _unpacked(packed: bytes) -> Pixels | None:
    if len(packed) % _ENTRY.size:
        return None
    return dict(_ENTRY.iter_unpack(packed))
