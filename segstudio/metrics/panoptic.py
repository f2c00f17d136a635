"""Panoptic quality: PQ = SQ x RQ, with void and crowds as panopticapi has them.

Kirillov et al. (Panoptic Segmentation, CVPR 2019, section 4).
"""

import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from segstudio.core.raster import InstancePlane
from segstudio.metrics.instances import OBJECTS, VOID, Met, Objects, meet


@dataclass(frozen=True, slots=True)
class Segment:
    """One segment of an image: a thing, or all that there is of some stuff. ``crowd``: a group not told apart."""

    id: int
    category: int
    crowd: bool = False


def segments_of(codes: Iterable[int], objects: Objects, things: Collection[int], truth: bool) -> list[Segment]:
    """Return the segments of a plane of ``codes``, one an object and one a class of stuff.

    What a truth has of things without telling them apart is a crowd; a prediction says nothing by it.
    """
    classes = dict(zip(objects.numbers.tolist(), objects.classes.tolist(), strict=True))
    found = [Segment(number + OBJECTS, class_id) for number, class_id in classes.items()]
    for code in sorted(set(codes)):
        if VOID < code < OBJECTS and (truth or code - 1 not in things):
            found.append(Segment(code, code - 1, crowd=code - 1 in things))
    return found


@dataclass(frozen=True, slots=True)
class Matches:
    """Segments of one category: ``iou`` is the sum over the matched ones. Add those of a data set, then divide."""

    iou: float = 0.0
    tp: int = 0
    fp: int = 0
    fn: int = 0

    def __add__(self, other: "Matches") -> "Matches":
        return Matches(self.iou + other.iou, self.tp + other.tp, self.fp + other.fp, self.fn + other.fn)

    @property
    def pq(self) -> float:
        """0..1; nan where there is no segment."""
        return self.iou / self._half if self._half else math.nan

    @property
    def sq(self) -> float:
        """Segmentation quality: the mean IoU of what was matched; 0 where nothing was, nan where there is nothing."""
        return (self.iou / self.tp if self.tp else 0.0) if self._half else math.nan

    @property
    def rq(self) -> float:
        """Recognition quality: F1 of the segments."""
        return self.tp / self._half if self._half else math.nan

    @property
    def _half(self) -> float:
        return self.tp + self.fp / 2 + self.fn / 2


@dataclass(frozen=True, slots=True)
class Pairing:
    """What became of the segments of one image: (truth, prediction) ids to the IoU of what matched, and the rest."""

    matched: Mapping[tuple[int, int], float]
    missed: tuple[int, ...]
    false: tuple[int, ...]
    by_category: Mapping[int, Matches]


def pair_up(
    truth: InstancePlane,
    prediction: InstancePlane,
    truth_segments: Iterable[Segment],
    predicted_segments: Iterable[Segment],
) -> Pairing:
    """Match the segments of one image: planes of segment ids, of one shape, and what each id is; as ``paired`` does."""
    return paired(meet(truth, prediction), truth_segments, predicted_segments)


def paired(met: Met, truth_segments: Iterable[Segment], predicted_segments: Iterable[Segment]) -> Pairing:
    """Match the segments of one image by where their ids meet, and what each id is.

    A pair matches where its IoU is above a half, which one pair of a segment at the most can be. Pixels of the truth
    that are void do not count against a prediction; one that lies mostly in void, or in a crowd of its category, is
    not false. Areas are those of the pixels.
    """
    true, predicted = ({s.id: s for s in found} for found in (truth_segments, predicted_segments))
    common = {(t, p): pixels for t, p, pixels in zip(*(column.tolist() for column in met), strict=True)}
    areas = _Areas(common)
    matched = {}
    for (t, p), pixels in common.items():
        if t not in true or p not in predicted or true[t].crowd or true[t].category != predicted[p].category:
            continue
        iou = pixels / (areas.truth[t] + areas.prediction[p] - pixels - common.get((VOID, p), 0))
        if iou > 0.5:
            matched[t, p] = iou
    found, used = {t for t, _ in matched}, {p for _, p in matched}
    missed = tuple(s.id for s in true.values() if not s.crowd and s.id not in found)
    crowds = {s.category: s.id for s in true.values() if s.crowd}
    false = tuple(p for p in predicted if p not in used and not _excused(predicted[p], crowds, common, areas))
    return Pairing(matched, missed, false, _tallied(matched, missed, false, true, predicted))


def mean_of(matches: Iterable[Matches]) -> tuple[float, float, float]:
    """Return the means of PQ, SQ and RQ over the categories that have any segment; nan where none has."""
    there = [m for m in matches if not math.isnan(m.pq)]
    if not there:
        return math.nan, math.nan, math.nan
    pq, sq, rq = (math.fsum(values) / len(there) for values in zip(*((m.pq, m.sq, m.rq) for m in there), strict=True))
    return pq, sq, rq


class _Areas:
    """Pixels of each segment on either side, from the intersections."""

    def __init__(self, common: Mapping[tuple[int, int], int]) -> None:
        self.truth: dict[int, int] = {}
        self.prediction: dict[int, int] = {}
        for (t, p), pixels in common.items():
            self.truth[t] = self.truth.get(t, 0) + pixels
            self.prediction[p] = self.prediction.get(p, 0) + pixels


def _excused(segment: Segment, crowds: Mapping[int, int], common: Mapping[tuple[int, int], int], areas: _Areas) -> bool:
    area = areas.prediction.get(segment.id, 0)
    pardoned = common.get((VOID, segment.id), 0)
    if segment.category in crowds:
        pardoned += common.get((crowds[segment.category], segment.id), 0)
    return area > 0 and pardoned / area > 0.5


def _tallied(
    matched: Mapping[tuple[int, int], float],
    missed: Iterable[int],
    false: Iterable[int],
    true: Mapping[int, Segment],
    predicted: Mapping[int, Segment],
) -> dict[int, Matches]:
    tally: dict[int, Matches] = {}

    def add(category: int, matches: Matches) -> None:
        tally[category] = tally.get(category, Matches()) + matches

    for (t, _), iou in matched.items():
        add(true[t].category, Matches(iou, tp=1))
    for t in missed:
        add(true[t].category, Matches(fn=1))
    for p in false:
        add(predicted[p].category, Matches(fp=1))
    return tally
