"""Paint up to the edges of what the brush points at."""

import numpy as np

from segstudio.editing import shapes
from segstudio.editing.finding.sides import this_side
from segstudio.editing.regions import on_rect, placed_rect
from segstudio.editing.shapes import Placed, Point
from segstudio.tools.brush import PRESSURE, TIP
from segstudio.tools.options import Number
from segstudio.tools.seeing import SeeingBrush, Seen

SENSITIVITY = Number("snap_sensitivity", "Sensitivity", 0, 100, 50, "%", "The higher, the fainter an edge may be")
STRONGEST, FAINTEST = 400.0, 8.0
"""Edges at no and at full sensitivity, in the sum of a Sobel filter's two answers; a step of 1 in brightness is 4."""


class EdgeBrush(SeeingBrush):
    """A brush that does not paint across an edge, seen from where it points."""

    text = "Edge brush"
    icon = "magnet"
    group = "brush"
    hint = "Paints up to edges and not across; keep the middle on what is to be painted. Right-drag erases."
    settings = (SENSITIVITY, TIP, PRESSURE)

    def sift(self, area: Placed, last: Point, here: Point) -> Seen:
        way = shapes.capsule(last, here, 1, self.easel.document.labels.shape)
        share = self.easel.options.number(SENSITIVITY) / SENSITIVITY.high
        strength = STRONGEST * (FAINTEST / STRONGEST) ** share
        on_way = on_rect(way, placed_rect(area)) if way[0].size else np.zeros_like(area[0])
        return Seen(this_side(self.easel.image, area, on_way, here, strength))
