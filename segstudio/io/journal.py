"""The journal of one image: a header, and behind it what was done, one framed record after another.

    file    "SEGJ", version (u16), then frames; all numbers little-endian
    frame   length (u32) and CRC-32 (u32) of what follows: kind (u8), payload

A frame that is cut short or damaged ends the journal: what a crash leaves behind is no fault. Nothing is run or
unpacked that the size of the picture does not allow.
"""

import hashlib
import struct
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from segstudio.core.raster import TILE, LabelMap
from segstudio.editing.edit import PLANES, Edit, Plane, Values
from segstudio.editing.ledger import Digests, Ledger, Mark
from segstudio.editing.replacing import plane_of

SUFFIX = ".journal"
MAGIC = b"SEGJ"
VERSION = 1
DIGEST_BYTES = 16

START, FRAME = struct.Struct("<4sH"), struct.Struct("<II")
HEADER = struct.Struct("<QQII2B")
MARK = struct.Struct(f"<Q{DIGEST_BYTES}s{DIGEST_BYTES}s")
NUMBER = struct.Struct("<Q")
NO_DIGEST = bytes(DIGEST_BYTES)


class Kind(IntEnum):
    """What a record says. ``PAST``, ``FUTURE`` and ``CARRIED`` stand at the beginning of a journal, if at all."""

    HEADER = 0
    PAST = 1
    """A step that was done before, the oldest first."""
    FUTURE = 2
    """A step that was undone before, the one to be done again last first."""
    CARRIED = 3
    """A change of the pixels; the steps it comes of are among those before."""
    EDIT = 4
    UNDO = 5
    REDO = 6
    MARK = 7
    """What the planes held after so many changes; written before they are saved."""
    SAVED = 8
    """So many changes are in the files of the labels."""


CHANGES = (Kind.CARRIED, Kind.EDIT, Kind.UNDO, Kind.REDO)


@dataclass(frozen=True, slots=True)
class Header:
    """``shape`` of the picture, (height, width); bytes a pixel by plane; ``generation`` grows when written anew."""

    shape: tuple[int, int]
    sizes: Mapping[Plane, int]
    generation: int = 0

    @classmethod
    def of(cls, planes: LabelMap, generation: int = 0) -> "Header":
        height, width = planes.classes.shape
        found = {name: plane_of(planes, name) for name in PLANES}
        sizes = {name: plane.dtype.itemsize for name, plane in found.items() if plane is not None}
        return cls((height, width), sizes, generation)


def digests_of(planes: LabelMap) -> Digests:
    """Return what tells these planes from any others, by content, size and depth."""
    found = {name: plane_of(planes, name) for name in PLANES}
    return {name: _digest(plane) for name, plane in found.items() if plane is not None}


def frame(kind: Kind, payload: bytes = b"") -> bytes:
    body = bytes((kind,)) + payload
    return FRAME.pack(len(body), zlib.crc32(body)) + body


def edit_frame(kind: Kind, edit: Edit) -> bytes:
    """Return the record of an edit; raises ``ValueError`` for one that is not made of tiles and would be refused."""
    check_tiles(edit)
    return frame(kind, edit.to_bytes())


def mark_frame(mark: Mark) -> bytes:
    return frame(Kind.MARK, _packed_mark(mark))


def saved_frame(number: int) -> bytes:
    return frame(Kind.SAVED, NUMBER.pack(number))


def whole(header: Header, ledger: Ledger) -> bytes:
    """Return a journal that begins where the ledger does, as the bytes of a file."""
    return b"".join(_frames(header, ledger))


def _frames(header: Header, ledger: Ledger) -> Iterator[bytes]:
    yield START.pack(MAGIC, VERSION)
    sizes = (header.sizes.get(name, 0) for name in PLANES)
    numbers = HEADER.pack(header.generation, ledger.saved, *header.shape, *sizes)
    yield frame(Kind.HEADER, numbers + _packed_mark(Mark(ledger.first, ledger.base)))
    for kind, edits in ((Kind.PAST, ledger.done), (Kind.FUTURE, ledger.undone), (Kind.CARRIED, ledger.applied)):
        yield from (edit_frame(kind, edit) for edit in edits)
    yield from map(mark_frame, ledger.marks)


def check_tiles(edit: Edit) -> None:
    """Refuse patches larger than a tile: a few bytes could stand for a whole picture, and a file for any number."""
    if any(max(patch.rect.shape) > TILE for patch in edit.patches):
        raise ValueError("an edit is not made of tiles")


def _packed_mark(mark: Mark) -> bytes:
    return MARK.pack(mark.number, *(mark.digests.get(name, NO_DIGEST) for name in PLANES))


def _digest(plane: Values) -> bytes:
    digest = hashlib.blake2b(f"{plane.dtype.str} {plane.shape}".encode(), digest_size=DIGEST_BYTES)
    digest.update(np.ascontiguousarray(plane).data)
    return digest.digest()
