"""Areas of similar colour, on pictures whose answer is known."""

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segstudio.core.raster import Mask, Rect, RgbImage
from segstudio.editing.finding import similar as module
from segstudio.editing.finding.growing import START, connected
from segstudio.editing.finding.similar import Wish, similar, similar_area, tidied
from segstudio.editing.shapes import Placed, reached


def full(area: Placed, shape: tuple[int, ...]) -> Mask:
    whole = np.zeros(shape[:2], np.bool_)
    mask, (top, left) = area
    whole[top : top + mask.shape[0], left : left + mask.shape[1]] = mask
    return whole


@pytest.fixture
def two_tone() -> RgbImage:
    """Two squares of one colour, 20 brighter in one channel than what is around them."""
    image = np.full((60, 90, 3), 100, np.uint8)
    image[10:30, 10:30, 1] = image[10:30, 50:70, 1] = 120
    return image


@pytest.mark.parametrize(("tolerance", "pixels"), [(0, 400), (19, 400), (20, 60 * 90)])
def test_what_differs_by_the_tolerance_still_belongs(tolerance: int, pixels: int, two_tone: RgbImage) -> None:
    found = full(similar_area(two_tone, Wish((15, 15), tolerance)), two_tone.shape)
    assert np.count_nonzero(found) == pixels
    assert found[15, 15]


def test_not_contiguous_finds_the_colour_everywhere(two_tone: RgbImage) -> None:
    found = full(similar_area(two_tone, Wish((15, 15), 5, contiguous=False)), two_tone.shape)
    assert np.count_nonzero(found) == 800


def test_within_one_class_it_stops_where_the_class_ends(two_tone: RgbImage) -> None:
    labels = np.zeros((60, 90), np.uint8)
    labels[:20] = 3
    found = full(similar_area(two_tone, Wish((15, 15), 5, labels=labels)), two_tone.shape)
    assert np.count_nonzero(found) == 200


def test_a_view_that_is_not_contiguous_gives_the_same(two_tone: RgbImage) -> None:
    wide = np.dstack([two_tone[..., ::-1], np.zeros((60, 90), np.uint8)])[..., 2::-1]
    wish = Wish((15, 15), 5)
    np.testing.assert_array_equal(similar_area(wide, wish)[0], similar_area(two_tone, wish)[0])


def test_bounds_of_the_tolerance_do_not_wrap_around() -> None:
    image = np.array([[[250, 0, 5], [5, 250, 5]]], np.uint8)
    assert similar(image, Rect(0, 0, 1, 2), (0, 0), 30).tolist() == [[True, False]]


def test_tidied_has_no_specks_and_keeps_holes_that_are_seen() -> None:
    mask = np.ones((80, 80), np.bool_)
    mask[20:23, 20:23] = mask[40, 40] = False
    mask[50:70, 50:70] = False
    smooth, at = tidied((mask, (5, 7)))
    assert at == (5, 7)
    assert smooth[18:45, 18:45].all()
    assert not smooth[55:65, 55:65].any()


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 6))
def test_the_growing_window_finds_what_a_flood_of_all_of_it_finds(seed: int, calm: int) -> None:
    rng = np.random.default_rng(seed)
    shape = (START * 2 + 40, START * 3)
    mask = np.kron(rng.random((shape[0] // 8 + 1, shape[1] // 8 + 1)) < 0.5 + calm / 20, np.ones((8, 8), np.bool_))
    mask = mask[: shape[0], : shape[1]].copy()
    at = int(rng.integers(shape[0])), int(rng.integers(shape[1]))
    mask[at] = True
    found = connected(shape, at, lambda rect: mask[rect.slices].copy())
    np.testing.assert_array_equal(full(found, shape), full(reached(mask, at), shape))


def test_a_large_area_is_tidied_in_blocks_as_at_one_go(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(0)
    mask = np.asarray(cv2.blur(rng.random((300, 400)), (7, 7)) > 0.44)
    at_one_go, _ = tidied((mask, (0, 0)))
    monkeypatch.setattr(module, "BLOCK_SIDE", 64)
    np.testing.assert_array_equal(tidied((mask, (0, 0)))[0], at_one_go)
    assert (at_one_go != mask).any()
