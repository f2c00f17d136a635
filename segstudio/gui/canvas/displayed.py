"""Pictures that are looked at through a window of values: mapped to colours at the resolution of the screen.

So a window follows the hand however large the picture is, and no second copy of it is made.
"""

import copy
from typing import Any, Self

import cv2
import numpy as np
from numpy.typing import NDArray

from segstudio.core.display import Display, kind_of, levels
from segstudio.core.raster import RgbImage, Samples
from segstudio.gui.canvas.picture import SMOOTH_BELOW, Picture
from segstudio.gui.canvas.sampling import Grid
from segstudio.gui.canvas.viewport import Viewport

SCALED_BY_CV2 = ("uint8", "uint16", "int16", "float32", "float64")


class DisplayedPicture(Picture):
    """A plain picture, brightened or darkened where it is shown."""

    def __init__(self, image: RgbImage, display: Display) -> None:
        super().__init__(image)
        self.display = display

    def through(self, display: Display) -> Self:
        """Return the same picture as shown in another way; the two share all pixels."""
        made = copy.copy(self)
        made.display = display
        return made

    def _draw(self, view: Viewport, grid: Grid, into: NDArray[np.uint32]) -> None:
        super()._draw(view, grid, into)
        if not self.display.as_is:
            bgra = into.view(np.uint8).reshape(*into.shape, 4)
            into[...] = _merged([levels(bgra[..., 2 - channel], self.display) for channel in self.display.channels])


class ValuePicture(DisplayedPicture):
    """A picture of values that are no colours: each channel is kept in levels of its own, at first as it was read."""

    def __init__(self, samples: Samples, display: Display, image: RgbImage) -> None:
        """Take the samples and, for the tools, the whole ``image`` as shown when it was made last."""
        planes = samples[:, :, np.newaxis] if samples.ndim == 2 else samples
        self._planes = [_Plane(planes[:, :, channel]) for channel in range(planes.shape[2])]
        self.levels = self._planes[0].levels
        self.display, self.image = display, image

    @property
    def rgb(self) -> RgbImage:
        return self.image

    def with_image(self, image: RgbImage) -> Self:
        """Return the same picture with another ``image``."""
        made = copy.copy(self)
        made.image = image
        return made

    def _draw(self, view: Viewport, grid: Grid, into: NDArray[np.uint32]) -> None:
        values = (self._planes[channel].values(view, grid) for channel in self.display.channels)
        into[...] = _merged([levels(seen, self.display) for seen in values])


class _Plane(Picture):
    """The values of one channel."""

    def __init__(self, plane: NDArray[Any]) -> None:
        self.levels = [plane if plane.dtype.name in SCALED_BY_CV2 else plane.astype(np.float32)]
        self._halve()

    def values(self, view: Viewport, grid: Grid) -> NDArray[Any]:
        if view.scale >= SMOOTH_BELOW:
            return np.ascontiguousarray(grid.sample(self.levels[0]))
        values = np.empty(grid.rect.shape, self.levels[0].dtype)
        self._smooth(view, grid, values)
        return values


def displayed(samples: Samples, display: Display, image: RgbImage) -> DisplayedPicture:
    """Return what the canvas draws of a picture; ``image`` is what it looks like as a whole."""
    return DisplayedPicture(samples, display) if kind_of(samples).plain else ValuePicture(samples, display, image)


def _merged(channels: list[NDArray[np.uint8]]) -> NDArray[np.uint32]:
    """Return 0xffRRGGBB of red, green and blue, or of one channel for all three."""
    red, green, blue = channels * 3 if len(channels) == 1 else channels
    merged = cv2.merge([blue, green, red, np.full_like(red, 255)])
    return np.asarray(merged, np.uint8).view(np.uint32)[..., 0]
