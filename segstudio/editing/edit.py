"""Edits as data: compressed tiles, before and after. Undo is the edit inverted."""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from segstudio.core.raster import Rect

Plane: TypeAlias = Literal["classes", "instances"]
Values: TypeAlias = NDArray[np.unsignedinteger[Any]]
"""Pixels of either plane."""

PLANES: tuple[Plane, ...] = ("classes", "instances")
RUN = 32
"""Tiles of a row that are written at once: to compare and count half a million pixels takes a few milliseconds."""

OVERHEAD = 300
"""Bytes that a step takes, and each patch of it, beside its pixels: of single pixels that is nearly all."""

_HEAD, _PATCH = struct.Struct("<HI"), struct.Struct("<4IBBII")


class Packed:
    """Pixels of a rectangle, compressed when first asked for bytes; until then they are as quick to have as to keep.

    Compressing what one wide stroke touched takes longer than a frame, so it is for whoever has the time. Where all
    pixels are the same, as in most tiles of an area, only their value is kept.
    """

    __slots__ = ("_data", "_values", "dtype", "shape")

    def __init__(self, shape: tuple[int, int], dtype: np.dtype[Any], data: bytes, values: Values | None = None) -> None:
        self.shape, self.dtype, self._data, self._values = shape, dtype, data, values

    @classmethod
    def of(cls, pixels: Values) -> "Packed":
        """Keep pixels, which must not be written to any more."""
        first = pixels[:1, :1]  # as an array: a number by itself forgets the order of its bytes
        if bool((pixels == first).all()):
            return cls((pixels.shape[0], pixels.shape[1]), pixels.dtype, first.tobytes())
        return cls((pixels.shape[0], pixels.shape[1]), pixels.dtype, b"", pixels)

    @classmethod
    def full(cls, shape: tuple[int, int], dtype: np.dtype[Any], value: int) -> "Packed":
        """Return what a rectangle holds all of whose pixels have a value; ``OverflowError`` where the type has not."""
        return cls(shape, dtype, np.array(value, dtype).tobytes())

    @property
    def data(self) -> bytes:
        """The pixels as bytes. Any thread may ask."""
        values = self._values
        if values is not None:
            self._data = zlib.compress(values.tobytes(), 1)
            self._values = None  # last: until then another thread finds the pixels here
        return self._data

    @property
    def nbytes(self) -> int:
        values = self._values
        return len(self._data) if values is None else values.nbytes

    @property
    def only(self) -> int | None:
        """The value that all pixels are known to have, None where they have several or it is not known."""
        if self._values is not None or len(self._data) != self.dtype.itemsize:
            return None
        return int(np.frombuffer(self._data, self.dtype)[0])

    def pixels(self) -> Values:
        """Return the pixels; raises ``ValueError`` where the bytes are damaged."""
        values = self._values
        return _unpacked(self._data, self.shape, self.dtype) if values is None else values


@dataclass(frozen=True, slots=True)
class Patch:
    """A rectangle of one plane, before and after."""

    rect: Rect
    before: Packed
    after: Packed
    plane: Plane = "classes"

    @classmethod
    def between(cls, rect: Rect, before: Values, after: Values, plane: Plane = "classes") -> "Patch":
        """Keep what a rectangle held and holds, both of its shape; neither may be written to any more."""
        return cls(rect, Packed.of(before), Packed.of(after), plane)

    def inverted(self) -> "Patch":
        return Patch(self.rect, self.after, self.before, self.plane)

    def undoes(self, other: "Patch") -> bool:
        """Tell whether it writes back what the other found, and found what that wrote."""
        same_place = self.rect == other.rect and self.plane == other.plane
        return same_place and self.before.data == other.after.data and self.after.data == other.before.data


@dataclass(frozen=True, slots=True)
class Edit:
    """One undo step: what it is called, and the tiles it changed, in rows from the top and from the left."""

    text: str
    patches: tuple[Patch, ...]

    def inverted(self) -> "Edit":
        return Edit(self.text, tuple(p.inverted() for p in self.patches))

    def undoes(self, other: "Edit") -> bool:
        """Tell whether both, one after the other, leave the pixels as they were, patch by patch."""
        return len(self.patches) == len(other.patches) and all(map(Patch.undoes, self.patches, other.patches))

    @property
    def nbytes(self) -> int:
        """What it takes in memory, about."""
        return OVERHEAD + sum(OVERHEAD + p.before.nbytes + p.after.nbytes for p in self.patches)

    @property
    def pixels(self) -> int:
        """Pixels of the rectangles that it writes."""
        return sum(height * width for height, width in {p.rect: p.rect.shape for p in self.patches}.values())

    def runs(self) -> Iterator[tuple[Rect, Values | int | None, Values | int | None]]:
        """Yield what to write: tiles that lie side by side as one rectangle, of each plane its values or None.

        One value stands for a rectangle of nothing else.
        """
        tiles: dict[Rect, dict[Plane, Packed]] = {}
        for patch in self.patches:
            tiles.setdefault(patch.rect, {})[patch.plane] = patch.after
        for group in _side_by_side(tiles):
            whole = Rect(*group[0][:2], *group[-1][2:])
            classes, numbers = (
                _joined(whole, {rect: tiles[rect][plane] for rect in group if plane in tiles[rect]}) for plane in PLANES
            )
            yield whole, classes, numbers

    def to_bytes(self) -> bytes:
        """Return the edit as bytes from which ``from_bytes`` makes it again."""
        text = self.text.encode()
        parts = [_HEAD.pack(len(text), len(self.patches)), text]
        for p in self.patches:
            before, after, size = p.before.data, p.after.data, p.after.dtype.itemsize
            parts += [_PATCH.pack(*p.rect, PLANES.index(p.plane), size, len(before), len(after)), before, after]
        return b"".join(parts)

    @classmethod
    def from_bytes(cls, data: bytes) -> "Edit":
        """Return the edit that ``to_bytes`` wrote; raises ``ValueError`` for anything else."""
        try:
            length, count = _HEAD.unpack_from(data)
            at = _HEAD.size + length
            text = data[_HEAD.size : at].decode()
            patches = []
            for _ in range(count):
                patch, at = _patch_from(data, at)
                patches.append(patch)
        except (struct.error, IndexError, UnicodeDecodeError) as error:
            raise ValueError("the bytes are no edit") from error
        if at != len(data):
            raise ValueError("the bytes go on behind the edit")
        return cls(text, tuple(patches))


def _patch_from(data: bytes, at: int) -> tuple[Patch, int]:
    *corners, plane, size, first, second = _PATCH.unpack_from(data, at)
    begin = at + _PATCH.size
    middle = begin + first
    end = middle + second
    rect = Rect(*corners)
    if end > len(data) or rect.empty or size not in (1, 2, 4):
        raise ValueError("the bytes are no edit")
    dtype = np.dtype(f"<u{size}")
    before, after = Packed(rect.shape, dtype, data[begin:middle]), Packed(rect.shape, dtype, data[middle:end])
    return Patch(rect, before, after, PLANES[plane]), end


def _side_by_side(tiles: dict[Rect, dict[Plane, Packed]]) -> Iterator[list[Rect]]:
    """Group rectangles, as high as each other and changed in the same planes, that touch from left to right."""
    group: list[Rect] = []
    for rect, planes in tiles.items():
        if group and not (
            len(group) < RUN and _continues(group[-1], rect) and planes.keys() == tiles[group[-1]].keys()
        ):
            yield group
            group = []
        group.append(rect)
    if group:
        yield group


def _continues(left: Rect, right: Rect) -> bool:
    return (left.y0, left.y1, left.x1) == (right.y0, right.y1, right.x0)


def _joined(whole: Rect, parts: dict[Rect, Packed]) -> Values | int | None:
    """Return the values of parts that together cover ``whole``, or the one they have; None where there are none."""
    values = {packed.only for packed in parts.values()}
    if len(values) == 1 and (only := values.pop()) is not None:
        return only
    if len(parts) < 2:
        return next((packed.pixels() for packed in parts.values()), None)
    joined = np.empty(whole.shape, next(iter(parts.values())).dtype)
    for rect, packed in parts.items():
        joined[:, rect.x0 - whole.x0 : rect.x1 - whole.x0] = packed.pixels()
    return joined


def _unpacked(data: bytes, shape: tuple[int, int], dtype: np.dtype[np.unsignedinteger[Any]]) -> Values:
    if len(data) == dtype.itemsize:  # what zlib makes is longer than any value
        return np.broadcast_to(np.frombuffer(data, dtype), shape)
    wanted = shape[0] * shape[1] * dtype.itemsize
    try:
        # No more than is wanted: the bytes may come from a file, and be made to fill the memory.
        raw = zlib.decompressobj().decompress(data, wanted)
    except zlib.error as error:
        raise ValueError("the pixels of an edit are damaged") from error
    if len(raw) != wanted:
        raise ValueError("the pixels of an edit are damaged")
    return np.frombuffer(raw, dtype).reshape(shape)
