"""The pixel counts of a data set: one ``Confusion`` a sample, and their sum."""

from collections.abc import Iterator

import numpy as np

from segstudio.core.confusion import Confusion
from segstudio.metrics.overlap import mean_iou
from segstudio.services.image_counts import ImageCounts


class DatasetScores:
    """One ``Confusion`` a sample and their sum. Replacing one sample's counts costs a subtraction and an addition.

    ``counts`` has them in rows, in the order of ``ids``; None before the first. ``get`` of the sample that was put last
    returns the same object.
    """

    def __init__(self) -> None:
        self._rows: dict[str, int] = {}
        self._ids: list[str] = []
        self._mean_iou: list[float] = []
        self._latest: tuple[str, Confusion] | None = None
        self.counts: ImageCounts | None = None
        self.total: Confusion | None = None

    def __len__(self) -> int:
        return len(self._rows)

    @property
    def ids(self) -> tuple[str, ...]:
        """The samples scored, in the order they came."""
        return tuple(self._ids)

    def id_at(self, row: int) -> str:
        """Return the sample that has a row of ``counts``."""
        return self._ids[row]

    def row(self, sample_id: str) -> int | None:
        """Return the row of ``counts`` that a sample has, None where it was not scored."""
        return self._rows.get(sample_id)

    def get(self, sample_id: str) -> Confusion | None:
        if self._latest is not None and self._latest[0] == sample_id:
            return self._latest[1]
        row = self._rows.get(sample_id)
        return None if row is None or self.counts is None else self.counts.get(row)

    def put(self, sample_id: str, confusion: Confusion) -> None:
        """Set a sample's counts, in place of those it had."""
        if self.total is None or self.counts is None:
            self.total, self.counts = confusion, ImageCounts(confusion.labels)
        elif (known := self.get(sample_id)) is not None:
            self.total = self.total - known + confusion
        else:
            self.total = self.total + confusion
        if sample_id not in self._rows:
            self._rows[sample_id] = len(self._ids)
            self._ids.append(sample_id)
            self._mean_iou.append(0.0)
        row = self._rows[sample_id]
        self.counts.put(row, confusion)
        self._latest = sample_id, confusion
        self._mean_iou[row] = mean_iou(confusion)

    def mean_iou(self, sample_id: str) -> float | None:
        """Return the mean IoU of a sample, nan where it is not defined, None where it was not scored."""
        row = self._rows.get(sample_id)
        return None if row is None else self._mean_iou[row]

    def worst_first(self) -> Iterator[tuple[str, float]]:
        """Yield sample ids with their mean IoU, lowest first; those where it is not defined come last."""
        by_id = sorted(range(len(self._ids)), key=self._ids.__getitem__)
        order = np.argsort(np.array(self._mean_iou)[by_id], kind="stable")  # which puts nan last
        for row in np.array(by_id, np.intp)[order].tolist():
            yield self._ids[row], self._mean_iou[row]
