"""The picture as drawn: 32-bit colours, halved again and again so that it can be shown small without aliasing."""

import math

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
        self.levels: list[NDArray[np.uint8]] = [np.asarray(cv2.cvtColor(image, cv2.COLOR_RGB2BGRA), np.uint8)]
        while max(self.levels[-1].shape[:2]) > 1:
            height, width = self.levels[-1].shape[:2]
            half = (max(width // 2, 1), max(height // 2, 1))
            self.levels.append(np.asarray(cv2.resize(self.levels[-1], half, interpolation=cv2.INTER_AREA), np.uint8))

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        height, width = self.levels[0].shape[:2]
        return width, height

    @property
    def rgb(self) -> RgbImage:
        """The picture at its full size as RGB, a view of what is drawn: not contiguous."""
        return self.levels[0][..., 2::-1]

    def render(self, view: Viewport, size: tuple[int, int], backdrop: int, gray: bool) -> NDArray[np.uint32]:
        """Return the picture as seen through ``view`` in a pane of (width, height): 0xffRRGGBB, backdrop around it."""
        frame = np.full((size[1], size[0]), backdrop, np.uint32)
        grid = Grid.of(view, size, self.size)
        if grid.empty:
            return frame
        if view.scale >= SMOOTH_BELOW:
            shown = grid.sample(self.levels[0].view(np.uint32)[..., 0])
        else:
            shown = self._smooth(view, grid).view(np.uint32)[..., 0]
        frame[grid.rect.slices] = _grayed(shown) if gray else shown
        return frame

    def _smooth(self, view: Viewport, grid: Grid) -> NDArray[np.uint8]:
        """Interpolate from the level that is nearest in size to what is shown.

        A larger one would alias, for interpolation looks at the four nearest pixels and misses those between.
        """
        index = 0
        while index + 1 < len(self.levels) and view.scale * 2 ** (index + 1) <= math.sqrt(2):
            index += 1
        level = self.levels[index]
        rx, ry = level.shape[1] / self.size[0], level.shape[0] / self.size[1]
        # cv2 refuses sources beyond 32,767 pixels a side: give it only what is in sight.
        x0, x1 = _span(grid.columns, rx, level.shape[1])
        y0, y1 = _span(grid.rows, ry, level.shape[0])
        step_x, step_y = rx / view.scale, ry / view.scale
        start_x = (grid.rect.x0 + 0.5 - view.dx) * step_x - 0.5 - x0
        start_y = (grid.rect.y0 + 0.5 - view.dy) * step_y - 0.5 - y0
        matrix = np.array([[step_x, 0, start_x], [0, step_y, start_y]])
        height, width = grid.rect.shape
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        shown = cv2.warpAffine(
            level[y0:y1, x0:x1], matrix, (width, height), flags=flags, borderMode=cv2.BORDER_REPLICATE
        )
        return np.asarray(shown, np.uint8)


def _span(indices: NDArray[np.intp], ratio: float, limit: int) -> tuple[int, int]:
    return max(int(indices[0] * ratio) - 2, 0), min(int((indices[-1] + 1) * ratio) + 3, limit)


def _grayed(pixels: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Return the same brightness without colour, a little darker, so that what is drawn over it stands out."""
    channels = np.ascontiguousarray(pixels).view(np.uint8).reshape(*pixels.shape, 4)
    gray = cv2.convertScaleAbs(cv2.cvtColor(channels, cv2.COLOR_BGRA2GRAY), alpha=0.75)
    return np.asarray(cv2.cvtColor(gray, cv2.COLOR_GRAY2BGRA), np.uint8).view(np.uint32)[..., 0]
