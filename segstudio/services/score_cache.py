"""What pairs of files have scored, kept between runs by what the files hold: a score is never that of other pixels."""

import hashlib
import struct
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import numpy as np

from segstudio import __version__
from segstudio.core.confusion import Confusion
from segstudio.core.errors import UnwritableFile
from segstudio.core.schema import LabelSchema
from segstudio.io.journal_places import Place, own_folders, remove_oldest
from segstudio.io.keyed_file import read_keyed, write_keyed
from segstudio.io.project import CONFIG_NAME
from segstudio.metrics.outlines import Outlines
from segstudio.services.scoring import ImageScore, Mask, Pair, Scoring

KIND = "index"
MOST_BYTES = 64 << 20
"""What the scores of one class table and way of scoring may take; those used longest ago go first."""

MOST_TOGETHER = 256 << 20

_HEAD = struct.Struct("<qI??")
"""Ignored pixels, cells of the counts that are not 0, whether there are outlines, whether it was resized."""


class ScoreCache:
    """Scores by content, for one class table and one way of scoring; may be used by several threads.

    The file lies in ``.segstudio/index`` of a project, else in the user's state folder; whatever is wrong with it,
    and where it cannot be written, is as if there were none.
    """

    def __init__(self, root: Path, schema: LabelSchema, scoring: Scoring) -> None:
        self._labels = tuple(c.id for c in schema.scored)
        what = f"{__version__} {schema!r} {scoring!r}"
        name = f"scores-{hashlib.sha256(what.encode()).hexdigest()[:16]}.bin"
        configured = (root / CONFIG_NAME).is_file()
        folders = own_folders(root, configured, KIND)
        self._places = [Place(f / name, root if f.is_relative_to(root) else None) for f in folders]
        self._known = next(filter(None, (read_keyed(p.path, MOST_BYTES) for p in self._places)), {})
        self._used: dict[bytes, bytes] = {}
        self._digests: dict[Path, bytes] = {}

    def find(self, pair: Pair) -> ImageScore | None:
        """Return what is known of a pair whose files are as they were; None where nothing is."""
        key = self._key(pair)
        packed = None if key is None else self._known.get(key)
        if key is None or packed is None or (found := self._unpacked(packed)) is None:
            return None
        self._used[key] = packed
        return found

    def score(self, compute: Callable[[Pair], ImageScore], pair: Pair) -> ImageScore:
        """Compute the score of a pair, and know it from then on."""
        key = self._key(pair)
        score = compute(pair)
        # A file that was written to meanwhile is not what was hashed.
        self._forget(pair)
        if key is not None and self._key(pair) == key:
            self._used[key] = _packed(score)
        return score

    def save(self) -> None:
        """Write what is new. Where no place can be written to, nothing is kept."""
        if self._used.keys() <= self._known.keys():
            return
        entries = {key: value for key, value in self._known.items() if key not in self._used} | self._used
        for place in self._places:
            with suppress(UnwritableFile):
                place.check()
                write_keyed(place.path, entries, MOST_BYTES)
                shared = place.path.parent if place.project else place.path.parent.parent
                remove_oldest(shared.rglob("scores-*.bin"), MOST_TOGETHER)
                return

    def _key(self, pair: Pair) -> bytes | None:
        """Return what tells pairs of other content apart, None where a file is missing or cannot be read."""
        if pair.prediction is None:
            return None
        found = hashlib.sha256()
        for mask in (pair.truth, pair.prediction):
            if (digest := self._digest(mask)) is None:
                return None
            found.update(b"%b %d %d " % (digest, mask.page, mask.numbered))
        return found.digest()

    def _digest(self, mask: Mask) -> bytes | None:
        if (known := self._digests.get(mask.path)) is not None:
            return known
        with suppress(OSError), mask.path.open("rb", buffering=0) as stream:
            self._digests[mask.path] = hashlib.file_digest(stream, "sha256").digest()
        return self._digests.get(mask.path)

    def _forget(self, pair: Pair) -> None:
        for mask in (pair.truth, pair.prediction):
            if mask is not None:
                self._digests.pop(mask.path, None)

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
