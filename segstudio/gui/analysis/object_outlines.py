"""Lines around objects, in pixels of the picture."""

from dataclasses import dataclass

import cv2
import numpy as np
from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainterPath, QPolygonF

from segstudio.metrics.instances import Objects
from segstudio.services.object_maps import ObjectMap


@dataclass(frozen=True, slots=True)
class Outlines:
    """By the number of an object the line around it, through the middle of its outermost pixels, and its middle."""

    paths: dict[int, QPainterPath]
    middles: dict[int, QPointF]


def outlines_of(side: ObjectMap, objects: Objects) -> Outlines:
    """Return the lines around the objects of one side; each is looked for in its rectangle alone."""
    assert side.planes.instances is not None
    paths, middles = {}, {}
    for number in objects.numbers.tolist():
        rect = objects.rect(number)
        mask = (side.planes.instances[rect.slices] == number).view(np.uint8)
        paths[number] = _path(mask, rect.x0 + 0.5, rect.y0 + 0.5)
        moments = cv2.moments(mask, binaryImage=True)
        area = moments["m00"] or 1.0
        middles[number] = QPointF(moments["m10"] / area + rect.x0 + 0.5, moments["m01"] / area + rect.y0 + 0.5)
    return Outlines(paths, middles)


def _path(mask: np.ndarray[tuple[int, ...], np.dtype[np.uint8]], x0: float, y0: float) -> QPainterPath:
    path = QPainterPath()
    contours, _ = cv2.findContours(mask, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
    for contour in contours:
        corners = contour.reshape(-1, 2).tolist()
        if len(corners) == 1:
            path.addRect(corners[0][0] + x0 - 0.4, corners[0][1] + y0 - 0.4, 0.8, 0.8)
        else:
            path.addPolygon(QPolygonF([QPointF(x + x0, y + y0) for x, y in corners]))
            path.closeSubpath()
    return path
