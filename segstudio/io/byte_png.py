"""PNG files of one byte a pixel, as most label maps are, decoded by OpenCV: it takes two thirds of Pillow's time."""

import os
import struct
import zlib
from pathlib import Path
from typing import Final, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from segstudio.io.decoder import MAX_PIXELS

_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
_HEADER: Final = struct.Struct(">IIBBBBB")
_LENGTH: Final = struct.Struct(">I")
_GRAY, _INDEX = 0, 3
_LONGEST = 64 << 20
"""Bytes of a file; what is longer is left to whoever reads a piece at a time."""
_DENSEST = 1032
"""Pixels that a byte may stand for at most: deflate packs no closer."""
_TURNED: Final = frozenset({b"eXIf", b"acTL"})
"""Chunks that say more of the pixels than stands in them: how they are turned, or that there are several pictures."""


class BytePng(NamedTuple):
    """Gray values, or indices, uint8 of shape (height, width), as stored; ``palette`` has a colour an index."""

    samples: NDArray[np.uint8]
    palette: NDArray[np.uint8] | None


def read_byte_png(path: Path) -> BytePng | None:
    """Read a PNG of one byte a pixel that is whole and plain; None for any other file, whatever is the matter with it.

    Raises ``OSError`` where it cannot be read at all.
    """
    with path.open("rb", buffering=0) as stream:
        if stream.read(len(_SIGNATURE)) != _SIGNATURE or os.fstat(stream.fileno()).st_size > _LONGEST:
            return None
        chunks = _chunks(stream.readall())
    if chunks is None or b"IDAT" not in chunks or not chunks.keys().isdisjoint(_TURNED):
        return None
    width, height, depth, kind, *ways = _HEADER.unpack(chunks[b"IHDR"])
    packed = chunks[b"IDAT"]
    if (depth, *ways) != (8, 0, 0, 0) or kind not in (_GRAY, _INDEX) or (kind == _INDEX) != (b"PLTE" in chunks):
        return None
    if not 0 < width * height <= min(MAX_PIXELS, _DENSEST * len(packed)):
        return None
    samples = _decoded(width, height, packed)
    palette = np.frombuffer(chunks[b"PLTE"], np.uint8).reshape(-1, 3) if kind == _INDEX else None
    return None if samples is None else BytePng(samples, palette)


def _chunks(data: bytes) -> dict[bytes, bytes] | None:
    """Return the chunks of a file by their names, those of pixels joined; None unless it is as it was written."""
    found: dict[bytes, bytes] = {}
    at, before = 0, b""
    while before != b"IEND":
        if at + 12 > len(data):
            return None
        end = at + 8 + _LENGTH.unpack_from(data, at)[0]
        name, content = data[at + 4 : at + 8], data[at + 8 : end]
        if data[end : end + 4] != _LENGTH.pack(zlib.crc32(data[at + 4 : end])):
            return None
        if name in found and (name.isupper() and name != before):
            return None
        found[name] = found[name] + content if name == before == b"IDAT" else content
        at, before = end + 4, name
    whole = len(found.get(b"IHDR", b"")) == _HEADER.size and len(found.get(b"PLTE", b"")) % 3 == 0
    return found if whole and next(iter(found)) == b"IHDR" else None


def _decoded(width: int, height: int, packed: bytes) -> NDArray[np.uint8] | None:
    """Decode pixels of one byte each; an index is stored as a gray value is, and only the header tells them apart."""
    header = _HEADER.pack(width, height, 8, _GRAY, 0, 0, 0)
    parts = [_chunk(b"IHDR", header), _chunk(b"IDAT", packed), _chunk(b"IEND", b"")]
    gray = np.frombuffer(b"".join([_SIGNATURE, *parts]), np.uint8)
    try:
        samples = cv2.imdecode(gray, cv2.IMREAD_UNCHANGED)
    except cv2.error:  # memory does not suffice
        return None
    return samples if samples is not None and samples.shape == (height, width) else None  # type: ignore[return-value]


def _chunk(name: bytes, content: bytes) -> bytes:
    return b"".join([_LENGTH.pack(len(content)), name, content, _LENGTH.pack(zlib.crc32(name + content))])
