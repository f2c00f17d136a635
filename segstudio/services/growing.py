"""A table that rows are added to for the price of writing them."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

_LEAST = 16


class Growing:
    """``rows`` is a writable view of shape (n, width), good until rows are added or left out."""

    def __init__(self, dtype: DTypeLike, width: int = 1) -> None:
        self._room: NDArray[Any] = np.empty((_LEAST, width), dtype)
        self._length = 0

    def __len__(self) -> int:
        return self._length

    @property
    def rows(self) -> NDArray[Any]:
        return self._room[: self._length]

    def extend(self, rows: ArrayLike) -> None:
        """Add rows at the end; room is doubled where there is none left."""
        added = np.asarray(rows).reshape(-1, self._room.shape[1])
        length = self._length + len(added)
        if length > len(self._room):
            room = np.empty((max(length, 2 * len(self._room)), self._room.shape[1]), self._room.dtype)
            room[: self._length] = self.rows
            self._room = room
        self._room[self._length : length] = added
        self._length = length

    def add(self) -> None:
        """Add one row of zeros."""
        self.extend(np.zeros((1, self._room.shape[1]), self._room.dtype))

    def keep(self, chosen: NDArray[np.intp]) -> None:
        """Leave out all rows but those chosen, by their ascending numbers."""
        kept = self.rows[chosen]
        self._room[: len(kept)] = kept
        self._length = len(kept)
