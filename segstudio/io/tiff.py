"""TIFF pages as they are stored: any number of channels, 8 to 64 bits, where Pillow knows a few combinations only.

After the TIFF 6.0 specification (Adobe 1992), its Technical Note 3 (floating point predictor) and BigTIFF.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from segstudio.core.errors import UnreadableFile
from segstudio.io.decoder import TIFF_STARTS, faults_named
from segstudio.io.files import check_readable

if TYPE_CHECKING:
    from PIL.TiffImagePlugin import ImageFileDirectory_v2 as Tags

SUBFILE, WIDTH, HEIGHT, BITS, COMPRESSION, PHOTOMETRIC = 254, 256, 257, 258, 259, 262
STRIP_OFFSETS, ORIENTATION, CHANNELS, ROWS_PER_STRIP, STRIP_COUNTS, PLANAR = 273, 274, 277, 278, 279, 284
PREDICTOR, TILE_WIDTH, TILE_HEIGHT, TILE_OFFSETS, TILE_COUNTS = 317, 322, 323, 324, 325
EXTRA_SAMPLES, SAMPLE_FORMAT = 338, 339

MAX_PAGES = 1 << 20
STACKS_KNOWN = 16
"""Files of which is kept where their pages lie: to go through a stack asks for each page in turn."""
NUMBERS = {1: "u", 2: "i", 3: "f", 4: "u"}
"""Sample formats; 4 is "undefined"."""
BYTES = {"u": (1, 2, 4, 8), "i": (1, 2, 4, 8), "f": (2, 4, 8)}
WHITE_IS_ZERO, RGB = 0, 2
PLAIN = (WHITE_IS_ZERO, 1, RGB)
"""Photometric interpretations in which samples mean themselves: gray, either way round, and RGB."""


@dataclass(frozen=True, slots=True)
class TiffPage:
    """What the tags of a page say. ``frame`` counts all directories of the file, ``tile`` is (height, width).

    Strips are tiles as wide as the picture. ``dtype`` is None where samples are none that numpy has, such as 12-bit
    ones. ``alpha`` says that the last channel is opacity.
    """

    frame: int
    height: int
    width: int
    channels: int
    dtype: np.dtype[Any] | None
    photometric: int
    compression: int
    predictor: int
    planar: bool
    alpha: bool
    orientation: int
    tile: tuple[int, int]
    offsets: tuple[int, ...]
    counts: tuple[int, ...]

    @property
    def shape(self) -> tuple[int, int]:
        """Height and width of the upright picture."""
        return (self.width, self.height) if self.orientation >= 5 else (self.height, self.width)


def is_tiff(path: Path) -> bool:
    """Tell by its first bytes whether a file is a TIFF; raises ``UnreadableFile``."""
    check_readable(path)
    with faults_named(path), path.open("rb") as stream:
        return stream.read(4) in TIFF_STARTS


def read_page(path: Path, page: int = 0) -> TiffPage:
    """Return what the header says of a page, counted from 0; raises ``UnreadableFile`` where there is no such page."""
    with _opened(path) as (stream, head):
        # Most files have but one page: others are not looked for unless they are asked for.
        frame, at = (0, _tags(head).next) if not page else _place(path, stream, page)
        if at:
            tags = _tags(head)
            stream.seek(at)
            tags.load(stream)
            return _page(frame, tags)
    raise UnreadableFile(path, f"it has no page {page}, the first being 0")


def count_pages(path: Path) -> int:
    """Return how many pages a TIFF has; copies of lower resolution, which some keep for display, are none."""
    with _opened(path) as (stream, _):
        return max(1, len(_known_pages(path, stream)))


@contextmanager
def _opened(path: Path) -> Iterator[tuple[BinaryIO, bytes]]:
    """Yield a file, and its header."""
    with faults_named(path), path.open("rb") as stream:
        head = stream.read(8)
        if head.startswith(b"MM\0+"):  # Pillow takes its directory for that of a small TIFF
            raise UnreadableFile(path, "it is a BigTIFF of the big-endian kind", "Write it as little-endian TIFF.")
        yield stream, head + (stream.read(8) if head.startswith(b"II+") else b"")


def _place(path: Path, stream: BinaryIO, page: int) -> tuple[int, int]:
    """Return number and place of a page's directory, zeros where there is no such page."""
    pages = _known_pages(path, stream)
    return (int(pages[page, 0]), int(pages[page, 1])) if page < len(pages) else (0, 0)


def _known_pages(path: Path, stream: BinaryIO) -> NDArray[np.int64]:
    """Return where the directories of the pages lie: each is found through the one before, so once is enough."""
    state = os.fstat(stream.fileno())
    return _pages(path, state.st_size, state.st_mtime_ns)


@lru_cache(maxsize=STACKS_KNOWN)
def _pages(path: Path, size: int, changed_ns: int) -> NDArray[np.int64]:
    """Return number and place of the directories that are pages, shape (n, 2), of a file as it was at one moment."""
    with _opened(path) as (stream, head):
        found = [(frame, at) for frame, at, _ in _directories(stream, head)]
    return np.array(found, np.int64).reshape(-1, 2)


def _tags(head: bytes) -> Tags:
    """Return a directory to be read, of a file that begins so."""
    from PIL.TiffImagePlugin import ImageFileDirectory_v2  # here: it brings fractions, slower than all of PIL

    return ImageFileDirectory_v2(head)


def _directories(stream: BinaryIO, head: bytes) -> Iterator[tuple[int, int, Tags]]:
    """Yield number, place and tags of the directories that are pages: no thumbnails, overviews, transparency masks."""
    tags = _tags(head)
    seen: set[int] = set()
    frame = 0
    while (at := tags.next) and at not in seen and frame < MAX_PAGES:
        seen.add(at)
        stream.seek(at)
        tags.load(stream)
        if not frame or not _one(tags, SUBFILE, 0) & 5:
            yield frame, at, tags
        frame += 1


def _page(frame: int, tags: Tags) -> TiffPage:
    height, width, channels = _one(tags, HEIGHT, 0), _one(tags, WIDTH, 0), _one(tags, CHANNELS, 1)
    tiled = TILE_OFFSETS in tags
    tile = (_one(tags, TILE_HEIGHT, 0), _one(tags, TILE_WIDTH, 0))
    strip = (min(_one(tags, ROWS_PER_STRIP, height), height), width)
    orientation = _one(tags, ORIENTATION, 1)
    return TiffPage(
        frame,
        height,
        width,
        channels,
        _dtype(tags),
        _one(tags, PHOTOMETRIC, 1),
        _one(tags, COMPRESSION, 1),
        _one(tags, PREDICTOR, 1),
        planar=_one(tags, PLANAR, 1) == 2 and channels > 1,
        alpha=_has_alpha(tags, channels),
        orientation=orientation if orientation in range(1, 9) else 1,
        tile=tile if tiled else strip,
        offsets=_many(tags, TILE_OFFSETS if tiled else STRIP_OFFSETS),
        counts=_many(tags, TILE_COUNTS if tiled else STRIP_COUNTS),
    )


def _has_alpha(tags: Tags, channels: int) -> bool:
    if EXTRA_SAMPLES in tags:
        return _many(tags, EXTRA_SAMPLES)[-1:] in ((1,), (2,))
    return channels == 4 and _one(tags, PHOTOMETRIC, 1) == RGB  # written so by many, against the specification


def _dtype(tags: Tags) -> np.dtype[Any] | None:
    bits, kinds = set(_many(tags, BITS) or (1,)), set(_many(tags, SAMPLE_FORMAT) or (1,))
    kind = NUMBERS.get(next(iter(kinds)))
    if len(bits) > 1 or len(kinds) > 1 or kind is None or (size := bits.pop()) % 8 or size // 8 not in BYTES[kind]:
        return None
    order = "<" if tags.prefix == b"II" else ">"
    return np.dtype(f"{order}{kind}{size // 8}")


def _many(tags: Tags, tag: int) -> tuple[int, ...]:
    value = tags.get(tag, ())
    return tuple(int(v) for v in value) if isinstance(value, tuple) else (int(value),)


def _one(tags: Tags, tag: int, default: int) -> int:
    return next(iter(_many(tags, tag)), default)
