"""Open a picture file with its faults named: what images, masks and thumbnails are all read through."""

import logging
import re
import struct
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError
from PIL.ImageFile import ImageFile

from segstudio.core.errors import UnreadableFile
from segstudio.io.files import check_readable, plain_reason
from segstudio.io.memory import available_memory

MAX_PIXELS = 2**30
"""A header that claims more is refused before anything is decoded."""

RGB_BYTES = 10
"""What a pixel takes at most: Pillow's own copy and RGB; later RGB, the canvas's copy with smaller ones, and labels."""

FORMATS = ("PNG", "JPEG", "BMP", "DIB", "GIF", "PPM", "TIFF", "WEBP", "JPEG2000")
"""What Pillow may take a file for. Not all it knows: some of its readers start other programs."""

ORIENTATION = 0x0112

TIFF_STARTS = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")

T = TypeVar("T", bound=np.generic)

FAULTS = (
    OSError, SyntaxError, ValueError, EOFError, struct.error, zlib.error, IndexError, KeyError, TypeError,
    AttributeError, ZeroDivisionError, OverflowError, MemoryError, RuntimeError, AssertionError,
)  # fmt: skip
"""What Pillow raises on damaged files; found by feeding it such files."""

_PILLOW = r"PIL\."
_QUIET = ("ignore", None, Warning, re.compile(_PILLOW), 0)
"""The filter of warnings that keeps what Pillow remarks from being printed, as ``warnings`` lists it."""

Image.MAX_IMAGE_PIXELS = None  # its limit warns; MAX_PIXELS refuses, with a sentence
logging.getLogger("PIL").setLevel(logging.CRITICAL)


class UnknownPicture(UnreadableFile):
    """A file that Pillow takes for no picture at all, or for a TIFF of a kind that it does not know."""

    def __init__(self, path: Path, tiff: bool = False) -> None:
        reason = "it is not a picture in a format that can be read, or its header is damaged"
        hint = "PNG, JPEG, TIFF, BMP, GIF, WebP, JPEG 2000 and PNM can be read."
        if tiff:
            reason = "its samples are stored in a way that is not known here, or its header is damaged"
            hint = "Write it anew in whole numbers of 8, 16 or 32 bits, or floats, without JPEG compression."
        super().__init__(path, reason, hint)


@contextmanager
def faults_named(path: Path) -> Iterator[None]:
    """Turn what Pillow raises on damaged files, inside, into ``UnreadableFile``."""
    _ignore_metadata_warnings()
    try:
        yield
    except FAULTS as fault:
        raise UnreadableFile(path, _reason(fault), "Copy it anew from where it came from.") from fault


@contextmanager
def opened(path: Path, frame: int = 0) -> Iterator[ImageFile]:
    """Yield the picture, only its header read; decode it inside, so that every fault becomes ``UnreadableFile``."""
    check_readable(path)
    with faults_named(path), path.open("rb") as stream, _identified(path, stream) as picture:
        check_size(path, *picture.size)
        if frame:
            turn_to(path, picture, frame)
        yield picture


def _identified(path: Path, stream: BinaryIO) -> ImageFile:
    try:
        return Image.open(stream, formats=FORMATS)
    except UnidentifiedImageError:
        stream.seek(0)
        raise UnknownPicture(path, stream.read(4) in TIFF_STARTS) from None


def orientation(picture: ImageFile) -> int:
    """Return how EXIF says the stored pixels are turned, 1..8; 1 where nothing can be made of it.

    Pillow turns TIFF files itself.
    """
    if picture.format == "TIFF":
        return 1
    try:
        # The method of the base class: that of PNG decodes the whole picture to look behind it.
        turned = Image.Image.getexif(picture).get(ORIENTATION, 1)
    except FAULTS:
        return 1
    return turned if turned in range(1, 9) else 1


def upright(pixels: NDArray[T], turned: int) -> NDArray[T]:
    """Turn an array of shape (height, width, ...) that is stored as EXIF orientation ``turned`` says."""
    if turned >= 5:
        pixels = pixels.swapaxes(0, 1)
    if turned in (3, 4, 7, 8):
        pixels = pixels[::-1]
    if turned in (2, 3, 6, 7):
        pixels = pixels[:, ::-1]
    return np.ascontiguousarray(pixels)


def raw_mode(picture: ImageFile) -> str:
    """Return Pillow's name for the samples as they are stored, such as "L;2"; "" where it has none."""
    arguments = _tile(picture)
    return str(arguments[0]) if arguments else ""


def stored_maximum(picture: ImageFile) -> int | None:
    """Return the sample value that Pillow scales up to full range, or None where it leaves samples alone."""
    if picture.format == "PPM" and picture.tile[0][0] != "raw" and len(arguments := _tile(picture)) > 1:
        return int(arguments[1])
    return {"L;2": 3, "L;4": 15}.get(raw_mode(picture)[:3])


def _tile(picture: ImageFile) -> tuple[Any, ...]:
    """Return the arguments of the decoder, which are known between opening and decoding."""
    if not picture.tile:
        return ()
    arguments = picture.tile[0][3]
    return arguments if isinstance(arguments, tuple) else (arguments,)


def check_size(path: Path, width: int, height: int) -> None:
    """Raise ``UnreadableFile`` for a header that claims no pixels, or more than ``MAX_PIXELS``."""
    if width * height > MAX_PIXELS:
        reason = f"its header claims {width} x {height} pixels, more than can be opened ({MAX_PIXELS})"
        raise UnreadableFile(path, reason, "If it is a real picture, cut it into tiles.")
    if width <= 0 or height <= 0:
        raise UnreadableFile(path, f"its header claims {width} x {height} pixels")


def check_memory(path: Path, width: int, height: int, pixel_bytes: int) -> None:
    """Raise ``UnreadableFile`` where memory does not suffice for so many bytes a pixel: a small file can hold many."""
    needed, free = width * height * pixel_bytes, available_memory()
    if needed > free:
        reason = (
            f"its {width} x {height} pixels need {needed / 2**30:.1f} GB of memory, and {free / 2**30:.1f} are free"
        )
        raise UnreadableFile(path, reason, "Close other programs, or cut it into tiles.")


def check_decodable(path: Path, picture: ImageFile) -> None:
    """Raise ``UnreadableFile`` where memory does not suffice to decode a picture to RGB."""
    check_memory(path, *picture.size, RGB_BYTES)


def turn_to(path: Path, picture: ImageFile, page: int) -> None:
    """Turn an opened stack to a page, counted from 0; raises ``UnreadableFile`` where it has no such page."""
    try:
        picture.seek(page)
    except EOFError:
        raise UnreadableFile(path, f"it has no page {page}, the first being 0") from None
    check_size(path, *picture.size)


def _reason(fault: BaseException) -> str:
    if isinstance(fault, MemoryError):
        return "memory does not suffice to decode it"
    text = str(fault).lower()
    if isinstance(fault, EOFError) or "truncated" in text or "cannot load this image" in text:
        return "it is cut short: the picture is not complete"
    if isinstance(fault, OSError) and fault.errno is not None:
        return plain_reason(fault)
    return "its picture data is damaged"


def _ignore_metadata_warnings() -> None:
    """Keep Pillow's remarks on odd metadata to itself: the pixels are what counts, and their faults are raised.

    Looked after at every opening, since whoever runs this may have put other filters in place since.
    """
    if tuple(warnings.filters[:1]) != (_QUIET,):  # adding one that is there takes as long as opening a small file
        warnings.filterwarnings("ignore", module=_PILLOW)
