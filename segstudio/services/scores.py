"""The scores of a data set, kept image by image: counts are added, scores never."""

import math
from collections.abc import Iterator

from segstudio.core.confusion import Confusion
from segstudio.metrics.overlap import mean_iou


class DatasetScores:
    """One ``Confusion`` a sample and their sum. Replacing one sample's counts costs a subtraction and an addition."""

    def __init__(self) -> None:
        self._by_id: dict[str, Confusion] = {}
        self._mean_iou: dict[str, float] = {}
        self.total: Confusion | None = None

    def __len__(self) -> int:
        return len(self._by_id)

    @property
    def ids(self) -> tuple[str, ...]:
        """The samples scored, in the order they came."""
        return tuple(self._by_id)

    def get(self, sample_id: str) -> Confusion | None:
        return self._by_id.get(sample_id)

    def put(self, sample_id: str, confusion: Confusion) -> None:
        """Set a sample's counts, in place of those it had."""
        if self.total is None:
            self.total = confusion
        elif (known := self._by_id.get(sample_id)) is not None:
            self.total = self.total - known + confusion
        else:
            self.total = self.total + confusion
        self._by_id[sample_id] = confusion
        self._mean_iou[sample_id] = mean_iou(confusion)

    def mean_iou(self, sample_id: str) -> float | None:
        """Return the mean IoU of a sample, nan where it is not defined, None where it was not scored."""
        return self._mean_iou.get(sample_id)

    def worst_first(self) -> Iterator[tuple[str, float]]:
        """Yield sample ids with their mean IoU, lowest first; those where it is not defined come last."""
        yield from sorted(self._mean_iou.items(), key=lambda item: (math.isnan(item[1]), item[1], item[0]))
