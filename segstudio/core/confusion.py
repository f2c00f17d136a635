"""Pixel counts of truth against prediction: the one thing every overlap metric needs."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from segstudio.core.errors import SegstudioError
from segstudio.core.raster import LabelPlane
from segstudio.core.schema import MAX_ID, LabelSchema

MAX_CLASSES = 2048
"""Counts take 8 * n * (n + 1) bytes an image, and so many values are instance numbers rather than classes."""

JointCount: TypeAlias = Callable[
    [NDArray[np.uint8], NDArray[np.uint8]], tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.int64]]
]
"""Counts which values of two planes meet: those of the one, those of the other, and in how many pixels; each (n,)."""

LARGE = 1 << 20
"""Pixels from which on to look through all pairs of values there can be costs little beside the counting."""

_CHUNK = 1 << 18
"""Pixels counted at a time, so that every temporary array stays in the processor's cache."""


class UndeclaredTruth(SegstudioError):
    """A truth with values that the class table does not have. ``values``: how many pixels hold each of them."""

    def __init__(self, path: object, values: Mapping[int, int]) -> None:
        shown = ", ".join(f"{value} ({count} px)" for value, count in list(values.items())[:8])
        more = f" and {len(values) - 8} more" if len(values) > 8 else ""
        super().__init__(
            f"{path} holds values that no class has: {shown}{more}.",
            "Declare them in the class table, or leave them out as ignored classes.",
        )
        self.values = dict(values)


@dataclass(frozen=True, slots=True, eq=False)
class Confusion:
    """How many pixels of each true class were predicted as each class. Add images together; never average scores.

    ``labels`` are the ids of the scored classes, in the order of the class table; ``counts`` is int64 of shape
    (n, n + 1): a row for each true class, a column for each predicted one, and a last column for predictions that
    are an ignored class or no class at all. ``ignored`` pixels have an ignored class as their truth, ``undeclared``
    ones a value that is no class; neither are counted in ``counts``.
    """

    labels: tuple[int, ...]
    counts: NDArray[np.int64]
    ignored: int = 0
    undeclared: int = 0

    @classmethod
    def of(cls, truth: LabelPlane, prediction: LabelPlane, schema: LabelSchema) -> "Confusion":
        """Count two planes of one shape; to count many, keep a ``PairCounter``."""
        return PairCounter(schema).count(truth, prediction)

    @classmethod
    def zero(cls, schema: LabelSchema) -> "Confusion":
        """Return the counts of no pixels at all."""
        n = len(schema.scored)
        return cls(tuple(c.id for c in schema.scored), np.zeros((n, n + 1), np.int64))

    @property
    def pixels(self) -> int:
        """The pixels that are scored."""
        return int(self.counts.sum())

    def __add__(self, other: "Confusion") -> "Confusion":
        self._require_same_labels(other)
        return Confusion(
            self.labels,
            self.counts + other.counts,
            self.ignored + other.ignored,
            self.undeclared + other.undeclared,
        )

    def __sub__(self, other: "Confusion") -> "Confusion":
        self._require_same_labels(other)
        return Confusion(
            self.labels,
            self.counts - other.counts,
            self.ignored - other.ignored,
            self.undeclared - other.undeclared,
        )

    def _require_same_labels(self, other: "Confusion") -> None:
        if self.labels != other.labels:
            raise ValueError(f"counts of the classes {self.labels} and {other.labels} do not add up")


class PairCounter:
    """Counts pairs of planes for one class table. Values are looked up once for it, so that a rectangle costs little.

    A true value that is no class is set apart (``Confusion.undeclared``) and not scored: it never raises here,
    for it can stand under a brush. ``joint`` counts large 8-bit planes in place of numpy. Raises ``SegstudioError``
    for more than ``MAX_CLASSES`` scored classes.
    """

    def __init__(self, schema: LabelSchema, joint: JointCount | None = None) -> None:
        self._joint = joint
        self._labels = tuple(c.id for c in schema.scored)
        n = len(self._labels)
        if n > MAX_CLASSES:
            raise SegstudioError(
                f"{n} classes are more than can be counted against each other ({MAX_CLASSES}).",
                "Score masks of class ids, not of instance numbers.",
            )
        # Two rows more than classes, for ignored and undeclared truth; one column more, for predictions outside.
        self._shape = (n + 2, n + 1)
        self._rows = _table(self._labels, n + 1, self._shape)
        self._rows[list(schema.ignored_ids)] = n
        self._rows *= n + 1
        self._columns = _table(self._labels, n, self._shape)

    def count(self, truth: LabelPlane, prediction: LabelPlane) -> Confusion:
        """Return the counts of two planes, uint8 or uint16, of one shape. Exact at any size."""
        if truth.shape != prediction.shape:
            raise ValueError(f"truth of shape {truth.shape}, prediction of shape {prediction.shape}")
        if self._joint is not None and truth.size >= LARGE and truth.dtype == prediction.dtype == np.uint8:
            counts = self._classed(*self._joint(truth, prediction))
        else:
            counts = self._count_all(truth.reshape(-1), prediction.reshape(-1))
        return self._confusion(counts)

    def difference(self, truth: LabelPlane, before: LabelPlane, prediction: LabelPlane) -> Confusion:
        """Return by how much the counts of ``truth`` are more than those of ``before``, three arrays of shape (n,)."""
        size = self._shape[0] * self._shape[1]
        now, then = (np.bincount(self._codes(each, prediction), minlength=size) for each in (truth, before))
        return self._confusion(now - then)

    def _confusion(self, counts: NDArray[np.int64]) -> Confusion:
        table = counts.reshape(self._shape)
        return Confusion(self._labels, table[:-2], ignored=int(table[-2].sum()), undeclared=int(table[-1].sum()))

    def _classed(
        self, truth: NDArray[np.intp], prediction: NDArray[np.intp], pixels: NDArray[np.int64]
    ) -> NDArray[np.int64]:
        """Return the counts by class of those by value."""
        codes = self._codes(truth, prediction)
        # The weights are added up as float64, which is exact for any plane there can be.
        return np.bincount(codes, pixels, self._shape[0] * self._shape[1]).astype(np.int64)

    def _count_all(self, truth: LabelPlane, prediction: LabelPlane) -> NDArray[np.int64]:
        counts = np.zeros(self._shape[0] * self._shape[1], np.int64)
        for start in range(0, truth.size, _CHUNK):
            counts += self._count_chunk(truth[start : start + _CHUNK], prediction[start : start + _CHUNK])
        return counts

    def _count_chunk(self, truth: LabelPlane, prediction: LabelPlane) -> NDArray[np.int64]:
        """Count runs of equal pairs where there are long ones, as in real masks: four times as fast as each pixel."""
        changes = truth[1:] != truth[:-1]
        changes |= prediction[1:] != prediction[:-1]
        size = self._shape[0] * self._shape[1]
        if np.count_nonzero(changes) * 8 > truth.size:
            return np.bincount(self._codes(truth, prediction), minlength=size)
        inner = changes.nonzero()[0]
        last = np.empty(inner.size + 1, np.int64)
        last[:-1], last[-1] = inner, truth.size - 1
        lengths = last + 1
        lengths[1:] -= lengths[:-1].copy()
        codes = self._codes(truth[last], prediction[last])
        # The weights are added up as float64, which is exact far beyond the size of a chunk.
        return np.bincount(codes, lengths, size).astype(np.int64)

    def _codes(self, truth: NDArray[np.integer], prediction: NDArray[np.integer]) -> NDArray[np.unsignedinteger]:
        codes = self._rows.take(truth, mode="clip")  # every uint16 is in the table: "clip" only spares the check
        codes += self._columns.take(prediction, mode="clip")
        return codes


def _table(labels: Iterable[int], otherwise: int, shape: tuple[int, int]) -> NDArray[np.unsignedinteger]:
    """Return the index of each pixel value's class, in a dtype that holds a code of ``shape``."""
    table = np.full(MAX_ID + 1, otherwise, np.min_scalar_type(shape[0] * shape[1] - 1))
    for index, label in enumerate(labels):
        table[label] = index
    return table
