"""Where the picture lies: pure arithmetic."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from segstudio.core.raster import Rect
from segstudio.gui.canvas.viewport import MAX_SCALE, MIN_SCALE, VISITED, VISITED_SCALE, Orientation, Viewport

scales = st.floats(math.log(MIN_SCALE), math.log(MAX_SCALE)).map(lambda s: min(max(math.exp(s), MIN_SCALE), MAX_SCALE))
views = st.builds(Viewport, scales, st.integers(-5000, 5000), st.integers(-5000, 5000))
places = st.floats(-100, 3000)


@given(views, places, places)
def test_to_the_screen_and_back(view: Viewport, x: float, y: float) -> None:
    assert view.to_screen(*view.to_image(x, y)) == pytest.approx((x, y), abs=1e-6)


@given(views, st.floats(0.01, 100), places, places)
def test_zoom_keeps_what_is_under_the_pointer(view: Viewport, factor: float, x: float, y: float) -> None:
    zoomed = view.zoomed(factor, x, y)
    assert zoomed.to_screen(*view.to_image(x, y)) == pytest.approx((x, y), abs=0.5 + 1e-6)


@given(views, st.floats(1e-6, 1e6))
def test_zoom_has_limits(view: Viewport, factor: float) -> None:
    assert MIN_SCALE <= view.zoomed(factor, 10, 10).scale <= MAX_SCALE


@pytest.mark.parametrize("scale", [MIN_SCALE, MAX_SCALE])
def test_at_the_limit_nothing_moves(scale: float) -> None:
    view = Viewport(scale, 17, -23)
    assert view.zoomed(scale, 311.7, 5.2) == view


@pytest.mark.parametrize(("scale", "factor"), [(0.85, 1.2), (1.21, 1 / 1.2), (0.97, 1.02), (1.03, 0.98)])
def test_zoom_towards_one_to_one_ends_there(scale: float, factor: float) -> None:
    assert Viewport(scale).zoomed(factor, 0, 0).scale == 1.0


@pytest.mark.parametrize("factor", [1.0005, 1.01, 1 / 1.01])
def test_the_small_steps_of_a_touchpad_get_away_from_one_to_one(factor: float) -> None:
    view = Viewport()
    for _ in range(50):
        view = view.zoomed(factor, 0, 0)
    assert view.scale == pytest.approx(factor**50)


sides = st.integers(1, 20000)


@given(st.tuples(sides, sides), st.tuples(st.integers(1, 3000), st.integers(1, 3000)))
def test_fitting_shows_the_whole_picture_in_the_middle(image: tuple[int, int], pane: tuple[int, int]) -> None:
    view = Viewport.fitting(image, pane)
    assert MIN_SCALE <= view.scale <= MAX_SCALE
    left, top = view.to_screen(0, 0)
    right, bottom = view.to_screen(*image)
    assert (left + right) / 2 == pytest.approx(pane[0] / 2, abs=0.5 + 1e-6)
    assert (top + bottom) / 2 == pytest.approx(pane[1] / 2, abs=0.5 + 1e-6)
    if view.scale > MIN_SCALE:
        assert left >= -0.5 - 1e-6
        assert top >= -0.5 - 1e-6


@given(views, st.floats(-500, 500), st.floats(-500, 500))
def test_panning_keeps_whole_offsets(view: Viewport, dx: float, dy: float) -> None:
    panned = view.panned(dx, dy)
    assert (panned.dx, panned.dy, panned.scale) == (view.dx + round(dx), view.dy + round(dy), view.scale)


orientations = st.builds(Orientation, st.integers(0, 3), st.booleans())
turned = st.builds(Viewport, scales, st.integers(-5000, 5000), st.integers(-5000, 5000), orientations)
rects = st.builds(
    lambda y, x, height, width: Rect(y, x, y + height, x + width),
    *(st.integers(0, 9000), st.integers(0, 9000), st.integers(1, 3000), st.integers(1, 3000)),
)


@given(turned, rects)
def test_what_is_visited_is_in_sight_and_seen_well(view: Viewport, rect: Rect) -> None:
    pane = 1290, 860
    there = view.visiting(rect, pane)
    first, last = there.to_screen(rect.x0, rect.y0), there.to_screen(rect.x1, rect.y1)
    part = max(abs(a - b) / side for a, b, side in zip(first, last, pane, strict=True))
    assert part <= VISITED[1] + 1e-6
    assert part >= VISITED[0] - 1e-6 or there.scale == pytest.approx(max(view.scale, VISITED_SCALE))
    for corner in (first, last):
        assert all(-1 <= at <= side + 1 for at, side in zip(corner, pane, strict=True))
    assert there.orientation == view.orientation
    assert there.visiting(rect, pane) == there or part < VISITED[0], "once there, one stays"


def test_what_is_in_sight_already_does_not_move_the_view() -> None:
    view = Viewport(2.0, 10, 20)
    assert view.visiting(Rect(50, 50, 150, 150), (1290, 860)) is view
    assert view.visiting(Rect(50, 600, 150, 700), (1290, 860)).scale == view.scale
