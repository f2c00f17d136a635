"""Samples of a TIFF page, decoded whatever their number and type: Pillow undoes the compression, byte by byte."""

import io
import os
import struct
from io import BufferedReader
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from segstudio.core.errors import UnreadableFile
from segstudio.core.raster import Samples
from segstudio.io.decoder import check_memory, check_size, faults_named, upright
from segstudio.io.tiff import (
    BITS,
    COMPRESSION,
    HEIGHT,
    PHOTOMETRIC,
    PLAIN,
    ROWS_PER_STRIP,
    STRIP_COUNTS,
    STRIP_OFFSETS,
    TILE_COUNTS,
    TILE_HEIGHT,
    TILE_OFFSETS,
    TILE_WIDTH,
    WHITE_IS_ZERO,
    WIDTH,
    TiffPage,
)

UNCOMPRESSED, LZW, DEFLATE, OLD_DEFLATE, PACKBITS, LZMA, ZSTANDARD = 1, 5, 8, 32946, 32773, 34925, 50000
LOSSLESS = (UNCOMPRESSED, LZW, DEFLATE, OLD_DEFLATE, PACKBITS, LZMA, ZSTANDARD)
SHOWN_BYTES = 4
"""What a pixel takes to be shown and labelled, beside its samples."""
DIFFERENCES, FLOAT_DIFFERENCES = 2, 3
"""Predictors."""
HEAD, ENTRY = struct.Struct("<2sHHHQ"), struct.Struct("<HHQQ")
LONG, LONG8 = 4, 16
"""Of the BigTIFF that the bytes are wrapped in: its header, an entry of its directory, types of numbers."""


def stores_samples(page: TiffPage) -> bool:
    """Tell whether a page can be decoded here: its samples are numbers that stand for themselves, kept without loss."""
    return page.dtype is not None and page.photometric in PLAIN and page.compression in LOSSLESS


def decode_page(path: Path, page: TiffPage) -> Samples:
    """Return the samples of a page that ``stores_samples``, upright, as they are stored, in the machine's byte order.

    Shape (height, width) or (height, width, channels); opacity is dropped, and where the least value is white it is
    made the greatest, as in 8-bit pictures. Raises ``UnreadableFile``, also where
    memory does not suffice.
    """
    assert page.dtype is not None
    check_size(path, page.width, page.height)
    with faults_named(path), path.open("rb") as stream:
        across, down = _tiles(page)
        bytes_each = 3 * page.channels * page.dtype.itemsize + SHOWN_BYTES
        check_memory(path, across * page.tile[1], down * page.tile[0], bytes_each)
        planes = page.channels if page.planar else 1
        segments = len(page.offsets) // planes
        if segments < across * down or len(page.counts) < len(page.offsets):
            raise UnreadableFile(path, "its header leaves out where the pixels are")
        if page.compression != UNCOMPRESSED and sum(page.counts) > os.fstat(stream.fileno()).st_size:
            # All of them are in memory at once, and many may name the same bytes.
            reason = "its header claims more bytes for the pixels than the file has"
            raise UnreadableFile(path, reason, "Copy it anew from where it came from.")
        parts = [_plane(stream, page, slice(i * segments, i * segments + across * down)) for i in range(planes)]
    samples = parts[0] if planes == 1 else np.concatenate(parts, axis=2)
    kept = page.channels - page.alpha
    samples = samples[:, :, 0] if kept == 1 else samples[:, :, :kept]
    return upright(_white_up(samples) if page.photometric == WHITE_IS_ZERO else samples, page.orientation)


def _white_up(samples: Samples) -> Samples:
    """Turn samples of which the least is white the other way round, in their place and in every channel.

    Floats, which have no greatest value to count from, are negated.
    """
    turn = np.negative if samples.dtype.kind == "f" else np.invert
    return np.asarray(turn(samples, out=samples))


def _tiles(page: TiffPage) -> tuple[int, int]:
    """Return how many tiles lie beside each other, and below each other."""
    return -(-page.width // page.tile[1]), -(-page.height // page.tile[0])


def _plane(stream: BufferedReader, page: TiffPage, segments: slice) -> NDArray[Any]:
    """Decode one plane of the page: all its channels, or one where each is kept by itself."""
    assert page.dtype is not None
    channels = 1 if page.planar else page.channels
    across, size, native = _tiles(page)[0], page.dtype.itemsize, page.dtype.newbyteorder("=")
    found = _bytes(stream, page, segments, page.tile[1] * channels * size).reshape(page.height, across, -1)
    if page.predictor == FLOAT_DIFFERENCES:
        samples = _float_sums(found, channels, size).astype(native, copy=False)
    else:
        samples = found.view(page.dtype).astype(native, copy=False)
    samples = samples.reshape(page.height, across, page.tile[1], channels)
    if page.predictor == DIFFERENCES:
        samples = np.cumsum(samples.view(f"u{size}"), axis=2, dtype=f"u{size}").view(native)
    return samples.reshape(page.height, -1, channels)[:, : page.width]


def _bytes(stream: BufferedReader, page: TiffPage, segments: slice, width: int) -> NDArray[np.uint8]:
    """Return the bytes of the tiles, which are ``width`` bytes wide, laid out as one picture."""
    places = list(zip(page.offsets[segments], page.counts[segments], strict=True))
    if page.compression == UNCOMPRESSED:
        return _read(stream, page, places, width)
    stored = [_segment(stream, *place) for place in places]
    wrapped = _gray_tiff((width * _tiles(page)[0], page.height), (width, page.tile[0]), page.compression, stored)
    del stored
    with Image.open(io.BytesIO(wrapped), formats=("TIFF",)) as picture:
        return np.array(picture)


def _read(stream: BufferedReader, page: TiffPage, places: list[tuple[int, int]], width: int) -> NDArray[np.uint8]:
    """Read tiles that are not compressed to where they belong; of the last strip less may be there."""
    across, down = _tiles(page)
    found = np.empty((down, across, page.tile[0], width), np.uint8)
    for number, (offset, count) in enumerate(places):
        row, column = divmod(number, across)
        into = found[row, column, : page.height - row * page.tile[0]]
        stream.seek(offset)
        if count < into.nbytes or stream.readinto(into.reshape(-1).data) < into.nbytes:
            raise EOFError
    return found.swapaxes(1, 2).reshape(down * page.tile[0], across * width)[: page.height]


def _segment(stream: BufferedReader, offset: int, count: int) -> bytes:
    stream.seek(offset)
    found = stream.read(count)
    if len(found) < count:
        raise EOFError
    return found


def _gray_tiff(size: tuple[int, int], tile: tuple[int, int], compression: int, tiles: list[bytes]) -> bytes:
    """Return a BigTIFF of one 8-bit gray page, which is how Pillow is given bytes; sizes are (width, height)."""
    strips = size[0] == tile[0]
    layout = [(ROWS_PER_STRIP, tile[1])] if strips else [(TILE_WIDTH, tile[0]), (TILE_HEIGHT, tile[1])]
    at_offsets, at_counts = (STRIP_OFFSETS, STRIP_COUNTS) if strips else (TILE_OFFSETS, TILE_COUNTS)
    single = [(WIDTH, size[0]), (HEIGHT, size[1]), (BITS, 8), (COMPRESSION, compression), (PHOTOMETRIC, 1), *layout]
    table = HEAD.size + 8 + ENTRY.size * (len(single) + 2) + 8
    counts = np.array([len(tile) for tile in tiles], np.uint64)
    arrays = 16 * len(tiles) if len(tiles) > 1 else 0  # a single number stands in its entry
    offsets = np.uint64(table + arrays) + np.cumsum(counts, dtype=np.uint64) - counts
    entries = [(tag, LONG, 1, value) for tag, value in single]
    for tag, values, at in ((at_offsets, offsets, table), (at_counts, counts, table + 8 * len(tiles))):
        entries.append((tag, LONG8, len(tiles), at if arrays else int(values[0])))
    directory = struct.pack("<Q", len(entries)) + b"".join(ENTRY.pack(*entry) for entry in sorted(entries)) + bytes(8)
    tables = offsets.tobytes() + counts.tobytes() if arrays else b""
    return b"".join([HEAD.pack(b"II", 43, 8, 0, HEAD.size), directory, tables, *tiles])


def _float_sums(found: NDArray[np.uint8], channels: int, size: int) -> NDArray[Any]:
    """Undo the floating point predictor: differences of bytes, the most significant of all samples of a row first."""
    rows, across, width = found.shape
    sums = np.cumsum(found.reshape(rows, across, -1, channels), axis=2, dtype=np.uint8)
    planes = sums.reshape(rows, across, size, width // size)
    return np.ascontiguousarray(planes.swapaxes(2, 3)).view(f">f{size}")
