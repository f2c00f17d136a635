"""Where in a data set the truth itself may be wrong: a model that is sure of itself says otherwise there.

After confident learning (Northcutt, Jiang and Chuang, "Confident Learning: Estimating Uncertainty in Dataset Labels",
JAIR 2021, section 3.1), which asks of a prediction that it be as sure as predictions of its class usually are; of
regions here instead of examples, because pixels side by side are one mistake.
"""

import heapq
from collections.abc import Generator, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from math import inf
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from segstudio.core.errors import SegstudioError
from segstudio.core.raster import Confidence, LabelPlane, Rect
from segstudio.core.schema import LabelSchema
from segstudio.io.sureness import beside
from segstudio.metrics.error_kinds import ErrorKind
from segstudio.metrics.error_regions import ErrorRegions, error_regions
from segstudio.services.ahead import in_order
from segstudio.services.error_regions import Region
from segstudio.services.scoring import Pair, read_pair, read_sure

LEAST = 16
"""Pixels: smaller regions say more about how carefully outlines were drawn than about labels."""

AN_IMAGE, IN_ALL = 200, 20_000
"""Regions kept of an image, the largest ones, and of the data set, those ranked first."""

FULL = 255.0
"""The confidence that stands for certainty."""


@dataclass(frozen=True, slots=True)
class Suspicion(Region):
    """A region of one image of a data set, of two scored classes.

    ``confidence`` is the model's mean there, 0..1, or None where the run kept none. ``sure`` says that this is no less
    than it usually is for that class; without confidence nothing is.
    """

    sample_id: str
    confidence: float | None
    sure: bool = False

    @property
    def weight(self) -> float:
        """Its pixels, each weighed by how sure the model is of it."""
        return self.area * (1.0 if self.confidence is None else self.confidence)


@dataclass(frozen=True, slots=True, eq=False)
class Looked:
    """One image is done. ``sums`` and ``counts``, by predicted class, are of the confidences of right pixels, 0..255.

    ``error`` says why it could not be read; then there is nothing else.
    """

    id: str
    done: int
    total: int
    regions: tuple[Suspicion, ...] = ()
    left_out: int = 0
    sums: NDArray[np.int64] | None = None
    counts: NDArray[np.int64] | None = None
    error: SegstudioError | None = None


class ImageRank(NamedTuple):
    """What is suspicious in one image: regions, their pixels, and the weight that it is ranked by."""

    id: str
    regions: int
    area: int
    weight: float


class SuspicionRanking(NamedTuple):
    """What ``Suspicions`` come to after ``looked`` images: regions and images, the most suspicious first."""

    looked: int
    regions: tuple[Suspicion, ...]
    images: tuple[ImageRank, ...]
    by_confidence: bool
    left_out: int
    failures: dict[str, str]


@dataclass(slots=True, eq=False)
class Suspicions:
    """What was found so far. Without confidences, outlines that are a little off are no ground for suspicion."""

    schema: LabelSchema
    failures: dict[str, SegstudioError] = field(default_factory=dict)
    images: int = 0
    unsure_images: int = 0
    left_out: int = 0
    _kept: list[tuple[float, int, Suspicion]] = field(default_factory=list)
    _number: int = 0
    _sums: NDArray[np.int64] = field(init=False)
    _counts: NDArray[np.int64] = field(init=False)

    def __post_init__(self) -> None:
        self._sums, self._counts = np.zeros((2, len(self.schema.scored)), np.int64)

    @property
    def by_confidence(self) -> bool:
        """Whether every image had confidences; else regions are ranked by size."""
        return self.images > 0 and not self.unsure_images

    def add(self, looked: Looked) -> None:
        if looked.error is not None:
            self.failures[looked.id] = looked.error
            return
        self.images += 1
        self.left_out += looked.left_out
        if looked.sums is None or looked.counts is None:
            self.unsure_images += 1
        else:
            self._sums += looked.sums
            self._counts += looked.counts
        for region in looked.regions:
            self._number += 1
            heapq.heappush(self._kept, (region.weight, -self._number, region))
            if len(self._kept) > IN_ALL:
                heapq.heappop(self._kept)
                self.left_out += 1

    def ranking(self, looked: int) -> SuspicionRanking:
        """Return what was found in so many images, in order."""
        ranked = tuple(self.ranked())
        failures = {sample_id: error.sentence() for sample_id, error in self.failures.items()}
        return SuspicionRanking(looked, ranked, tuple(by_image(ranked)), self.by_confidence, self.left_out, failures)

    def usual(self) -> dict[int, float]:
        """Return by class how sure the model usually is when it predicts it rightly, 0..1; where it ever does."""
        found = zip(self.schema.scored, self._sums.tolist(), self._counts.tolist(), strict=True)
        return {c.id: total / count / FULL for c, total, count in found if count}

    def ranked(self) -> list[Suspicion]:
        """Return the regions: those that the model is sure of first, then by their pixels weighed by confidence.

        Where an image had no confidences all are ranked by size, without slips of outlines.
        """
        kept, usual = [region for _, _, region in self._kept], self.usual()
        if not self.by_confidence:
            kept = [replace(r, confidence=None) for r in kept if r.kind not in (ErrorKind.SLIP, ErrorKind.IGNORE)]
        judged = [
            replace(r, sure=r.confidence is not None and r.confidence >= usual.get(r.predicted, inf)) for r in kept
        ]
        return sorted(judged, key=lambda r: (not r.sure, -r.weight, r.sample_id, r.seed))


def by_image(ranked: Iterable[Suspicion]) -> list[ImageRank]:
    """Return the images with regions that the model is sure of, the heaviest first; without any, with any at all."""
    regions = list(ranked)
    sure = [r for r in regions if r.sure] or regions
    grouped: dict[str, list[Suspicion]] = {}
    for region in sure:
        grouped.setdefault(region.sample_id, []).append(region)
    found = [ImageRank(i, len(g), sum(r.area for r in g), sum(r.weight for r in g)) for i, g in grouped.items()]
    return sorted(found, key=lambda image: (-image.weight, image.id))


def rank(
    pairs: Sequence[Pair], schema: LabelSchema, least: int = LEAST
) -> Generator[Looked | SuspicionRanking, None, None]:
    """Look through pairs as ``look_through`` does, and rank what is found: in the end, and ever so often before."""
    found, after = Suspicions(schema), 1
    with closing(look_through(pairs, schema, least)) as steps:
        for looked in steps:
            found.add(looked)
            yield looked
            if looked.done in (after, looked.total):
                after *= 2
                yield found.ranking(looked.done)


def look_through(pairs: Sequence[Pair], schema: LabelSchema, least: int = LEAST) -> Generator[Looked, None, None]:
    """Look at pairs in order, one step each; a bad one is a step with an error, and the search goes on.

    Regions of fewer than ``least`` pixels are left out. Others are read meanwhile; closing the generator stops it.
    """
    steps = in_order(pairs, lambda pool, pair: pool.submit(look_at, pair, schema, least))
    with closing(steps):
        for done, (pair, found) in enumerate(steps, 1):
            if isinstance(found, SegstudioError):
                yield Looked(pair.id, done, len(pairs), error=found)
            else:
                yield replace(found, done=done, total=len(pairs))


def look_at(pair: Pair, schema: LabelSchema, least: int = LEAST) -> Looked:
    """Look at one pair; raises ``SegstudioError`` where it cannot be read, or the two differ in size."""
    truth, prediction, _ = read_pair(pair, schema)
    confidence = _confidence(pair, truth.shape)
    found = error_regions(truth, prediction, schema, confidence)
    scored = [c.id for c in schema.scored]
    large = np.flatnonzero((found.area >= least) & np.isin(found.predicted, scored))
    largest = large[np.argsort(-found.area[large], kind="stable")][:AN_IMAGE]
    regions = [_suspicion(pair.id, found, index) for index in largest.tolist()]
    sums, counts = (None, None) if confidence is None else _of_right(truth, prediction, confidence, scored)
    return Looked(pair.id, 0, 0, tuple(regions), len(large) - len(largest), sums, counts)


def _confidence(pair: Pair, shape: tuple[int, ...]) -> Confidence | None:
    assert pair.prediction is not None
    if not beside(pair.prediction.path, "confidence").is_file():
        return None
    return read_sure(pair.prediction, "confidence", shape, pair.prediction.path)


def _suspicion(sample_id: str, found: ErrorRegions, index: int) -> Suspicion:
    (row, column), area = found.seeds[index].tolist(), int(found.area[index])
    return Suspicion(
        int(found.truth[index]),
        int(found.predicted[index]),
        area,
        Rect(*found.rects[index].tolist()),
        (row, column),
        ErrorKind(int(found.kinds[index])),
        int(found.digests[index]),
        sample_id,
        None if found.sums is None else int(found.sums[index]) / area / FULL,
    )


def _of_right(
    truth: LabelPlane, prediction: LabelPlane, confidence: Confidence, scored: Sequence[int]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return by class the sum of the confidences of rightly predicted pixels, and how many there are."""
    right = truth == prediction
    values, sure = prediction[right], confidence[right]
    size = int(max(scored, default=0)) + 1
    sums = np.bincount(values, sure, size).astype(np.int64)[list(scored)]
    return sums, np.bincount(values, minlength=size)[list(scored)]
