"""Which values of two 8-bit planes meet, counted faster than ``core`` can with numpy alone.

Nearly all time goes into adding one to the same count again and again: a processor has to wait for the last addition
before the next, and in smooth maps neighbours are the same pair.
"""

import importlib.util
import threading
from typing import Any, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from segstudio.metrics.joint_words import Count, Counts, compiled_count

Met: TypeAlias = tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.int64]]
"""Values of the one plane, those of the other that they meet, and in how many pixels; each of shape (n,)."""

PAYS = 1 << 30
"""Pixels from which on it pays to load numba and compile for it, which takes a second or two."""

_CHUNK = 1 << 21
"""Pixels counted at a time: OpenCV counts in float32, which is exact up to 2**24."""

_PARTS = 4
_SAMPLED = 61
"""Of so many pixels one is looked at, and its neighbour, to tell smooth maps from noise; odd, to meet all columns."""


class JointCounter:
    """Counts pairs of planes with OpenCV and, after ``pays`` pixels, with numba where it is installed.

    May be called by several threads; one of them compiles, and the others go on as before meanwhile.
    """

    def __init__(self, pays: int = PAYS) -> None:
        self._left = pays
        self._compiling = threading.Lock()
        self._compiled: Count | None = None

    def __call__(self, first: NDArray[np.uint8], second: NDArray[np.uint8]) -> Met:
        """Count two planes of one shape, of any size and layout of memory. A pair of values may come several times."""
        a, b = (np.ascontiguousarray(plane).reshape(-1) for plane in (first, second))
        count = self._compiled or self._compile(a.size) or _count
        parts = (slice(start, start + _CHUNK) for start in range(0, a.size, _CHUNK))
        found = [pair for part in parts for pair in count(a[part], b[part])]
        codes, pixels = zip(*found, strict=True) if found else ((np.empty(0, np.intp),), (np.empty(0, np.int64),))
        code = np.concatenate(codes)
        return code >> 8, code & 255, np.concatenate(pixels)

    def _compile(self, pixels: int) -> Count | None:
        self._left -= pixels
        if self._left > 0 or not self._compiling.acquire(blocking=False):
            return None  # never released: there is one attempt
        if importlib.util.find_spec("numba") is not None:
            self._compiled = compiled_count()
        return self._compiled


def _count(first: NDArray[np.uint8], second: NDArray[np.uint8]) -> Counts:
    """Count with OpenCV; smooth maps at four places in turn, so that no pixel waits for its neighbour."""
    alike = first[1::_SAMPLED] == first[: first.size - 1 : _SAMPLED]
    quarter = first.size // _PARTS
    if not quarter or np.count_nonzero(alike) * 2 < alike.size:
        return [_histogram(first, second)]
    whole = _PARTS * quarter
    planes = (first, second)
    mixed = (cv2.merge([plane[i * quarter : (i + 1) * quarter] for i in range(_PARTS)]) for plane in planes)
    rest = [_histogram(first[whole:], second[whole:])] if whole < first.size else []
    return [_histogram(*mixed), *rest]


def _histogram(first: NDArray[Any], second: NDArray[Any]) -> tuple[NDArray[np.intp], NDArray[np.int64]]:
    rows = [plane.reshape(1, -1) for plane in (first, second)]
    counts = cv2.calcHist(rows, [0, 1], None, [256, 256], [0, 256, 0, 256]).reshape(-1)
    codes = np.flatnonzero(counts > 0)  # of truth values: numbers take several times as long
    return codes, counts[codes].astype(np.int64)
