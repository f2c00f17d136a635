"""What became of each object of an image, as rows of a table: what is wrong first."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import IntEnum

from PySide6.QtGui import QPixmap

from segstudio.core.raster import Rect
from segstudio.gui.analysis.ranked_table import Column
from segstudio.gui.panels.error_regions_model import points
from segstudio.gui.widgets import NOT_DEFINED
from segstudio.metrics.instances import Overlap
from segstudio.metrics.matching import Matching, ObjectPair
from segstudio.metrics.object_worth import Correction, Quality, Standing


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

    ``note`` says whether it is merged or split, ``correction`` what putting it right changes of the counts of PQ.
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
    correction: Correction = field(default_factory=dict, compare=False)

    @property
    def classes(self) -> tuple[int | None, int | None]:
        """The class in the truth and in the prediction, None where there is no object."""
        true = self.class_id if self.truth is not None else None
        return true, self.predicted_class if self.prediction is not None else None


def rows_of(found: Overlap, matching: Matching) -> list[ObjectRow]:
    """Return a row for each object: missed, false and mistaken ones, the largest first, then pairs by their IoU."""
    standing = Standing(found)
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
            standing.correction(t, p, p in merged, t in split),
        )

    def paired(fate: Fate, pairs: Sequence[ObjectPair]) -> list[ObjectRow]:
        return [row(fate, pair.truth, pair.prediction, pair.iou) for pair in pairs]

    rows = [row(Fate.MISSED, t, None) for t in matching.missed]
    rows += [row(Fate.FALSE, None, p) for p in matching.false]
    rows += paired(Fate.MISTAKEN, matching.mistaken) + paired(Fate.MATCHED, matching.pairs)
    return sorted(rows, key=lambda r: (r.fate, r.iou if r.fate is Fate.MATCHED and r.iou is not None else -r.area))


class Worths:
    """What putting an object right adds to PQ of the open image, and of the data set; nan while that is not known."""

    def __init__(self) -> None:
        self.image, self.dataset = Quality({}), Quality({})

    def columns(self) -> list[Column]:
        """Return how it is told: in points of a hundred."""
        of_image = _worth_column("PQ +", "this image", lambda: self.image)
        return [of_image, _worth_column("Set +", "the data set", lambda: self.dataset)]


def _worth_column(title: str, of: str, quality: Callable[[], Quality]) -> Column:
    tip = f"By how much PQ of {of} rises when the object is put right, in points of %. Click to sort by it"

    def worth(row: ObjectRow) -> float:
        return quality().worth(row.correction)

    return Column(title, tip, lambda row: _points(worth(row)), 46, number=True, key=worth)


def columns(name_of: Callable[[int], str], chip_of: Callable[[Fate], QPixmap], worths: Worths) -> list[Column]:
    """Return how a row is told."""

    def classes(row: ObjectRow) -> str:
        if row.fate is Fate.MISTAKEN:
            return f"{name_of(row.class_id)} as {name_of(row.predicted_class)}"
        return name_of(row.class_id)

    def what(row: ObjectRow) -> str:
        return f"{WORDS[row.fate]}, {row.note}" if row.note else WORDS[row.fate]

    return [
        Column("What", "What became of the object", what, 112, chip=lambda row: chip_of(row.fate)),
        Column("Class", "Its class in the truth, and what it was taken for", classes),
        Column("IoU", "Intersection over union of the two, %", lambda row: _percent(row.iou), 42, number=True),
        Column("Score", "How sure the prediction is of it, %", lambda row: _percent(row.score), 48, number=True),
        Column(
            "Pixels",
            "Its area; that of the truth, where there is one. Click to sort by it",
            lambda row: f"{row.area:,}",
            52,
            number=True,
            key=lambda row: row.area,
        ),
        *worths.columns(),
    ]


def _points(worth: float) -> str:
    return NOT_DEFINED if math.isnan(worth) else points(worth)


def _percent(part: float | None) -> str:
    return NOT_DEFINED if part is None else f"{100 * part:.1f}"
