"""Label maps on disk: any bit depth is read, and what is read and written unchanged is identical in every pixel."""

import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from PIL.ImageFile import ImageFile

from segstudio.core.errors import SegstudioError, UnreadableFile
from segstudio.core.raster import InstancePlane, LabelPlane, RgbImage, plane_dtype, value_counts
from segstudio.core.schema import MAX_ID, Color, LabelSchema
from segstudio.io.byte_png import read_byte_png
from segstudio.io.color_codes import colors_of, gray_of, ids_of_colors
from segstudio.io.decoder import check_decodable, faults_named, opened, orientation, stored_maximum, turn_to, upright
from segstudio.io.files import check_readable, write_atomically

BINARY_VALUES = (1, 255)
"""What programs write for "object" where there is one class beside the background."""

ONE_BYTE = ("1", "L", "P")
"""Modes in which a pixel takes one byte: planes of ``MAX_PIXELS`` are read where memory allows."""


@dataclass(frozen=True, slots=True)
class MaskFacts:
    """What a mask file holds, for guessing what its values mean.

    ``values`` are the sample values present, ascending, empty in a "colour" file. ``colors`` are those of the
    palette, one a value, in an "index" file; those present in a "colour" file, at most ``MAX_COLORS + 1``; and
    empty in a "gray" one. ``deep`` says that samples have more than 8 bits.
    """

    kind: Literal["index", "gray", "colour"]
    values: tuple[int, ...]
    colors: tuple[Color, ...]
    deep: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class _Raster:
    """Samples as stored: (height, width) or, in colour, (height, width, 3); ``palette`` has a colour an index."""

    samples: NDArray[Any]
    palette: NDArray[np.uint8] | None = None

    @property
    def kind(self) -> Literal["index", "gray", "colour"]:
        if self.samples.ndim == 3:
            return "colour"
        return "gray" if self.palette is None else "index"


def read_mask(path: Path, schema: LabelSchema, page: int = 0) -> LabelPlane:
    """Read a mask as a plane of class ids, upright.

    Palette files hold ids as indices and gray ones of 1 to 16 bits as samples, scaled by nobody; floats must be
    whole. Colours are looked up in the schema. Where the schema has one scored class beside 0, values that are 1 or
    255 throughout mean that class. A file of one page has it for every ``page``. The dtype is the schema's, or
    ``uint16`` where the file holds larger values; values without a class are kept: see ``undeclared``.

    Raises ``UnreadableFile``, or ``SegstudioError`` for colours that no class has.
    """
    raster = _read(path, page)
    plane = _of_colors(path, raster.samples, schema) if raster.kind == "colour" else _as_object(raster.samples, schema)
    return np.ascontiguousarray(plane, np.result_type(schema.dtype, plane_dtype(int(plane.max()))))


def read_objects(path: Path, page: int = 0) -> NDArray[np.bool_]:
    """Read a mask that numbers objects, whatever its numbers: True where there is one. Raises ``UnreadableFile``."""
    samples = _read(path, page).samples
    return np.ascontiguousarray(samples.any(axis=2) if samples.ndim == 3 else samples != 0)


def inspect_mask(path: Path) -> MaskFacts:
    """Return what values and colours the first page of a mask holds; raises ``UnreadableFile``."""
    raster = _read(path, 0)
    if raster.kind == "colour":
        return MaskFacts("colour", (), colors_of(raster.samples))
    values = tuple(int(v) for v in np.flatnonzero(value_counts(raster.samples)))
    colors = () if raster.palette is None else tuple(_color_at(raster.palette, v) for v in values)
    return MaskFacts(raster.kind, values, colors, deep=raster.samples.dtype != np.uint8)


def undeclared(plane: LabelPlane, schema: LabelSchema) -> dict[int, int]:
    """Return how many pixels hold each value that no class has; empty where all is declared."""
    counts = value_counts(plane)
    return {int(v): int(counts[v]) for v in np.flatnonzero(counts) if schema.get(int(v)) is None}


def read_numbers(path: Path, page: int = 0) -> InstancePlane:
    """Read a file that numbers objects: numbers as gray values or indices, or in colour as R + 256 G + 65536 B.

    Raises ``UnreadableFile``.
    """
    samples = _read(path, page).samples
    if samples.ndim == 3:
        samples = samples.astype(np.uint32) @ np.array([1, 1 << 8, 1 << 16], np.uint32)
    return np.ascontiguousarray(samples, np.uint32)


def write_mask(path: Path, labels: LabelPlane, schema: LabelSchema) -> None:
    """Write a plane whole or not at all, as ``encoded_mask`` has it. Raises ``UnwritableFile``."""
    write_atomically(path, encoded_mask(labels, schema))


def encoded_mask(labels: LabelPlane, schema: LabelSchema) -> bytes:
    """Return a plane as an indexed PNG with the class colours as palette.

    Where ids go above 255, in the schema or in the plane, it is a 16-bit gray PNG.
    """
    wide = schema.dtype is np.uint16 or (labels.dtype != np.uint8 and bool((labels > 255).any()))
    picture = Image.fromarray(np.ascontiguousarray(labels, np.uint16 if wide else np.uint8))
    if not wide:
        picture.putpalette(schema.palette()[:256].tobytes())
    stream = io.BytesIO()
    picture.save(stream, "PNG", compress_level=1)
    return stream.getvalue()


def _read(path: Path, page: int) -> _Raster:
    check_readable(path)
    with faults_named(path):
        plain = read_byte_png(path)
    if plain is not None:
        return _Raster(*plain)
    with opened(path) as picture:
        if picture.format == "TIFF" and getattr(picture, "n_frames", 1) > 1:
            turn_to(path, picture, page)
        turned = orientation(picture)
        raster = _decoded(path, picture)
    return _Raster(upright(raster.samples, turned), raster.palette)


def _decoded(path: Path, picture: ImageFile) -> _Raster:
    if picture.mode not in ONE_BYTE:
        check_decodable(path, picture)
    if picture.mode == "P":
        samples = np.array(picture)
        return _Raster(samples, np.array(picture.getpalette("RGB") or [], np.uint8).reshape(-1, 3))
    if picture.mode in ("1", "L", "LA") or picture.mode.startswith("I") or picture.mode == "F":
        maximum = stored_maximum(picture)
        samples = np.array(picture.getchannel(0) if picture.mode == "LA" else picture)
        return _Raster(_whole(path, _unscaled(samples, maximum)))
    return _Raster(np.array(picture.convert("RGB")))


def _unscaled(samples: NDArray[Any], maximum: int | None) -> NDArray[Any]:
    """Undo Pillow's scaling of samples up to ``maximum`` to the full range of 8 or 16 bits."""
    if maximum is None:
        return samples
    full = 255 if samples.dtype == np.uint8 else 65535
    table = np.rint(np.arange(full + 1) * (maximum / full)).astype(plane_dtype(maximum))
    return np.asarray(table[samples])


def _whole(path: Path, samples: NDArray[Any]) -> LabelPlane:
    if samples.dtype in (np.bool_, np.uint8):
        return samples.astype(np.uint8, copy=False)
    low, high = samples.min(), samples.max()
    if not (low >= 0 and high <= MAX_ID):
        raise UnreadableFile(path, f"its values run from {low} to {high}, and class ids from 0 to {MAX_ID}")
    if samples.dtype.kind == "f" and (samples != np.rint(samples)).any():
        raise UnreadableFile(path, "it holds fractions, and class ids are whole numbers")
    return samples.astype(np.uint16)


def _of_colors(path: Path, rgb: RgbImage, schema: LabelSchema) -> LabelPlane:
    """Return ids by colour; where a colour is missing from the schema, gray values that are ids are taken as such."""
    try:
        return ids_of_colors(path, rgb, schema)
    except SegstudioError:
        gray = gray_of(rgb)
        if gray is None or undeclared(plane := _as_object(gray, schema), schema):
            raise
        return plane


def object_value(schema: LabelSchema) -> int | None:
    """Return the value, 1 or 255, that means the one scored class beside 0, of id 255 or 1; None where none does."""
    ids = sorted(c.id for c in schema.scored)
    if len(ids) != 2 or ids[0] != 0 or ids[1] not in BINARY_VALUES:
        return None
    other = BINARY_VALUES[1 - BINARY_VALUES.index(ids[1])]
    return other if schema.get(other) is None else None


def _as_object(plane: LabelPlane, schema: LabelSchema) -> LabelPlane:
    """Read 0/1 and 0/255 alike where the schema has one scored class beside 0, of id 1 or 255."""
    other = object_value(schema)
    if other is None or set(np.flatnonzero(value_counts(plane))) - {0} != {other}:
        return plane
    return np.where(plane == 0, 0, sum(BINARY_VALUES) - other).astype(np.uint8)


def _color_at(palette: NDArray[np.uint8], index: int) -> Color:
    """Return a palette's colour; an index past its end is black, as viewers show it."""
    red, green, blue = palette[index].tolist() if index < len(palette) else (0, 0, 0)
    return red, green, blue
