"""PNG files of one byte a pixel, as most label maps are, decoded by OpenCV: it takes two thirds of Pillow's time."""

import os
import struct
import zlib
from collections.abc import Iterator
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
_LONGEST: Final = 64 << 20
"""Bytes of a file; what is longer is left to whoever reads a piece at a time."""
_MOST_CHUNKS: Final = 1 << 14
"""Looking at each takes longer than decoding what is in it, where they are many and small."""
_DENSEST: Final = 1032
"""Pixels that a byte may stand for at most: deflate packs no closer."""
_COLOURS: Final = frozenset({b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"sBIT", b"bKGD", b"hIST", b"pHYs", b"tIME"})
"""Chunks that say something of colours, sizes and times, and nothing of what the samples are."""
_TURNING: Final = (b"Raw profile", b"XML:")
"""How the keywords of texts begin that may say how the picture is turned."""


class BytePng(NamedTuple):
    """Gray values, or indices, uint8 of shape (height, width), as stored; ``palette`` has a colour an index."""

    samples: NDArray[np.uint8]
    palette: NDArray[np.uint8] | None


class _Layout(NamedTuple):
    """Where the chunks of pixels are in a file, one behind the other, and what stands before them."""

    begin: int
    end: int
    header: bytes
    palette: bytes | None


def read_byte_png(path: Path) -> BytePng | None:
    """Read a PNG of one byte a pixel that is whole and plain; None for any other file, whatever is the matter with it.

    Raises ``OSError`` where it cannot be read at all.
    """
    with path.open("rb", buffering=0) as stream:
        size = os.fstat(stream.fileno()).st_size
        if size > _LONGEST or stream.read(len(_SIGNATURE)) != _SIGNATURE:
            return None
        stream.seek(0)
        data = bytearray(size)
        stream.readinto(data)  # what it leaves out is no chunk
    layout = _layout(data)
    if layout is None:
        return None
    width, height, depth, kind, *ways = _HEADER.unpack(layout.header)
    indexed = layout.palette is not None
    if (depth, *ways) != (8, 0, 0, 0) or kind != (_INDEX if indexed else _GRAY):
        return None
    if not 0 < width * height <= min(MAX_PIXELS, _DENSEST * (layout.end - layout.begin)):
        return None
    samples = _decoded(data, layout, width, height)
    palette = None if layout.palette is None else np.frombuffer(layout.palette, np.uint8).reshape(-1, 3)
    return None if samples is None else BytePng(samples, palette)


def _layout(data: bytearray) -> _Layout | None:
    """Return where things are; None unless all chunks are as they were written, and of those that are known here."""
    header, palette, begin, end = b"", None, 0, 0
    for number, (name, at, content) in enumerate(_chunks(data)):
        if (name == b"IHDR") != (number == 0):
            return None
        if name == b"IHDR":
            header = bytes(content)
        elif name == b"PLTE" and palette is None and not begin and len(content) % 3 == 0:
            palette = bytes(content)
        elif name == b"IDAT" and (not begin or at == end):
            begin, end = begin or at, at + 12 + len(content)
        elif name == b"IEND":
            return _Layout(begin, end, header, palette) if begin and len(header) == _HEADER.size else None
        elif name not in _COLOURS and not (name == b"tEXt" and not bytes(content[:11]).startswith(_TURNING)):
            return None
    return None


def _chunks(data: bytearray) -> Iterator[tuple[bytes, int, memoryview]]:
    """Yield names, where they begin and what they hold, up to the first that is not whole or not what was written."""
    view, at = memoryview(data), len(_SIGNATURE)
    for _ in range(_MOST_CHUNKS):
        if at + 12 > len(data):
            return
        end = at + 8 + _LENGTH.unpack_from(data, at)[0]
        if view[end : end + 4] != _LENGTH.pack(zlib.crc32(view[at + 4 : end])):
            return
        yield bytes(view[at + 4 : at + 8]), at, view[at + 8 : end]
        at = end + 4


def _decoded(data: bytearray, layout: _Layout, width: int, height: int) -> NDArray[np.uint8] | None:
    """Decode pixels of one byte each; an index is stored as a gray value is, and only the header tells them apart.

    So a header of gray values is written before the pixels, and an end behind them: there is room for both.
    """
    begin = _SIGNATURE + _chunk(b"IHDR", _HEADER.pack(width, height, 8, _GRAY, 0, 0, 0))
    end = _chunk(b"IEND", b"")
    first, last = layout.begin - len(begin), layout.end + len(end)
    data[first : layout.begin], data[layout.end : last] = begin, end
    try:
        return cv2.imdecode(np.frombuffer(data, np.uint8, last - first, first), cv2.IMREAD_UNCHANGED)  # type: ignore[return-value]
    except cv2.error:  # memory does not suffice
        return None


def _chunk(name: bytes, content: bytes) -> bytes:
    return b"".join([_LENGTH.pack(len(content)), name, content, _LENGTH.pack(zlib.crc32(name + content))])
