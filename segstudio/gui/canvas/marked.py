"""Pixels that stay marked on the canvas: a light line along their border with a dark one around it."""

import cv2
import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QPainter

from segstudio.core.raster import Mask, Rect
from segstudio.editing.shapes import Placed
from segstudio.gui.canvas.previews import sampled
from segstudio.gui.canvas.sampling import Grid, screen_rect
from segstudio.gui.canvas.view import PaneView
from segstudio.gui.canvas.viewport import Viewport
from segstudio.gui.qimage import overlay_view
from segstudio.overlays.base import premultiplied

LIGHT, DARK = premultiplied((255, 255, 255), 1.0), premultiplied((0, 0, 0), 0.75)
AROUND = 2
"""Device pixels that each line takes, the light one inside and the dark one outside."""


class Marked:
    """Draws the border of some pixels, as one of a canvas's ``over``, until others are marked or none."""

    def __init__(self, canvas: PaneView) -> None:
        self._canvas = canvas
        self.area: Placed | None = None
        self._drawn: tuple[object, ...] = ()
        self._at, self._pixels = Rect(0, 0, 0, 0), np.zeros((0, 0), np.uint32)

    def show(self, mask: Mask, at: Rect) -> None:
        """Mark the pixels of ``mask``, which has the shape of ``at``, a rectangle of the picture."""
        self.area, self._drawn = (mask, (at.y0, at.x0)), ()
        self._canvas.update()

    def clear(self) -> None:
        """Mark nothing."""
        if self.area is not None:
            self.area, self._drawn = None, ()
            self._canvas.update()

    def draw(self, painter: QPainter, view: Viewport) -> None:
        """Draw in device pixels of a pane; the pixels are kept while the view stays."""
        size, pane = self._canvas.picture_size, self._canvas.pane_size()
        if self.area is None or size is None:
            return
        if self._drawn != (view, pane):
            self._drawn = view, pane
            self._at, self._pixels = border_pixels(self.area, Grid.of(view, pane, size), view)
        if not self._at.empty:
            painter.drawImage(self._at.x0, self._at.y0, overlay_view(self._pixels))


def border_pixels(area: Placed, grid: Grid, view: Viewport) -> tuple[Rect, NDArray[np.uint32]]:
    """Return a rectangle of the screen and its pixels, premultiplied: the border of an area, seen on any picture."""
    mask, (top, left) = area
    covered = Rect(top, left, top + mask.shape[0], left + mask.shape[1])
    part = grid.part(screen_rect(view, covered, AROUND + 1))
    seen = sampled(mask, part.rows - top, part.columns - left)
    inside = np.ascontiguousarray(seen.T if part.transposed else seen).view(np.uint8)
    pixels = np.zeros(inside.shape, np.uint32)
    if not part.empty:
        side = 2 * AROUND + 1
        square = np.ones((side, side), np.uint8)
        pixels[cv2.dilate(inside, square) > inside] = DARK
        pixels[inside > cv2.erode(inside, square)] = LIGHT
    return part.rect, pixels
