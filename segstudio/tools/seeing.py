"""What brushes share that paint only a part of what they sweep, by what they see there."""

from collections.abc import Iterable
from typing import NamedTuple

from segstudio.editing import shapes
from segstudio.editing.shapes import Placed, Point
from segstudio.tools.base import Easel, Pointer, Preview
from segstudio.tools.brush import Brush

WIDEST = 400
"""Pixels across up to which what would be painted is shown at every move: sifting more takes longer than a frame."""


class Seen(NamedTuple):
    area: Placed
    text: str = ""


class SeeingBrush(Brush):
    """Shows what a dab would paint while the button is up."""

    def __init__(self, easel: Easel) -> None:
        super().__init__(easel)
        self._pointer: Pointer | None = None
        self._seen: Seen | None = None

    def sift(self, area: Placed, last: Point, here: Point) -> Seen:
        """Return what is to be painted of an area, which lies in the picture and was swept from a point to another."""
        raise NotImplementedError

    def press(self, pointer: Pointer) -> None:
        self._seen = None
        super().press(pointer)

    def move(self, pointer: Pointer) -> None:
        super().move(pointer)
        self._pointer = pointer
        self._look()

    def release(self, pointer: Pointer) -> None:
        super().release(pointer)
        self._look()

    def cancel(self) -> bool:
        self._seen = None
        return super().cancel()

    def leave(self) -> None:
        self._pointer = self._seen = None

    def tuned(self) -> None:
        self._look()

    def preview(self) -> Preview | None:
        return None if self._seen is None else Preview(area=self._seen.area, text=self._seen.text)

    def _look(self) -> None:
        options = self.easel.options
        self._seen = None
        if self._stroke is None and self._pointer is not None and options.size <= WIDEST:
            here = shapes.snapped(self._pointer.point, options.size)
            sweep = shapes.square if self.square(options) else shapes.capsule
            area = sweep(here, here, options.size, self.easel.document.labels.shape)
            self._seen = self.sift(area, here, here) if area[0].size else None

    def _swept(self, here: Point, width: int) -> Iterable[Placed]:
        last = here if self._last is None else self._last[0]
        sweep = shapes.square if self._square else shapes.capsule
        area = sweep(last, here, width, self.easel.document.labels.shape)
        return (self.sift(area, last, here).area,) if area[0].size else ()
