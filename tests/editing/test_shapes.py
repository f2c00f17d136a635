"""Shapes against plain definitions, pixel by pixel."""

import math
from collections import deque
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from numpy.typing import NDArray

from segstudio.core.raster import TILE, LabelPlane, Mask
from segstudio.editing import shapes
from segstudio.editing.finding.growing import connected
from segstudio.editing.shapes import (
    Placed,
    Point,
    alike,
    capsule,
    ellipse,
    line,
    outlined,
    polygon,
    rectangle,
    snapped,
    square,
)

SIZE = (40, 50)
NEAR = 1e-5
"""Pixels whose centre lies this close to an edge may fall either side of it where the edge is slanted."""

points = st.tuples(st.floats(-20, 70), st.floats(-20, 60))
halves = st.tuples(st.integers(-20, 120), st.integers(-20, 100)).map(lambda p: (p[0] / 2, p[1] / 2))


def spread(placed: Placed, size: tuple[int, int] = SIZE) -> Mask:
    """Return a shape's mask on the whole picture; one that reaches beyond it fails."""
    mask, (row, column) = placed
    whole = np.zeros(size, np.bool_)
    assert row >= 0
    assert column >= 0
    whole[row : row + mask.shape[0], column : column + mask.shape[1]] |= mask
    assert whole.sum() == mask.sum()
    return whole


def distances(a: Point, b: Point, size: tuple[int, int] = SIZE) -> NDArray[np.float64]:
    """Return the distance of every pixel's centre from a segment."""
    y, x = np.mgrid[: size[0], : size[1]] + 0.5
    along = np.subtract(b, a)
    length = float(along @ along)
    share = np.clip(((x - a[0]) * along[0] + (y - a[1]) * along[1]) / length, 0, 1) if length else 0.0 * x
    found: NDArray[np.float64] = np.hypot(x - a[0] - share * along[0], y - a[1] - share * along[1])
    return found


@given(points, points, st.floats(1.5, 40))
def test_capsule_holds_the_centres_within_half_its_diameter(a: Point, b: Point, diameter: float) -> None:
    drawn, distance = spread(capsule(a, b, diameter, SIZE)), distances(a, b)
    assert drawn[distance < diameter / 2 - NEAR].all()
    assert not drawn[distance > diameter / 2 + NEAR].any()


@given(halves, st.integers(2, 30))
def test_disc_is_exact_to_its_edge(centre: Point, diameter: int) -> None:
    """Centres and radii of whole and half pixels make no rounding error: a centre at the very edge belongs."""
    np.testing.assert_array_equal(
        spread(capsule(centre, centre, diameter, SIZE)), distances(centre, centre) <= diameter / 2
    )


@given(points, points, st.integers(1, 30))
def test_capsule_is_the_same_from_either_end(a: Point, b: Point, diameter: int) -> None:
    np.testing.assert_array_equal(spread(capsule(a, b, diameter, SIZE)), spread(capsule(b, a, diameter, SIZE)))


@pytest.mark.parametrize("diameter", range(1, 9))
@pytest.mark.parametrize("centre", [(20.5, 20.5), (20.0, 20.0)], ids=["on a centre", "on a corner"])
def test_small_discs_are_symmetric(diameter: int, centre: Point) -> None:
    mask, _ = capsule(centre, centre, diameter, SIZE)
    for turned in (mask[::-1], mask[:, ::-1], mask.T):
        np.testing.assert_array_equal(mask, turned)


@given(points, points, st.floats(1, 40))
def test_the_pixel_under_the_pointer_is_always_painted(a: Point, b: Point, diameter: float) -> None:
    drawn = spread(capsule(a, b, diameter, SIZE))
    for x, y in (a, b):
        if 0 <= x < SIZE[1] and 0 <= y < SIZE[0]:
            assert drawn[math.floor(y), math.floor(x)]


@given(st.lists(points, min_size=2, max_size=6))
def test_thinnest_brush_leaves_no_gap(way: list[Point]) -> None:
    """Whatever way the pointer took, each painted pixel touches another one, by a side or a corner."""
    drawn = np.zeros(SIZE, np.bool_)
    inside = [(min(max(x, 0), SIZE[1] - 1e-3), min(max(y, 0), SIZE[0] - 1e-3)) for x, y in way]
    for a, b in pairwise(inside):
        drawn |= spread(capsule(a, b, 1, SIZE))
    assert len(components(drawn)) == 1


@pytest.mark.parametrize("y", [10.0, 10.25, 10.5, 10.99])
def test_thinnest_brush_is_one_pixel_wide(y: float) -> None:
    assert spread(capsule((5.0, y), (25.0, y), 1, SIZE)).sum(axis=0).max() == 1


def test_a_pointer_far_beside_the_picture_costs_nothing() -> None:
    mask, _ = capsule((-4e5, -3e5), (9e5, 7e5), 2000, SIZE)
    assert mask.shape[0] <= SIZE[0]
    assert mask.shape[1] <= SIZE[1]
    assert capsule((-4e5, 10), (-4e5, 12), 50, SIZE)[0].size == 0
    assert polygon([(-1e6, -1e6), (1e6, -1e6), (1e6, 1e6), (-1e6, 1e6)], SIZE)[0].all()


def even_odd(corners: list[Point]) -> tuple[Mask, Mask]:
    """Return which centres have an odd number of edges to their left, and which an edge so near that rounding decides.

    Each edge has its upper end but not its lower one, and a centre that lies on it is right of it.
    """
    y, x = np.mgrid[: SIZE[0], : SIZE[1]] + 0.5
    inside, close = np.zeros(SIZE, np.bool_), np.zeros(SIZE, np.bool_)
    for (ax, ay), (bx, by) in zip(corners, [*corners[1:], corners[0]], strict=True):
        if ay == by:
            continue
        crossing = ax + (y - ay) * (bx - ax) / (by - ay)
        inside ^= ((ay <= y) != (by <= y)) & (crossing <= x)
        if ax != bx:
            close |= abs(crossing - x) < NEAR
    return inside, close


@given(st.lists(halves, min_size=3, max_size=8))
def test_polygon_is_even_odd_at_pixel_centres(corners: list[Point]) -> None:
    inside, close = even_odd(corners)
    assume((inside & ~close).any())  # else it may be drawn as a line
    assert not ((spread(polygon(corners, SIZE)) != inside) & ~close).any()


@given(st.lists(points, min_size=1, max_size=4), st.integers(2, 60))
@pytest.mark.parametrize("large", [2, 30], ids=["all new alone", "large ones"])
def test_a_brush_that_moves_on_paints_its_way_and_each_pixel_once(large: int, way: list[Point], diameter: int) -> None:
    way = [snapped(point, diameter) for point in way]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shapes, "_LARGE", large)
        patch.setattr(shapes, "_HUGE", 2 * large)
        drawn = np.zeros(SIZE, np.bool_)
        for stood, here in zip((None, *way[:-1]), way, strict=True):
            new = [spread(placed) for placed in shapes.painted(stood, here, diameter, SIZE)]
            assert sum(int(part.sum()) for part in new) == np.any(new, axis=0).sum()
            capsules = spread(capsule(stood or here, here, diameter, SIZE))
            np.testing.assert_array_equal(drawn | np.any(new, axis=0), drawn | capsules)
            drawn |= capsules


@given(halves, halves, st.integers(1, 30))
def test_square_brush_holds_the_centres_that_lie_in_it_on_its_way(a: Point, b: Point, side: int) -> None:
    """A centre lies in it while it is nearer than half a side in x and in y: two stretches of the way that overlap."""
    y, x = np.mgrid[: SIZE[0], : SIZE[1]] + 0.5
    (x0, x1), (y0, y1) = _stretch(x, a[0], b[0], side), _stretch(y, a[1], b[1], side)
    overlap = np.minimum(np.minimum(x1, y1), 1) - np.maximum(np.maximum(x0, y0), 0)
    drawn, sure = spread(square(a, b, side, SIZE)), abs(overlap) > NEAR
    if a == b:
        np.testing.assert_array_equal(drawn, (abs(x - a[0]) < side / 2) & (abs(y - a[1]) < side / 2))
    else:
        np.testing.assert_array_equal(drawn[sure], overlap[sure] > 0)


def _stretch(
    at: NDArray[np.float64], start: float, end: float, side: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return between which parts of the way, 0 at its start and 1 at its end, it is near enough."""
    if start == end:
        near = abs(at - start) < side / 2
        return np.where(near, -1.0, 2.0), np.where(near, 2.0, -1.0)
    ends = (at - side / 2 - start) / (end - start), (at + side / 2 - start) / (end - start)
    return np.minimum(*ends), np.maximum(*ends)


@given(points, points)
def test_rectangle_holds_the_centres_between_its_corners(a: Point, b: Point) -> None:
    y, x = np.mgrid[: SIZE[0], : SIZE[1]] + 0.5
    inside = (min(a[0], b[0]) <= x) & (x < max(a[0], b[0])) & (min(a[1], b[1]) <= y) & (y < max(a[1], b[1]))
    np.testing.assert_array_equal(spread(rectangle(a, b, SIZE).placed()), inside)


@given(points, points)
def test_ellipse_holds_the_centres_in_its_frame_and_curve(a: Point, b: Point) -> None:
    assume(abs(a[0] - b[0]) > 1e-3 and abs(a[1] - b[1]) > 1e-3)
    y, x = np.mgrid[: SIZE[0], : SIZE[1]] + 0.5
    away = np.hypot((2 * x - a[0] - b[0]) / (a[0] - b[0]), (2 * y - a[1] - b[1]) / (a[1] - b[1]))
    drawn = spread(ellipse(a, b, SIZE).placed())
    assert drawn[away < 1 - NEAR].all()
    assert not drawn[away > 1 + NEAR].any()


def test_area_gone_around_twice_belongs_to_a_whole_outline() -> None:
    twice = [(5.0, 5.0), (25.0, 5.0), (25.0, 25.0), (5.0, 25.0)] * 2
    assert spread(outlined(twice, SIZE, whole=True).placed()).sum() == 400
    back_and_forth = [*twice[:4], (5.0, 5.0), (5.0, 15.0), (15.0, 15.0), (15.0, 5.0)]
    assert not spread(outlined(back_and_forth, SIZE, whole=True).placed())[6, 6]


@given(st.lists(points, min_size=3, max_size=8))
def test_bands_are_the_area_a_row_of_tiles_at_a_time(corners: list[Point]) -> None:
    size, large = (5 * TILE, 40), [(x, y * 12) for x, y in corners]
    spans = outlined(large, size)
    whole, bands = spread(spans.placed(), size), list(spans.bands())
    np.testing.assert_array_equal(sum((spread(band, size).astype(int) for band in bands), np.zeros(size, int)), whole)
    tops = [at[0] // TILE for _, at in bands]
    assert tops == sorted(set(tops))
    assert all((at[0] + mask.shape[0] - 1) // TILE == at[0] // TILE for mask, at in bands)


@given(st.lists(points, min_size=2, max_size=5))
def test_a_line_lets_nothing_through(way: list[Point]) -> None:
    """What lies beside a line that crosses the picture is in two parts at least."""
    inside = [(min(max(x, 0), SIZE[1] - 1.0), min(max(y, 0), SIZE[0] - 1.0)) for x, y in way]
    way = [(-1.0, inside[0][1]), *inside, (SIZE[1] + 1.0, inside[-1][1])]
    drawn = spread(line(way, SIZE))
    left = {(int(r), int(c)) for r, c in zip(*np.nonzero(~drawn[:, [0]]), strict=True)}
    while left:
        reached = component(~drawn, left.pop(), diagonal=False)
        left -= reached
        above = {at for at in reached if at[0] == 0}
        below = {at for at in reached if at[0] == SIZE[0] - 1}
        assert not (above and below)


@pytest.mark.parametrize("shift", [0.0, 0.25, 0.5, 0.75])
def test_square_has_the_pixels_of_its_area(shift: float) -> None:
    corners = [(x + shift, y + shift) for x, y in ((3, 2), (7, 2), (7, 6), (3, 6))]
    drawn = spread(polygon(corners, SIZE))
    assert drawn.sum() == 16
    assert drawn[2:6, 3:7].sum() >= 9


@given(halves, halves, halves, halves)
def test_areas_that_share_a_border_neither_overlap_nor_leave_a_gap(a: Point, b: Point, c: Point, d: Point) -> None:
    """A quadrilateral, cut along a diagonal, is the sum of its halves."""
    parts = [a, b, c, d], [a, b, c], [a, c, d]
    assume(all(even_odd(part)[0].any() for part in parts))  # else one is drawn as a line
    whole, one, other = (spread(polygon(part, SIZE)) for part in parts)
    np.testing.assert_array_equal(whole, one ^ other)


def test_area_too_thin_for_any_centre_is_drawn_as_a_line() -> None:
    drawn = spread(polygon([(5.1, 10.1), (20.9, 10.3), (5.1, 10.2)], SIZE))
    assert drawn.sum() == drawn[10, 5:21].sum() == 16
    assert spread(polygon([(5.1, 5.1)], SIZE)).sum() == 1


@given(st.integers(0, 2**32 - 1), st.sampled_from([np.uint8, np.uint16]), st.integers(1, 3))
def test_the_connected_area_around_a_pixel_is_found(seed: int, dtype: type, classes: int) -> None:
    rng = np.random.default_rng(seed)
    labels: LabelPlane = rng.integers(0, classes + 1, (rng.integers(1, 12), rng.integers(1, 12))).astype(dtype) * 251
    row, column = int(rng.integers(labels.shape[0])), int(rng.integers(labels.shape[1]))
    found = around(labels, (row, column))
    expected = component(labels == labels[row, column], (row, column), diagonal=False)
    assert set(zip(*np.nonzero(spread(found, labels.shape)), strict=True)) == expected


def test_large_ids_are_told_apart() -> None:
    labels: LabelPlane = np.array([[300, 300, 44], [44, 300, 300]], np.uint16)  # 300 is 44 in eight bits
    found = around(labels, (0, 0))
    np.testing.assert_array_equal(spread(found, (2, 3)), labels == 300)


def around(labels: LabelPlane, seed: tuple[int, int]) -> Placed:
    """Return the area of one label around a pixel, as Fill finds it."""
    shape = labels.shape[0], labels.shape[1]
    return connected(shape, seed, lambda rect: alike(labels[rect.slices], int(labels[seed])))


def component(mask: Mask, at: tuple[int, int], diagonal: bool) -> set[tuple[int, int]]:
    """Return the connected pixels around one, by breadth-first search."""
    steps = [(y, x) for y in (-1, 0, 1) for x in (-1, 0, 1) if (y, x) != (0, 0) and (diagonal or 0 in (y, x))]
    seen, queue = {at}, deque([at])
    while queue:
        row, column = queue.popleft()
        for y, x in steps:
            near = row + y, column + x
            inside = 0 <= near[0] < mask.shape[0] and 0 <= near[1] < mask.shape[1]
            if inside and near not in seen and mask[near]:
                seen.add(near)
                queue.append(near)
    return seen


def components(mask: Mask) -> list[set[tuple[int, int]]]:
    left = {(int(r), int(c)) for r, c in zip(*np.nonzero(mask), strict=True)}
    found = []
    while left:
        found.append(component(mask, next(iter(left)), diagonal=True))
        left -= found[-1]
    return found
