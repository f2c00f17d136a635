"""How one pair of label maps is scored: what is read, what is asked for, and what comes of it."""

from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, TypeVar

import cv2
import numpy as np

from segstudio.core.confusion import Confusion, PairCounter, UndeclaredTruth
from segstudio.core.errors import SegstudioError, SizeMismatch
from segstudio.core.raster import Confidence, InstancePlane, LabelPlane
from segstudio.core.records import Holds
from segstudio.core.schema import LabelSchema
from segstudio.io.masks import undeclared
from segstudio.io.sureness import Kind, beside, read_sureness
from segstudio.metrics.joint import JointCounter
from segstudio.metrics.outlines import NO_OUTLINES, Outlines, OutlineSettings, measure_outlines
from segstudio.services.opening import read_plane

PlaneT = TypeVar("PlaneT", bound=LabelPlane | InstancePlane)


class Mask(NamedTuple):
    """Where the labels of a sample are read; ``holds`` says what its pixels are.

    Where ``resized``, labels of another size than those they are compared with are taken as if they had that size, each
    pixel from the nearest by their centres; else such a pair fails.
    """

    path: Path
    page: int = 0
    holds: Holds = "classes"
    resized: bool = False


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
    """How pairs are scored: what of outlines is measured, and whether one side is the truth.

    ``raters``: neither is, so that values no class has are not labelled, on either, and no failure.
    """

    outlines: OutlineSettings = NO_OUTLINES
    raters: bool = False


COUNTS_ONLY = Scoring()
RATERS = Scoring(raters=True)

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
        truth, prediction, other_size = read_pair(pair, self._schema)
        confusion = self._counter.count(truth, prediction)
        if confusion.undeclared and not self._scoring.raters:
            raise UndeclaredTruth(pair.truth.path, undeclared(truth, self._schema))
        return ImageScore(confusion, self._outlines(truth, prediction), other_size)

    def _outlines(self, truth: LabelPlane, prediction: LabelPlane) -> Outlines | None:
        settings = self._scoring.outlines
        if not settings.keys:
            return None
        return measure_outlines(truth, prediction, self._labels, self._schema.ignored_ids, settings)


class PairPlanes(NamedTuple):
    """Class ids of both sides of a pair, of one shape (height, width); ``resized`` says that one had another."""

    truth: LabelPlane
    prediction: LabelPlane
    resized: bool


def read_pair(pair: Pair, schema: LabelSchema) -> PairPlanes:
    """Read both sides of a pair. A prediction of another size is resized where that is to be.

    Raises ``MissingPrediction``, ``SizeMismatch`` for sizes that differ otherwise, and as ``read_plane`` does.
    """
    if pair.prediction is None:
        raise MissingPrediction(pair)
    truth, prediction = (read_plane(m.path, schema, m.page, m.holds) for m in (pair.truth, pair.prediction))
    if truth.shape == prediction.shape:
        return PairPlanes(truth, prediction, False)
    sized = pair.prediction.resized
    if pair.truth.resized and not sized:  # the run that is taken as the truth of another one is the odd one
        return PairPlanes(resized(truth, prediction.shape), prediction, True)
    return PairPlanes(truth, fitted(prediction, pair.prediction.path, truth.shape, pair.truth.path, sized), True)


def fitted(plane: PlaneT, path: Path, shape: tuple[int, ...], of: Path, resize: bool) -> PlaneT:
    """Return a plane, read from ``path``, in the ``shape`` of what it is compared with, read from ``of``.

    Raises ``SizeMismatch`` where it has another one and is not to be resized.
    """
    if plane.shape == shape:
        return plane
    if not resize:
        raise SizeMismatch(path, plane.shape, of, shape)
    return resized(plane, shape)


def read_sure(mask: Mask, kind: Kind, shape: tuple[int, ...], of: Path) -> Confidence:
    """Read how sure a model was of each pixel of a mask, in the ``shape`` of what is read from ``of``.

    Raises as ``read_sureness`` does, also where that was not kept, and as ``fitted``.
    """
    file = beside(mask.path, kind)
    return fitted(read_sureness(file), file, shape, of, mask.resized)


def resized(plane: PlaneT, shape: tuple[int, ...]) -> PlaneT:
    """Return a plane in another shape (height, width), each pixel from the nearest by their centres."""
    known = plane.view(np.int32) if plane.dtype == np.uint32 else plane  # OpenCV has no other integers of 32 bits
    made = np.asarray(cv2.resize(known, shape[::-1], interpolation=cv2.INTER_NEAREST_EXACT))
    return made.view(plane.dtype)  # type: ignore[return-value]
