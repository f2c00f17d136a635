"""Masks in which a colour stands for a class: the way back from colours to ids."""

from collections import Counter
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from segstudio.core.errors import SegstudioError
from segstudio.core.raster import LabelPlane, RgbImage, row_blocks
from segstudio.core.schema import Color, LabelSchema, hex_of

MAX_COLORS = 4096
"""A colour-coded mask has fewer colours; a photograph has more."""


def ids_of_colors(path: Path, rgb: RgbImage, schema: LabelSchema) -> LabelPlane:
    """Return the plane of ids, shape (height, width), whose classes have the colours of ``rgb``.

    Raises ``SegstudioError``, naming ``path``, where a colour has no class or more than one.
    """
    known = dict(sorted((_packed_color(c.color), c.id) for c in schema.classes))
    codes, ids = np.array(list(known), np.uint32), np.array(list(known.values()), schema.dtype)
    plane = np.empty(rgb.shape[:2], schema.dtype)
    missing: Counter[int] = Counter()
    for rows in row_blocks(rgb):
        packed = _packed(rgb[rows])
        found = np.minimum(np.searchsorted(codes, packed), len(codes) - 1)
        plane[rows] = ids[found]
        missing.update(_counted(packed[codes[found] != packed]))
    if missing:
        raise _unknown_colors(path, missing)
    _refuse_shared_colors(path, plane, schema)
    return plane


def gray_of(rgb: RgbImage) -> LabelPlane | None:
    """Return the one channel of a gray picture stored as colour, or None where it has colours."""
    gray = rgb[:, :, 0]
    if (gray != rgb[:, :, 1]).any() or (gray != rgb[:, :, 2]).any():
        return None
    return np.ascontiguousarray(gray)


def colors_of(rgb: RgbImage) -> tuple[Color, ...]:
    """Return the colours present, in the order of their RGB values; of many no more than ``MAX_COLORS + 1``."""
    found: set[int] = set()
    for rows in row_blocks(rgb):
        found.update(_counted(_packed(rgb[rows])))
        if len(found) > MAX_COLORS:
            break
    return tuple(_unpacked(code) for code in sorted(found)[: MAX_COLORS + 1])


def _refuse_shared_colors(path: Path, plane: LabelPlane, schema: LabelSchema) -> None:
    times = Counter(c.color for c in schema.classes)
    for c in schema.classes:
        if times[c.color] > 1 and (plane == c.id).any():
            names = " and ".join(other.name for other in schema.classes if other.color == c.color)
            raise SegstudioError(
                f"{path} is colour-coded, and its colour {hex_of(c.color)} stands for more than one class: {names}.",
                "Give each class a colour of its own.",
            )


def _unknown_colors(path: Path, missing: Counter[int]) -> SegstudioError:
    most = missing.most_common(5)
    listed = ", ".join(f"{hex_of(_unpacked(code))} ({count} px)" for code, count in most)
    more = f" and {len(missing) - len(most)} more" if len(missing) > len(most) else ""
    return SegstudioError(
        f"{path} is colour-coded, with colours that no class has: {listed}{more}.",
        "Give the classes the colours of the file, for example by a classes.csv with the columns id,name,r,g,b.",
    )


def _counted(codes: NDArray[np.uint32]) -> dict[int, int]:
    values, counts = np.unique(codes, return_counts=True)
    return dict(zip(values.tolist(), counts.tolist(), strict=True))


def _packed(rgb: RgbImage) -> NDArray[np.uint32]:
    wide = rgb.astype(np.uint32)
    return np.asarray(wide[..., 0] << 16 | wide[..., 1] << 8 | wide[..., 2], np.uint32)


def _packed_color(color: Color) -> int:
    return color[0] << 16 | color[1] << 8 | color[2]


def _unpacked(code: int) -> Color:
    return code >> 16, code >> 8 & 255, code & 255
