"""Pictures for display and for models: RGB, upright. The one place that knows how files store colours."""

import re
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
from PIL.Image import Image, Resampling
from PIL.ImageFile import ImageFile

from segstudio.core.display import Display, Distribution, extremes, kind_of, shown
from segstudio.core.errors import UnreadableFile
from segstudio.core.raster import RgbImage, Samples
from segstudio.io.decoder import check_decodable, check_memory, check_size, opened, orientation, raw_mode, upright
from segstudio.io.tiff import RGB, TiffPage, count_pages, is_tiff, read_page
from segstudio.io.tiff_samples import decode_page, stores_samples

IMAGE_SUFFIXES = frozenset(
    f".{kind}"
    for kind in re.findall(r"\w+", "png jpg jpeg jpe jfif tif tiff bmp dib gif webp jp2 j2k pgm ppm pbm pnm pfm")
)
LARGE = 1 << 24
"""Pixels above which a thumbnail is made from a part of them, at least ``DENSITY`` to each of its own a side."""

DENSITY = 8
DEEP_BYTES = 20
"""What a pixel of 16-bit colour takes at most: Pillow's copy, OpenCV's, and the one in the order red, green, blue."""

STRIP = 1 << 18
"""Pixels taken over from Pillow at a time: the copies between then stay in the processor's cache."""

MAX_THUMBNAILED = 1 << 28
"""Pixels above which a thumbnail is not worth the memory: they are decoded while others are."""

cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)  # it complains on stderr; here faults are raised


def read_image(path: Path, page: int = 0) -> RgbImage:
    """Read a picture upright, as shape (height, width, 3), RGB, uint8: as ``as_rgb`` makes it of ``read_samples``."""
    return as_rgb(read_samples(path, page))


def read_samples(path: Path, page: int = 0) -> Samples:
    """Read a picture upright, its samples as they are stored where these are no 8-bit gray or colour.

    Shape (height, width) for one channel, else (height, width, channels), in the machine's byte order, a greater value
    being lighter; 8-bit gray and colour, of which no more is to be had, as the RGB picture. Alpha is dropped, as
    training code commonly does. Raises ``UnreadableFile``, also where memory does not suffice.
    """
    frame = page
    if is_tiff(path):
        stored = read_page(path, page)
        if _needs_samples(stored):
            return decode_page(path, stored)
        frame = stored.frame
    with opened(path, frame) as picture:
        check_decodable(path, picture)
        turned = orientation(picture)
        samples = _deep_color(path, picture) if _is_deep_color(picture) else _samples(picture)
    return upright(samples, turned)


def as_rgb(samples: Samples) -> RgbImage:
    """Return the RGB picture, uint8, that models see of a picture's samples.

    It shows the first three channels, or where there are fewer the first, and of a picture that is RGB already it is
    that picture. Samples of more than 8 bits, whole or float, are scaled so that the picture's own minimum is 0 and
    its maximum 255.
    """
    kind = kind_of(samples)
    display = Display.first(kind)
    if samples.dtype != np.uint8:
        seen = samples[:, :, : len(display.channels)] if samples.ndim == 3 else samples
        low, high = extremes(seen)
        display = replace(display, low=low, high=high, auto=False)
    return shown(samples, display)


def read_thumbnail(path: Path, edge: int, page: int = 0) -> RgbImage:
    """Read a picture as one sees it when it is opened, resized so that its longer side is ``edge`` pixels."""
    frame = page
    if is_tiff(path):
        stored = read_page(path, page)
        if _needs_samples(stored):
            _check_thumbnailed(path, stored.width, stored.height)
            step = _step(stored.width, stored.height, edge)
            return _resized(_at_first(decode_page(path, stored)[::step, ::step]), edge)
        frame = stored.frame
    with opened(path, frame) as picture:
        turned = orientation(picture)
        picture.draft("RGB", (edge, edge))
        _check_thumbnailed(path, *picture.size)
        check_decodable(path, picture)
        deep = _is_deep_color(picture)
        rgb = _at_first(_deep_color(path, picture) if deep else _samples(_thinned(picture, edge)))
    return upright(_resized(rgb, edge), turned)


def _at_first(samples: Samples) -> RgbImage:
    """Return samples as they are shown before the user changes anything."""
    display = Display.first(kind_of(samples))
    return shown(samples, display.fitted(Distribution.of(samples)) if display.auto else display)


def image_size(path: Path, page: int = 0) -> tuple[int, int]:
    """Return (height, width) of the upright picture, from its header; raises ``UnreadableFile``."""
    if is_tiff(path):
        stored = read_page(path, page)
        check_size(path, stored.width, stored.height)
        return stored.shape
    with opened(path, page) as picture:
        width, height = picture.size
        return (width, height) if orientation(picture) >= 5 else (height, width)


def page_count(path: Path) -> int:
    """Return how many pages a TIFF stack has; 1 for everything else, animations too. Raises ``UnreadableFile``."""
    if is_tiff(path):
        return count_pages(path)
    with opened(path):
        return 1


def _needs_samples(page: TiffPage) -> bool:
    """Tell whether a TIFF page holds more than Pillow would keep of it."""
    kept = page.channels - page.alpha
    plain = page.dtype == np.uint8 and (kept == 1 or (kept == 3 and page.photometric == RGB))
    return stores_samples(page) and not plain


def _check_thumbnailed(path: Path, width: int, height: int) -> None:
    if width * height > MAX_THUMBNAILED:
        raise UnreadableFile(path, f"it has {width} x {height} pixels, too many for a thumbnail")


def _resized(rgb: RgbImage, edge: int) -> RgbImage:
    scale = edge / max(rgb.shape[:2])
    height, width = (max(1, round(side * scale)) for side in rgb.shape[:2])
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(rgb, (width, height), interpolation=how), np.uint8)


def _thinned(picture: ImageFile, edge: int) -> Image:
    """Return a large picture with whole rows and columns left out, before it is widened to RGB."""
    width, height = picture.size
    step = _step(width, height, edge)
    return picture if step == 1 else picture.resize((width // step or 1, height // step or 1), Resampling.NEAREST)


def _step(width: int, height: int, edge: int) -> int:
    """Return which rows and columns of a picture are enough for its thumbnail: every so many."""
    return max(1, max(width, height) // (DENSITY * edge)) if width * height > LARGE else 1


def _samples(picture: Image) -> Samples:
    if picture.mode.startswith("I") or picture.mode == "F":
        samples = np.array(picture)
        return samples.astype(samples.dtype.newbyteorder("="), copy=False)
    if picture.mode == "LAB":
        return np.asarray(cv2.cvtColor(np.array(picture), cv2.COLOR_Lab2RGB), np.uint8)
    width, height = picture.size
    rgb = np.empty((height, width, 3), np.uint8)
    step = max(1, STRIP // width)
    for top in range(0, height, step):
        part = picture.crop((0, top, width, min(top + step, height)))
        rgb[top : top + step] = np.asarray((part.convert("RGBA") if part.mode == "RGBa" else part).convert("RGB"))
    return rgb


def _is_deep_color(picture: ImageFile) -> bool:
    """Tell whether a PNG holds 16-bit colour, of which Pillow would keep the upper 8 bits.

    Animated PNG is left to Pillow: OpenCV starts with another frame.
    """
    whole = picture.format == "PNG" and getattr(picture, "n_frames", 1) == 1
    return whole and ";16" in raw_mode(picture) and picture.mode.startswith(("RGB", "LA"))


def _deep_color(path: Path, picture: ImageFile) -> Samples:
    """Decode 16-bit colour by OpenCV, after Pillow found the file whole: OpenCV would return half a picture."""
    gray = raw_mode(picture).startswith("LA")
    check_memory(path, *picture.size, DEEP_BYTES)
    picture.load()
    try:
        decoded = cv2.imdecode(np.fromfile(path, np.uint8), cv2.IMREAD_UNCHANGED)
    except cv2.error as error:
        raise UnreadableFile(path, "its picture data is damaged or too large") from error
    if decoded is None or decoded.shape[:2] != picture.size[::-1]:
        return _samples(picture)
    return np.ascontiguousarray(decoded[:, :, 0] if gray else decoded[:, :, 2::-1])
