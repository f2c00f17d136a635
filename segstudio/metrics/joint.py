"""How often each pair of values meets in two 8-bit planes, counted faster than ``core`` can with numpy alone.

Nearly all time goes into adding one to the same count again and again: a processor has to wait for the last addition
before the next, and in smooth maps neighbours are the same pair.
"""

import importlib.util
import threading
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from segstudio.metrics.joint_words import Count, compiled_count

JointCounts = NDArray[np.int64]
"""Shape (256, 256): pixels by the value of the one plane and that of the other."""

PAYS = 1 << 30
"""Pixels from which on it pays to load numba and compile for it, which takes a second or two."""

_CHUNK = 1 << 21
"""Pixels counted at a time: OpenCV counts in float32, which is exact up to 2**24."""

_PARTS = 4


class JointCounter:
    """Counts pairs of planes with OpenCV and, after ``pays`` pixels, with numba where it is installed.

    May be called by several threads; one of them compiles, and the others go on as before meanwhile.
    """

    def __init__(self, pays: int = PAYS) -> None:
        self._left = pays
        self._compiling = threading.Lock()
        self._compiled: Count | None = None

    def __call__(self, first: NDArray[np.uint8], second: NDArray[np.uint8]) -> JointCounts:
        """Return the counts of two planes of one shape and any size, in any layout of memory."""
        a, b = (np.ascontiguousarray(plane).reshape(-1) for plane in (first, second))
        count = self._compiled or self._compile(a.size) or _count
        total = np.zeros((256, 256), np.int64)
        for start in range(0, a.size, _CHUNK):
            total += count(a[start : start + _CHUNK], b[start : start + _CHUNK])
        return total

    def _compile(self, pixels: int) -> Count | None:
        self._left -= pixels
        if self._left > 0 or not self._compiling.acquire(blocking=False):
            return None  # never released: there is one attempt
        if importlib.util.find_spec("numba") is not None:
            self._compiled = compiled_count()
        return self._compiled


def _count(first: NDArray[np.uint8], second: NDArray[np.uint8]) -> JointCounts:
    """Count with OpenCV, taking pixels from four places in turn, so that neighbours do not wait for each other."""
    quarter = first.size // _PARTS
    whole = _PARTS * quarter
    counts = _histogram(first[whole:], second[whole:])
    if quarter:
        mixed = (
            cv2.merge([plane[i * quarter : (i + 1) * quarter] for i in range(_PARTS)]) for plane in (first, second)
        )
        counts += _histogram(*mixed)
    return counts


def _histogram(first: NDArray[Any], second: NDArray[Any]) -> JointCounts:
    if not first.size:
        return np.zeros((256, 256), np.int64)
    rows = [plane.reshape(1, -1) for plane in (first, second)]
    return cv2.calcHist(rows, [0, 1], None, [256, 256], [0, 256, 0, 256]).astype(np.int64)
