"""What a pane shows, pixel by pixel of the screen: the picture below, overlays above, each refreshed by rectangle."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage, QPainter

from segstudio.core.raster import LabelPlane, Rect
from segstudio.editing.document import Change
from segstudio.gui.canvas.picture import Picture
from segstudio.gui.canvas.sampling import Grid, screen_rect
from segstudio.gui.canvas.viewport import Viewport
from segstudio.gui.qimage import opaque_view, overlay_view
from segstudio.overlays import OVERLAYS
from segstudio.overlays.base import OverlayInput, Style

BAND = 128
"""Screen pixels: lower bands follow what changed more closely, and each costs a little by itself."""
RIM = 2
"""Screen pixels beyond a change that its outlines may reach."""


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """What there is to see: a picture and the labels over it, all of one size."""

    picture: Picture
    truth: LabelPlane
    prediction: LabelPlane | None


class Frame:
    """The pixels of one pane size and one view. Panes of the same size share them: they are in step."""

    def __init__(self, scene: Scene, view: Viewport, size: tuple[int, int], backdrop: int, gray: bool) -> None:
        self._scene = scene
        self._view = view
        self._size = size
        self._grid = Grid.of(view, size, scene.picture.size)
        self._base = scene.picture.render(view, size, backdrop, gray)
        self.base: QImage = opaque_view(self._base)
        self._overlays: dict[str, NDArray[np.uint32]] = {}
        self._images: dict[str, QImage] = {}
        self._shown: dict[str, QImage] = {}

    def shown(self, name: str, style: Style) -> QImage:
        """Return the picture with an overlay over it, made when first asked for.

        Kept, since a brush's outline has much painted anew in which nothing else changed: copying one image takes
        half the time of laying two over each other.
        """
        if name not in self._shown:
            self.overlay(name, style)
            self._shown[name] = QImage(self.base.size(), QImage.Format.Format_RGB32)
            self._lay_over(name, Rect(0, 0, self._size[1], self._size[0]))
        return self._shown[name]

    def overlay(self, name: str, style: Style) -> QImage:
        """Return the pixels of an overlay, made when first asked for."""
        if name not in self._images:
            self._overlays[name] = np.zeros((self._size[1], self._size[0]), np.uint32)
            self._draw(name, style, self._grid.rect)
            self._images[name] = overlay_view(self._overlays[name])
        return self._images[name]

    def parts(self, change: Change) -> Iterator[Rect]:
        """Yield what there is to refresh for a change: image rectangles around the pixels in sight that differ.

        In bands, for what a round brush adds is a sickle: its rectangle is many times as large.
        """
        sight = self._grid.sight
        seen = Rect(*map(max, sight[:2], change.rect[:2]), *map(min, sight[2:], change.rect[2:]))
        if seen.empty:
            return
        before = change.before[seen.y0 - change.rect.y0 :, seen.x0 - change.rect.x0 :]
        differs = (self._scene.truth[seen.slices] != before[: seen.shape[0], : seen.shape[1]]).view(np.uint8)
        band = math.ceil(BAND / self._view.scale)
        for row in range(0, seen.shape[0], band):
            x, y, width, height = cv2.boundingRect(differs[row : row + band])
            if width:
                y0, x0 = seen.y0 + row + y, seen.x0 + x
                yield Rect(y0, x0, y0 + height, x0 + width)

    def refresh(self, rect: Rect, style: Style) -> Rect:
        """Redraw an image rectangle in every overlay there is; return the screen rectangle that changed."""
        part = self._grid.part(screen_rect(self._view, rect, RIM)).rect
        for name in self._overlays:
            self._draw(name, style, part)
            if name in self._shown and not part.empty:
                self._lay_over(name, part)
        return part

    def _lay_over(self, name: str, rect: Rect) -> None:
        painter = QPainter(self._shown[name])
        for image in (self.base, self._images[name]):
            painter.drawImage(rect.x0, rect.y0, image, rect.x0, rect.y0, rect.shape[1], rect.shape[0])
        painter.end()

    def _draw(self, name: str, style: Style, rect: Rect) -> None:
        """Draw an overlay within ``rect``, looking ``RIM`` further so that outlines meet what is beside it."""
        outer = self._grid.part(rect.grown(RIM))
        if rect.empty or outer.empty:
            return
        truth, prediction = self._scene.truth, self._scene.prediction
        source = OverlayInput(
            outer.sample(truth),
            None if prediction is None else outer.sample(prediction),
            style,
            (outer.rect.y0 - self._view.dy, outer.rect.x0 - self._view.dx),
        )
        drawn = OVERLAYS[name](source)
        y, x = rect.y0 - outer.rect.y0, rect.x0 - outer.rect.x0
        height, width = rect.shape
        self._overlays[name][rect.slices] = drawn[y : y + height, x : x + width]
