"""Score predictions against the truth, one step an image: for the command line, and for the window's data set table."""

import os
from collections import deque
from collections.abc import Generator, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Final, NamedTuple

from segstudio.core.confusion import Confusion, PairCounter, UndeclaredTruth
from segstudio.core.errors import SegstudioError, SizeMismatch
from segstudio.core.records import LabelSource, Project, Sample, first_with
from segstudio.core.schema import LabelSchema
from segstudio.io.masks import undeclared
from segstudio.metrics import MEANS
from segstudio.metrics.overlap import mean
from segstudio.services.opening import read_plane
from segstudio.services.scores import DatasetScores

READERS: Final = min(4, os.cpu_count() or 1)
"""Threads that decode and count; each holds one pair of planes."""


class Mask(NamedTuple):
    """Where the labels of a sample are read; ``numbered`` says that the file counts objects of one class."""

    path: Path
    page: int = 0
    numbered: bool = False


@dataclass(frozen=True, slots=True)
class Pair:
    """The truth of one sample and its prediction, None where there is none."""

    id: str
    truth: Mask
    prediction: Mask | None


class MissingPrediction(SegstudioError):
    """A truth that nothing was predicted for."""

    def __init__(self, pair: Pair) -> None:
        super().__init__(f"{pair.truth.path} has no prediction.", "Predict it, or check that the file names match.")


@dataclass(frozen=True, slots=True)
class ScoredStep:
    """One pair is done: ``confusion`` is None exactly where ``error`` says why. ``done`` counts failed ones too."""

    id: str
    done: int
    total: int
    confusion: Confusion | None = None
    error: SegstudioError | None = None


@dataclass(slots=True, eq=False)
class Evaluation:
    """What a run has found so far; ``without`` are the class ids that means leave out."""

    schema: LabelSchema
    without: tuple[int, ...] = ()
    scores: DatasetScores = field(default_factory=DatasetScores)
    ids: list[str] = field(default_factory=list)
    failures: dict[str, SegstudioError] = field(default_factory=dict)

    def add(self, step: ScoredStep) -> None:
        if step.confusion is not None:
            self.ids.append(step.id)
            self.scores.put(step.id, step.confusion)
        elif step.error is not None:
            self.failures[step.id] = step.error

    @property
    def total(self) -> Confusion:
        """The counts of all images scored."""
        return self.scores.total or Confusion.zero(self.schema)

    def means(self, confusion: Confusion) -> dict[str, float]:
        """Return the mean of each of ``MEANS`` over the classes of some counts."""
        return {key: mean(confusion, metric.by_class(confusion), self.without) for key, metric in MEANS.items()}

    def images(self) -> Iterator[tuple[str, Confusion]]:
        """Yield each image scored with its counts, by id."""
        for sample_id in sorted(self.ids):
            if (confusion := self.scores.get(sample_id)) is not None:
                yield sample_id, confusion


def masks_of(samples: Iterable[Sample], sources: Sequence[LabelSource]) -> dict[str, Mask]:
    """Return the mask of each sample that has one, by sample id: that of the first source that has it."""
    found = ((sample, first_with(sources, sample.id)) for sample in samples)
    return {s.id: Mask(at[1], s.page, at[0].holds == "instances") for s, at in found if at is not None}


def project_pairs(project: Project, run: LabelSource) -> list[Pair]:
    """Pair what is labelled in a project with what a run, or another label source, says of it; in order of the ids."""
    predicted = masks_of(project.samples, [run])
    return [Pair(i, truth, predicted.get(i)) for i, truth in sorted(masks_of(project.samples, project.sources).items())]


def evaluate(pairs: Sequence[Pair], schema: LabelSchema) -> Generator[ScoredStep, None, None]:
    """Score pairs in order, one step each; a bad one is a step with an error, and the run goes on.

    Others are decoded meanwhile, so many that memory stays bounded. Closing the generator stops the run.
    Raises ``SegstudioError`` at the first step where ``schema`` has too many classes to be counted.
    """
    counter = PairCounter(schema)
    remaining = iter(pairs)
    pool = ThreadPoolExecutor(READERS, "score")
    try:
        ahead: deque[tuple[Pair, Future[Confusion]]] = deque()
        for done in range(1, len(pairs) + 1):
            for pair in islice(remaining, 2 * READERS + 1 - len(ahead)):
                ahead.append((pair, pool.submit(_score, pair, schema, counter)))
            pair, future = ahead.popleft()
            try:
                yield ScoredStep(pair.id, done, len(pairs), confusion=future.result())
            except SegstudioError as error:
                yield ScoredStep(pair.id, done, len(pairs), error=error)
    finally:
        pool.shutdown(cancel_futures=True)


def _score(pair: Pair, schema: LabelSchema, counter: PairCounter) -> Confusion:
    if pair.prediction is None:
        raise MissingPrediction(pair)
    truth, prediction = (read_plane(m.path, schema, m.page, m.numbered) for m in (pair.truth, pair.prediction))
    if prediction.shape != truth.shape:
        raise SizeMismatch(pair.prediction.path, prediction.shape, pair.truth.path, truth.shape)
    confusion = counter.count(truth, prediction)
    if confusion.undeclared:
        raise UndeclaredTruth(pair.truth.path, undeclared(truth, schema))
    return confusion
