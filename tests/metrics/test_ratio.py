"""Division where the denominator may be 0."""

import warnings

import numpy as np

from segstudio.metrics.ratio import ratio


def test_nothing_divided_by_nothing_is_not_defined_and_warns_of_nothing() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        np.testing.assert_array_equal(ratio(np.array([1, 0, 3]), np.array([2, 0, 0])), [0.5, np.nan, np.nan])


def test_sides_are_broadcast() -> None:
    assert ratio(np.array([[1, 2], [3, 4]]), np.array([[2], [4]])).tolist() == [[0.5, 1.0], [0.75, 1.0]]
    assert ratio(3, np.array([1, 2])).tolist() == [3.0, 1.5]
    assert float(ratio(1, 4)) == 0.25
