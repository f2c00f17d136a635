"""Scores at all thresholds, calibration and cross entropy, against scikit-learn, torchmetrics and plain loops."""

import math

import numpy as np
import pytest
import sklearn.metrics as sk
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from segstudio.core.raster import Mask
from segstudio.metrics import probability
from segstudio.metrics.probability import BINS, LEVELS, Counts, cross_entropy, reliability, sweep

Plane = NDArray[np.uint8]


def planes(seed: int) -> tuple[Plane, Mask]:
    rng = np.random.default_rng(seed)
    shape = (int(rng.integers(1, 20)), int(rng.integers(1, 20)))
    values = rng.integers(0, 256, shape).astype(np.uint8)
    return values, rng.integers(0, 256, shape) < values * rng.choice([0, 1, 2])


@given(st.integers(0, 2**31), st.sampled_from([0, 1, 100, 128, 254, 255]))
def test_a_threshold_of_the_sweep_is_that_threshold(seed: int, threshold: int) -> None:
    values, true = planes(seed)
    found = sweep(Counts.of(values, true))
    chosen = values >= threshold
    tp, fp, fn = (int(m.sum()) for m in (chosen & true, chosen & ~true, ~chosen & true))
    wanted = {
        "iou": (tp, tp + fp + fn),
        "dice": (2 * tp, 2 * tp + fp + fn),
        "precision": (tp, tp + fp),
        "recall": (tp, tp + fn),
    }
    for name, (part, whole) in wanted.items():
        assert getattr(found, name)[threshold] == pytest.approx(part / whole if whole else math.nan, nan_ok=True)


@given(st.integers(0, 2**31))
def test_images_are_added(seed: int) -> None:
    (one, first), (two, second) = planes(seed), planes(seed + 1)
    both = Counts.of(one, first) + Counts.of(two, second)
    together = Counts.of(np.append(one, two)[None], np.append(first, second)[None])
    np.testing.assert_array_equal(both.true, together.true)
    np.testing.assert_array_equal(both.false, together.false)


def test_ignored_pixels_are_not_counted() -> None:
    values, true = planes(3)
    counted = np.arange(values.size).reshape(values.shape) % 3 > 0
    found = Counts.of(values, true, counted)
    np.testing.assert_array_equal(found.true, np.bincount(values[counted & true], minlength=LEVELS))
    np.testing.assert_array_equal(found.false, np.bincount(values[counted & ~true], minlength=LEVELS))


def test_the_best_threshold_is_the_lowest_of_the_best() -> None:
    counts = Counts.of(np.array([[10, 20, 200, 220]], np.uint8), np.array([[False, False, True, True]]))
    assert sweep(counts).best == 21
    nothing = Counts(np.zeros(LEVELS, np.int64), np.zeros(LEVELS, np.int64))
    assert sweep(nothing).best == 128
    assert math.isnan(reliability(nothing).ece)
    assert math.isnan(cross_entropy(nothing))


@given(st.integers(0, 2**31))
def test_calibration_is_that_of_torchmetrics(seed: int) -> None:
    torch = pytest.importorskip("torch")
    calibration = pytest.importorskip("torchmetrics.functional.classification").binary_calibration_error
    values, true = planes(seed)
    # On an edge between two bins it takes the upper one, and the paper the lower one.
    values = np.where((values % 17 == 0) & (values > 0) & (values < 255), values + 1, values).astype(np.uint8)
    theirs = calibration(torch.tensor(values / 255).ravel(), torch.tensor(true.astype(int)).ravel(), n_bins=BINS)
    assert reliability(Counts.of(values, true)).ece == pytest.approx(float(theirs), abs=1e-6)


def test_an_edge_belongs_to_the_bin_below_it() -> None:
    true = np.ones((1, 1), np.bool_)
    for level, bin_index in ((0, 0), (17, 0), (18, 1), (34, 1), (238, 13), (239, 14), (255, 14)):
        found = reliability(Counts.of(np.array([[level]], np.uint8), true))
        assert found.pixels.tolist() == [int(i == bin_index) for i in range(BINS)]
        assert found.confidence[bin_index] == level / 255
        assert found.accuracy[bin_index] == 1.0


@given(st.integers(0, 2**31))
def test_cross_entropy_is_that_of_scikit_learn(seed: int) -> None:
    values, true = planes(seed)
    probability = np.clip(values, 0.5, 254.5) / 255
    wanted = sk.log_loss(true.ravel(), probability.ravel(), labels=[False, True])
    assert cross_entropy(Counts.of(values, true)) == pytest.approx(wanted, rel=1e-12)


@pytest.mark.parametrize("pixels", [1, 7, 40])
def test_counts_do_not_depend_on_how_many_pixels_are_counted_at_a_time(
    pixels: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    values, is_true = planes(5)
    counted = np.random.default_rng(1).random(values.shape) < 0.7
    monkeypatch.setattr(probability, "EXACT_PIXELS", pixels)
    found = Counts.of(values, is_true, counted)
    np.testing.assert_array_equal(found.true, np.bincount(values[is_true & counted], minlength=LEVELS))
    np.testing.assert_array_equal(found.false, np.bincount(values[~is_true & counted], minlength=LEVELS))
