"""How one pair of label maps is scored: what is read, what is asked for, and what comes of it."""

from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, TypeVar

import cv2

from segstudio.core.confusion import Confusion, PairCounter, UndeclaredTruth
from segstudio.core.errors import SegstudioError, SizeMismatch
from segstudio.core.raster import LabelPlane
from segstudio.core.records import LabelSource
from segstudio.core.schema import LabelSchema
from segstudio.io.masks import undeclared
from segstudio.metrics.joint import JointCounter
from segstudio.metrics.outlines import NO_OUTLINES, Outlines, OutlineSettings, measure_outlines
from segstudio.services.opening import read_plane

PlaneT = TypeVar("PlaneT", bound=LabelPlane)


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
class Scoring:
    """How pairs are scored: what of outlines is measured, and whether a prediction of another size is resized.

    ``resize``: to the size of the truth, to the nearest pixel by their centres. Without it such a pair fails.
    """

    outlines: OutlineSettings = NO_OUTLINES
    resize: bool = False


COUNTS_ONLY = Scoring()

_JOINT = JointCounter()
"""One for all, since what it compiles lasts as long as the program."""


@dataclass(frozen=True, slots=True, eq=False)
class ImageScore:
    """What one pair has come to; ``outlines`` is None where none were asked for."""

    confusion: Confusion
    outlines: Outlines | None = None
    resized: bool = False


class PairScorer:
    """Scores pairs of one class table in one way; may be used by several threads."""

    def __init__(self, schema: LabelSchema, scoring: Scoring) -> None:
        self._schema, self._scoring = schema, scoring
        self._counter = PairCounter(schema, _JOINT)
        self._labels = tuple(c.id for c in schema.scored)

    def score(self, pair: Pair) -> ImageScore:
        """Read and score a pair; raises ``SegstudioError`` where it cannot be scored, naming the file."""
        if pair.prediction is None:
            raise MissingPrediction(pair)
        truth, prediction = (
            read_plane(m.path, self._schema, m.page, m.numbered) for m in (pair.truth, pair.prediction)
        )
        if other_size := prediction.shape != truth.shape:
            if not self._scoring.resize:
                raise SizeMismatch(pair.prediction.path, prediction.shape, pair.truth.path, truth.shape)
            prediction = resized(prediction, truth.shape)
        confusion = self._counter.count(truth, prediction)
        if confusion.undeclared:
            raise UndeclaredTruth(pair.truth.path, undeclared(truth, self._schema))
        return ImageScore(confusion, self._outlines(truth, prediction), other_size)

    def _outlines(self, truth: LabelPlane, prediction: LabelPlane) -> Outlines | None:
        settings = self._scoring.outlines
        if not settings.keys:
            return None
        return measure_outlines(truth, prediction, self._labels, self._schema.ignored_ids, settings)


def resized(plane: PlaneT, shape: tuple[int, ...]) -> PlaneT:
    """Return a plane of another size, each pixel from the nearest by their centres."""
    made: PlaneT = cv2.resize(plane, shape[::-1], interpolation=cv2.INTER_NEAREST_EXACT)  # type: ignore[assignment]
    return made


def counts_of(*runs: LabelSource) -> Scoring:
    """Return how the counts of runs are found: masks of another size are resized where that was said of one."""
    return Scoring(resize=any(run.resized for run in runs))
