"""Tools that find an area around the pixel that is pressed, show it, and draw it when the button goes up."""

from collections.abc import Callable

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


class Seeded(AreaTool):
    """Nothing is written until the button goes up. Dragging to the right or up takes in more, the other way less."""

    def __init__(self, easel: Easel) -> None:
        super().__init__(easel)
        self._start: Pointer | None = None
        self._area: Placed | None = None

    def find(self, seed: tuple[int, int], tolerance: int) -> Callable[[], Placed]:
        """Return what finds the area around a pixel, given as row and column; any thread may call it."""
        raise NotImplementedError

    def tolerant(self) -> bool:
        """Whether the tolerance means anything as the tool is set."""
        return True

    def press(self, pointer: Pointer) -> None:
        seed = self.easel.pixel(pointer)
        if seed is None:
            return
        self._begin(pointer)
        self._start, self._seed, self._area = pointer, seed, None
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
        if self.easel.document.revision != self._revision:  # undone meanwhile: what was found is of the past
            self._seek()
        self._draw(self._found)
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
        return Preview(area=self._area, text=f"tolerance {self._tolerance}" if self.tolerant() else "")

    def _seek(self) -> None:
        self._revision = self.easel.document.revision
        self._found = found = Once(self.find(self._seed, self._tolerance))

        def show(area: Placed) -> None:
            if self._found is found:
                self._area = area

        if self.easel.small:
            show(found())
        else:
            self.easel.look(found, show)
