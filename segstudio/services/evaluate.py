"""Score predictions against the truth, one step an image: for the command line, and for the window's data set table."""

from collections.abc import Generator, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from segstudio.core.confusion import Confusion
from segstudio.core.errors import SegstudioError
from segstudio.core.records import LabelSource, Project, Sample, first_with
from segstudio.core.schema import LabelSchema
from segstudio.metrics import MEANS
from segstudio.metrics.outlines import Outlines, Summary, over_images, summary
from segstudio.metrics.overlap import Counts, FloatArray, Margins, means
from segstudio.services.ahead import in_order
from segstudio.services.image_counts import ImageCounts
from segstudio.services.score_cache import ScoreCache
from segstudio.services.scores import DatasetScores
from segstudio.services.scoring import COUNTS_ONLY, ImageScore, Mask, Pair, PairScorer, Scoring


@dataclass(frozen=True, slots=True)
class ScoredStep:
    """One pair is done: ``score`` is None exactly where ``error`` says why. ``done`` counts failed ones too."""

    id: str
    done: int
    total: int
    score: ImageScore | None = None
    error: SegstudioError | None = None

    @property
    def confusion(self) -> Confusion | None:
        return None if self.score is None else self.score.confusion


@dataclass(slots=True, eq=False)
class Evaluation:
    """What a run has found so far; ``without`` are the class ids that means leave out."""

    schema: LabelSchema
    without: tuple[int, ...] = ()
    scoring: Scoring = COUNTS_ONLY
    scores: DatasetScores = field(default_factory=DatasetScores)
    ids: list[str] = field(default_factory=list)
    outlines: dict[str, Outlines] = field(default_factory=dict)
    resized: list[str] = field(default_factory=list)
    failures: dict[str, SegstudioError] = field(default_factory=dict)

    def add(self, step: ScoredStep) -> None:
        if step.error is not None:
            self.failures[step.id] = step.error
        elif step.score is not None:
            self.ids.append(step.id)
            self.scores.put(step.id, step.score.confusion)
            if step.score.outlines is not None:
                self.outlines[step.id] = step.score.outlines
            if step.score.resized:
                self.resized.append(step.id)

    @property
    def total(self) -> Confusion:
        """The counts of all images scored."""
        return self.scores.total or Confusion.zero(self.schema)

    def mean(self, values: FloatArray) -> float:
        """Return the mean of a metric's values by class, nan where none is defined."""
        return float(self.means_of(values))

    def means_of(self, values: FloatArray) -> FloatArray:
        """Return the means of values of shape (..., classes): of those that are in means, where they are defined."""
        return means(values[..., [c.id not in self.without for c in self.schema.scored]])

    def means(self, counts: Counts) -> dict[str, float]:
        """Return the mean of each of ``MEANS`` over the classes of some counts."""
        return {key: self.mean(metric.by_class(counts)) for key, metric in MEANS.items()}

    def margins(self, ids: Sequence[str]) -> Margins:
        """Return what scores by class are made of, of shape (images, n), of some images that were scored."""
        counts = self.scores.counts or ImageCounts(self.total.labels)
        return counts.margins(np.array([self.scores.row(i) for i in ids], np.intp))

    def outline_figures(self, sample_id: str | None = None) -> dict[str, list[Summary]]:
        """Return what was measured of outlines, by key and class: of one image, or of all that were scored."""
        if not (keys := self.scoring.outlines.keys):
            return {}
        images = [self.outlines[sample_id]] if sample_id is not None else list(self.outlines.values())
        return {key: over_images(images, key, len(self.schema.scored)) for key in keys}

    def outline_mean(self, figures: Sequence[Summary]) -> Summary:
        """Return the mean of a figure over the classes where it is finite."""
        classes = zip(self.schema.scored, figures, strict=True)
        return summary(found.value for c, found in classes if c.id not in self.without)

    def images(self) -> Iterator[tuple[str, Confusion]]:
        """Yield each image scored with its counts, by id."""
        for sample_id in sorted(self.ids):
            if (confusion := self.scores.get(sample_id)) is not None:
                yield sample_id, confusion


def masks_of(samples: Iterable[Sample], sources: Sequence[LabelSource]) -> dict[str, Mask]:
    """Return the mask of each sample that has one, by sample id: that of the first source that has it."""
    found = ((sample, first_with(sources, sample.id)) for sample in samples)
    return {s.id: mask_in(at[0], at[1], s.page) for s, at in found if at is not None}


def mask_in(source: LabelSource, path: Path, page: int) -> Mask:
    """Return how a file of a label source is read."""
    return Mask(path, page, source.holds, source.resized)


def project_pairs(project: Project, run: LabelSource, truth: Sequence[LabelSource] = ()) -> list[Pair]:
    """Pair what is labelled in a project with what a run, or another label source, says of it; in order of the ids.

    ``truth`` are the sources taken as the truth, the project's unless given: two annotators are two of its sources.
    """
    predicted = masks_of(project.samples, [run])
    labelled = masks_of(project.samples, truth or project.sources)
    return [Pair(i, mask, predicted.get(i)) for i, mask in sorted(labelled.items())]


def evaluate(
    pairs: Sequence[Pair], schema: LabelSchema, scoring: Scoring = COUNTS_ONLY, cache: ScoreCache | None = None
) -> Generator[ScoredStep, None, None]:
    """Score pairs in order, one step each; a bad one is a step with an error, and the run goes on.

    Others are decoded meanwhile, so many that memory stays bounded. Closing the generator stops the run. What a
    ``cache`` of this class table and scoring knows is not scored anew.
    Raises ``SegstudioError`` at the first step where ``schema`` has too many classes to be counted.
    """
    scorer = PairScorer(schema, scoring)
    steps = in_order(pairs, lambda pool, pair: _begun(pair, pool, scorer, cache))
    try:
        for done, (pair, found) in enumerate(steps, 1):
            if isinstance(found, SegstudioError):
                yield ScoredStep(pair.id, done, len(pairs), error=found)
            else:
                yield ScoredStep(pair.id, done, len(pairs), found)
    finally:
        steps.close()
        if cache is not None:
            cache.save()


def _begun(pair: Pair, pool: ThreadPoolExecutor, scorer: PairScorer, cache: ScoreCache | None) -> Future[ImageScore]:
    if cache is None:
        return pool.submit(scorer.score, pair)
    if (known := cache.find(pair)) is None:
        return pool.submit(cache.score, scorer.score, pair)
    # Handing it to a thread and back would take several times as long as finding it.
    found: Future[ImageScore] = Future()
    found.set_result(known)
    return found
