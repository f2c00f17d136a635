"""Carry labels over from one picture to the next, as between the frames of a film or the slices of a stack."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np

from segstudio.core.errors import SegstudioError
from segstudio.core.raster import InstancePlane, LabelMap
from segstudio.core.records import Project, Sample
from segstudio.editing.document import Document
from segstudio.editing.drafts import edit_of
from segstudio.editing.edit import Edit
from segstudio.io.images import image_size
from segstudio.services.label_maps import read_label_map

LOOK_BACK = 16
"""Samples before the open one among which one of its size is looked for."""

Snapshot = Callable[[], LabelMap | None]


class Carried(NamedTuple):
    """The sample that labels are carried over from, and the step that carries them."""

    source: Sample
    edit: Edit


def samples_before(project: Project, sample_id: str) -> tuple[Sample, ...]:
    """Return the samples before one, the nearest first, ``LOOK_BACK`` at the most."""
    at = next((n for n, sample in enumerate(project.samples) if sample.id == sample_id), 0)
    return tuple(reversed(project.samples[max(at - LOOK_BACK, 0) : at]))


def carry_over(
    project: Project, before: tuple[Sample, ...], document: Document, kept: Mapping[str, Snapshot]
) -> Carried:
    """Return the step that fills the background of a document with the labels of the nearest sample of its size.

    ``before`` are the samples to choose from, the nearest first; ``kept`` gives by sample id the labels that are in
    memory, the others are read. Runs in a worker; the document's ``basis`` tells whether the step still fits.
    Raises ``SegstudioError`` where there is no such sample, where it has no labels, where they cannot be read, or where
    those in memory have been written to since they were asked for.
    """
    source = next((sample for sample in before if _size(sample) == document.labels.shape), None)
    if source is None:
        raise SegstudioError("No picture before this one is of its size, so there is nothing to carry over.")
    planes = _labels(project, source, kept)
    if planes is None:
        raise SegstudioError(f"{source.id}, the picture before, has no labels to carry over.")
    background = project.schema.background
    mask = (document.labels == background) & (planes.classes != background)
    return Carried(source, edit_of(document, "Carry over", mask, (0, 0), planes.classes, _numbers(document, planes)))


def _numbers(document: Document, planes: LabelMap) -> InstancePlane | int:
    """Return the numbers of what is carried over: objects keep theirs, or get others where some are here already."""
    if document.instances is None or planes.instances is None:
        return 0
    highest = int(document.instances.max(initial=0))
    return np.where(planes.instances > 0, planes.instances + np.uint32(highest), np.uint32(0))


def _size(sample: Sample) -> tuple[int, int] | None:
    try:
        return image_size(sample.image, sample.page)
    except SegstudioError:  # it says so itself when it is opened
        return None


def _labels(project: Project, sample: Sample, kept: Mapping[str, Snapshot]) -> LabelMap | None:
    if sample.id in kept:
        if (planes := kept[sample.id]()) is None:  # what is on disk is older than what is on the screen
            raise SegstudioError(f"{sample.id}, the picture before, is being changed. Try again in a moment.")
        return planes
    read = read_label_map(project, sample)
    return None if read is None else read.planes
