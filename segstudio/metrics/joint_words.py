"""Pairs of values counted eight pixels at a time by numba: an optional dependency, imported when asked for."""

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Counts: TypeAlias = list[tuple[NDArray[np.intp], NDArray[np.int64]]]
"""Codes, 256 times the one value and the other, with their pixels; a code may come several times."""

Count: TypeAlias = Callable[[NDArray[np.uint8], NDArray[np.uint8]], Counts]

WORD = 8
_VALUES = 256
_APART = _VALUES * _VALUES + 256
"""From the counts of even pixels to those of odd ones: not a power of two, or both would share places in the cache."""


def compiled_count() -> Count:
    """Return a function that counts pairs in two flat arrays, at most 2**31 of them; takes a second or two.

    Raises ``ImportError`` without numba.
    """
    from numba import njit, types

    words = types.Array(types.uint64, 1, "C", readonly=True)
    kernel = njit(types.void(words, words, types.int32[::1]), nogil=True)(_add_words)

    def count(first: NDArray[np.uint8], second: NDArray[np.uint8]) -> Counts:
        whole = first.size - first.size % WORD
        tables = np.zeros(2 * _APART, np.int32)
        kernel(_words(first[:whole]), _words(second[:whole]), tables)
        counts = tables[:_APART] + tables[_APART:]
        places = np.flatnonzero(counts > 0)
        rest = first[whole:].astype(np.intp) * _VALUES + second[whole:]
        return [(_swapped(places), counts[places].astype(np.int64)), (rest, np.ones(len(rest), np.int64))]

    return count


def _words(values: NDArray[np.uint8]) -> NDArray[np.uint64]:
    aligned: NDArray[np.uint64] = np.require(values.view(np.uint64), requirements="A")
    return aligned


def _swapped(codes: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return where pairs are counted, or the pairs that are counted there: it is the same either way.

    Rows of the table are 1 KiB apart, so that counts of few values would all share a few places in the cache.
    """
    return codes ^ ((codes >> 8 & 15) << 4)


def _add_words(first: NDArray[np.uint64], second: NDArray[np.uint64], tables: NDArray[np.int32]) -> None:
    """Add the pairs of eight pixels at a time to two tables of counts, in the order of ``_swapped``.

    Eight pixels that are all of one pair, as nearly all are in smooth maps, are one addition.
    """
    low, repeat = np.uint64(0x00FF00FF00FF00FF), np.uint64(0x0001000100010001)
    nibble, code = np.uint64(0x0F0F0F0F0F0F0F0F), np.uint64(0xFFFF)
    odd, four, eight = np.uint64(_APART), np.uint64(4), np.uint64(8)
    for i in range(first.size):
        a = first[i]
        b = second[i] ^ ((a & nibble) << four)
        # Four codes of 16 bits each: those of the even and of the odd pixels.
        evens = ((a & low) << eight) | (b & low)
        odds = (a & ~low) | ((b >> eight) & low)
        one = evens & code
        if evens == odds and evens == one * repeat:
            tables[one] += 8
        else:
            for shift in (np.uint64(0), np.uint64(16), np.uint64(32), np.uint64(48)):
                tables[(evens >> shift) & code] += 1
                tables[odd + ((odds >> shift) & code)] += 1
