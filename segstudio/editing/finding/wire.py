"""Ways that follow the edges of a picture.

Intelligent scissors (Mortensen and Barrett, "Intelligent Scissors for Image Composition", SIGGRAPH 1995, sections 3 and
4), as OpenCV has them: from one start the cheapest way to every pixel of a window is found at once; the way to where
the pointer is can then be read off as fast as it moves.
"""

import math
from itertools import pairwise
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from segstudio.core.raster import Rect, RgbImage
from segstudio.editing.finding.edges import on_edge, strength
from segstudio.editing.finding.reducing import reduced
from segstudio.editing.shapes import Point

HALF = 256
"""Half the side of a window, in pixels at its scale: all ways in it are found in about 60 ms."""
PIECE = 200
"""Pixels of a coarse way that are followed again, at full size, at a time."""
MARGIN = 48
"""How far beside a piece the way may go."""
STRONG = 90
"""Which percentile of the window's edges counts as strong."""
LOW, HIGH = 20.0, 100.0
"""Strong edges are at least and at most this strong, in the sum of a Sobel filter's two answers."""


class Wire:
    """The cheapest ways from ``start`` to all pixels of a window, in image pixels.

    ``scale``: so many pixels of the picture are one of the window, a power of two.
    """

    def __init__(self, image: RgbImage, start: Point, rect: Rect, scale: int = 1) -> None:
        self.start, self.rect, self.scale = start, rect, scale
        pixels = reduced(image, rect, scale)
        self._size = pixels.shape[1], pixels.shape[0]
        self._scissors = _scissors(pixels)
        self._scissors.buildMap(self._inside(start))

    @classmethod
    def around(cls, image: RgbImage, start: Point, scale: int) -> "Wire":
        """Return the ways to as far as a window around ``start`` reaches."""
        reach = HALF * scale
        row, column = math.floor(start[1]), math.floor(start[0])
        rect = Rect(row - reach, column - reach, row + reach, column + reach).clipped(image.shape[:2])
        return cls(image, start, rect, scale)

    def covers(self, point: Point) -> bool:
        """Return whether a point of the picture lies in the window."""
        return self.rect.x0 <= point[0] <= self.rect.x1 and self.rect.y0 <= point[1] <= self.rect.y1

    def way(self, to: Point) -> list[Point]:
        """Return the way to a point of the picture, or to where in the window it is nearest, both ends included."""
        pixels: NDArray[Any] = np.asarray(self._scissors.getContour(self._inside(to))).reshape(-1, 2)
        places = (pixels + 0.5) * self.scale + (self.rect.x0, self.rect.y0)
        return [self.start, *map(tuple, places[1:-1].tolist()), to]

    def _inside(self, point: Point) -> tuple[int, int]:
        x, y = (point[0] - self.rect.x0) // self.scale, (point[1] - self.rect.y0) // self.scale
        return int(min(max(x, 0), self._size[0] - 1)), int(min(max(y, 0), self._size[1] - 1))


def scale_for(start: Point, to: Point) -> int:
    """Return the smallest scale at which a window around ``start`` reaches ``to``."""
    away = max(abs(start[0] - to[0]), abs(start[1] - to[1]))
    return 1 << max(0, math.ceil(math.log2(max(away, 1.0) / HALF)))


def way_between(image: RgbImage, start: Point, to: Point) -> list[Point]:
    """Return the way between two points of a picture at its full size, both included.

    Points that are far apart are joined by a coarse way, whose pieces are then followed again.
    """
    scale = scale_for(start, to)
    if scale == 1:
        return _piece(image, start, to)
    coarse = Wire.around(image, start, scale).way(to)
    step = max(1, PIECE // scale)
    stops = [start, *(on_edge(image, point, scale) for point in coarse[step:-step:step]), to]
    return [start, *(point for a, b in pairwise(stops) for point in _piece(image, a, b)[1:])]


def _piece(image: RgbImage, start: Point, to: Point) -> list[Point]:
    (left, right), (top, bottom) = sorted((start[0], to[0])), sorted((start[1], to[1]))
    rect = Rect(int(top), int(left), int(bottom) + 1, int(right) + 1).grown(MARGIN).clipped(image.shape[:2])
    return Wire(image, start, rect).way(to)


def _scissors(pixels: RgbImage) -> "cv2.segmentation.IntelligentScissorsMB":
    """Return scissors tuned to how strong the edges of this picture are, so that faint ones are followed too."""
    strong = float(np.clip(np.percentile(strength(pixels), STRONG), LOW, HIGH))
    scissors = cv2.segmentation.IntelligentScissorsMB()
    scissors.setEdgeFeatureCannyParameters(0.4 * strong, strong)
    # OpenCV divides by the limit and takes from one. Only by a power of two is that exact: else an edge as strong as
    # the limit can cost a little less than nothing, and a way can go round in a circle for ever.
    scissors.setGradientMagnitudeMaxLimit(2.0 ** round(math.log2(2 * strong)))
    scissors.applyImage(pixels)
    return scissors
