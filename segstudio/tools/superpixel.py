"""Paint whole superpixels: pieces that keep to the edges of the picture."""

from collections.abc import Callable, Iterator
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from segstudio.core.raster import Rect
from segstudio.editing import shapes
from segstudio.editing.document import Stroke
from segstudio.editing.finding.slic import superpixels
from segstudio.editing.shapes import Placed, Point
from segstudio.tools.base import Easel, Mesh, Pointer, Preview, Tool
from segstudio.tools.options import Number, ToolOptions

SIZE = Number("superpixel_size", "Size", 4, 100, 24, "px", "How wide a piece is")
COMPACTNESS = Number("compactness", "Compactness", 1, 60, 15, "", "Low: pieces cling to edges; high: they are squares")
WINDOW = 512
"""Side of the part of a picture that is cut at a time, in pixels: cutting it takes about 0.2 s, in a worker."""
SEEN_FROM = 7
"""Pixels of the screen: of smaller pieces the borders would cover the picture, and are not drawn."""
ACROSS = 8
"""A part is as wide as so many pieces at least, for those at its border are cut off."""

_Way: TypeAlias = NDArray[np.intp]
"""Shape (n, 2): the row and the column of each pixel."""
_NOWHERE: _Way = np.empty((0, 2), np.intp)


class Superpixel(Tool):
    """The pieces around the pointer are shown; all that are touched while the button is down are painted.

    A hand that is faster than they are cut is followed as they come; what is left at the release is cut then.
    """

    text = "Superpixels"
    icon = "hexagon-multiple-outline"
    group = "object"
    hint = "Drag over pieces to paint them; right-drag erases."
    settings = (SIZE, COMPACTNESS)

    @classmethod
    def hint_now(cls, options: ToolOptions, scale: float, selected: bool) -> str:
        small = options.number(SIZE) * scale < SEEN_FROM
        return "The pieces are too small to be shown: zoom in, or make them larger." if small else cls.hint

    def __init__(self, easel: Easel) -> None:
        super().__init__(easel)
        self._pointer: Pointer | None = None
        self._mesh: Mesh | None = None
        self._wanted: tuple[Rect, int, int] | None = None
        self._stroke: Stroke | None = None
        self._last: Point | None = None
        self._ahead = _NOWHERE
        """What of the stroke's way lies beyond the pieces that were known so far."""

    def press(self, pointer: Pointer) -> None:
        self._stroke = self.easel.document.begin("Erase" if pointer.erase else self.text)
        self._target = self.easel.target(pointer.erase)
        self._last, self._ahead = None, _NOWHERE
        self.move(pointer)

    def move(self, pointer: Pointer) -> None:
        self._pointer = pointer
        self._cut()
        self._paint()

    def release(self, pointer: Pointer) -> None:
        stroke, self._stroke = self._stroke, None
        if stroke is None:
            return
        way, target = self._ahead, self._target
        size, shape, cut = self.easel.options.number(SIZE), self.easel.document.labels.shape, self._cutter()

        def done(pieces: list[Placed]) -> Iterator[None]:
            for piece in pieces:
                stroke.paint(*piece, *target)
                yield
            stroke.commit()

        if way.size:
            self.easel.work(self.text, lambda: _pieces(way, size, shape, cut), done)
        else:
            stroke.commit()

    def cancel(self) -> bool:
        stroke, self._stroke, self._pointer = self._stroke, None, None
        if stroke is not None:
            stroke.cancel()
        return stroke is not None

    def leave(self) -> None:
        self._pointer = None

    def tuned(self) -> None:
        self._cut()

    def preview(self) -> Preview | None:
        if self._pointer is None or (pixel := self.easel.pixel(self._pointer)) is None:
            return None
        mesh, size = self._mesh, self.easel.options.number(SIZE)
        here = None if mesh is None or mesh.piece(*pixel) is None else _piece(mesh, pixel, size)
        return Preview(area=here, mesh=mesh, text="" if here is not None else "Cutting into pieces")

    def _cut(self) -> None:
        """Have the part of the picture cut in whose middle the pointer is."""
        if self._pointer is None or (pixel := self.easel.pixel(self._pointer)) is None:
            return
        size, compactness = (self.easel.options.number(number) for number in (SIZE, COMPACTNESS))
        wanted = _part(pixel, size).clipped(self.easel.document.labels.shape), size, compactness
        if wanted == self._wanted:
            return
        self._wanted, cut = wanted, self._cutter()

        def done(mesh: Mesh) -> None:
            if self._wanted == wanted:
                self._mesh = mesh
                self._paint()

        self.easel.look(lambda: cut(wanted[0]), done)

    def _cutter(self) -> Callable[[Rect], Mesh]:
        """Return what cuts a part of the picture as it is to be cut now; any thread may call it."""
        options, image = self.easel.options, self.easel.image
        size, compactness = options.number(SIZE), options.number(COMPACTNESS)

        def cut(part: Rect) -> Mesh:
            numbers = superpixels(np.ascontiguousarray(image[part.slices]), size, compactness)
            return Mesh(numbers.astype(np.uint16), part[:2])

        return cut

    def _paint(self) -> None:
        """Paint the pieces on the way to the pointer that are known; the rest of the way waits for its own."""
        if self._stroke is None or self._pointer is None:
            return
        here, shape = self._pointer.point, self.easel.document.labels.shape
        mask, at = shapes.capsule(self._last or here, here, 1, shape)
        self._last, self._ahead = here, np.concatenate((self._ahead, np.argwhere(mask) + at))
        if self._mesh is not None:
            pieces, self._ahead = _touched(self._mesh, self._ahead, self.easel.options.number(SIZE), shape)
            for piece in pieces:
                self._stroke.paint(*piece, *self._target)


def _pieces(way: _Way, size: int, shape: tuple[int, int], cut: Callable[[Rect], Mesh]) -> list[Placed]:
    """Return all pieces that a way touches, whose parts of the picture are cut one after another."""
    found: list[Placed] = []
    while way.size:
        row, column = way[0].tolist()
        pieces, way = _touched(cut(_part((row, column), size).clipped(shape)), way, size, shape)
        found += pieces
    return found


def _touched(mesh: Mesh, way: _Way, size: int, shape: tuple[int, int]) -> tuple[list[Placed], _Way]:
    """Return the pieces that a way touches, and what of it lies where a mesh ends that has no whole pieces there."""
    start, stop = np.array(mesh.at), np.add(mesh.at, mesh.numbers.shape)
    whole = np.where(start > 0, start + size, start), np.where(stop < shape, stop - size, stop)
    inside = ((way >= whole[0]) & (way < whole[1])).all(axis=1)
    known = way[inside]
    rows, columns = (known - start).T
    _, first = np.unique(mesh.numbers[rows, columns], return_index=True)
    return [_piece(mesh, (row, column), size) for row, column in known[first].tolist()], way[~inside]


def _piece(mesh: Mesh, pixel: tuple[int, int], size: int) -> Placed:
    """Return the piece that a pixel of a mesh belongs to."""
    row, column = pixel[0] - mesh.at[0], pixel[1] - mesh.at[1]
    reach = ACROSS // 2 * size
    top, left = max(row - reach, 0), max(column - reach, 0)
    around = mesh.numbers[top : row + reach, left : column + reach]
    return around == mesh.numbers[row, column], (top + mesh.at[0], left + mesh.at[1])


def _part(pixel: tuple[int, int], size: int) -> Rect:
    """Return the part, one of a fixed pattern that overlaps by half, in whose middle half a pixel lies."""
    step = max(WINDOW, ACROSS * size) // 2
    row, column = (at // step * step - step // 2 for at in pixel)
    return Rect(row, column, row + 2 * step, column + 2 * step)
