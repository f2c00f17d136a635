"""Counts of truth against prediction as one reads them: whole or in parts, and what a cell says in a sentence."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from segstudio.core.confusion import Confusion
from segstudio.core.schema import MAX_ID, UNKNOWN_COLOR, LabelClass
from segstudio.core.wording import counted
from segstudio.metrics.overlap import FloatArray, shares

NOTHING = LabelClass(MAX_ID, "nothing", UNKNOWN_COLOR)
"""Stands in the place of an object that is not there."""

OUTSIDE = "no class"
"""What a prediction is called that is an ignored class, or a value without one."""


class By(Enum):
    """What the cells say: pixels, their part of the truth of the row, or of the prediction of the column."""

    COUNTS = "counts"
    ROW = "row"
    COLUMN = "column"


def parts(confusion: Confusion, by: By) -> FloatArray:
    """Return the cells as parts of 1, shape (n, n + 1), nan where there is nothing to be a part of.

    Rows add up to 1 by row: the diagonal is recall. Columns do by column: it is precision. As counts, the whole does.
    """
    if by is By.ROW:
        return shares(confusion.counts)
    if by is By.COLUMN:
        return shares(confusion.counts.T).T
    return shares(confusion.counts.reshape(1, -1)).reshape(confusion.counts.shape)


def present(confusion: Confusion) -> tuple[int, ...]:
    """Return the places of the classes that have pixels, in the truth or in the prediction, ascending."""
    n = len(confusion.labels)
    pixels = confusion.counts.sum(axis=1) + confusion.counts[:, :n].sum(axis=0)
    return tuple(np.flatnonzero(pixels).tolist())


def most_confused(confusion: Confusion, most: int) -> tuple[int, ...]:
    """Return the places of at most ``most`` classes, ascending: those with the most wrong pixels, either way."""
    n = len(confusion.labels)
    counts = confusion.counts
    wrong = counts.sum(axis=1) + counts[:, :n].sum(axis=0) - 2 * np.diagonal(counts)
    chosen = np.argsort(-wrong, kind="stable")[:most]
    return tuple(sorted(chosen.tolist()))


@dataclass(frozen=True, slots=True, eq=False)
class Matrix:
    """The counts of one image, or of a data set, with their classes.

    ``images``, of the shape of the counts, says how many images have pixels in each cell, None where they are of one.
    """

    confusion: Confusion
    classes: tuple[LabelClass, ...]
    images: NDArray[np.int64] | None = None

    def name(self, column: int) -> str:
        """Return what a column stands for; the one behind the last class is ``OUTSIDE``."""
        return self.classes[column].name if column < len(self.classes) else OUTSIDE

    def sentence(self, row: int, column: int, by: By) -> str:
        """Return what a cell says, with its pixels, as "4.1 % of Car is taken for Road: 12,345 px in 31 images"."""
        pixels = int(self.confusion.counts[row, column])
        return f"{self._said(row, column, by)}: {self._amount(pixels)}{self._where(row, column, pixels)}"

    def _amount(self, pixels: int) -> str:
        return f"{pixels:,} px"

    def _said(self, row: int, column: int, by: By) -> str:
        truth, predicted = self.classes[row].name, self.name(column)
        part = float(parts(self.confusion, by)[row, column])
        if by is By.COUNTS:
            return f"{truth} taken for {predicted}" if row != column else f"{truth} found"
        if part != part:
            return f"There is no {truth}" if by is By.ROW else f"Nothing is taken for {predicted}"
        share = per_cent(part)
        if by is By.ROW:
            return f"{share} of {truth} is " + ("found" if row == column else f"taken for {predicted}")
        return f"{share} of what is taken for {predicted} is {truth}"

    def _where(self, row: int, column: int, pixels: int) -> str:
        if self.images is None or not pixels:
            return ""
        images = int(self.images[row, column])
        return f" in {counted(images, 'image')}"

    def table(self, by: By) -> tuple[list[str], list[list[str | float]]]:
        """Return names of columns and rows for a file: pixels as counts, else parts of 1."""
        values = self.confusion.counts if by is By.COUNTS else parts(self.confusion, by)
        names = ["truth", *(self.name(column) for column in range(len(self.classes) + 1))]
        return names, [[c.name, *row] for c, row in zip(self.classes, values.tolist(), strict=True)]


class ObjectMatrix(Matrix):
    """The same of objects; ``NOTHING`` is the last class: what was missed is its column, what is false its row."""

    @classmethod
    def of(cls, counts: NDArray[np.int64], classes: Sequence[LabelClass]) -> "ObjectMatrix":
        """Return it from counts as ``class_matrix`` has them, shape (n + 1, n + 1), of n classes."""
        labels = (*(c.id for c in classes), NOTHING.id)
        outside = np.zeros((len(labels), 1), np.int64)
        return cls(Confusion(labels, np.hstack((counts, outside))), (*classes, NOTHING))

    def _amount(self, pixels: int) -> str:
        return counted(pixels, "object")

    def _said(self, row: int, column: int, by: By) -> str:
        part, nothing = float(parts(self.confusion, by)[row, column]), len(self.classes) - 1
        if nothing not in (row, column) or part != part:
            return super()._said(row, column, by)
        true, predicted, share = self.classes[row].name, self.classes[column].name, per_cent(part)
        missed = column == nothing
        if by is By.COUNTS:
            return f"{true} missed" if missed else f"False {predicted}"
        if by is By.ROW:
            return f"{share} of {true} is missed" if missed else f"{share} of what is false is called {predicted}"
        return f"{share} of what is missed is {true}" if missed else f"{share} of what is called {predicted} is false"


def per_cent(part: float) -> str:
    """Return a part of 1 as it is read: what is there is never said to be 0.0 %, nor what lacks something 100.0 %."""
    if 0 < part < 0.0005:
        return "< 0.1 %"
    if 0.9995 <= part < 1:
        return "> 99.9 %"
    return f"{100 * part:.1f} %"
