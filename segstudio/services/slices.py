"""How large a class is from slice to slice of a stack, or from image to image of a sequence."""

import struct
from collections.abc import Generator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from typing import Final, TypeAlias

import numpy as np

from segstudio import __version__
from segstudio.core.confusion import Confusion
from segstudio.core.errors import SegstudioError
from segstudio.core.raster import value_counts
from segstudio.core.records import LabelSource, Project, Sample
from segstudio.core.schema import LabelSchema
from segstudio.services.ahead import in_order
from segstudio.services.content_cache import ContentCache
from segstudio.services.evaluate import masks_of
from segstudio.services.opening import read_plane
from segstudio.services.scoring import Mask

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


def known_pixels(confusion: Confusion) -> tuple[Pixels, Pixels] | None:
    """Return what the counts of an image say of its truth and of its prediction.

    None where part of the picture is ignored: what was predicted there was not counted.
    """
    if confusion.ignored or confusion.undeclared:
        return None
    truth, predicted = confusion.counts.sum(axis=1), confusion.counts.sum(axis=0)[: len(confusion.labels)]
    return _sparse(confusion.labels, truth.tolist()), _sparse(confusion.labels, predicted.tolist())


def _sparse(ids: Sequence[int], counts: Sequence[int]) -> Pixels:
    return {i: n for i, n in zip(ids, counts, strict=True) if n}


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
        return pool.submit(_count, files, project.schema, cache)

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


def _count(files: Mapping[str, Mask], schema: LabelSchema, cache: ContentCache) -> dict[str, Pixels]:
    return {name: _count_mask(file, schema, cache) for name, file in files.items()}


def _count_mask(file: Mask, schema: LabelSchema, cache: ContentCache) -> Pixels:
    def counted() -> Pixels:
        counts = value_counts(read_plane(file.path, schema, file.page, file.numbered))
        return {int(i): int(counts[i]) for i in np.flatnonzero(counts)}

    known = cache.find([file], _unpacked)
    return cache.keep([file], counted, _packed) if known is None else known


def _packed(pixels: Pixels) -> bytes:
    return b"".join(_ENTRY.pack(i, n) for i, n in pixels.items())


def _unpacked(packed: bytes) -> Pixels | None:
    if len(packed) % _ENTRY.size:
        return None
    return dict(_ENTRY.iter_unpack(packed))
