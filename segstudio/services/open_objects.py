"""The objects of the open sample, and of a whole run, as they are looked at."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from segstudio.core.raster import LabelMap
from segstudio.core.records import LabelSource, Sample
from segstudio.core.schema import LabelSchema
from segstudio.metrics.average_precision import Ranking, ranking
from segstudio.metrics.instances import Ints, Overlap
from segstudio.metrics.matching import Matching, class_matrix, match
from segstudio.metrics.panoptic import Matches, mean_of
from segstudio.services.evaluate import mask_in
from segstudio.services.instance_scores import ImageObjects, ObjectCounts, compare_objects
from segstudio.services.object_maps import (
    ObjectMap,
    RunResults,
    fitted,
    objects_without_numbers,
    read_predicted_objects,
)
from segstudio.services.opening import read_plane
from segstudio.services.scoring import resized


class OpenObjects(NamedTuple):
    """Truth and prediction of one image, and what their objects have come to."""

    truth: ObjectMap
    prediction: ObjectMap
    found: ImageObjects


class MatchedObjects(NamedTuple):
    """The objects of an image that are looked at, with what matched of all, and of those with the least score."""

    image: ImageObjects
    found: Overlap
    every: Matching
    kept: Matching


@dataclass(frozen=True, slots=True)
class ObjectTotal:
    """What some images have come to together: counts at a threshold and a least score, the ranking, PQ, SQ and RQ.

    ``sure`` says whether any object has a score of its own. ``by_class`` has what PQ is made of, also of the classes
    that are not in its mean. ``confusion`` is as ``class_matrix`` has it, of the ``classes`` that have objects.
    """

    counts: ObjectCounts = field(default_factory=ObjectCounts)
    ranked: Ranking | None = None
    classes: tuple[int, ...] = ()
    confusion: Ints = field(default_factory=lambda: np.zeros((1, 1), np.int64))
    panoptic: tuple[float, float, float] = (float("nan"),) * 3
    images: int = 0
    sure: bool = False
    by_class: Mapping[int, Matches] = field(default_factory=dict)


def open_objects(
    sample: Sample,
    planes: LabelMap,
    run: LabelSource | None,
    shown: LabelMap,
    schema: LabelSchema,
    results: RunResults,
) -> OpenObjects:
    """Compare the objects of an open sample; runs in a worker.

    ``planes`` are its labels now. The prediction is what the run's files say where they say what is ``shown``; another
    one, which is in no file, has the objects that it numbers, else one for each connected area of a thing. Raises as
    reading does.
    """
    truth, prediction = objects_without_numbers(planes, schema.things), None
    if run is not None and (path := run.find(sample.id)) is not None:
        mask = mask_in(run, path, sample.page)
        plane = read_plane(mask.path, schema, mask.page, mask.holds)
        shape = shown.classes.shape
        if np.array_equal(resized(plane, shape) if mask.resized else plane, shown.classes):
            found = read_predicted_objects(mask, schema, results.of(sample.id))
            prediction = fitted(found, mask, shape, sample.image)
    prediction = prediction or objects_without_numbers(shown, schema.things)
    return OpenObjects(truth, prediction, compare_objects(truth, prediction, schema))


def match_image(
    image: ImageObjects, threshold: float, least_score: float, class_id: int | None = None
) -> MatchedObjects:
    """Match the objects of an image, of one class or of all."""
    found = image.overlap.of_class(class_id) if class_id is not None else image.overlap
    every = match(found, threshold)
    kept = match(found, threshold, least_score) if least_score > 0 else every
    return MatchedObjects(image, found, every, kept)


def total_of(
    images: Iterable[MatchedObjects], class_id: int | None = None, averaged: Collection[int] | None = None
) -> ObjectTotal:
    """Add up images, matched of one class or of all. The ranking and PQ know of no least score.

    PQ, SQ and RQ of all are means over the classes ``averaged``; over all that there are, stuff too, where it is None.
    """
    counts, ranked, kept, sure = ObjectCounts(), [], [], False
    matches: dict[int, Matches] = {}
    for one in images:
        ranked.append((one.found, one.every))
        kept.append((one.found, one.kept))
        counts += ObjectCounts.of(one.kept)
        for category, of in one.image.panoptic.items():
            matches[category] = matches.get(category, Matches()) + of
        sure = sure or bool((one.found.prediction.scores != 1).any())
    over = matches.keys() if averaged is None else averaged
    quality = mean_of(of for category, of in matches.items() if category in (over if class_id is None else (class_id,)))
    sides = (side.classes for found, _ in kept for side in (found.truth, found.prediction))
    classes = tuple(sorted({c for side in sides for c in np.unique(side).tolist()}))
    return ObjectTotal(counts, ranking(ranked), classes, class_matrix(kept, classes), quality, len(kept), sure, matches)
