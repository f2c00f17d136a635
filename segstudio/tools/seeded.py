"""Tools that find an area around the pixel that is pressed, show it, and draw it when the button goes up."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from segstudio.core.raster import LabelPlane, RgbImage
from segstudio.editing.shapes import Placed
from segstudio.tools.area import AreaTool
from segstudio.tools.base import Easel, Pointer, Preview
from segstudio.tools.once import Once
from segstudio.tools.options import Number

TOLERANCE = Number("tolerance", "Tolerance", 0, 255, 24, "", "How far a colour may differ, in each channel, of 255")
STEP = 0.25
"""Steps of tolerance a screen pixel that is dragged."""
REACH = 10.0
"""Screen pixels that ``Pointer.reach`` stands for."""
SIGHT = 512
"""Screen pixels around the one that is pressed that are looked at at every move."""


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """What an area is found in: the picture, or what is in sight of it with only every so manieth pixel.

    ``seed`` is the pixel that was pressed, ``corner`` the picture's pixel at its top left; each is a row and a column.
    """

    image: RgbImage
    labels: LabelPlane
    seed: tuple[int, int]
    corner: tuple[int, int] = (0, 0)
    step: int = 1


class Seeded(AreaTool):
    """Nothing is written until the button goes up. Dragging to the right or up takes in more, the other way less.

    In a large picture what is in sight is looked at first, no finer than the screen, so that it can be followed.
    """

    def __init__(self, easel: Easel) -> None:
        super().__init__(easel)
        self._start: Pointer | None = None
        self._area: Placed | None = None
        self._step = 1

    def find(self, view: View, tolerance: int) -> Callable[[], Placed]:
        """Return what finds the area around the seed of a view; any thread may call it."""
        raise NotImplementedError

    def tolerant(self) -> bool:
        """Whether the tolerance means anything as the tool is set."""
        return True

    def press(self, pointer: Pointer) -> None:
        seed = self.easel.pixel(pointer)
        if seed is None:
            return
        self._begin(pointer)
        self._start, self._area = pointer, None
        self._whole = View(self.easel.image, self.easel.document.labels, seed)
        self._sight = self._whole if self.easel.small else _in_sight(self._whole, round(pointer.reach / REACH))
        self._tolerance = self.easel.options.number(TOLERANCE)
        self._seek()

    def move(self, pointer: Pointer) -> None:
        if self._start is None or not self.tolerant():
            return
        way = (pointer.x - self._start.x + self._start.y - pointer.y) * REACH / self._start.reach
        wanted = self.easel.options.number(TOLERANCE) + round(way * STEP)
        wanted = min(max(wanted, TOLERANCE.low), TOLERANCE.high)
        if wanted != self._tolerance:
            self._tolerance = wanted
            self._seek()

    def release(self, pointer: Pointer) -> None:
        if self._start is None:
            return
        self._start = None
        found, anew = self._found, self.find(self._whole, self._tolerance)
        document, revision = self.easel.document, self._revision
        self._draw(lambda: found() if document.revision == revision else anew())
        if self.tolerant() and self._tolerance != self.easel.options.number(TOLERANCE):
            self.easel.options.set(TOLERANCE, self._tolerance)

    def cancel(self) -> bool:
        there_was, self._start = self._start is not None, None
        return there_was

    def tuned(self) -> None:
        if self._start is not None:
            self._seek()

    def preview(self) -> Preview | None:
        if self._start is None:
            return None
        text = f"tolerance {self._tolerance}" if self.tolerant() else ""
        return Preview(area=self._area, area_step=self._step, text=text)

    def _seek(self) -> None:
        self._revision = self.easel.document.revision
        self._found = found = Once(self.find(self._whole, self._tolerance))

        def show(area: Placed) -> None:
            if self._found is found:
                self._area, self._step = area, 1

        if self.easel.small:
            show(found())
            return
        mask, (top, left) = self.find(self._sight, self._tolerance)()
        self._step, (down, across) = self._sight.step, self._sight.corner
        self._area = mask, (top * self._step + down, left * self._step + across)
        self.easel.look(found, show)


def _in_sight(whole: View, step: int) -> View:
    """Return what is around the seed as far as a screen reaches, with one pixel for about each of the screen."""
    step = max(step, 1)
    before = [min(at // step, SIGHT) for at in whole.seed]
    top, left = (at - many * step for at, many in zip(whole.seed, before, strict=True))
    rows, columns = (slice(start, at + SIGHT * step, step) for start, at in zip((top, left), whole.seed, strict=True))
    image, labels = (np.ascontiguousarray(plane[rows, columns]) for plane in (whole.image, whole.labels))
    # Less than a pixel of the screen is left over at the picture's border: what is found goes up to it.
    corner = (top if top >= step else 0, left if left >= step else 0)
    return View(image, labels, (before[0], before[1]), corner, step)
