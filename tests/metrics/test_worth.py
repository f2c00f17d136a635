"""What a fix is worth, against mean IoU counted anew after the pixels were really corrected."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segstudio.core.confusion import Confusion
from segstudio.core.raster import Rect
from segstudio.metrics.error_regions import ErrorRegions, error_regions, region_mask
from segstudio.metrics.overlap import mean_iou
from segstudio.metrics.worth import Ids, corrected, worth, worth_together
from tests.metrics.test_error_regions import BUS, CAR, GROUND, SCHEMA, VOID, Planes, planes


def counted(found: ErrorRegions) -> tuple[Ids, Ids, Ids]:
    return found.truth, found.predicted, found.area


def after(case: Planes, found: ErrorRegions, index: int, taken: bool) -> float:
    """Return mean IoU with one region really corrected."""
    truth, prediction = case[0].copy(), case[1].copy()
    rect = Rect(*found.rects[index].tolist())
    row, column = found.seeds[index].tolist()
    mask = region_mask(truth, prediction, rect, (row, column))
    if taken:
        truth[rect.slices][mask] = found.predicted[index]
    else:
        prediction[rect.slices][mask] = found.truth[index]
    return mean_iou(Confusion.of(truth, prediction, SCHEMA))


@given(planes(), st.booleans())
def test_worth_is_what_mean_iou_becomes(case: Planes, taken: bool) -> None:
    found = error_regions(*case, SCHEMA)
    before = Confusion.of(*case, SCHEMA)
    values = worth(before, *counted(found), taken)
    expected = [after(case, found, index, taken) - mean_iou(before) for index in range(len(found))]
    np.testing.assert_allclose(values, np.array(expected), rtol=0, atol=1e-12)


@given(planes(), planes(), st.booleans())
def test_worth_to_a_data_set(case: Planes, other: Planes, taken: bool) -> None:
    found, rest = error_regions(*case, SCHEMA), Confusion.of(*other, SCHEMA)
    total = Confusion.of(*case, SCHEMA) + rest
    for index, value in enumerate(worth(total, *counted(found), taken)):
        one = slice(index, index + 1)
        alone = found.truth[one], found.predicted[one], found.area[one]
        now = corrected(Confusion.of(*case, SCHEMA), *alone, taken) + rest
        assert value == pytest.approx(mean_iou(now) - mean_iou(total), abs=1e-12, nan_ok=True)


@given(planes())
def test_all_corrected_is_perfect(case: Planes) -> None:
    found, before = error_regions(*case, SCHEMA), Confusion.of(*case, SCHEMA)
    now = corrected(before, *counted(found))
    assert now.pixels == before.pixels
    assert math.isnan(mean_iou(now)) or mean_iou(now) == 1.0
    total = worth_together(before, *counted(found))
    assert math.isnan(total) or total == pytest.approx(1 - mean_iou(before))


@given(planes())
def test_all_taken_is_perfect_and_ignores_what_is_no_class(case: Planes) -> None:
    truth, prediction = case
    found, before = error_regions(truth, prediction, SCHEMA), Confusion.of(truth, prediction, SCHEMA)
    now = corrected(before, *counted(found), taken=True)
    declared = np.isin(prediction, (GROUND, CAR, BUS, VOID))
    really = np.where(np.isin(truth, (GROUND, CAR, BUS)) & declared, prediction, truth)
    really = np.where(np.isin(truth, (GROUND, CAR, BUS)) & ~declared, VOID, really)
    expected = Confusion.of(really.astype(np.uint16), prediction, SCHEMA)
    np.testing.assert_array_equal(now.counts, expected.counts)
    assert now.ignored == expected.ignored


def test_by_hand() -> None:
    truth = np.array([[GROUND] * 6 + [CAR] * 2 + [BUS] * 2], np.uint16)
    prediction = np.array([[GROUND] * 5 + [CAR] * 3 + [GROUND] * 2], np.uint16)
    found, before = error_regions(truth, prediction, SCHEMA), Confusion.of(truth, prediction, SCHEMA)
    assert mean_iou(before) == pytest.approx((5 / 8 + 2 / 3 + 0) / 3)
    # The ground taken for a car: 6 of 8 and 2 of 2 are right then; the bus taken for ground: 5 of 6, and 2 of 2.
    np.testing.assert_allclose(
        worth(before, *counted(found)),
        [(6 / 8 + 1 + 0) / 3 - mean_iou(before), (5 / 6 + 2 / 3 + 1) / 3 - mean_iou(before)],
    )
    # Where the truth takes the ground for a bus, no bus is left in either, and two classes make the mean.
    assert worth(before, *counted(found), taken=True)[1] == pytest.approx((7 / 8 + 2 / 3) / 2 - mean_iou(before))
