"""Where the picture lies in a pane: pure arithmetic, no painting."""

import math
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

from segstudio.core.raster import Rect

MIN_SCALE, MAX_SCALE = 1 / 256, 64.0
SNAP = 0.02
"""How near 1:1 counts as 1:1, as a logarithm of scale."""

VISITED, VISITED_PART = (0.08, 0.8), 0.4
"""Parts of a pane that something one goes to may take as it is, and the part that it takes where it may not."""
VISITED_SCALE = 4.0
"""The scale that one goes to small things at, so that all look as large as they are to each other."""


class Axes(NamedTuple):
    """Along which axis of the screen those of the picture run, each number -1, 0 or 1.

    ``screen x = xx * x + xy * y`` and ``screen y = yx * x + yy * y``.
    """

    xx: int
    xy: int
    yx: int
    yy: int


@dataclass(frozen=True)
class Orientation:
    """One of the eight ways to lay a picture: mirrored left to right or not, then turned clockwise by quarters."""

    turns: int = 0
    mirrored: bool = False

    @cached_property
    def axes(self) -> Axes:
        xx, xy, yx, yy = -1 if self.mirrored else 1, 0, 0, 1
        for _ in range(self.turns):
            xx, xy, yx, yy = -yx, -yy, xx, xy
        return Axes(xx, xy, yx, yy)

    @property
    def transposed(self) -> bool:
        """Whether the rows of the picture run down the screen."""
        return self.turns % 2 == 1

    def turned(self, quarters: int) -> "Orientation":
        """Return this one, turned further on the screen; clockwise where positive."""
        return Orientation((self.turns + quarters) % 4, self.mirrored)

    def flipped(self) -> "Orientation":
        """Return this one with left and right of the screen exchanged."""
        return Orientation(-self.turns % 4, not self.mirrored)


UPRIGHT = Orientation()


@dataclass(frozen=True, slots=True)
class Viewport:
    """``screen = oriented image * scale + offset``, in device pixels.

    Offsets are whole: 1:1 shows each pixel as it is.
    """

    scale: float = 1.0
    dx: int = 0
    dy: int = 0
    orientation: Orientation = UPRIGHT

    @classmethod
    def fitting(cls, image: tuple[int, int], pane: tuple[int, int], orientation: Orientation = UPRIGHT) -> "Viewport":
        """Return the view of the whole picture, centred with a narrow margin. Sizes are (width, height)."""
        margin = 12 if min(pane) > 100 else 0
        width, height = image[::-1] if orientation.transposed else image
        scale = min((pane[0] - 2 * margin) / width, (pane[1] - 2 * margin) / height)
        return cls.centred(image, pane, min(max(scale, MIN_SCALE), MAX_SCALE), orientation)

    @classmethod
    def centred(
        cls, image: tuple[int, int], pane: tuple[int, int], scale: float, orientation: Orientation = UPRIGHT
    ) -> "Viewport":
        return cls(scale, 0, 0, orientation).about((image[0] / 2, image[1] / 2), pane)

    def to_image(self, x: float, y: float) -> tuple[float, float]:
        axes = self.orientation.axes
        u, v = (x - self.dx) / self.scale, (y - self.dy) / self.scale
        return axes.xx * u + axes.yx * v, axes.xy * u + axes.yy * v

    def to_screen(self, x: float, y: float) -> tuple[float, float]:
        axes = self.orientation.axes
        return (
            (axes.xx * x + axes.xy * y) * self.scale + self.dx,
            (axes.yx * x + axes.yy * y) * self.scale + self.dy,
        )

    def zoomed(self, factor: float, x: float, y: float) -> "Viewport":
        """Zoom so that the image point under screen point (x, y) stays there, within the limits of scale.

        A step that comes near 1:1 ends there; one that leaves it does not, or small steps would never get away.
        """
        scale = min(max(self.scale * factor, MIN_SCALE), MAX_SCALE)
        if abs(math.log(scale)) < min(SNAP, abs(math.log(self.scale))):
            scale = 1.0
        ratio = scale / self.scale
        return replace(self, scale=scale, dx=round(x + (self.dx - x) * ratio), dy=round(y + (self.dy - y) * ratio))

    def panned(self, dx: float, dy: float) -> "Viewport":
        return replace(self, dx=self.dx + round(dx), dy=self.dy + round(dy))

    def about(self, point: tuple[float, float], pane: tuple[int, int]) -> "Viewport":
        """Return the view of this scale that has an image point in the middle of a pane of (width, height)."""
        x, y = Viewport(self.scale, 0, 0, self.orientation).to_screen(*point)
        return replace(self, dx=round(pane[0] / 2 - x), dy=round(pane[1] / 2 - y))

    def visiting(self, rect: Rect, pane: tuple[int, int]) -> "Viewport":
        """Return the view that has a rectangle of the picture in a pane of (width, height), seen well.

        Where it is in sight as a whole, and neither too large nor too small, the view stays; else it is in the middle.
        """
        corners = [self.to_screen(x, y) for x, y in ((rect.x0, rect.y0), (rect.x1, rect.y1))]
        part = max(abs(a - b) / side for a, b, side in zip(*corners, pane, strict=True))
        if VISITED[0] <= part <= VISITED[1]:
            if all(0 <= at <= side for corner in corners for at, side in zip(corner, pane, strict=True)):
                return self
            scale = self.scale
        else:
            largest = max(VISITED_SCALE, self.scale) if part < VISITED[0] else self.scale
            scale = max(min(self.scale * VISITED_PART / part, largest), MIN_SCALE)
        return replace(self, scale=scale).about(((rect.x0 + rect.x1) / 2, (rect.y0 + rect.y1) / 2), pane)

    def oriented(self, orientation: Orientation, x: float, y: float) -> "Viewport":
        """Lay the picture in another way; the image point under screen point (x, y) stays there."""
        at = Viewport(self.scale, 0, 0, orientation).to_screen(*self.to_image(x, y))
        return Viewport(self.scale, round(x - at[0]), round(y - at[1]), orientation)
