"""Gaps that are closed, and those that are not."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from segstudio.core.raster import Mask
from segstudio.editing.finding.sealed import sealed
from segstudio.editing.shapes import Placed, reached


def full(area: Placed, shape: tuple[int, ...]) -> Mask:
    whole = np.zeros(shape, np.bool_)
    mask, (top, left) = area
    whole[top : top + mask.shape[0], left : left + mask.shape[1]] = mask
    return whole


def two_rooms(gap: int, upright: bool) -> Mask:
    free = np.ones((60, 60), np.bool_)
    free[30] = False
    free[30, 20 : 20 + gap] = True
    return free.T.copy() if upright else free


@pytest.mark.parametrize("upright", [False, True])
@pytest.mark.parametrize("close", [1, 2, 3, 4, 9])
@pytest.mark.parametrize("by", [-1, 0, 1, 2])
def test_a_gap_is_closed_exactly_up_to_the_width_asked_for(close: int, by: int, upright: bool) -> None:
    free = two_rooms(close + by, upright)
    found = full(sealed(free, (10, 10), close), free.shape)
    across = full(sealed(free, (50, 50), close), free.shape)
    assert found[50, 50] == (by > 0)
    assert across[10, 10] == (by > 0)


def test_a_sealed_room_is_filled_to_its_corners_and_not_beyond_the_gap() -> None:
    free = two_rooms(3, upright=False)
    found = full(sealed(free, (10, 10), 3), free.shape)
    assert found[:30].all()
    assert not found[31:].any()


def test_in_a_place_too_narrow_smaller_gaps_are_closed() -> None:
    free = np.zeros((20, 40), np.bool_)
    free[8:11, 5:35] = True  # an alley 3 px wide
    found = full(sealed(free, (9, 20), 12), free.shape)
    np.testing.assert_array_equal(found, free)


@given(arrays(np.bool_, (12, 14)), st.integers(0, 11), st.integers(0, 13), st.integers(0, 6))
def test_what_is_sealed_has_the_seed_and_lies_in_what_can_be_reached(
    free: Mask, row: int, column: int, gap: int
) -> None:
    free[row, column] = True
    found = full(sealed(free.copy(), (row, column), gap), free.shape)
    assert found[row, column]
    assert not (found & ~full(reached(free, (row, column)), free.shape)).any()
