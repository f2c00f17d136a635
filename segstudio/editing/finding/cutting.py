"""Cut an object out of a box, with hints where it is and where it is not.

GrabCut (Rother, Kolmogorov and Blake, "GrabCut: interactive foreground extraction using iterated graph cuts", SIGGRAPH
2004), as OpenCV has it. A large box is cut at a smaller scale; the border then follows the picture at its full size by
a guided filter whose coefficients are those of the smaller scale (He and Sun, "Fast Guided Filter", arXiv 1505.00996).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from segstudio.core.raster import Mask, Rect, RgbImage
from segstudio.core.stopping import go_on
from segstudio.editing.finding.reducing import DENSE, reduced
from segstudio.editing.shapes import Placed, Point

PIXELS = 100_000
"""So many pixels are cut in a third of a second."""
ROUNDS = 4
MARGIN = 0.5
"""How much of what is around the box is looked at, of its longer side: it tells what the background is like."""
MIDDLE = 0.5
"""So much of the box's width and height is taken for the object until a hint says where it is: else GrabCut may find
nothing at all where an object is like what is around it."""
RADIUS = 2
"""Of the guided filter, in pixels of the smaller scale."""
SMOOTH = 25.0
"""What of the variance of colour the guided filter takes for noise."""
TILE = 32
"""The border is followed in tiles so wide, in pixels of the smaller scale."""

_Floats = NDArray[np.float32]
_Bytes = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Hint:
    """A line that lies in the object, or beside it; ``points`` and ``width`` in pixels of the picture."""

    points: Sequence[Point]
    width: float
    inside: bool


def cut(image: RgbImage, box: Rect, hints: Sequence[Hint] = ()) -> Placed:
    """Return the object in a box, which lies in the picture and is not empty, as an area of the box's size."""
    around = box.grown(math.ceil(MARGIN * max(box.shape)) + RADIUS).clipped(image.shape)
    scale = _scale(around)
    small = reduced(image, around, scale)
    found = _cut_small(small, _marked(small.shape, around, box, scale, hints))
    full = found != 0 if scale == 1 else _followed(image, around, small, found, scale)
    inside = full[box.y0 - around.y0 : box.y1 - around.y0, box.x0 - around.x0 : box.x1 - around.x0]
    return np.ascontiguousarray(inside), (box.y0, box.x0)


def _scale(rect: Rect) -> int:
    scale = math.ceil(math.sqrt(rect.shape[0] * rect.shape[1] / PIXELS))
    return scale if scale <= DENSE else -(-scale // DENSE) * DENSE


def _marked(shape: tuple[int, ...], around: Rect, box: Rect, scale: int, hints: Sequence[Hint]) -> _Bytes:
    """Return what is known of each pixel, in GrabCut's terms."""
    marks = np.full(shape[:2], cv2.GC_BGD, np.uint8)
    top, left = (box.y0 - around.y0) // scale, (box.x0 - around.x0) // scale
    bottom, right = -(-(box.y1 - around.y0) // scale), -(-(box.x1 - around.x0) // scale)
    marks[top:bottom, left:right] = cv2.GC_PR_BGD
    centre, size = ((left + right - 1) / 2, (top + bottom - 1) / 2), (right - left, bottom - top)
    told = any(hint.inside for hint in hints)
    for share, mark in ((1.0, cv2.GC_PR_FGD), (MIDDLE, cv2.GC_PR_FGD if told else cv2.GC_FGD)):
        cv2.ellipse(marks, (centre, (size[0] * share, size[1] * share), 0), mark, -1)
    if box == around:  # all of the picture: its rim is the best guess at what is not meant
        marks[[0, -1]] = marks[:, [0, -1]] = cv2.GC_PR_BGD
    for hint in hints:
        places = (np.asarray(hint.points) - (around.x0, around.y0)) / scale - 0.5
        mark, width = cv2.GC_FGD if hint.inside else cv2.GC_BGD, max(1, round(hint.width / scale))
        cv2.polylines(marks, [np.round(places).astype(np.int32)], False, mark, width)
    return marks


def _cut_small(pixels: RgbImage, marks: _Bytes) -> _Bytes:
    """Return 1 where the object is, else 0."""
    object_marks = (cv2.GC_FGD, cv2.GC_PR_FGD)
    possible = np.isin(marks, object_marks)
    if possible.any() and not possible.all():
        cv2.setRNGSeed(0)  # the same question has the same answer
        go_on()
        first, second = np.zeros((1, 65)), np.zeros((1, 65))
        cv2.grabCut(pixels, marks, (0, 0, 0, 0), first, second, ROUNDS, cv2.GC_INIT_WITH_MASK)
        possible = np.isin(marks, object_marks)
    return possible.view(np.uint8)


def _followed(image: RgbImage, rect: Rect, small: RgbImage, found: _Bytes, scale: int) -> Mask:
    """Return what was found at a smaller scale at the picture's full size, its border where the picture has it."""
    full = np.repeat(np.repeat(found, scale, axis=0), scale, axis=1)[: rect.shape[0], : rect.shape[1]]
    near = np.ones((2 * RADIUS + 1, 2 * RADIUS + 1), np.uint8)
    border = np.asarray(cv2.morphologyEx(found, cv2.MORPH_GRADIENT, near), np.uint8)
    axis = _axis(small, found, border)
    slope, offset = _coefficients(_along(small, axis), found.astype(np.float32))
    for tile in Rect(0, 0, *found.shape).tiles(found.shape, TILE):
        go_on()
        if border[tile.slices].any():
            part = Rect(*(side * scale for side in tile)).clipped(rect.shape)
            there = Rect(rect.y0 + part.y0, rect.x0 + part.x0, rect.y0 + part.y1, rect.x0 + part.x1)
            seen = _along(np.ascontiguousarray(image[there.slices]), axis)
            share = _enlarged(slope, tile, scale, part) * seen + _enlarged(offset, tile, scale, part)
            inside = _enlarged(border.astype(np.float32), tile, scale, part) > 0
            np.copyto(full[part.slices], share > 0.5, where=inside)
    return np.not_equal(full, 0)


def _axis(small: RgbImage, found: _Bytes, border: _Bytes) -> _Floats:
    """Return the direction in RGB from what surrounds the object to the object, near its border, of length 1."""
    means = [small[(border != 0) & (found == side)].reshape(-1, 3) for side in (0, 1)]
    if not all(len(colors) for colors in means):
        return np.full(3, 1 / math.sqrt(3), np.float32)
    way = means[1].mean(axis=0) - means[0].mean(axis=0)
    return np.asarray(way / max(float(np.linalg.norm(way)), 1e-6), np.float32)


def _along(pixels: RgbImage, axis: _Floats) -> _Floats:
    return np.asarray(cv2.transform(pixels.astype(np.float32), axis[None, :]), np.float32).reshape(pixels.shape[:2])


def _coefficients(guide: _Floats, share: _Floats) -> tuple[_Floats, _Floats]:
    """Return slope and offset by which the guide tells, around each pixel, how much of the object it is."""

    def mean(plane: _Floats) -> _Floats:
        return np.asarray(cv2.blur(plane, (2 * RADIUS + 1, 2 * RADIUS + 1)), np.float32)

    guide_mean, share_mean = mean(guide), mean(share)
    slope = (mean(guide * share) - guide_mean * share_mean) / (mean(guide * guide) - guide_mean**2 + SMOOTH)
    return mean(slope), mean(share_mean - slope * guide_mean)


def _enlarged(plane: _Floats, tile: Rect, scale: int, part: Rect) -> _Floats:
    """Return a tile of a plane at the full size of ``part``; its values change evenly from one to the next."""
    around = tile.grown(1).clipped(plane.shape)
    large = cv2.resize(plane[around.slices], None, fx=scale, fy=scale, interpolation=cv2.INTER_LINEAR)
    top, left = (tile.y0 - around.y0) * scale, (tile.x0 - around.x0) * scale
    return np.asarray(large, np.float32)[top : top + part.shape[0], left : left + part.shape[1]]
