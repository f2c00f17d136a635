"""A part of a picture made smaller, where looking at all of it would take too long."""

import cv2
import numpy as np

from segstudio.core.raster import Rect, RgbImage

DENSE = 4
"""So many pixels are averaged each way; of still more every few are looked at, for to read them takes the time."""


def reduced(image: RgbImage, rect: Rect, scale: int) -> RgbImage:
    """Return a part of a picture with one pixel for each square of ``scale`` x ``scale``, contiguous.

    ``scale`` is at most ``DENSE``, or a multiple of it. The last squares may reach beyond the part: its border goes on.
    """
    step = max(1, scale // DENSE)
    pixels = np.ascontiguousarray(image[rect.slices][::step, ::step])
    each = scale // step
    if each == 1:
        return pixels
    below, right = (-side % each for side in pixels.shape[:2])
    padded = cv2.copyMakeBorder(pixels, 0, below, 0, right, cv2.BORDER_REPLICATE)
    size = padded.shape[1] // each, padded.shape[0] // each
    return np.asarray(cv2.resize(padded, size, interpolation=cv2.INTER_AREA), np.uint8)
