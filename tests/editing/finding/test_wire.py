"""Ways along the edges of pictures that were drawn, so that it is known where the edges are."""

import math
from itertools import pairwise

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segstudio.core.raster import Rect, RgbImage
from segstudio.editing.finding.edges import on_edge
from segstudio.editing.finding.wire import HALF, Wire, scale_for, way_between
from segstudio.editing.shapes import Point


def circle(size: int, radius: int, contrast: int = 50, noise: int = 20) -> RgbImage:
    image = np.full((size, size, 3), 90, np.uint8)
    cv2.circle(image, (size // 2, size // 2), radius, (90 + contrast,) * 3, -1)
    image += np.random.default_rng(0).integers(0, noise, image.shape, dtype=np.uint8)
    return image


def away(way: list[Point], size: int, radius: int) -> float:
    """Return how far a way is from the circle's border, at the most."""
    middle = size // 2 + 0.5
    return max(abs(math.dist(point, (middle, middle)) - radius) for point in way)


@pytest.mark.parametrize(("size", "radius"), [(300, 100), (1600, 600)])
def test_a_way_follows_a_circle_within_a_pixel(size: int, radius: int) -> None:
    image, middle = circle(size, radius), size // 2 + 0.5
    start, to = (middle + radius, middle), (middle, middle - radius)
    way = way_between(image, start, to)
    assert way[0] == start
    assert way[-1] == to
    assert len(way) > radius  # a quarter of it, pixel by pixel
    assert away(way, size, radius) < 1.3  # one pixel, and half a pixel's diagonal more or less for its centre


def test_a_faint_edge_is_followed_too() -> None:
    image = circle(300, 100, contrast=12, noise=2)
    assert away(way_between(image, (250.5, 150.5), (150.5, 50.5)), 300, 100) < 1.3


def test_ways_have_no_gaps() -> None:
    way = way_between(circle(1600, 600), (1400.5, 800.5), (800.5, 200.5))
    assert max(math.dist(a, b) for a, b in pairwise(way)) < 2.9


def test_a_wire_says_what_it_covers_and_goes_no_further() -> None:
    wire = Wire(circle(300, 100), (100.5, 100.5), Rect(50, 60, 200, 220))
    assert wire.covers((60.0, 50.0))
    assert not wire.covers((59.0, 50.0))
    way = wire.way((500.0, 100.5))
    assert way[-1] == (500.0, 100.5)
    assert all(wire.covers(point) for point in way[:-1])


def test_the_scale_is_as_small_as_it_can_be() -> None:
    assert scale_for((0, 0), (0, 0)) == 1
    assert scale_for((0, 0), (HALF, -HALF)) == 1
    assert scale_for((0, 0), (HALF + 1, 0)) == 2
    assert scale_for((0, 0), (0, 5 * HALF)) == 8


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(8, 40), st.integers(8, 40), st.integers(0, 8))
def test_every_pixel_of_any_picture_has_a_way(seed: int, height: int, width: int, smooth: int) -> None:
    rng = np.random.default_rng(seed)
    image = cv2.blur(rng.integers(0, 256, (height, width, 3), dtype=np.uint8), (1 + smooth, 1 + smooth))
    wire = Wire(np.asarray(image, np.uint8), (0.5, 0.5), Rect(0, 0, height, width))
    for row in range(0, height, 3):
        for column in range(0, width, 3):
            assert wire.way((column + 0.5, row + 0.5))[-1] == (column + 0.5, row + 0.5)


def test_a_point_goes_to_the_edge_that_is_near_and_stays_where_there_is_none() -> None:
    image = circle(300, 100, noise=1)
    x, y = on_edge(image, (255.0, 150.5), 8)
    assert abs(math.dist((x, y), (150.5, 150.5)) - 100) <= 1.5
    assert on_edge(image, (150.2, 150.9), 8) == (150.5, 150.5)
    assert on_edge(image, (-50.0, 1000.0), 0) == (0.5, 299.5)
