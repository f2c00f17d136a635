"""Two raters: the same whoever comes first, and as scikit-learn has it."""

import math

import numpy as np
import pytest
import sklearn.metrics as sk
from hypothesis import given
from hypothesis import strategies as st

from segstudio.core.confusion import Confusion
from segstudio.core.schema import LabelClass, LabelSchema
from segstudio.metrics.agreement import agreement, mean_dice
from segstudio.metrics.by_size import SizeCounts, by_size

IDS = (0, 3, 8)
SCHEMA = LabelSchema(
    (*(LabelClass(i, str(i), (0, 0, i)) for i in IDS), LabelClass(255, "void", (9, 9, 9), ignore=True))
)


@given(st.integers(0, 2**31))
def test_neither_comes_first(seed: int) -> None:
    rng = np.random.default_rng(seed)
    first, second = (rng.choice([*IDS, 255, 77], (7, 9)).astype(np.uint8) for _ in range(2))
    forth, back = agreement(Confusion.of(first, second, SCHEMA)), agreement(Confusion.of(second, first, SCHEMA))
    np.testing.assert_array_equal(forth.dice, back.dice)
    np.testing.assert_array_equal(forth.iou, back.iou)
    both = np.isin(first, IDS) & np.isin(second, IDS)
    assert forth.pixels == back.pixels == both.sum()
    assert (forth.observed, forth.kappa) == pytest.approx((back.observed, back.kappa), nan_ok=True)
    if len(np.unique((first[both], second[both]))) > 1:
        assert forth.kappa == pytest.approx(sk.cohen_kappa_score(first[both], second[both]))
        assert mean_dice(forth) == pytest.approx(
            sk.f1_score(first[both], second[both], labels=np.unique((first[both], second[both])), average="macro")
        )


def test_raters_who_label_nothing_alike_agree_on_nothing() -> None:
    first, second = np.array([[255, 0]], np.uint8), np.array([[3, 255]], np.uint8)
    found = agreement(Confusion.of(first, second, SCHEMA))
    assert found.pixels == 0
    assert math.isnan(found.kappa)
    assert math.isnan(mean_dice(found))


def test_areas_are_counted_by_their_size() -> None:
    truth, prediction = np.zeros((20, 20), np.bool_), np.zeros((20, 20), np.bool_)
    truth[0, 0] = truth[1, 1] = True  # one area of two pixels: they touch at a corner
    truth[5:7, 5:7] = True
    truth[10:20, :] = True
    prediction[5:15] = True
    found = by_size(truth, prediction, edges=(4, 100))
    assert found.areas.tolist() == [1, 1, 1]
    assert found.pixels.tolist() == [2, 4, 200]
    assert found.found.tolist() == [0, 4, 100]
    np.testing.assert_array_equal((found + found).recall, [0, 1, 0.5])
    nothing = by_size(np.zeros((3, 3), np.bool_), prediction[:3, :3])
    assert nothing.areas.tolist() == [0, 0, 0]
    assert np.isnan(nothing.recall).all()
    assert isinstance(found + found, SizeCounts)
