"""Pictures for display and for models: RGB, upright. The one place that knows how files store colours."""

import re
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL.Image import Image, Resampling
from PIL.ImageFile import ImageFile

from segstudio.core.errors import UnreadableFile
from segstudio.core.raster import RgbImage
from segstudio.io.decoder import UnknownPicture, check_decodable, opened, orientation, raw_mode, upright

IMAGE_SUFFIXES = frozenset(
    f".{kind}"
    for kind in re.findall(r"\w+", "png jpg jpeg jpe jfif tif tiff bmp dib gif webp jp2 j2k pgm ppm pbm pnm pfm")
)
LARGE = 1 << 24
"""Pixels above which a thumbnail is made from a part of them, at least ``DENSITY`` to each of its own a side."""

DENSITY = 8

TIFF_STARTS = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")

cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)  # it complains on stderr; here faults are raised


def read_image(path: Path, page: int = 0) -> RgbImage:
    """Read a picture upright, as shape (height, width, 3), RGB, uint8.

    Samples of more than 8 bits, whole or float, are scaled so that the picture's own minimum is 0 and its maximum
    255. Alpha is dropped, as training code commonly does. Raises ``UnreadableFile``, also for more pixels than
    ``MAX_DECODED``.
    """
    try:
        with opened(path, page) as picture:
            check_decodable(path, picture)
            turned = orientation(picture)
            rgb = _deep_color(path, page, picture) if _is_deep_color(picture) else _rgb(picture)
    except UnknownPicture:
        return _rare_tiff(path, page)
    return upright(rgb, turned)


def read_thumbnail(path: Path, edge: int, page: int = 0) -> RgbImage:
    """Read a picture as ``read_image`` does, resized so that its longer side is ``edge`` pixels."""
    try:
        with opened(path, page) as picture:
            turned = orientation(picture)
            picture.draft("RGB", (edge, edge))
            check_decodable(path, picture)
            rgb = _rgb(_thinned(picture, edge))
    except UnknownPicture:
        rgb, turned = _rare_tiff(path, page), 1
    scale = edge / max(rgb.shape[:2])
    height, width = (max(1, round(side * scale)) for side in rgb.shape[:2])
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    return upright(np.asarray(cv2.resize(rgb, (width, height), interpolation=how), np.uint8), turned)


def image_size(path: Path, page: int = 0) -> tuple[int, int]:
    """Return (height, width) of the upright picture, from its header; raises ``UnreadableFile``."""
    try:
        with opened(path, page) as picture:
            width, height = picture.size
            return (width, height) if orientation(picture) >= 5 else (height, width)
    except UnknownPicture:
        return _rare_tiff(path, page).shape[:2]


def page_count(path: Path) -> int:
    """Return how many pages a TIFF stack has; 1 for everything else, animations too. Raises ``UnreadableFile``."""
    try:
        with opened(path) as picture:
            return int(getattr(picture, "n_frames", 1)) if picture.format == "TIFF" else 1
    except UnknownPicture:
        return 1


def _thinned(picture: ImageFile, edge: int) -> Image:
    """Return a large picture with whole rows and columns left out, before it is widened to RGB."""
    width, height = picture.size
    step = max(width, height) // (DENSITY * edge)
    if width * height <= LARGE or step < 2:
        return picture
    return picture.resize((max(1, width // step), max(1, height // step)), Resampling.NEAREST)


def _rgb(picture: Image) -> RgbImage:
    if picture.mode.startswith("I") or picture.mode == "F":
        return _gray_as_rgb(_scaled(np.asarray(picture)))
    if picture.mode == "LAB":
        return np.asarray(cv2.cvtColor(np.array(picture), cv2.COLOR_Lab2RGB), np.uint8)
    if picture.mode == "RGB":
        return np.array(picture)
    return np.array((picture.convert("RGBA") if picture.mode == "RGBa" else picture).convert("RGB"))


def _is_deep_color(picture: ImageFile) -> bool:
    """Tell whether the file holds 16-bit colour, of which Pillow would keep the upper 8 bits.

    Animated PNG is left to Pillow: OpenCV starts with another frame.
    """
    whole = picture.format == "TIFF" or (picture.format == "PNG" and getattr(picture, "n_frames", 1) == 1)
    return whole and ";16" in raw_mode(picture) and picture.mode.startswith(("RGB", "LA"))


def _deep_color(path: Path, page: int, picture: ImageFile) -> RgbImage:
    """Decode 16-bit colour by OpenCV, after Pillow found the file whole: OpenCV would return half a picture."""
    picture.load()
    decoded = _by_opencv(path, page)
    if decoded is None or decoded.shape[:2] != picture.size[::-1]:
        return _rgb(picture)
    return _opencv_as_rgb(decoded)


def _rare_tiff(path: Path, page: int) -> RgbImage:
    """Decode a TIFF of a kind that Pillow does not know, such as float colour; raises ``UnknownPicture``."""
    decoded = _by_opencv(path, page) if _starts_as_tiff(path) else None
    if decoded is None:
        raise UnknownPicture(path)
    return _opencv_as_rgb(decoded)


def _starts_as_tiff(path: Path) -> bool:
    with path.open("rb") as stream:
        return stream.read(4) in TIFF_STARTS


def _by_opencv(path: Path, page: int) -> NDArray[Any] | None:
    data = np.fromfile(path, np.uint8)
    try:
        if not page:
            return cv2.imdecode(data, cv2.IMREAD_UNCHANGED)
        found, pages = cv2.imdecodemulti(data, cv2.IMREAD_UNCHANGED, range=(page, page + 1))
        return pages[0] if found else None
    except cv2.error as error:
        raise UnreadableFile(path, "its picture data is damaged or too large") from error


def _opencv_as_rgb(pixels: NDArray[Any]) -> RgbImage:
    if pixels.ndim == 2 or pixels.shape[2] == 1:
        return _gray_as_rgb(_scaled(pixels.reshape(pixels.shape[:2])))
    return _scaled(pixels[:, :, 2::-1])


def _gray_as_rgb(gray: NDArray[np.uint8]) -> RgbImage:
    return np.repeat(gray[:, :, np.newaxis], 3, axis=2)


def _scaled(samples: NDArray[Any]) -> NDArray[np.uint8]:
    """Scale samples of any type so that the least is 0 and the greatest 255; 8-bit ones are left alone."""
    if samples.dtype == np.uint8:
        return np.ascontiguousarray(samples)
    finite = samples[np.isfinite(samples)] if samples.dtype.kind == "f" else samples
    if not finite.size:
        return np.zeros(samples.shape, np.uint8)
    low, high = float(finite.min()), float(finite.max())
    span = (high - low) or 1.0
    if samples.dtype.kind == "u" and samples.dtype.itemsize == 2:
        table = np.clip((np.arange(65536) - low) * (255 / span), 0, 255).round().astype(np.uint8)
        return np.asarray(table[samples], np.uint8)
    scaled = (np.nan_to_num(samples.astype(np.float64), nan=low, posinf=high, neginf=low) - low) * (255 / span)
    return np.clip(scaled, 0, 255).round().astype(np.uint8)
