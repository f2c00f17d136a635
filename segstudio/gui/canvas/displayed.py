"""Pictures that are looked at through a window of values: mapped to colours at the resolution of the screen.

So a window follows the hand however large the picture is, and no second copy of it is made.
"""

import copy
from collections.abc import Sequence
from typing import Any, Self

import cv2
import numpy as np
from numpy.typing import NDArray

from segstudio.core.display import Display, kind_of, levels
from segstudio.core.raster import RgbImage, Samples
from segstudio.gui.canvas.picture import SMOOTH_BELOW, Picture
from segstudio.gui.canvas.sampling import Grid
from segstudio.gui.canvas.viewport import Viewport

BYTES = np.arange(256, dtype=np.uint8)
INTERPOLATED = 4
"""Channels that OpenCV interpolates at once."""

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
        if self.display.as_is:
            return
        bgra, table = into.view(np.uint8).reshape(*into.shape, 4), levels(BYTES, self.display)
        if self.display.channels == (0, 1, 2):
            bgra[...] = cv2.LUT(bgra, np.stack([table, table, table, BYTES], axis=-1)[np.newaxis])
        else:
            into[...] = _merged([cv2.LUT(bgra[..., 2 - channel], table) for channel in self.display.channels])


class ValuePicture(DisplayedPicture):
    """A picture of values that are no colours, kept as they were read."""

    def __init__(self, samples: Samples, display: Display, image: RgbImage) -> None:
        """Take the samples and, for the tools, the whole ``image`` as shown when it was made last."""
        apart = samples.ndim == 3 and samples.shape[2] > INTERPOLATED
        planes = [samples[:, :, channel] for channel in range(samples.shape[2])] if apart else [samples]
        self._parts = [_Values(plane) for plane in planes]
        self.levels = self._parts[0].levels
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
        channels = self.display.channels
        if len(self._parts) > 1:
            planes = [self._parts[c].seen(view, grid) for c in channels]
        else:
            values = self._parts[0].seen(view, grid)
            planes = [values if values.ndim == 2 else values[:, :, c] for c in channels]
        into[...] = _merged(
            [levels(plane, self.display.of_channel(c)) for c, plane in zip(channels, planes, strict=True)]
        )


class _Values(Picture):
    """The values of one channel, or of a few side by side."""

    def __init__(self, samples: Samples) -> None:
        self.levels = [samples if samples.dtype.name in SCALED_BY_CV2 else samples.astype(np.float32)]
        self._halve()

    def seen(self, view: Viewport, grid: Grid) -> NDArray[Any]:
        """Return the values at the points of a grid, shape of its ``rect``, or with the channels after it."""
        whole = self.levels[0]
        if view.scale >= SMOOTH_BELOW:
            if whole.ndim == 2:
                return grid.sample(whole)
            return np.dstack([grid.sample(whole[:, :, channel]) for channel in range(whole.shape[2])])
        values = np.empty((*grid.rect.shape, *whole.shape[2:]), whole.dtype)
        self._smooth(view, grid, values)
        return values


def displayed(samples: Samples, display: Display, image: RgbImage) -> DisplayedPicture:
    """Return what the canvas draws of a picture; ``image`` is what it looks like as a whole."""
    return DisplayedPicture(samples, display) if kind_of(samples).plain else ValuePicture(samples, display, image)


def _merged(channels: Sequence[NDArray[Any]]) -> NDArray[np.uint32]:
    """Return 0xffRRGGBB of red, green and blue, or of one channel for all three."""
    red, green, blue = (*channels, *channels, *channels) if len(channels) == 1 else channels
    merged = cv2.merge([blue, green, red, np.full_like(red, 255)])
    return np.asarray(merged, np.uint8).view(np.uint32)[..., 0]
