"""Label planes and the rectangles cut from them.

A label plane is a contiguous array of shape ``(height, width)`` with one class id a pixel: ``uint8``,
or ``uint16`` where an id is above 255. Which id means what is for the ``LabelSchema`` to say. Where objects are told
apart an instance plane lies beside it.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

LabelPlane: TypeAlias = NDArray[np.unsignedinteger[Any]]
InstancePlane: TypeAlias = NDArray[np.uint32]
"""Numbers of objects, unique in the image, 0 = none; shape (height, width), contiguous."""

Mask: TypeAlias = NDArray[np.bool_]
Confidence: TypeAlias = NDArray[np.uint8]
"""How sure a model is of each pixel; shape (height, width), 0..255 for 0..1."""
Probabilities: TypeAlias = NDArray[np.uint8]
"""What a model says of each class; shape (classes, height, width), 0..255 for 0..1."""
RgbImage: TypeAlias = NDArray[np.uint8]
"""Shape (height, width, 3), channels red, green, blue, 0..255."""
Samples: TypeAlias = NDArray[Any]
"""A picture as its file keeps it: shape (height, width) or (height, width, channels), whole numbers or floats.

Of 8-bit gray or colour it is the ``RgbImage`` itself.
"""

TILE = 128
BLOCK = 1 << 22
"""Pixels handled at a time where an intermediate result is wider than the plane."""


class Rect(NamedTuple):
    """A half-open rectangle of pixels: rows ``y0..y1``, columns ``x0..x1``."""

    y0: int
    x0: int
    y1: int
    x1: int

    @property
    def slices(self) -> tuple[slice, slice]:
        return slice(self.y0, self.y1), slice(self.x0, self.x1)

    @property
    def shape(self) -> tuple[int, int]:
        return self.y1 - self.y0, self.x1 - self.x0

    @property
    def area(self) -> int:
        """Pixels within; of a rectangle that is empty it says nothing."""
        return (self.y1 - self.y0) * (self.x1 - self.x0)

    @property
    def empty(self) -> bool:
        return self.y0 >= self.y1 or self.x0 >= self.x1

    def clipped(self, shape: tuple[int, ...]) -> "Rect":
        return Rect(max(self.y0, 0), max(self.x0, 0), min(self.y1, shape[0]), min(self.x1, shape[1]))

    def grown(self, by: int) -> "Rect":
        return Rect(self.y0 - by, self.x0 - by, self.y1 + by, self.x1 + by)

    def moved(self, rows: int, columns: int) -> "Rect":
        """Return it so many rows further down and columns further right; further up and left where they are below 0."""
        return Rect(self.y0 + rows, self.x0 + columns, self.y1 + rows, self.x1 + columns)

    def common(self, other: "Rect") -> "Rect":
        """Return what both rectangles cover; it is empty where they do not meet."""
        y0, x0, y1, x1 = other
        return Rect(max(self.y0, y0), max(self.x0, x0), min(self.y1, y1), min(self.x1, x1))

    def around(self, other: "Rect") -> "Rect":
        """Return the smallest rectangle that covers both."""
        y0, x0, y1, x1 = other
        return Rect(min(self.y0, y0), min(self.x0, x0), max(self.y1, y1), max(self.x1, x1))

    def seen_from(self, other: "Rect") -> "Rect":
        """Return this rectangle in the rows and columns of an array that holds the pixels of ``other``."""
        return Rect(self.y0 - other.y0, self.x0 - other.x0, self.y1 - other.y0, self.x1 - other.x0)

    def tiles(self, shape: tuple[int, ...], size: int = TILE) -> Iterator["Rect"]:
        """Yield the tiles of a fixed grid that this rectangle touches, clipped to ``shape``."""
        for ty in range(self.y0 // size, (self.y1 - 1) // size + 1):
            for tx in range(self.x0 // size, (self.x1 - 1) // size + 1):
                yield Rect(ty * size, tx * size, (ty + 1) * size, (tx + 1) * size).clipped(shape)


class LabelMap(NamedTuple):
    """What one image is labelled with: the class of each pixel and, where objects are told apart, its object."""

    classes: LabelPlane
    instances: InstancePlane | None = None


def plane_dtype(largest_id: int) -> type[np.uint8] | type[np.uint16]:
    """Return the narrowest dtype a label plane may have for ids up to ``largest_id``."""
    return np.uint8 if largest_id <= 255 else np.uint16


def row_blocks(plane: NDArray[Any], pixels: int | None = None) -> Iterator[slice]:
    """Yield slices of rows that together cover an array of shape (height, width, ...).

    Each has so many ``pixels``, or ``BLOCK``, or a few less.
    """
    step = max(1, (pixels or BLOCK) // plane.shape[1])
    for start in range(0, plane.shape[0], step):
        yield slice(start, start + step)


def value_counts(plane: LabelPlane) -> NDArray[np.int64]:
    """Return how many pixels hold each value: 256 counts, or 65536 for a ``uint16`` plane.

    Counted in blocks, since bincount widens what it is given eightfold, and bytes two at a time: half as many.
    """
    counts = np.zeros(np.iinfo(plane.dtype).max + 1, np.int64)
    for rows in row_blocks(plane):
        block = plane[rows].ravel()
        if plane.dtype == np.uint8 and len(block) % 2 == 0:
            pairs = np.bincount(block.view(np.uint16), minlength=1 << 16).reshape(256, 256)
            counts += pairs.sum(axis=0) + pairs.sum(axis=1)
        else:
            counts += np.bincount(block, minlength=len(counts))
    return counts
