"""The objects of predictions against those of the truth: of one image, and of a data set, one step an image."""

import math
from collections.abc import Callable, Generator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from typing import NamedTuple

from segstudio.core.errors import SegstudioError
from segstudio.core.raster import LabelMap
from segstudio.core.schema import LabelSchema
from segstudio.metrics.average_precision import Ranking, all_points, by_ranking, eleven_points, ranking
from segstudio.metrics.instances import Ints, Objects, Overlap, coded, meet, objects_of, overlap
from segstudio.metrics.matching import Matching, class_matrix, match
from segstudio.metrics.panoptic import Matches, Segment, paired, segments_of
from segstudio.services.ahead import in_order
from segstudio.services.object_maps import (
    ObjectMap,
    RunResults,
    fitted,
    objects_of_results,
    read_predicted_objects,
    read_truth_objects,
)
from segstudio.services.scoring import MissingPrediction, Pair

AVERAGES: dict[str, Callable[[Ranking], float]] = {
    "voc": all_points,
    "voc11": eleven_points,
    "by_ranking": by_ranking,
}


class ImageObjects(NamedTuple):
    """What the objects of an image have come to.

    ``overlap`` is what any matching is made of; ``panoptic`` are segments by class id, objects and stuff alike.
    ``numbered`` says of truth and prediction whether objects were told apart, or are connected areas. Where not even
    things are ``apart``, all that there is of a class is one segment.
    """

    overlap: Overlap
    panoptic: Mapping[int, Matches]
    numbered: tuple[bool, bool]
    apart: bool = True


@dataclass(frozen=True, slots=True)
class ObjectStep:
    """One pair is done: ``maps`` and ``found`` are None exactly where ``error`` says why."""

    id: str
    done: int
    total: int
    maps: tuple[ObjectMap, ObjectMap] | None = None
    found: ImageObjects | None = None
    error: SegstudioError | None = None


@dataclass(frozen=True, slots=True)
class ObjectCounts:
    """How many objects matched, were called another class, missed, false, merged and split."""

    matched: int = 0
    mistaken: int = 0
    missed: int = 0
    false: int = 0
    merged: int = 0
    split: int = 0

    @classmethod
    def of(cls, matching: Matching) -> "ObjectCounts":
        sizes = (matching.pairs, matching.mistaken, matching.missed, matching.false, matching.merged, matching.split)
        return cls(*map(len, sizes))

    def __add__(self, other: "ObjectCounts") -> "ObjectCounts":
        mine, others = ((c.matched, c.mistaken, c.missed, c.false, c.merged, c.split) for c in (self, other))
        return ObjectCounts(*map(sum, zip(mine, others, strict=True)))


def compare_objects(truth: ObjectMap, prediction: ObjectMap, schema: LabelSchema) -> ImageObjects:
    """Compare the objects of one image; both sides are of one shape.

    Connected areas are objects, yet no segments of PQ where no class is marked as one of things: all are then stuff.
    """
    scored = [c.id for c in schema.scored]
    planes = [coded(side.planes, scored) for side in (truth, prediction)]
    met = meet(*planes)
    true, predicted = (_scored_objects(side, scored) for side in (truth, prediction))
    sides = (
        segments_of(met.truth.tolist(), true, schema.things, truth=True),
        segments_of(met.prediction.tolist(), predicted, schema.things, truth=False),
    )
    apart = schema.marked or truth.numbered
    by_category = paired(met, *sides).by_category if apart else _whole_classes(truth, prediction, scored)
    return ImageObjects(overlap(true, predicted, met), by_category, (truth.numbered, prediction.numbered), apart)


def score_objects(pairs: Sequence[Pair], schema: LabelSchema, results: RunResults) -> Generator[ObjectStep, None, None]:
    """Compare the objects of pairs in order, one step each; a bad one is a step with an error, and the run goes on."""

    def begin(pool: ThreadPoolExecutor, pair: Pair) -> Future[tuple[tuple[ObjectMap, ObjectMap], ImageObjects]]:
        return pool.submit(_compared, pair, schema, results)

    steps = in_order(pairs, begin)
    with closing(steps):
        for done, (pair, made) in enumerate(steps, 1):
            if isinstance(made, SegstudioError):
                yield ObjectStep(pair.id, done, len(pairs), error=made)
            else:
                yield ObjectStep(pair.id, done, len(pairs), *made)


class Matched(NamedTuple):
    """What became of the objects of a data set at one threshold.

    ``averages`` are of precision over the ranked objects, each a mean over the classes that the truth has: by all
    points and by eleven, as PASCAL VOC had them, and by ranking. ``confusion`` is as ``class_matrix`` has it.
    """

    counts: ObjectCounts
    averages: dict[str, float]
    confusion: Ints


def matched_at(images: Sequence[Overlap], labels: Sequence[int], threshold: float = 0.5) -> Matched:
    """Match the objects of images; ``labels`` are the ids of their classes."""
    made = [(found, match(found, threshold)) for found in images]
    counts = sum((ObjectCounts.of(matching) for _, matching in made), ObjectCounts())
    by_class = [ranking(made, label) for label in labels]
    there = [ranked for ranked in by_class if ranked.truths]
    averages = {key: _mean([average(ranked) for ranked in there]) for key, average in AVERAGES.items()}
    return Matched(counts, averages, class_matrix(made, labels))


def _mean(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values) if values else math.nan


def _compared(pair: Pair, schema: LabelSchema, results: RunResults) -> tuple[tuple[ObjectMap, ObjectMap], ImageObjects]:
    if pair.prediction is None and not results.complete:
        raise MissingPrediction(pair)
    truth, own = read_truth_objects(pair.truth, schema), results.of(pair.id)
    shape = truth.planes.classes.shape
    if pair.prediction is None:
        prediction = objects_of_results(own, shape, schema)
    else:
        prediction = fitted(
            read_predicted_objects(pair.prediction, schema, own), pair.prediction, shape, pair.truth.path
        )
    return (truth, prediction), compare_objects(truth, prediction, schema)


def _whole_classes(truth: ObjectMap, prediction: ObjectMap, scored: Sequence[int]) -> Mapping[int, Matches]:
    """Return what matches where each class of an image is one segment."""
    met = meet(*(coded(LabelMap(side.planes.classes), scored) for side in (truth, prediction)))
    sides = ([Segment(c + 1, c) for c in scored if c + 1 in codes] for codes in (met.truth, met.prediction))
    return paired(met, *sides).by_category


def _scored_objects(side: ObjectMap, scored: Sequence[int]) -> Objects:
    """Return the objects of a side that are of classes which are scored."""
    found = objects_of(side.planes, scored)
    return found._replace(scores=side.scores_of(found.numbers.tolist()))
