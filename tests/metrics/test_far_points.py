"""The points that a Hausdorff distance stands for."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from segstudio.core.raster import Mask
from segstudio.metrics.far_points import far_points
from segstudio.metrics.surface import edge_pixels, hausdorff, surfaces

MASKS = arrays(np.bool_, (9, 11))


@given(truth=MASKS, prediction=MASKS, spacing=st.sampled_from([(1.0, 1.0), (0.5, 2.0)]))
def test_the_points_lie_on_the_outlines_as_far_apart_as_the_distance_says(
    truth: Mask, prediction: Mask, spacing: tuple[float, float]
) -> None:
    found = far_points(truth, prediction, surfaces(truth, prediction, spacing), spacing)
    if not truth.any() or not prediction.any():
        assert found is None
        return
    assert found is not None
    assert edge_pixels(truth)[found.truth]
    assert edge_pixels(prediction)[found.prediction]
    assert found.distance == pytest.approx(hausdorff(surfaces(truth, prediction, spacing)), abs=1e-12)
    apart = np.subtract(found.truth, found.prediction) * spacing
    assert np.hypot(*apart) == pytest.approx(found.distance)


@given(truth=MASKS, prediction=MASKS, percentile=st.sampled_from([50.0, 95.0]))
def test_at_a_percentile_the_distance_is_the_next_one_there_is(
    truth: Mask, prediction: Mask, percentile: float
) -> None:
    found = far_points(truth, prediction, surfaces(truth, prediction), percentile=percentile)
    if found is not None:
        measured = surfaces(truth, prediction)
        limit = hausdorff(measured, percentile)
        there = np.concatenate([measured.truth, measured.prediction])
        assert found.distance in there
        assert found.distance >= limit - 1e-9


def test_a_percentile_rounded_up_is_that_of_the_point_it_stands_for() -> None:
    truth, prediction = np.zeros((1, 101), np.bool_), np.zeros((1, 101), np.bool_)
    truth[:] = True
    prediction[0, 0] = True
    measured = surfaces(truth, prediction)
    assert hausdorff(measured, 55) > 55, "as numpy interpolates, the 55th percentile of 0, 1, ... 100"
    found = far_points(truth, prediction, measured, percentile=55)
    assert found == ((0, 55), (0, 0), 55.0)


def test_a_bump_is_pointed_at() -> None:
    truth = np.zeros((20, 30), np.bool_)
    truth[5:15, 5:15] = True
    prediction = truth.copy()
    prediction[9:11, 15:22] = True
    found = far_points(truth, prediction, surfaces(truth, prediction))
    assert found is not None
    assert found.prediction in {(9, 21), (10, 21)}
    assert found.truth == (found.prediction[0], 14)
    assert found.distance == 7
