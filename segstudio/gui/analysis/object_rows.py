"""What became of each object of an image, as rows of a table: what is wrong first."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import IntEnum

from PySide6.QtGui import QPixmap

from segstudio.core.raster import Rect
from segstudio.gui.analysis.ranked_table import Column
from segstudio.gui.widgets import NOT_DEFINED
from segstudio.metrics.instances import Overlap
from segstudio.metrics.matching import Matching, ObjectPair


class Fate(IntEnum):
    """What became of an object, in the order in which one wants to hear of it."""

    MISSED = 0
    FALSE = 1
    MISTAKEN = 2
    MATCHED = 3


WORDS = {
    Fate.MISSED: "missed",
    Fate.FALSE: "false",
    Fate.MISTAKEN: "other class",
    Fate.MATCHED: "matched",
}


@dataclass(frozen=True, slots=True)
class ObjectRow:
    """An object of the truth, of the prediction, or one of each; ``iou`` and ``score`` are None where there is none.

    ``note`` says whether it is merged or split.
    """

    fate: Fate
    truth: int | None
    prediction: int | None
    class_id: int
    predicted_class: int
    iou: float | None
    score: float | None
    area: int
    rect: Rect
    note: str = ""


def rows_of(found: Overlap, matching: Matching) -> list[ObjectRow]:
    """Return a row for each object: missed, false and mistaken ones, the largest first, then pairs by their IoU."""
    merged, split = frozenset(matching.merged), frozenset(matching.split)
    truth, prediction = (
        {n: place for place, n in enumerate(side.numbers.tolist())} for side in (found.truth, found.prediction)
    )

    def row(fate: Fate, t: int | None, p: int | None, iou: float | None = None) -> ObjectRow:
        sides = [(found.truth, truth[t])] if t is not None else []
        sides += [(found.prediction, prediction[p])] if p is not None else []
        rects = [Rect(*side.rects[at].tolist()) for side, at in sides]
        notes = ["merged"] * (p in merged) + ["split"] * (t in split)
        return ObjectRow(
            fate,
            t,
            p,
            int(sides[0][0].classes[sides[0][1]]),
            int(sides[-1][0].classes[sides[-1][1]]),
            iou,
            float(found.prediction.scores[prediction[p]]) if p is not None else None,
            int(sides[0][0].areas[sides[0][1]]),
            rects[0].around(rects[-1]),
            ", ".join(notes),
        )

    def paired(fate: Fate, pairs: Sequence[ObjectPair]) -> list[ObjectRow]:
        return [row(fate, pair.truth, pair.prediction, pair.iou) for pair in pairs]

    rows = [row(Fate.MISSED, t, None) for t in matching.missed]
    rows += [row(Fate.FALSE, None, p) for p in matching.false]
    rows += paired(Fate.MISTAKEN, matching.mistaken) + paired(Fate.MATCHED, matching.pairs)
    return sorted(rows, key=lambda r: (r.fate, r.iou if r.fate is Fate.MATCHED and r.iou is not None else -r.area))


def columns(name_of: Callable[[int], str], chip_of: Callable[[Fate], QPixmap]) -> list[Column]:
    """Return how a row is told."""

    def classes(row: ObjectRow) -> str:
        if row.fate is Fate.MISTAKEN:
            return f"{name_of(row.class_id)} as {name_of(row.predicted_class)}"
        return name_of(row.class_id)

    def what(row: ObjectRow) -> str:
        return f"{WORDS[row.fate]}, {row.note}" if row.note else WORDS[row.fate]

    return [
        Column("What", "What became of the object", what, 118, chip=lambda row: chip_of(row.fate)),
        Column("Class", "Its class in the truth, and what it was taken for", classes),
        Column("IoU", "Intersection over union of the two, %", lambda row: _percent(row.iou), 46, number=True),
        Column("Score", "How sure the prediction is of it, %", lambda row: _percent(row.score), 46, number=True),
        Column("Pixels", "Its area; that of the truth, where there is one", lambda row: f"{row.area:,}", 58, True),
    ]


def _percent(part: float | None) -> str:
    return NOT_DEFINED if part is None else f"{100 * part:.1f}"
