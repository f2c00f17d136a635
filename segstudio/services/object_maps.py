"""The objects of a file of labels, whatever the file is that holds them, and how sure a run is of each."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np

from segstudio.core.confusion import UndeclaredTruth
from segstudio.core.errors import SegstudioError, SizeMismatch, listed
from segstudio.core.raster import InstancePlane, LabelMap, LabelPlane, Mask, plane_dtype
from segstudio.core.rle import mask_of
from segstudio.core.schema import LabelSchema
from segstudio.editing.objects import agreed, told_apart
from segstudio.io import masks
from segstudio.io.coco_instances import CocoResult, read_results, runs_of
from segstudio.io.instances import find_numbers
from segstudio.io.panoptic_maps import read_panoptic_numbers
from segstudio.metrics.instances import Floats
from segstudio.services import scoring
from segstudio.services.opening import read_plane

RESULTS: Final = "instances.json"
"""The file in the folder of a run that has the objects of all its images, as COCO results."""

_NUMBER = re.compile(r"[0-9]+$")


class ObjectMap(NamedTuple):
    """The objects of one side of an image: both planes, in which each object is of one class.

    ``scores`` are those of the objects, by number, where any are known. ``numbered`` is False where nothing tells
    objects apart, so that each connected area of a thing is one.
    """

    planes: LabelMap
    scores: Mapping[int, float]
    numbered: bool

    def scores_of(self, numbers: Iterable[int]) -> Floats:
        """Return the score of each object, 1 where none is known."""
        return np.array([self.scores.get(number, 1.0) for number in numbers], np.float64)


@dataclass(frozen=True, slots=True)
class RunResults:
    """What the ``instances.json`` of a run holds, by sample; empty where there is none.

    ``unclear`` are the results that could be those of several samples, by each of these: their image, and the samples.
    ``complete`` says that there is nothing but these results: an image without any has no predicted object.
    """

    by_sample: Mapping[str, Sequence[CocoResult]] = field(default_factory=dict)
    unclear: Mapping[str, tuple[int | str, Sequence[str]]] = field(default_factory=dict)
    complete: bool = False

    def of(self, sample_id: str) -> Sequence[CocoResult]:
        """Return the results of a sample; raises ``SegstudioError`` where they could be those of another as well."""
        if (doubt := self.unclear.get(sample_id)) is not None:
            raise SegstudioError(
                f"The results for the image {doubt[0]} could be those of {listed(sorted(doubt[1]))}.",
                'Write the ids of the samples as "image_id".',
            )
        return self.by_sample.get(sample_id, ())


def run_results(folder: Path, samples: Iterable[str]) -> RunResults:
    """Read the results in the folder of a run for samples with some ids; raises ``UnreadableFile``."""
    path = folder / RESULTS
    return by_image(read_results(path), samples) if path.is_file() else RunResults()


def by_image(results: Iterable[CocoResult], samples: Iterable[str], complete: bool = False) -> RunResults:
    """Sort results by sample: listed under its id, else its name, else the number that its name ends with."""
    found: dict[int | str, list[CocoResult]] = {}
    for result in results:
        found.setdefault(result.image, []).append(result)
    of_sample: dict[str, Sequence[CocoResult]] = {}
    unclear: dict[str, tuple[int | str, Sequence[str]]] = {}
    for key, ids in _named(found, set(samples)):
        left = [i for i in ids if i not in of_sample]
        if len(ids) == 1:
            of_sample |= dict.fromkeys(left, found[key])
        else:
            unclear |= {i: (key, ids) for i in left if i not in unclear}
    return RunResults(of_sample, {i: doubt for i, doubt in unclear.items() if i not in of_sample}, complete)


def _named(keys: Collection[int | str], samples: Collection[str]) -> Iterator[tuple[int | str, Sequence[str]]]:
    """Yield each key with the samples that it may name: ids first, then names, then numbers that names end with."""
    named: dict[int | str, list[str]] = {}
    numbered: dict[int | str, list[str]] = {}
    for sample_id in samples:
        name = sample_id.rsplit("/", 1)[-1]
        named.setdefault(name, []).append(sample_id)
        if number := _NUMBER.search(name):
            numbered.setdefault(int(number.group()), []).append(sample_id)
    ids = [key for key in keys if key in samples]
    yield from ((str(key), [str(key)]) for key in ids)
    for known in (named, numbered):
        yield from ((key, known[key]) for key in keys if key in known and key not in ids)


def read_truth_objects(mask: scoring.Mask, schema: LabelSchema) -> ObjectMap:
    """Read the objects of a truth; raises as ``read_plane`` does, and where it holds values without a class."""
    found = _read(mask, schema)
    if unknown := masks.undeclared(found.planes.classes, schema):
        raise UndeclaredTruth(mask.path, unknown)
    return found


def fitted(found: ObjectMap, mask: scoring.Mask, shape: tuple[int, ...], of: Path) -> ObjectMap:
    """Return the objects of a prediction in the shape of its truth, read from ``of``; as ``scoring.fitted`` has it."""
    classes, numbers = found.planes
    classes = scoring.fitted(classes, mask.path, shape, of, mask.resized)
    if numbers is not None:
        numbers = scoring.fitted(numbers, mask.path, shape, of, mask.resized)
    return found._replace(planes=LabelMap(classes, numbers))


def read_predicted_objects(mask: scoring.Mask, schema: LabelSchema, results: Sequence[CocoResult] = ()) -> ObjectMap:
    """Read the objects of a prediction, with the scores that the results of its image give them.

    Where only the results tell objects apart, these are painted, the surest on top.
    """
    found = _read(mask, schema)
    areas = _areas(results, found.planes.classes.shape)
    if not found.numbered and areas:
        return _painted(found.planes.classes, areas, schema.things)
    return found._replace(scores=_scores(found.planes, areas))


def objects_of_results(results: Sequence[CocoResult], shape: tuple[int, ...], schema: LabelSchema) -> ObjectMap:
    """Return the objects of results alone, the surest on top, in a picture of ``shape`` (height, width)."""
    return _painted(np.zeros(shape, schema.dtype), _areas(results, shape), schema.things)


def check_size(result: CocoResult, shape: tuple[int, ...]) -> None:
    """Raise ``SegstudioError`` where a result has a mask that is not of ``shape`` (height, width)."""
    if isinstance(result.segmentation, dict) and (own := tuple(result.segmentation["size"])) != shape:
        raise SegstudioError(
            f"A result for the image {result.image} is of a picture of {own[1]} x {own[0]} pixels, "
            f"and the image has {shape[1]} x {shape[0]}.",
            "Predict the images that the truth is of.",
        )


def objects_without_numbers(planes: LabelMap, things: Collection[int]) -> ObjectMap:
    """Return the objects of labels that may have numbers or not."""
    if planes.instances is not None:
        return ObjectMap(planes, {}, numbered=True)
    return ObjectMap(LabelMap(planes.classes, told_apart(planes, things)), {}, numbered=False)


def numbers_of(mask: scoring.Mask, classes: LabelPlane, schema: LabelSchema) -> InstancePlane | None:
    """Read the numbers of the objects of a file whose class plane was read, None where nothing tells them apart.

    They fit the classes, which are believed. Raises ``UnreadableFile``, and ``SizeMismatch``.
    """
    if mask.holds == "instances":
        return masks.read_numbers(mask.path, mask.page)
    if mask.holds == "panoptic":
        numbers = read_panoptic_numbers(mask.path)
        return None if numbers is None else agreed(LabelMap(classes, numbers), schema.things)[0]
    if (found := find_numbers(mask.path)) is None:
        return None
    if found.instances.shape != classes.shape:
        raise SizeMismatch(found.path, found.instances.shape, mask.path, classes.shape)
    return agreed(LabelMap(classes, found.instances), schema.things)[0]


def _read(mask: scoring.Mask, schema: LabelSchema) -> ObjectMap:
    classes = read_plane(mask.path, schema, mask.page, mask.holds)
    return objects_without_numbers(LabelMap(classes, numbers_of(mask, classes, schema)), schema.things)


def _areas(results: Iterable[CocoResult], shape: tuple[int, ...]) -> list[tuple[CocoResult, Mask]]:
    """Return where results lie, but for those that say so by polygons or a box; raises as ``check_size`` does."""
    found = []
    for result in results:
        check_size(result, shape)
        if isinstance(result.segmentation, dict):
            found.append((result, mask_of(*runs_of(result.segmentation))))
    return found


def _scores(planes: LabelMap, areas: Iterable[tuple[CocoResult, Mask]]) -> dict[int, float]:
    """Return the score of each object: that of the result with the largest IoU, before all of its own class."""
    classes, numbers = planes
    assert numbers is not None
    found: dict[int, tuple[bool, float, float]] = {}
    known, first, counts = np.unique(numbers, return_index=True, return_counts=True)
    own = dict(zip(known.tolist(), classes.reshape(-1)[first].tolist(), strict=True))
    pixels = dict(zip(known.tolist(), counts.tolist(), strict=True))
    for result, area in areas:
        met, counts = np.unique(numbers[area], return_counts=True)
        size = int(np.count_nonzero(area))
        for number, count in zip(met.tolist(), counts.tolist(), strict=True):
            fits = own[number] == result.category, count / (size + pixels[number] - count)
            if number and fits > found.get(number, (False, 0.0, 0.0))[:2]:
                found[number] = (*fits, result.score)
    return {number: score for number, (_, _, score) in found.items()}


def _painted(labels: LabelPlane, areas: Sequence[tuple[CocoResult, Mask]], things: Collection[int]) -> ObjectMap:
    classes = labels.astype(np.result_type(labels, plane_dtype(max(things, default=0))))
    numbers = np.zeros(classes.shape, np.uint32)
    scores = {}
    for number, (result, area) in enumerate(sorted(areas, key=lambda pair: pair[0].score), 1):
        if result.category in things:
            classes[area], numbers[area], scores[number] = result.category, number, result.score
    return ObjectMap(LabelMap(classes, numbers), scores, numbered=True)
