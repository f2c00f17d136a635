"""Paint whole superpixels: pieces that keep to the edges of the picture."""

import numpy as np
from numpy.typing import NDArray

from segstudio.core.raster import Rect
from segstudio.editing import shapes
from segstudio.editing.document import Stroke
from segstudio.editing.finding.slic import superpixels
from segstudio.editing.shapes import Placed, Point
from segstudio.tools.base import Easel, Mesh, Pointer, Preview, Tool
from segstudio.tools.options import Number

SIZE = Number("superpixel_size", "Size", 4, 100, 24, "px", "How wide a piece is")
COMPACTNESS = Number("compactness", "Compactness", 1, 60, 15, "", "Low: pieces cling to edges; high: they are squares")
WINDOW = 512
"""Side of the part of a picture that is cut at a time, in pixels: cutting it takes about 0.2 s, in a worker."""
ACROSS = 8
"""A part is as wide as so many pieces at least, for those at its border are cut off."""


class Superpixel(Tool):
    """The pieces around the pointer are shown; all that are touched while the button is down are painted."""

    text = "Superpixels"
    icon = "hexagon-multiple-outline"
    group = "object"
    hint = "Drag over pieces to paint them. Right-drag erases. Size and compactness of the pieces are set on the right."
    settings = (SIZE, COMPACTNESS)

    def __init__(self, easel: Easel) -> None:
        super().__init__(easel)
        self._pointer: Pointer | None = None
        self._mesh: Mesh | None = None
        self._wanted: tuple[Rect, int, int] | None = None
        self._stroke: Stroke | None = None
        self._last: Point | None = None

    def press(self, pointer: Pointer) -> None:
        self._stroke = self.easel.document.begin("Erase" if pointer.erase else self.text)
        self._target = self.easel.target(pointer.erase)
        self._last = None
        self.move(pointer)

    def move(self, pointer: Pointer) -> None:
        self._pointer = pointer
        self._cut()
        self._paint()

    def release(self, pointer: Pointer) -> None:
        if self._stroke is not None:
            self._stroke.commit()
        self._stroke = None

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
        here = self._piece(*pixel)
        return Preview(area=here, mesh=self._mesh, text="" if here is not None else "Cutting into pieces")

    def _cut(self) -> None:
        """Have the part of the picture cut in whose middle the pointer is."""
        if self._pointer is None or (pixel := self.easel.pixel(self._pointer)) is None:
            return
        options, image = self.easel.options, self.easel.image
        size, compactness = options.number(SIZE), options.number(COMPACTNESS)
        wanted = _part(pixel, size).clipped(self.easel.document.labels.shape), size, compactness
        if wanted == self._wanted:
            return
        self._wanted = wanted

        def compute() -> NDArray[np.uint16]:
            return superpixels(np.ascontiguousarray(image[wanted[0].slices]), size, compactness).astype(np.uint16)

        def done(numbers: NDArray[np.uint16]) -> None:
            if self._wanted == wanted:
                self._mesh = Mesh(numbers, wanted[0][:2])
                self._paint()

        self.easel.look(compute, done)

    def _paint(self) -> None:
        """Paint the pieces between where was painted last and the pointer."""
        if self._stroke is None or self._pointer is None or self._mesh is None:
            return
        here = self._pointer.point
        mask, (top, left) = shapes.capsule(self._last or here, here, 1, self.easel.document.labels.shape)
        touched: dict[int, Placed] = {}
        for row, column in np.argwhere(mask).tolist():
            number = self._mesh.piece(row + top, column + left)
            if number is not None and number not in touched and (piece := self._piece(row + top, column + left)):
                touched[number] = piece
        for piece in touched.values():
            self._stroke.paint(*piece, *self._target)
        self._last = here

    def _piece(self, row: int, column: int) -> Placed | None:
        """Return the piece that a pixel belongs to, if it is known."""
        mesh = self._mesh
        number = None if mesh is None else mesh.piece(row, column)
        if mesh is None or number is None:
            return None
        reach = ACROSS // 2 * self.easel.options.number(SIZE)
        top, left = max(row - mesh.at[0] - reach, 0), max(column - mesh.at[1] - reach, 0)
        around = mesh.numbers[top : row - mesh.at[0] + reach, left : column - mesh.at[1] + reach]
        return around == number, (top + mesh.at[0], left + mesh.at[1])


def _part(pixel: tuple[int, int], size: int) -> Rect:
    """Return the part, one of a fixed pattern that overlaps by half, in whose middle half a pixel lies."""
    step = max(WINDOW, ACROSS * size) // 2
    row, column = (at // step * step - step // 2 for at in pixel)
    return Rect(row, column, row + 2 * step, column + 2 * step)
