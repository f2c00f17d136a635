"""Connected areas of two label maps at once, from runs of equal pixels along rows: far fewer of them than pixels.

Pixels are connected by their sides and corners. Mistakes are mostly stripes along outlines, one or two pixels wide;
where those run aslant, pixels that had to share a side would fall apart into dozens of areas.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from segstudio.core.errors import SegstudioError
from segstudio.core.raster import LabelPlane, Mask, row_blocks
from segstudio.core.stopping import go_on

Whole: TypeAlias = NDArray[np.int64]

MOST = 1 << 22
"""Runs: noise of four megapixels. Beyond, connecting them would take memory by the gigabyte."""

_CHUNK = 1 << 20
"""Runs whose neighbours are looked up at a time."""


class TooManyRuns(SegstudioError):
    """Planes that change from pixel to pixel over more of them than can be connected."""

    def __init__(self, runs: int) -> None:
        super().__init__(
            f"Truth and prediction change {runs:,} times from pixel to pixel: that is noise, and has no regions.",
            "Check that both are label maps, and neither was scaled or compressed with losses.",
        )


@dataclass(frozen=True, slots=True, eq=False)
class JointRuns:
    """Stretches of rows in which neither plane changes, from the top and from the left; together they tile the planes.

    ``row``, ``left`` and ``length`` are int64 of shape (n,), in pixels; ``truth`` and ``prediction`` the values there.
    ``above`` and ``below``, int32 of shape (m,), are the runs of each pair that touches at a side or a corner.
    """

    shape: tuple[int, int]
    row: Whole
    left: Whole
    length: Whole
    truth: LabelPlane
    prediction: LabelPlane
    above: NDArray[np.int32]
    below: NDArray[np.int32]

    @classmethod
    def of(cls, truth: LabelPlane, prediction: LabelPlane) -> "JointRuns":
        """Find the runs of two planes of one shape; raises ``TooManyRuns``."""
        starts = _starts(truth, prediction)
        height, width = truth.shape
        row, left = np.divmod(starts, width)
        length = np.diff(starts, append=truth.size)
        pairs = list(_touching(starts, row, left, length, (height, width)))
        above, below = (np.concatenate(side) for side in zip(*pairs, strict=True))
        values = truth.reshape(-1)[starts], prediction.reshape(-1)[starts]
        return cls((height, width), row, left, length, *values, above, below)

    def connected(self, kinds: NDArray[np.integer]) -> NDArray[np.intp]:
        """Return for each run the number, from 0, of the connected area of equal ``kinds`` that it belongs to."""
        same = kinds[self.above] == kinds[self.below]
        roots = _roots(len(self.row), self.above[same], self.below[same])
        own = roots == np.arange(len(roots))
        return (np.cumsum(own) - 1)[roots]

    def counted(self, values: Mask | NDArray[np.uint8]) -> Whole:
        """Return the sum of some values, of the planes' shape, in each run: of a mask, how many pixels of it."""
        found = np.empty(len(self.row), np.int64)
        for rows in row_blocks(values):
            inside = slice(*np.searchsorted(self.row, (rows.start, rows.stop)))
            sums = np.zeros(values[rows].size + 1, np.int64)
            np.cumsum(values[rows], dtype=np.int64, out=sums[1:])
            at = (self.row[inside] - rows.start) * values.shape[1] + self.left[inside]
            found[inside] = sums[at + self.length[inside]] - sums[at]
        return found


def _starts(truth: LabelPlane, prediction: LabelPlane) -> Whole:
    """Return the index of the first pixel of each run, into the planes' pixels in a row."""
    found, runs = list[Whole](), 0
    for rows in row_blocks(truth):
        begins = np.ones(truth[rows].shape, np.bool_)
        np.not_equal(truth[rows, 1:], truth[rows, :-1], out=begins[:, 1:])
        begins[:, 1:] |= prediction[rows, 1:] != prediction[rows, :-1]
        found.append(np.flatnonzero(begins).astype(np.int64) + rows.start * truth.shape[1])
        runs += len(found[-1])
        if runs > MOST:
            raise TooManyRuns(runs)
        go_on()
    return np.concatenate(found)


def _touching(
    starts: Whole, row: Whole, left: Whole, length: Whole, shape: tuple[int, int]
) -> Iterator[tuple[NDArray[np.int32], NDArray[np.int32]]]:
    """Yield pairs of runs: beside each other, and below each other or a corner further on."""
    height, width = shape
    beside = np.flatnonzero(row[1:] == row[:-1]).astype(np.int32)
    yield beside, beside + np.int32(1)
    last = int(np.searchsorted(row, height - 1))
    for at in range(0, last, _CHUNK):
        part = slice(at, min(at + _CHUNK, last))
        under = (row[part] + 1) * width
        from_ = under + np.maximum(left[part] - 1, 0)
        to = under + np.minimum(left[part] + length[part], width - 1)
        first, beyond = np.searchsorted(starts, from_, "right") - 1, np.searchsorted(starts, to, "right")
        count = beyond - first
        above = np.repeat(np.arange(part.start, part.stop, dtype=np.int32), count)
        begins = np.repeat(first - np.cumsum(count) + count, count)
        yield above, (begins + np.arange(len(above))).astype(np.int32)
        go_on()


def _roots(n: int, one: NDArray[np.int32], other: NDArray[np.int32]) -> NDArray[np.intp]:
    """Return for each of ``n`` the lowest that it is connected with; ``one`` and ``other`` are the pairs.

    All pairs at a time: each root is hung below the lowest root next to it, then every way is cut short, until no
    pair is left between two roots (after Shiloach and Vishkin, "An O(log n) parallel connectivity algorithm", 1982).
    """
    roots = np.arange(n)
    while len(one):
        go_on()
        ends = np.stack((roots[one], roots[other]))
        apart = ends[0] != ends[1]
        one, other, ends = one[apart], other[apart], ends[:, apart]
        np.minimum.at(roots, ends.max(axis=0), ends.min(axis=0))
        while not np.array_equal(shorter := roots[roots], roots):
            roots = shorter
    return roots
