"""The picture as it was read, halved again and again so that it can be shown small without aliasing."""

import math
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from segstudio.core.raster import RgbImage
from segstudio.gui.canvas.sampling import Grid
from segstudio.gui.canvas.viewport import Viewport

SMOOTH_BELOW = 2.0
"""From this scale on, pixels are shown as squares."""


class Picture:
    """Made in a worker, drawn in the GUI thread. ``levels[k]`` is half the size of ``levels[k - 1]``."""

    def __init__(self, image: RgbImage) -> None:
        # Kept as it is: a copy in the colours of the screen takes as much memory again, and a third of what decoding
        # takes. Only what is in sight is converted.
        self.levels: list[NDArray[Any]] = [np.ascontiguousarray(image)]
        self._halve()

    def _halve(self) -> None:
        """Add the smaller levels."""
        while max(self.levels[-1].shape[:2]) > 1:
            height, width = self.levels[-1].shape[:2]
            half = (max(width // 2, 1), max(height // 2, 1))
            self.levels.append(np.asarray(cv2.resize(self.levels[-1], half, interpolation=cv2.INTER_AREA)))

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        height, width = self.levels[0].shape[:2]
        return width, height

    @property
    def rgb(self) -> RgbImage:
        """The picture at its full size as RGB."""
        return self.levels[0]

    def render(
        self,
        view: Viewport,
        size: tuple[int, int],
        backdrop: int,
        gray: bool,
        into: NDArray[np.uint32] | None = None,
    ) -> NDArray[np.uint32]:
        """Return the picture as seen through ``view`` in a pane of (width, height): 0xffRRGGBB, backdrop around it.

        ``into`` is an array of the pane's size to draw in: fresh memory costs as much as half of the drawing.
        """
        frame = np.empty((size[1], size[0]), np.uint32) if into is None else into
        grid = Grid.of(view, size, self.size)
        if grid.rect != (0, 0, size[1], size[0]):
            frame[...] = backdrop
        if grid.empty:
            return frame
        shown = frame[grid.rect.slices]
        self._draw(view, grid, shown)
        if gray:
            shown[...] = _grayed(shown)
        return frame

    def _draw(self, view: Viewport, grid: Grid, into: NDArray[np.uint32]) -> None:
        """Write 0xffRRGGBB at the points of a grid."""
        if view.scale >= SMOOTH_BELOW:
            seen = cv2.cvtColor(self.levels[0][grid.sight.slices], cv2.COLOR_RGB2BGRA)
            into[...] = grid.spread(np.asarray(seen).view(np.uint32)[..., 0])
        else:
            smooth = np.empty((*into.shape, 3), np.uint8)
            self._smooth(view, grid, smooth)
            cv2.cvtColor(smooth, cv2.COLOR_RGB2BGRA, into.view(np.uint8).reshape(*into.shape, 4))

    def _smooth(self, view: Viewport, grid: Grid, into: NDArray[Any]) -> None:
        """Interpolate from the level that is nearest in size to what is shown.

        A larger one would alias, for interpolation looks at the four nearest pixels and misses those between.
        """
        index = 0
        while index + 1 < len(self.levels) and view.scale * 2 ** (index + 1) <= math.sqrt(2):
            index += 1
        level = self.levels[index]
        rx, ry = level.shape[1] / self.size[0], level.shape[0] / self.size[1]
        # cv2 refuses sources beyond 32,767 pixels a side: give it only what is in sight.
        sight = grid.sight
        x0, x1 = _span(sight.x0, sight.x1, rx, level.shape[1])
        y0, y1 = _span(sight.y0, sight.y1, ry, level.shape[0])
        x, y = view.to_image(grid.rect.x0 + 0.5, grid.rect.y0 + 0.5)
        axes = view.orientation.axes
        matrix = np.array(
            [
                [axes.xx * rx / view.scale, axes.yx * rx / view.scale, x * rx - 0.5 - x0],
                [axes.xy * ry / view.scale, axes.yy * ry / view.scale, y * ry - 0.5 - y0],
            ]
        )
        size = grid.rect.shape[::-1]
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        cv2.warpAffine(level[y0:y1, x0:x1], matrix, size, into, flags, cv2.BORDER_REPLICATE)


def _span(first: int, end: int, ratio: float, limit: int) -> tuple[int, int]:
    return max(int(first * ratio) - 2, 0), min(int(end * ratio) + 3, limit)


def _grayed(pixels: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Return the same brightness without colour, a little darker, so that what is drawn over it stands out."""
    channels = np.ascontiguousarray(pixels).view(np.uint8).reshape(*pixels.shape, 4)
    gray = cv2.convertScaleAbs(cv2.cvtColor(channels, cv2.COLOR_BGRA2GRAY), alpha=0.75)
    return np.asarray(cv2.cvtColor(gray, cv2.COLOR_GRAY2BGRA), np.uint8).view(np.uint32)[..., 0]
