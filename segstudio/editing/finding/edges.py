"""Where a picture has edges."""

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from segstudio.core.raster import Rect, RgbImage
from segstudio.editing.shapes import Point

FAR = 64
"""Pixels further than which an edge is not looked for, however far the view is zoomed out."""
FAINT = 40.0
"""What is weaker is noise, not an edge."""


def strength(pixels: RgbImage) -> NDArray[np.float32]:
    """Return how strong the edges of a picture are: the larger of its channels, of the sum of both Sobel answers."""
    across, down = (np.abs(cv2.Sobel(pixels, cv2.CV_16S, *way)) for way in ((1, 0), (0, 1)))
    return np.asarray((across + down).max(axis=2), np.float32)


def on_edge(image: RgbImage, point: Point, reach: float) -> Point:
    """Return the centre of the pixel with the strongest edge within ``reach`` pixels of a point; near ones count more.

    Where there is none, and for a point outside the picture, the centre of the nearest pixel of it.
    """
    height, width = image.shape[:2]
    column = min(max(math.floor(point[0]), 0), width - 1)
    row = min(max(math.floor(point[1]), 0), height - 1)
    far = math.ceil(min(reach, FAR))
    rect = Rect(row - far, column - far, row + far + 1, column + far + 1).clipped((height, width))
    around = rect.grown(1).clipped((height, width))
    found = strength(np.ascontiguousarray(image[around.slices]))
    found = found[rect.y0 - around.y0 :, rect.x0 - around.x0 :][: rect.shape[0], : rect.shape[1]]
    rows, columns = np.ogrid[rect.y0 : rect.y1, rect.x0 : rect.x1]
    near = 1 - np.hypot(rows - row, columns - column) / (far + 1)
    best = int((found * np.maximum(near, 0)).argmax())
    if found.flat[best] >= FAINT:
        row, column = rect.y0 + best // rect.shape[1], rect.x0 + best % rect.shape[1]
    return column + 0.5, row + 0.5
