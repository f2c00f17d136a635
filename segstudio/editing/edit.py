"""Edits as data: compressed tiles, before and after. Undo is the edit inverted."""

import zlib
from dataclasses import dataclass
from typing import Any

import numpy as np

from segstudio.core.raster import LabelPlane, Rect


@dataclass(frozen=True, slots=True)
class Patch:
    """A rectangle of labels before and after, each compressed; ``dtype`` is that of the plane."""

    rect: Rect
    dtype: np.dtype[np.unsignedinteger[Any]]
    before: bytes
    after: bytes

    @classmethod
    def between(cls, rect: Rect, before: LabelPlane, after: LabelPlane) -> "Patch":
        return cls(rect, before.dtype, zlib.compress(before.tobytes(), 1), zlib.compress(after.tobytes(), 1))

    def pixels(self) -> LabelPlane:
        """Return the labels that this patch puts in place, of the shape of its rectangle."""
        return np.frombuffer(zlib.decompress(self.after), self.dtype).reshape(self.rect.shape)

    def inverted(self) -> "Patch":
        return Patch(self.rect, self.dtype, self.after, self.before)


@dataclass(frozen=True, slots=True)
class Edit:
    """One undo step: what it is called, and the tiles it changed."""

    text: str
    patches: tuple[Patch, ...]

    def inverted(self) -> "Edit":
        return Edit(self.text, tuple(p.inverted() for p in self.patches))

    @property
    def nbytes(self) -> int:
        return sum(len(p.before) + len(p.after) for p in self.patches)
