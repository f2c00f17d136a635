"""Both planes of a sample's labels, whatever the files are that hold them."""

from pathlib import Path
from typing import NamedTuple

import numpy as np

from segstudio.core.errors import SegstudioError, SizeMismatch
from segstudio.core.raster import InstancePlane, LabelMap
from segstudio.core.records import LabelSource, Project, Sample, first_with
from segstudio.editing.objects import agreed, told_apart
from segstudio.io.instances import LARGEST, find_numbers, numbers_path
from segstudio.io.masks import read_numbers
from segstudio.io.panoptic_maps import read_panoptic_numbers
from segstudio.services.opening import read_labels


class ReadLabels(NamedTuple):
    """A sample's labels, and what is to be told of how they were read."""

    planes: LabelMap
    problems: tuple[SegstudioError, ...] = ()


def read_label_map(project: Project, sample: Sample) -> ReadLabels | None:
    """Read a sample's labels from the first source that has them; None without any.

    In a project that tells objects apart they have numbers: those of the file, else each connected area of a thing is
    one object. Numbers fit the classes, which are believed where the two do not agree; where the files are this
    program's own, that is told. Raises as ``read_labels`` does, and ``SizeMismatch`` where the numbers are of another
    size.
    """
    found = first_with(project.sources, sample.id)
    classes = read_labels(project, sample)
    if found is None or classes is None:
        return None
    if project.task != "instances":
        return ReadLabels(LabelMap(classes))
    numbered = _numbers(*found, sample)
    things = project.schema.things
    if numbered is None:
        return ReadLabels(LabelMap(classes, told_apart(LabelMap(classes), things)))
    path, numbers = numbered
    if numbers.shape != classes.shape:
        raise SizeMismatch(path, numbers.shape, sample.image, classes.shape)
    fitted, changed = agreed(LabelMap(classes, numbers), things)
    own = path == numbers_path(found[1])
    return ReadLabels(LabelMap(classes, fitted), (_torn(path, found[1], changed),) if own and changed else ())


def _numbers(source: LabelSource, path: Path, sample: Sample) -> tuple[Path, InstancePlane] | None:
    """Return the numbers of a sample's objects and their file; None where there are none."""
    if source.holds == "instances":
        return path, _with_room(read_numbers(path, sample.page))
    if source.holds == "panoptic":
        told = read_panoptic_numbers(path)
        return None if told is None else (path, _with_room(told))
    found = find_numbers(path)
    return None if found is None else (found.path, _with_room(found.instances))


def _with_room(numbers: InstancePlane) -> InstancePlane:
    """Return numbers that leave enough above them for new objects: where they do not, they are counted from 1."""
    if int(numbers.max(initial=0)) <= LARGEST // 2:
        return numbers
    known, places = np.unique(numbers, return_inverse=True)
    first = 0 if known[0] == 0 else 1
    return (places.reshape(numbers.shape) + first).astype(np.uint32)


def _torn(numbers: Path, mask: Path, pixels: int) -> SegstudioError:
    return SegstudioError(
        f"{mask.name} was changed after {numbers.name} was written: {pixels:,} pixels had numbers that do not fit.",
        "The classes were believed. Look at the objects before you go on.",
    )
