"""The border of marked pixels: light inside, dark outside, and nothing in the middle or far away."""

import numpy as np
import pytest

from segstudio.gui.canvas.marked import AROUND, DARK, LIGHT, border_pixels
from segstudio.gui.canvas.sampling import Grid
from segstudio.gui.canvas.viewport import Orientation, Viewport

PANE, PICTURE = (200, 160), (40, 30)


@pytest.mark.parametrize("orientation", [Orientation(), Orientation().turned(1), Orientation().flipped()])
def test_the_border_lies_on_both_sides_of_the_edge(orientation: Orientation) -> None:
    view = Viewport.fitting(PICTURE, PANE, orientation)
    mask = np.ones((8, 10), np.bool_)
    rect, pixels = border_pixels((mask, (9, 12)), Grid.of(view, PANE, PICTURE), view)
    corners = [view.to_screen(x, y) for x, y in ((12, 9), (22, 17))]
    (left, right), (top, bottom) = (sorted(round(v) for v in axis) for axis in zip(*corners, strict=True))
    for y in range(rect.y0, rect.y1):
        for x in range(rect.x0, rect.x1):
            inside = left <= x < right and top <= y < bottom
            depth = min(x - left, right - 1 - x, y - top, bottom - 1 - y)
            expected = (LIGHT if depth < AROUND else 0) if inside else (DARK if depth >= -AROUND else 0)
            assert pixels[y - rect.y0, x - rect.x0] == expected, (x, y)


def test_what_is_out_of_sight_costs_nothing() -> None:
    view = Viewport(4.0, -1000, -1000)
    rect, pixels = border_pixels((np.ones((3, 3), np.bool_), (0, 0)), Grid.of(view, PANE, PICTURE), view)
    assert rect.empty
    assert not pixels.size
