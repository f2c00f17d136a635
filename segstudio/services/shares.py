"""How many pixels each class has in the open sample, exact after every edit."""

import numpy as np
from numpy.typing import NDArray

from segstudio.core.raster import LabelPlane
from segstudio.editing.document import Change, Document

_CHUNK = 1 << 22
"""Pixels counted at a time: bincount widens them to eight bytes each."""


class ClassCounts:
    """Pixels by class id of one document. ``counts`` has one entry for every value the plane's dtype can hold."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self.counts = count_labels(document.labels)
        self.close = document.changed.connect(self._on_change)

    def share(self, class_id: int) -> float:
        """Return the part of the picture, 0..1, that a class covers."""
        return float(self.counts[class_id] / max(self._document.labels.size, 1))

    def _on_change(self, change: Change) -> None:
        self.counts += count_labels(self._document.labels[change.rect.slices]) - count_labels(change.before)


def count_labels(labels: LabelPlane) -> NDArray[np.int64]:
    """Return the pixels of each value: int64, one entry for every value the dtype can hold."""
    size = np.iinfo(labels.dtype).max + 1
    counts = np.zeros(size, np.int64)
    flat = labels.reshape(-1)
    for start in range(0, flat.size, _CHUNK):
        counts += np.bincount(flat[start : start + _CHUNK], minlength=size)
    return counts
