"""Score a panoptic prediction against the truth, one step an image."""

from collections.abc import Generator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from segstudio.core.errors import SegstudioError, SizeMismatch, UnreadableFile
from segstudio.core.raster import InstancePlane
from segstudio.core.schema import LabelSchema
from segstudio.io.coco_panoptic import (
    Category,
    PanopticImage,
    PanopticSet,
    check_categories,
    read_panoptic,
    unknown_segment,
)
from segstudio.io.masks import read_numbers
from segstudio.metrics.instances import VOID
from segstudio.metrics.panoptic import Matches, Pairing, Segment, mean_of, pair_up
from segstudio.services.ahead import in_order
from segstudio.services.documents import json_text, nulls
from segstudio.services.instance_scores import score_objects
from segstudio.services.object_maps import RunResults
from segstudio.services.scoring import Pair


@dataclass(frozen=True, slots=True)
class PanopticStep:
    """One image is done: ``matches`` by category id are None exactly where ``error`` says why."""

    id: str
    done: int
    total: int
    matches: Mapping[int, Matches] | None = None
    stale: int = 0
    error: SegstudioError | None = None
    apart: bool = True


@dataclass(slots=True, eq=False)
class PanopticEvaluation:
    """What a run has found so far. ``stale`` segments of the truth have other pixels than their ``area`` says.

    ``apart``: whether any image has things; without them all categories are stuff.
    """

    categories: Sequence[Category]
    matches: dict[int, Matches] = field(default_factory=dict)
    images: int = 0
    stale: int = 0
    apart: bool = False
    failures: dict[str, SegstudioError] = field(default_factory=dict)

    def add(self, step: PanopticStep) -> None:
        if step.error is not None:
            self.failures[step.id] = step.error
        if step.matches is not None:
            self.images += 1
            self.stale += step.stale
            self.apart = self.apart or step.apart
            for category, matches in step.matches.items():
                self.matches[category] = self.of(category) + matches

    def of(self, category: int) -> Matches:
        return self.matches.get(category, Matches())

    def means(self, thing: bool | None = None) -> dict[str, float]:
        """Return PQ, SQ and RQ over the categories that have any segment; of things or stuff alone where asked."""
        chosen = (self.of(c.id) for c in self.categories if thing is None or (c.thing and self.apart) == thing)
        return dict(zip(("pq", "sq", "rq"), mean_of(chosen), strict=True))


def read_panoptic_pair(truth: Path, prediction: Path) -> tuple[PanopticSet, PanopticSet]:
    """Read the JSON files of both; raises ``SegstudioError`` where they are none, or share no image."""
    first, second = read_panoptic(truth), read_panoptic(prediction)
    if not first.categories:
        raise UnreadableFile(truth, "it lists no categories", "The truth has to say what its segments are.")
    if not first.images.keys() & second.images.keys():
        raise SegstudioError(f"{truth} and {prediction} have no image in common.", 'Images are paired by "image_id".')
    return first, second


def evaluate_panoptic(truth: PanopticSet, prediction: PanopticSet) -> Generator[PanopticStep, None, None]:
    """Score the images of the truth in order of their ids; a bad one is a step with an error, and the run goes on."""
    ids = sorted(truth.images)

    def begin(pool: ThreadPoolExecutor, image_id: str) -> Future[tuple[Pairing, int]]:
        return pool.submit(_scored, truth.images[image_id], prediction.images.get(image_id), truth.categories)

    steps = in_order(ids, begin)
    with closing(steps):
        for done, (image_id, found) in enumerate(steps, 1):
            if isinstance(found, SegstudioError):
                yield PanopticStep(image_id, done, len(ids), error=found)
            else:
                yield PanopticStep(image_id, done, len(ids), found[0].by_category, found[1])


def evaluate_panoptic_maps(pairs: Sequence[Pair], schema: LabelSchema) -> Generator[PanopticStep, None, None]:
    """Score label maps: objects are segments, and so is all that there is of a class of stuff in an image."""
    steps = score_objects(pairs, schema, RunResults())
    with closing(steps):
        for step in steps:
            matches, apart = (None, False) if step.found is None else (step.found.panoptic, step.found.apart)
            yield PanopticStep(step.id, step.done, step.total, matches, error=step.error, apart=apart)


def categories_of(schema: LabelSchema) -> tuple[Category, ...]:
    """Return the scored classes as categories of panoptic segments."""
    return tuple(Category(c.id, c.name, c.id in schema.things) for c in schema.scored)


def panoptic_json(evaluation: PanopticEvaluation) -> str:
    """Return the evaluation as JSON text in ASCII; what is not defined is null."""
    document = {
        "task": "panoptic",
        "images": evaluation.images,
        **nulls(evaluation.means()),
        "things": nulls(evaluation.means(thing=True)),
        "stuff": nulls(evaluation.means(thing=False)),
        "classes": [_entry(c, evaluation.of(c.id)) for c in evaluation.categories],
        "stale_areas": evaluation.stale,
        "failures": [{"id": i, "error": e.sentence()} for i, e in sorted(evaluation.failures.items())],
    }
    return json_text(document)


def _entry(category: Category, matches: Matches) -> dict[str, Any]:
    figures = nulls({"pq": matches.pq, "sq": matches.sq, "rq": matches.rq})
    return {"id": category.id, "name": category.name, **figures, "tp": matches.tp, "fp": matches.fp, "fn": matches.fn}


def _scored(
    truth: PanopticImage, prediction: PanopticImage | None, categories: Mapping[int, Category]
) -> tuple[Pairing, int]:
    """Return what matched, and how many areas in the JSON of the truth are not those of the pixels."""
    if prediction is None:
        raise SegstudioError(f"{truth.path} has no prediction.", "Predict it, or check the image ids.")
    planes = read_numbers(truth.path), read_numbers(prediction.path)
    if planes[0].shape != planes[1].shape:
        raise SizeMismatch(prediction.path, planes[1].shape, truth.path, planes[0].shape)
    areas = [_checked(image, plane, categories) for image, plane in zip((truth, prediction), planes, strict=True)]
    stale = sum(s.area is not None and s.area != areas[0].get(s.id, 0) for s in truth.segments)
    sides = ([Segment(s.id, s.category, s.crowd) for s in image.segments] for image in (truth, prediction))
    return pair_up(*planes, *sides), stale


def _checked(image: PanopticImage, plane: InstancePlane, categories: Mapping[int, Category]) -> dict[int, int]:
    """Return the pixels of each segment; raises ``UnreadableFile`` where the PNG and the JSON do not fit together."""
    ids, pixels = np.unique(plane, return_counts=True)
    areas = dict(zip(ids.tolist(), pixels.tolist(), strict=True))
    declared = {s.id for s in image.segments}
    if unknown := [i for i in areas if i != VOID and i not in declared]:
        raise unknown_segment(image.path, unknown[0])
    check_categories(image, categories)
    return areas
