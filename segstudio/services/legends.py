"""What the colours of an overlay mean, with the pixels of each: text, colours and counts, for whoever shows them."""

import heapq
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from segstudio.core.confusion import Confusion
from segstudio.core.schema import UNKNOWN_COLOR, Color, LabelClass, LabelSchema
from segstudio.metrics.overlap import iou, mean_iou
from segstudio.overlays.agreement import (
    BOTH_RIGHT,
    BOTH_WRONG,
    BOTH_WRONG_STRIPE,
    ONLY_A,
    ONLY_B,
    ONLY_B_STRIPE,
    Difference,
)
from segstudio.overlays.base import COLOR_A, COLOR_B, FAINT
from segstudio.overlays.distances import DEEPEST, FADED, reach
from segstudio.overlays.errors import (
    FALSE_NEGATIVE,
    FALSE_NEGATIVE_STRIPE,
    FALSE_POSITIVE,
    SWAPPED,
    TRUE_POSITIVE,
    Verdict,
)
from segstudio.overlays.heat import VIRIDIS, entropy_scale
from segstudio.overlays.outlines import OTHER_GAP, TRUTH_LINE
from segstudio.overlays.signed_contours import ramp
from segstudio.services.legend import Entry, Legend, Mark, Ramp
from segstudio.services.picture_counts import PictureCounts
from segstudio.services.verdicts import verdict_counts

MOST = 6
"""Classes, or confusions, that are listed: the largest."""


@dataclass(frozen=True, slots=True)
class LegendQuestion:
    """What a legend is told from: the counts, the classes that are judged, all that can be in sight, the focus."""

    counts: PictureCounts
    schema: LabelSchema
    seen: LabelSchema
    focus: int | None

    @property
    def head(self) -> str:
        return "All classes" if self.focus is None else f"{self.named(self.focus).name}, this image"

    def named(self, class_id: int) -> LabelClass:
        return self.seen.get(class_id) or LabelClass(class_id, f"value {class_id}", UNKNOWN_COLOR)

    @property
    def has_background(self) -> bool:
        """Whether a truth can be scored and nothing at once."""
        return self.focus is not None or any(c.background for c in self.schema.scored)

    @property
    def kinds(self) -> int:
        """How many classes of objects can be taken for each other."""
        return 1 if self.focus is not None else sum(not c.background for c in self.schema.scored)


Teller: TypeAlias = Callable[[LegendQuestion], Legend | None]


def legend_of(overlay: str, asked: LegendQuestion) -> Legend | None:
    """Return what the colours of an overlay mean, None where it has none or there is nothing to count."""
    tell = _TELLERS.get(overlay)
    return tell(asked) if tell is not None else None


def _errors(other: bool) -> Teller:
    def tell(asked: LegendQuestion) -> Legend | None:
        confusion = asked.counts.confusion(other)
        if confusion is None:
            return None
        focused = asked.focus is not None
        right, color = ("True positive", TRUE_POSITIVE) if focused else ("Right", _over_dark(TRUE_POSITIVE, FAINT))
        hits = Entry(right, color, verdict_counts(confusion, asked.schema, asked.focus)[Verdict.HIT])
        entries = (hits, *_wrong(asked, confusion), *_not_scored(asked, confusion))
        return Legend(asked.head, entries, _score(asked, confusion))

    return tell


def _wrong(asked: LegendQuestion, confusion: Confusion) -> Iterator[Entry]:
    """Yield the kinds of errors there can be."""
    counts = verdict_counts(confusion, asked.schema, asked.focus)
    extra, missed = counts[Verdict.EXTRA], counts[Verdict.MISSED]
    focused = asked.focus is not None
    if asked.has_background:
        yield Entry("False positive" if focused else "Extra", FALSE_POSITIVE, extra)
    if asked.has_background or missed:
        stripe = FALSE_NEGATIVE_STRIPE
        yield Entry("False negative" if focused else "Missed", FALSE_NEGATIVE, missed, stripe)
    if asked.kinds > 1:
        yield Entry("Other class", SWAPPED, counts[Verdict.SWAPPED])


def _not_scored(asked: LegendQuestion, confusion: Confusion) -> Iterator[Entry]:
    """Yield the pixels whose truth is ignored: they are as bare as what is right of the background."""
    ignored = asked.counts.opened.document.labels.size - confusion.pixels
    if ignored and asked.focus is None:
        yield Entry("Not scored", BARE, ignored)


def _score(asked: LegendQuestion, confusion: Confusion) -> float:
    if asked.focus is None:
        return mean_iou(confusion)
    known = asked.focus in confusion.labels
    return float(iou(confusion)[confusion.labels.index(asked.focus)]) if known else math.nan


def _distances(other: bool) -> Teller:
    def tell(asked: LegendQuestion) -> Legend | None:
        confusion = asked.counts.confusion(other)
        if confusion is None:
            return None
        entries = tuple(_wrong(asked, confusion))
        most = max(entries, key=lambda entry: entry.pixels or 0).color if entries else FALSE_POSITIVE
        steps = tuple(_over_dark(most, FADED + (1 - FADED) * level / DEEPEST) for level in range(DEEPEST + 1))
        away = reach(asked.counts.opened.document.labels.shape)
        return Legend(asked.head, entries, ramp=Ramp(steps, "at a border", f"{away} px away"))

    return tell


def _signed_contours(head: str) -> Teller:
    def tell(asked: LegendQuestion) -> Legend:
        away = reach(asked.counts.opened.document.labels.shape)
        return Legend(head, ramp=Ramp(ramp(), f"{away} px short", f"{away} px beyond"), note="beside the truth's")

    return tell


BARE: Color = (24, 24, 24)
"""What nothing lies over: darker than a picture mostly is, so that it is told from what is faintly coloured."""


def _over_dark(color: Color, opacity: float) -> Color:
    gray = 64 * (1 - opacity)
    r, g, b = (round(channel * opacity + gray) for channel in color)
    return r, g, b


def _confusions(other: bool) -> Teller:
    def tell(asked: LegendQuestion) -> Legend | None:
        confusion = asked.counts.confusion(other)
        if confusion is None:
            return None
        cells = heapq.nlargest(MOST, _confused(confusion, asked.focus))
        entries = tuple(_taken(asked, confusion, row, column, pixels) for pixels, row, column in cells)
        return Legend(asked.head, entries, _score(asked, confusion), note="" if entries else "No confusions")

    return tell


def _confused(confusion: Confusion, focus: int | None) -> Iterator[tuple[int, int, int]]:
    """Yield pixels, row and column of each confusion there is, of all classes or of one."""
    counts = confusion.counts.copy()
    np.fill_diagonal(counts, 0)
    if focus is not None:
        of_focus = np.equal(confusion.labels, focus)
        counts[np.ix_(~of_focus, np.append(~of_focus, True))] = 0
    for row, column in np.argwhere(counts):
        yield int(counts[row, column]), int(row), int(column)


def _taken(asked: LegendQuestion, confusion: Confusion, row: int, column: int, pixels: int) -> Entry:
    truth = asked.named(confusion.labels[row])
    if column == len(confusion.labels):
        return Entry(f"{truth.name} as no scored class", UNKNOWN_COLOR, pixels, truth.color)
    said = asked.named(confusion.labels[column])
    return Entry(f"{truth.name} as {said.name}", said.color, pixels, truth.color)


def _difference(asked: LegendQuestion) -> Legend | None:
    counts = asked.counts.verdicts("difference")
    entries = (
        Entry("Both right", BOTH_RIGHT, int(counts[Difference.BOTH_RIGHT])),
        Entry("Only A right", ONLY_A, int(counts[Difference.ONLY_A])),
        Entry("Only B right", ONLY_B, int(counts[Difference.ONLY_B]), ONLY_B_STRIPE),
        Entry("Both wrong", BOTH_WRONG, int(counts[Difference.BOTH_WRONG]), BOTH_WRONG_STRIPE),
    )
    return Legend(asked.head, entries)


def _agreement(asked: LegendQuestion) -> Legend | None:
    counts = asked.counts.verdicts("agreement")
    only_a, only_b = int(counts[Verdict.EXTRA]), int(counts[Verdict.MISSED])
    entries = [Entry("Both say so", TRUE_POSITIVE, int(counts[Verdict.HIT]))]
    if asked.has_background or only_a or only_b:
        entries += [Entry("Only A", ONLY_A, only_a), Entry("Only B", ONLY_B, only_b, ONLY_B_STRIPE)]
    if asked.kinds > 1:
        entries.append(Entry("Another class", SWAPPED, int(counts[Verdict.SWAPPED])))
    return Legend(asked.head, tuple(entries))


def _classes(plane: str, head: str) -> Teller:
    def tell(asked: LegendQuestion) -> Legend | None:
        counts = asked.counts.classes(plane)
        drawn = [(int(counts[i]), int(i)) for i in np.flatnonzero(counts) if not asked.named(int(i)).background]
        largest = heapq.nlargest(MOST, drawn)
        entries = tuple(Entry(asked.named(i).name, asked.named(i).color, pixels) for pixels, i in largest)
        more = f"and {len(drawn) - MOST} classes more" if len(drawn) > MOST else ""
        return Legend(head, entries, note=more if entries else "Nothing but background")

    return tell


def _outlines(asked: LegendQuestion) -> Legend | None:
    lines = (
        ("truth", "Truth", TRUTH_LINE, None, Mark.LINE),
        ("prediction", "Prediction A", COLOR_A, None, Mark.LINE),
        ("other", "Prediction B", COLOR_B, OTHER_GAP, Mark.DASHES),
    )
    entries = [
        Entry(text, color, _inside(asked, counts), gap, mark)
        for plane, text, color, gap, mark in lines
        if (counts := asked.counts.classes(plane)).any() and (plane != "truth" or asked.counts.opened.has_truth)
    ]
    return Legend(asked.head, tuple(entries))


def _inside(asked: LegendQuestion, counts: NDArray[np.int64]) -> int | None:
    """Return the pixels of the class in focus, or of the only one; of several together they say nothing."""
    objects = [c.id for c in asked.schema.scored if not c.background]
    wanted = objects if asked.focus is None else [asked.focus]
    if len(wanted) > 1:
        return None
    return int(sum(counts[class_id] for class_id in wanted if class_id < len(counts)))


def _confidence(head: str) -> Teller:
    return lambda _: Legend(head, ramp=Ramp(VIRIDIS, "0", "1"), note="of the class that is predicted")


def _entropy(head: str) -> Teller:
    def tell(asked: LegendQuestion) -> Legend:
        scale = entropy_scale(len(asked.schema.scored))
        more = " and more" if len(asked.schema.scored) > 2**scale else ""
        note = "entropy, at the least" if len(asked.schema.scored) > 2 else "entropy"
        return Legend(head, ramp=Ramp(VIRIDIS, "0", f"{scale:.1f} bit{more}"), note=note)

    return tell


_TELLERS: dict[str, Teller] = {
    "truth": _classes("truth", "Truth"),
    "prediction": _classes("prediction", "Prediction A"),
    "other": _classes("other", "Prediction B"),
    "errors": _errors(other=False),
    "other errors": _errors(other=True),
    "error distances": _distances(other=False),
    "other error distances": _distances(other=True),
    "signed contours": _signed_contours("Contours of A"),
    "other signed contours": _signed_contours("Contours of B"),
    "confusions": _confusions(other=False),
    "other confusions": _confusions(other=True),
    "outlines": _outlines,
    "difference": _difference,
    "agreement": _agreement,
    "confidence": _confidence("Confidence of A"),
    "other confidence": _confidence("Confidence of B"),
    "entropy": _entropy("Uncertainty of A"),
    "other entropy": _entropy("Uncertainty of B"),
}
