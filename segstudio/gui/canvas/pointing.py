"""Pointing something out on the canvas: flying there, and pixels that flash."""

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QImage, QPainter, QTransform

from segstudio.core.raster import Mask, Rect
from segstudio.gui.canvas.viewport import Viewport
from segstudio.gui.qimage import overlay_view
from segstudio.overlays.base import Pixels, premultiplied

Over: TypeAlias = Callable[[QPainter, Viewport], None]
"""Draws in device pixels of a pane, where its view says that the picture lies."""

FLASH_MS, FLASHES = 140, 4
FLASH_COLOR = (255, 235, 59)


class Flash(QObject):
    """Makes pixels light up a few times; drawn as one of the canvas's ``over``."""

    def __init__(self, repaint: Callable[[], None], parent: QObject) -> None:
        super().__init__(parent)
        self._repaint = repaint
        self._timer = QTimer(self)
        self._timer.setInterval(FLASH_MS)
        self._timer.timeout.connect(self._turn)
        self._left = 0
        self._at = Rect(0, 0, 0, 0)
        self._pixels: Pixels = np.zeros((0, 0), np.uint32)
        self._image = QImage()

    def begin(self, mask: Mask, at: Rect) -> None:
        """Let the pixels of ``mask`` flash, which has the shape of ``at``, a rectangle of the picture."""
        self._pixels = np.where(mask, premultiplied(FLASH_COLOR, 0.85), np.uint32(0))
        self._image, self._at = overlay_view(self._pixels), at
        self._left = 2 * FLASHES - 1
        self._timer.start()
        self._repaint()

    def end(self) -> None:
        """Flash no more."""
        self._left = 0
        self._timer.stop()
        self._repaint()

    def draw(self, painter: QPainter, view: Viewport) -> None:
        if self._left % 2 == 1:
            painter.save()
            painter.setTransform(to_screen(view), combine=True)
            painter.drawImage(self._at.x0, self._at.y0, self._image)
            painter.restore()

    def _turn(self) -> None:
        self._left -= 1
        if self._left <= 0:
            self.end()
        self._repaint()


def to_screen(view: Viewport) -> QTransform:
    """Return what a view does, from pixels of the picture to device pixels of a pane."""
    axes, scale = view.orientation.axes, view.scale
    return QTransform(axes.xx * scale, axes.yx * scale, axes.xy * scale, axes.yy * scale, view.dx, view.dy)
