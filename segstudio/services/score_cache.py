"""What pairs of files have scored, kept between runs by what the files hold: a score is never that of other pixels."""

import struct
from collections.abc import Callable
from pathlib import Path

import numpy as np

from segstudio import __version__
from segstudio.core.confusion import Confusion
from segstudio.core.schema import LabelSchema
from segstudio.metrics.outlines import Outlines
from segstudio.services.content_cache import ContentCache
from segstudio.services.scoring import ImageScore, Pair, Scoring

_HEAD = struct.Struct("<qI??")
"""Ignored pixels, cells of the counts that are not 0, whether there are outlines, whether it was resized."""


class ScoreCache:
    """Scores by content, for one class table and one way of scoring; may be used by several threads."""

    def __init__(self, root: Path, schema: LabelSchema, scoring: Scoring) -> None:
        self._labels = tuple(c.id for c in schema.scored)
        self._cache = ContentCache(root, "scores", f"{__version__} {schema!r} {scoring!r}")

    def find(self, pair: Pair) -> ImageScore | None:
        """Return what is known of a pair whose files are as they were; None where nothing is."""
        return None if pair.prediction is None else self._cache.find([pair.truth, pair.prediction], self._unpacked)

    def score(self, compute: Callable[[Pair], ImageScore], pair: Pair) -> ImageScore:
        """Compute the score of a pair, and know it from then on."""
        if pair.prediction is None:
            return compute(pair)
        return self._cache.keep([pair.truth, pair.prediction], lambda: compute(pair), _packed)

    def save(self) -> None:
        """Write what is new. Where no place can be written to, nothing is kept."""
        self._cache.save()

    def _unpacked(self, packed: bytes) -> ImageScore | None:
        """Return a score as ``_packed`` has it, None where the bytes are no score of these classes."""
        n = len(self._labels)
        try:
            ignored, cells, outlined, resized = _HEAD.unpack_from(packed)
            at = np.frombuffer(packed, "<u4", cells, _HEAD.size)
            values = np.frombuffer(packed, "<i8", cells, _HEAD.size + at.nbytes)
            counts = np.zeros(n * (n + 1), np.int64)
            counts[at] = values
            confusion = Confusion(self._labels, counts.reshape(n, n + 1), ignored)
            rest = packed[_HEAD.size + at.nbytes + values.nbytes :]
            return ImageScore(confusion, _outlines(rest, n) if outlined else None, resized)
        except (struct.error, ValueError, IndexError):
            return None


def _packed(score: ImageScore) -> bytes:
    counts, outlines = score.confusion.counts.reshape(-1), score.outlines
    at = np.flatnonzero(counts)
    head = _HEAD.pack(score.confusion.ignored, len(at), outlines is not None, score.resized)
    parts = [head, at.astype("<u4").tobytes(), counts[at].astype("<i8").tobytes()]
    if outlines is not None:
        parts += [outlines.bands.astype("<i8").tobytes(), outlines.values.astype("<f8").tobytes()]
    return b"".join(parts)


def _outlines(packed: bytes, classes: int) -> Outlines:
    bands = np.frombuffer(packed, "<i8", 2 * classes).reshape(classes, 2)
    values = np.frombuffer(packed, "<f8", offset=bands.nbytes).reshape(classes, -1)
    return Outlines(bands, values)
