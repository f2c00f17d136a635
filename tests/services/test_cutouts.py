"""Small pictures of objects: in their colours, the rest dimmed, whatever the size."""

import tracemalloc

import numpy as np
import pytest

from segstudio.core.raster import Rect
from segstudio.core.records import Instance
from segstudio.services.cutouts import cutout, cutting, region_cutting

EDGE = 96


@pytest.mark.parametrize("rect", [Rect(0, 0, 1, 1), Rect(10, 20, 40, 50), Rect(3, 0, 5, 700), Rect(0, 0, 900, 1200)])
def test_an_object_is_bright_and_what_is_round_it_is_dim(rect: Rect) -> None:
    image = np.full((900, 1200, 3), 200, np.uint8)
    instances = np.zeros((900, 1200), np.uint32)
    instances[rect.slices] = 70_000
    what = cutting(image, instances, Instance(70_000, 1, 1, rect), EDGE)
    assert max(what.mask.shape) <= 4 * EDGE
    shown = cutout(what, EDGE)
    assert max(shown.shape[:2]) == EDGE
    assert shown.dtype == np.uint8
    assert shown.max() > 120
    if rect != Rect(0, 0, 900, 1200):
        assert shown.min() == 70


def test_an_object_that_is_gone_meanwhile_is_no_error() -> None:
    nothing = np.zeros((50, 60), np.uint32)
    what = cutting(np.full((50, 60, 3), 200, np.uint8), nothing, Instance(4, 1, 1, Rect(2, 2, 9, 9)), EDGE)
    assert cutout(what, EDGE).max() == 70


@pytest.mark.parametrize("rect", [Rect(0, 0, 1, 1), Rect(10, 20, 40, 50), Rect(880, 1190, 900, 1200)])
def test_a_region_is_seen_with_what_is_round_it(rect: Rect) -> None:
    image = np.full((900, 1200, 3), 200, np.uint8)
    what = region_cutting(image, rect, EDGE)
    assert what.mask.sum() == rect.shape[0] * rect.shape[1]
    assert max(what.mask.shape) >= 1.5 * max(rect.shape)
    shown = cutout(what, EDGE)
    assert (shown.max(), shown.min()) == (200, 70)


def test_a_region_of_a_large_image_needs_no_more_memory_than_its_cutout() -> None:
    image = np.broadcast_to(np.uint8(200), (40_000, 40_000, 3))
    tracemalloc.start()
    try:
        what = region_cutting(image, Rect(30_000, 20_000, 30_020, 20_040), EDGE)
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()
    assert what.mask.sum() == 20 * 40
