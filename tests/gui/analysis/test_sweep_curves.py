"""The curves of a sweep as they are drawn."""

import numpy as np

from segstudio.gui.analysis.sweep_curves import sure_curves
from segstudio.metrics.probability import LEVELS, Counts


def test_accuracy_ends_where_next_to_no_pixels_are_left() -> None:
    right, wrong = np.zeros(LEVELS, np.int64), np.zeros(LEVELS, np.int64)
    right[200], wrong[250] = 1_000_000, 41
    accuracy, coverage = sure_curves(Counts(right, wrong))
    assert accuracy.y[200] > 99.9
    assert np.isnan(accuracy.y[201:]).all(), "41 pixels would make it drop to 0"
    assert 0 < coverage.y[250] < 0.1
