"""The values of columns for all scored images, kept up to date a slice at a time."""

import time
from collections.abc import Iterable

import numpy as np

from segstudio.metrics.overlap import FloatArray
from segstudio.services.growing import Growing
from segstudio.services.image_columns import Column, Images, Rows, Source

SLICE = 1 << 16
"""Numbers looked at between two looks at the clock, three a class and image: some milliseconds."""

_NO_ROWS: Rows = np.empty(0, np.intp)


class _Kept:
    """The values of one column, what of the scores they are of, and the rows that wait."""

    def __init__(self, column: Column) -> None:
        self.column = column
        self.values = Growing(np.float64)
        self._seen, self._seen_other = 0, 0
        self._waiting: Rows = _NO_ROWS

    def read_slice(self, images: Images) -> bool:
        """Compute some of what waits, and return whether there is more."""
        counts, other = images.scores.counts, images.other.counts if images.other is not None else None
        if counts is None:
            return False
        if not len(self._waiting):
            self._waiting = counts.changed_since(self._seen)
            self._seen = counts.revision
            if self.column.source == "both" and other is not None and other.revision != self._seen_other:
                self._seen_other = other.revision
                self._waiting = np.arange(len(counts))
        if (new := len(counts) - len(self.values)) > 0:
            self.values.extend(np.full(new, np.nan))
        some = max(SLICE // (3 * len(counts.labels)), 1)
        rows, self._waiting = self._waiting[:some], self._waiting[some:]
        if len(rows):
            self.values.rows[rows, 0] = self.column.values(images, rows)
        return len(self._waiting) > 0

    def forget(self) -> None:
        self._seen = 0
        self._waiting = _NO_ROWS


class ImageValues:
    """Values of the columns that were wanted, one a row of A's scores.

    ``catch_up`` computes those of images that were scored, or painted on, since; what was not computed yet is nan.
    """

    def __init__(self, images: Images, columns: dict[str, Column]) -> None:
        self.images, self.columns = images, columns
        self._kept: dict[str, _Kept] = {}

    def want(self, keys: Iterable[str]) -> None:
        """Have the values of some columns, and of no others."""
        self._kept = {key: self._kept.get(key) or _Kept(self.columns[key]) for key in keys}

    def catch_up(self, seconds: float) -> bool:
        """Compute as long as there is time, and return whether all values are up to date."""
        until = time.perf_counter() + seconds
        for kept in self._kept.values():
            while kept.read_slice(self.images):
                if time.perf_counter() > until:
                    return False
        return True

    def values(self, key: str) -> FloatArray:
        """Return the values of a column, as far as they are known; a view, good until the next change.

        None are known of one that is not wanted.
        """
        kept = self._kept.get(key)
        return kept.values.rows[:, 0] if kept is not None else np.empty(0)

    def all_values(self, key: str) -> FloatArray:
        """Return the values of a column, one a row of A's scores, nan where not known; good until the next change."""
        known = self.values(key)
        return np.append(known, np.full(max(len(self.images.scores) - len(known), 0), np.nan))

    def forget(self, source: Source) -> None:
        """Say that something changed: what is made of it is computed anew."""
        for kept in self._kept.values():
            if kept.column.source == source:
                kept.forget()
