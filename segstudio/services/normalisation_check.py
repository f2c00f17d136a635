"""Which of the usual ways of preparing pictures a model was trained with: those that it scores best with tell."""

import math
import time
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from segstudio.core.confusion import Confusion, PairCounter
from segstudio.core.errors import SegstudioError, SizeMismatch
from segstudio.core.raster import LabelPlane, RgbImage
from segstudio.core.records import Project, Sample, first_with
from segstudio.core.wording import counted
from segstudio.io.images import read_image
from segstudio.metrics.overlap import mean_iou
from segstudio.models.description import Preprocess, preprocess_to_json
from segstudio.models.segmenter import Segmenter
from segstudio.services.class_mapping import BY_NAME, BY_ORDER, ClassMap, ClassMapping, How, map_classes
from segstudio.services.normalisations import NORMALISATIONS, name_of, normalised
from segstudio.services.opening import read_labels
from segstudio.services.predict import translated

IMAGES: Final = 8
"""Labelled images that are looked at, where there are so many."""

WORTH: Final = 0.01
"""Mean IoU by which another way has to be ahead before it is recommended: less may be these few images."""


class Way(NamedTuple):
    """One way of preparing pictures; ``in_use`` is the one that the model is run with now."""

    name: str
    preprocess: Preprocess
    in_use: bool


class Ranked(NamedTuple):
    """A way, its mean IoU over the images so far, nan where not defined, and how far it is ahead of the one in use."""

    way: Way
    mean_iou: float
    gain: float


def ranked_beside(ranked: Sequence[Ranked], preprocess: Preprocess) -> tuple[Ranked, ...]:
    """Return ways that were ranked as they stand beside ``preprocess`` in use; none where that is not among them."""
    used = next((row for row in ranked if row.way.preprocess == preprocess), None)
    if used is None:
        return ()
    return tuple(Ranked(r.way._replace(in_use=r is used), r.mean_iou, r.mean_iou - used.mean_iou) for r in ranked)


@dataclass(frozen=True, slots=True)
class NormalisationStep:
    """One image was predicted in one way, or could not be read: ``done`` of ``total`` predictions, since the start.

    ``ranked`` has all ways, the best first. ``how`` classes were mapped; ``failures`` are sentences.
    """

    done: int
    total: int
    seconds: float
    ranked: tuple[Ranked, ...]
    ids: tuple[str, ...]
    how: How
    failures: tuple[str, ...] = ()

    @property
    def rate(self) -> float:
        """Predictions per second so far."""
        return self.done / self.seconds if self.seconds else 0.0

    @property
    def finished(self) -> bool:
        return self.done == self.total

    @property
    def best(self) -> Ranked | None:
        """The way to be used instead of the one in use; None where that is as good, or nothing is defined."""
        first = self.ranked[0]
        return first if not first.way.in_use and first.gain >= WORTH else None

    def sentence(self, told: Callable[[float], str]) -> str:
        """Say what was found, with scores of 0..1 as ``told`` has them."""
        now = next(ranked for ranked in self.ranked if ranked.way.in_use)
        if all(math.isnan(ranked.mean_iou) for ranked in self.ranked):
            return "No mean IoU is defined on these images: none of their labels is a class that is scored."
        if self.best is not None:
            return (
                f"{self.best.way.name} scores {told(self.best.mean_iou)}, and {now.way.name}, now in use, "
                f"{told(now.mean_iou)} mean IoU on {counted(len(self.ids), 'image')}."
            )
        score = f"{told(now.mean_iou)} mean IoU on {counted(len(self.ids), 'image')}"
        return f"{now.way.name}, now in use, is as good as any: {score}."

    def to_json(self) -> dict[str, Any]:
        """Return the form for programs; null where a score is not defined."""
        return {
            "images": list(self.ids),
            "mapping": self.how,
            "ways": [
                {
                    "name": ranked.way.name,
                    "in_use": ranked.way.in_use,
                    "mean_iou": _defined(ranked.mean_iou),
                    "gain": _defined(ranked.gain),
                    "preprocess": preprocess_to_json(ranked.way.preprocess),
                }
                for ranked in self.ranked
            ],
            "best": None if self.best is None else self.best.way.name,
            "failures": list(self.failures),
        }


def ways_of(preprocess: Preprocess) -> tuple[Way, ...]:
    """Return the ways that are tried, the one in use first; what preprocessing says of sizes is the same in all."""
    own = name_of(preprocess)
    usual = (Way(name, normalised(preprocess, name), False) for name in NORMALISATIONS if name != own)
    return (Way(own or "As it is set", preprocess, True), *(way for way in usual if way.preprocess != preprocess))


def spread(samples: Sequence[Sample], count: int = IMAGES) -> list[Sample]:
    """Return at most ``count`` samples, evenly spread over all."""
    chosen = min(count, len(samples))
    return [samples[(2 * i + 1) * len(samples) // (2 * chosen)] for i in range(chosen)]


def check_normalisation(
    model: Segmenter, project: Project, mapping: ClassMapping = BY_NAME
) -> Generator[NormalisationStep, None, None]:
    """Predict a few labelled images of a project in each of the usual ways; a step for each prediction.

    Scores come from summed counts. Where no class of the model is known by name, outputs are taken by their order.
    Nothing is written. Closing the generator stops it. Raises ``SegstudioError`` where nothing is labelled, or no
    image and labels can be read.
    """
    labelled = [sample for sample in project.samples if first_with(project.sources, sample.id)]
    if not labelled:
        raise SegstudioError(f"No image of {project.root} is labelled.", "Label a few: how it predicts them tells.")
    classes = map_classes(model.info, project.schema, mapping)
    if classes.by_number:
        classes = map_classes(model.info, project.schema, BY_ORDER)
    yield from _Check(model, project, classes).over(spread(labelled))


class _Check:
    """Counts of each way, over images that are read once."""

    def __init__(self, model: Segmenter, project: Project, classes: ClassMap) -> None:
        self._project, self._classes = project, classes
        info = model.info
        self._ways = ways_of(info.preprocess)
        self._models = [model.redescribed(way.preprocess, info.classes, info.corrected) for way in self._ways]
        self._counter = PairCounter(project.schema)
        self._counts = [Confusion.zero(project.schema)] * len(self._ways)
        self._ids: list[str] = []
        self._failures: list[str] = []
        self._began = time.perf_counter()

    def over(self, samples: Sequence[Sample]) -> Generator[NormalisationStep, None, None]:
        done, total = 0, len(samples) * len(self._ways)
        for sample in samples:
            try:
                image, truth = self._read(sample)
            except SegstudioError as error:
                self._failures.append(error.sentence())
                done += len(self._ways)
                yield self._step(done, total)
                continue
            self._ids.append(sample.id)
            for index in range(len(self._ways)):
                self._count(index, image, truth)
                done += 1
                yield self._step(done, total)
        if not self._ids:
            raise SegstudioError(f"None of {len(samples)} labelled images can be used. {self._failures[0]}")

    def _read(self, sample: Sample) -> tuple[RgbImage, LabelPlane]:
        truth = read_labels(self._project, sample)
        if truth is None:
            raise SegstudioError(f"The labels of {sample.id} are gone.")
        image = read_image(sample.image, sample.page)
        if image.shape[:2] != truth.shape:
            raise SizeMismatch(sample.id, truth.shape, sample.image, image.shape[:2])
        return image, truth

    def _count(self, index: int, image: RgbImage, truth: LabelPlane) -> None:
        (prediction,) = self._models[index].predict([image])
        self._counts[index] += self._counter.count(truth, translated(prediction, self._classes).labels)

    def _step(self, done: int, total: int) -> NormalisationStep:
        scores = [mean_iou(counts) for counts in self._counts]
        rows = [Ranked(way, score, score - scores[0]) for way, score in zip(self._ways, scores, strict=True)]
        rows.sort(key=lambda row: -1.0 if math.isnan(row.mean_iou) else row.mean_iou, reverse=True)
        return NormalisationStep(
            done,
            total,
            time.perf_counter() - self._began,
            tuple(rows),
            tuple(self._ids),
            self._classes.how,
            tuple(self._failures),
        )


def _defined(score: float) -> float | None:
    return None if math.isnan(score) else score
