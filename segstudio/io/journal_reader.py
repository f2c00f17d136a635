"""Journals read: up to their end, or to where a crash has cut them off."""

import os
import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from segstudio.core.errors import UnreadableFile
from segstudio.core.raster import TILE
from segstudio.editing.edit import PLANES, Edit
from segstudio.editing.history import MOST_STEPS
from segstudio.editing.ledger import Ledger, Mark
from segstudio.io.files import check_readable, plain_reason
from segstudio.io.journal import (
    CHANGES,
    FRAME,
    HEADER,
    MAGIC,
    MARK,
    NO_DIGEST,
    NUMBER,
    START,
    VERSION,
    Header,
    Kind,
    check_tiles,
)
from segstudio.io.journal_places import Stamp

MOST_BYTES = 4 << 30
"""More than this no journal holds: twice the history of a picture, and what a day of work adds without a save."""


MOST_NUMBER = 1 << 62
"""No journal is written anew, and no image changed, as often; greater numbers could not be counted on from."""


class NewerJournal(UnreadableFile):
    """A journal of another version, which is not to be given up because this one cannot read it."""


@dataclass(frozen=True, slots=True)
class Found:
    """A journal as read. ``damaged`` says that records follow which can no longer be read."""

    path: Path
    stamp: Stamp
    header: Header
    ledger: Ledger
    damaged: bool


def read_journal(path: Path) -> Found:
    """Read a journal up to its end, or to where it was cut off or damaged.

    Of more steps than a history holds the oldest can no longer be undone; what they changed is among the changes still.
    Raises ``UnreadableFile`` for what is none, is of a newer version, or contradicts itself.
    """
    stamp, data = _read(path)
    frames = _Frames(path, data)
    try:
        header, ledger = _read_header(*next(frames.each(), (Kind.HEADER, b"")))
        for kind, payload in frames.each():
            _READERS[kind](ledger, header, payload)
    except (ValueError, KeyError, IndexError, struct.error) as error:
        raise _fault(path, "it contradicts itself") from error
    return Found(path, stamp, header, ledger, damaged=frames.damaged)


def is_newer(path: Path) -> bool:
    """Tell whether a file is a journal of another version than this program reads."""
    try:
        with path.open("rb") as stream:
            _check_start(path, stream.read(START.size))
    except NewerJournal:
        return True
    except (OSError, UnreadableFile):
        return False
    return False


def holds_unsaved(path: Path) -> bool:
    """Tell, from the heads of its records alone, whether a journal may hold changes that were not saved.

    Raises ``UnreadableFile`` as ``read_journal`` does, where heads show it.
    """
    _check(path)
    try:
        with path.open("rb") as stream:
            _check_start(path, stream.read(START.size))
            return _counts_unsaved(path, stream.read, lambda size: stream.seek(size, 1), path.stat().st_size)
    except OSError as error:
        raise UnreadableFile(path, plain_reason(error)) from error


def _counts_unsaved(path: Path, read: Callable[[int], bytes], skip: Callable[[int], int], size: int) -> bool:
    count = saved = 0
    at, wanted = START.size, {Kind.HEADER, Kind.SAVED}
    while len(head := read(FRAME.size + 1)) == FRAME.size + 1:
        length, kind = FRAME.unpack_from(head)[0] - 1, head[-1]
        at += len(head) + length
        if length < 0 or at > size:
            break
        payload = read(length) if kind in wanted and length < TILE else b""
        skip(length - len(payload))
        count += kind in CHANGES
        try:
            if kind == Kind.HEADER:
                saved, count = HEADER.unpack_from(payload)[1], NUMBER.unpack_from(payload, HEADER.size)[0]
            elif kind == Kind.SAVED:
                saved = max(saved, NUMBER.unpack(payload)[0])
        except struct.error as error:
            raise _fault(path, "it contradicts itself") from error
    return count > saved


class _Frames:
    """Walks over the frames behind the start of a journal, each but once."""

    def __init__(self, path: Path, data: memoryview) -> None:
        _check_start(path, bytes(data[: START.size]))
        self._data, self._at = data, START.size
        self.damaged = False

    def each(self) -> Iterator[tuple[Kind, bytes]]:
        while len(self._data) - self._at >= FRAME.size:
            length, crc = FRAME.unpack_from(self._data, self._at)
            begin = self._at + FRAME.size
            body = self._data[begin : begin + length]
            if not length or len(body) < length:
                return
            if zlib.crc32(body) != crc:
                self.damaged = len(self._data) > begin + length
                return
            self._at = begin + length
            yield Kind(body[0]), bytes(body[1:])


def _read_header(kind: Kind, payload: bytes) -> tuple[Header, Ledger]:
    if kind is not Kind.HEADER:
        raise ValueError("there is no header")
    generation, saved, height, width, *sizes = HEADER.unpack_from(payload)
    _check_number(max(generation, saved))
    named = {name: size for name, size in zip(PLANES, sizes, strict=True) if size}
    if not (height and width and "classes" in named) or any(size not in (1, 2, 4) for size in named.values()):
        raise ValueError("the header is none")
    base = _unpacked_mark(payload[HEADER.size :])
    ledger = Ledger(base.digests, base.number)
    ledger.saved = saved
    return Header((height, width), named, generation), ledger


def _read_past(ledger: Ledger, header: Header, payload: bytes) -> None:
    _only_at_the_beginning(ledger)
    ledger.done.append(_edit(header, payload))
    if len(ledger.done) > MOST_STEPS:
        ledger.done.popleft()


def _read_future(ledger: Ledger, header: Header, payload: bytes) -> None:
    _only_at_the_beginning(ledger)
    ledger.undone.append(_edit(header, payload))
    del ledger.undone[:-MOST_STEPS]


def _only_at_the_beginning(ledger: Ledger) -> None:
    if ledger.applied:
        raise ValueError("steps of an earlier time stand behind a change")


_READERS: dict[Kind, Callable[[Ledger, Header, bytes], None]] = {
    Kind.PAST: _read_past,
    Kind.FUTURE: _read_future,
    Kind.CARRIED: lambda ledger, header, payload: ledger.carry(_edit(header, payload)),
    Kind.EDIT: lambda ledger, header, payload: ledger.push(_edit(header, payload), MOST_STEPS),
    Kind.UNDO: lambda ledger, header, payload: ledger.undo(),
    Kind.REDO: lambda ledger, header, payload: ledger.redo(),
    Kind.MARK: lambda ledger, header, payload: ledger.mark(_unpacked_mark(payload)),
    Kind.SAVED: lambda ledger, header, payload: ledger.save(_check_number(NUMBER.unpack(payload)[0])),
}


def _edit(header: Header, payload: bytes) -> Edit:
    """Return an edit that lies in the picture, of the depth of its planes."""
    edit = Edit.from_bytes(payload)
    check_tiles(edit)
    for patch in edit.patches:
        if patch.rect != patch.rect.clipped(header.shape) or patch.after.dtype.itemsize != header.sizes[patch.plane]:
            raise ValueError("an edit does not fit the picture")
    return edit


def _unpacked_mark(payload: bytes) -> Mark:
    number, *digests = MARK.unpack(payload)
    return Mark(_check_number(number), {name: d for name, d in zip(PLANES, digests, strict=True) if d != NO_DIGEST})


def _check_number(number: int) -> int:
    if number > MOST_NUMBER:
        raise ValueError("a number is larger than any that is counted")
    return number


def _check_start(path: Path, start: bytes) -> None:
    magic, version = START.unpack(start) if len(start) == START.size else (b"", 0)
    if magic != MAGIC:
        raise _fault(path, "it is no journal")
    if version != VERSION:
        raise NewerJournal(
            path,
            f"it is of version {version}, and this program reads version {VERSION}",
            "It is kept: a newer version of this program can read it. A new one is begun.",
        )


def _check(path: Path) -> None:
    check_readable(path)
    if path.stat().st_size > MOST_BYTES:
        raise _fault(path, f"it is larger than {MOST_BYTES >> 30} GiB, so it is no journal")


def _read(path: Path) -> tuple[Stamp, memoryview]:
    _check(path)
    try:
        with path.open("rb") as stream:
            return Stamp.of(os.fstat(stream.fileno())), memoryview(stream.read())
    except OSError as error:
        raise UnreadableFile(path, plain_reason(error)) from error


def _fault(path: Path, reason: str) -> UnreadableFile:
    return UnreadableFile(path, reason, "It was left as it is, and a new one is begun.")
