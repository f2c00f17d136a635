"""Masks as lengths of runs, as COCO has them: down the columns, pixels outside and inside by turns, outside first."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from segstudio.core.raster import InstancePlane, Mask

Counts = NDArray[np.int64]
"""Lengths of runs, shape (n,); the first may be 0."""

_FIRST = 48
"""The character that stands for five bits that are 0."""

_LONGEST = 1 << 40
"""Pixels that no run has; so few bits that the next difference cannot carry a sum past 64 of them unseen."""


def counts_of(text: str) -> Counts:
    """Return the lengths of runs that COCO's compressed text holds; raises ``ValueError`` where it holds none.

    A character has five bits, the lowest first, and says whether more follow; from the third run on the difference to
    the run before the last is what is written.
    """
    codes = np.frombuffer(text.encode(), np.uint8).astype(np.int64) - _FIRST
    if not len(codes) or codes.min() < 0 or codes.max() > 63 or codes[-1] & 32:
        raise ValueError("it is no run-length code")
    ends = np.flatnonzero(codes & 32 == 0)
    starts = np.append(0, ends[:-1] + 1)
    lengths = ends - starts + 1
    if lengths.max() > 9:
        raise ValueError("a run in it is longer than any picture")
    shifts = 5 * (np.arange(len(codes)) - np.repeat(starts, lengths))
    written = np.add.reduceat((codes & 31) << shifts, starts)
    written -= np.where(codes[ends] & 16, np.int64(1) << 5 * lengths, 0)
    counts = written.copy()
    # Odd and even runs, each a chain of differences; the first run of all is in none of them.
    counts[1::2] = np.cumsum(written[1::2])
    counts[2::2] = np.cumsum(written[2::2])
    if counts.max() > _LONGEST or counts.min() < -_LONGEST:
        raise ValueError("a run in it is longer than any picture")
    return counts


def text_of(counts: Counts) -> str:
    """Return lengths of runs as COCO's compressed text, which ``counts_of`` reads."""
    left = counts.astype(np.int64)
    left[3:] -= counts[1:-2]
    columns, more = [], np.ones(len(left), bool)
    written = []
    while more.any():
        bits = left & 31
        left = left >> 5
        follows = np.where(bits & 16, left != -1, left != 0)
        columns.append(bits | follows.astype(np.int64) << 5)
        written.append(more)
        more = more & follows
    codes = np.stack(columns, axis=1)[np.stack(written, axis=1)] if columns else np.zeros(0, np.int64)
    return (codes + _FIRST).astype(np.uint8).tobytes().decode("ascii")


def counts_within(mask: Mask, corner: tuple[int, int], shape: tuple[int, int]) -> Counts:
    """Return the lengths of runs of a picture of ``shape`` that holds a mask, and nothing beside it.

    ``corner`` is the row and column of the mask's first pixel; all of it lies within the picture.
    """
    columns = np.zeros((mask.shape[1], shape[0]), bool)
    columns[:, corner[0] : corner[0] + mask.shape[0]] = mask.T
    flat = np.concatenate(([False], columns.reshape(-1), [False]))
    edges = np.flatnonzero(flat[1:] != flat[:-1]) + corner[1] * shape[0]
    counts = np.diff(edges, prepend=0, append=shape[0] * shape[1])
    return counts if counts[-1] or len(counts) == 1 else counts[:-1]


def check_counts(counts: Counts | Sequence[int], shape: tuple[int, int]) -> None:
    """Raise ``ValueError`` where lengths of runs do not make up a picture of ``shape`` (height, width)."""
    lengths = np.asarray(counts)
    if len(lengths) and (lengths.dtype.kind not in "iu" or lengths.min() < 0):
        raise ValueError("the length of a run is no whole number from 0 on")
    pixels = shape[0] * shape[1]
    if len(lengths) and int(lengths.max()) > pixels:
        raise ValueError(f"a run has {int(lengths.max()):,} pixels, the picture has {pixels:,}")
    # In Python's numbers: a sum of 64 bits wraps, and a wrong one that fits would be believed.
    if (total := sum(lengths.tolist())) != pixels:
        raise ValueError(f"its runs have {total:,} pixels, the picture has {pixels:,}")


def mask_of(counts: Counts | Sequence[int], shape: tuple[int, int]) -> Mask:
    """Return the mask, shape (height, width), that lengths of runs stand for; raises as ``check_counts`` does."""
    check_counts(counts, shape)
    inside = np.arange(len(counts)) % 2 == 1
    return np.ascontiguousarray(np.repeat(inside, np.asarray(counts, np.int64)).reshape(shape[::-1]).T)


def numbered_counts(plane: InstancePlane) -> dict[int, list[int]]:
    """Return the lengths of runs of every object of a plane by its number, found in one pass."""
    flat = np.ascontiguousarray(plane.T).reshape(-1)
    if not flat.size:
        return {}
    starts = np.append(0, np.flatnonzero(flat[1:] != flat[:-1]) + 1)
    ends = np.append(starts[1:], flat.size)
    numbers = flat[starts]
    order = np.argsort(numbers, kind="stable")
    order = order[numbers[order] > 0]
    known, first = np.unique(numbers[order], return_index=True)
    found = {}
    for number, begin, end in zip(known.tolist(), first, [*first[1:], len(order)], strict=False):
        runs = order[begin:end]
        edges = np.stack((starts[runs], ends[runs]), axis=1).reshape(-1)
        counts = np.diff(edges, prepend=0, append=flat.size).tolist()
        found[number] = counts if counts[-1] else counts[:-1]
    return found
