"""Counts of truth against prediction, against a count of one pixel at a time."""

import random
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from segstudio.core.confusion import MAX_CLASSES, Confusion, PairCounter, UndeclaredTruth
from segstudio.core.errors import SegstudioError
from segstudio.core.raster import LabelPlane
from segstudio.core.schema import LabelClass, LabelSchema


def schema(scored: list[int], ignored: list[int] | None = None) -> LabelSchema:
    classes = [LabelClass(i, f"class {i}", (i % 256, 0, 0)) for i in scored]
    return LabelSchema((*classes, *(LabelClass(i, f"void {i}", (0, 0, 0), ignore=True) for i in ignored or [])))


@st.composite
def cases(draw: st.DrawFn) -> tuple[LabelPlane, LabelPlane, LabelSchema]:
    ids = draw(st.lists(st.sampled_from([0, 1, 2, 7, 11, 254, 255, 256, 4000, 65535]), unique=True, min_size=1))
    split = draw(st.integers(0, len(ids)))
    largest = draw(st.sampled_from([255, 65535]))
    values = [i for i in [*ids, 3, 77] if i <= largest]
    dtype = np.uint8 if largest == 255 else np.uint16
    shape = draw(hnp.array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=12))
    planes = hnp.arrays(dtype, shape, elements=st.sampled_from(values))
    grain = draw(st.integers(1, 9))  # coarse planes have the long runs that real masks have
    truth, prediction = (np.kron(draw(planes), np.ones((1, grain), dtype)) for _ in range(2))
    return truth, prediction, schema(ids[:split], ids[split:])


def one_by_one(truth: LabelPlane, prediction: LabelPlane, table: LabelSchema) -> Confusion:
    labels = [c.id for c in table.scored]
    counts = np.zeros((len(labels), len(labels) + 1), np.int64)
    apart: Counter[str] = Counter()
    for t, p in zip(truth.ravel().tolist(), prediction.ravel().tolist(), strict=True):
        if t in labels:
            counts[labels.index(t), labels.index(p) if p in labels else -1] += 1
        else:
            apart["ignored" if t in table.ignored_ids else "undeclared"] += 1
    return Confusion(tuple(labels), counts, apart["ignored"], apart["undeclared"])


def assert_equal(a: Confusion, b: Confusion) -> None:
    assert a.labels == b.labels
    np.testing.assert_array_equal(a.counts, b.counts)
    assert (a.ignored, a.undeclared) == (b.ignored, b.undeclared)


@given(cases())
def test_equals_a_count_of_one_pixel_at_a_time(case: tuple[LabelPlane, LabelPlane, LabelSchema]) -> None:
    truth, prediction, table = case
    counted = Confusion.of(truth, prediction, table)
    assert counted.counts.dtype == np.int64
    assert_equal(counted, one_by_one(truth, prediction, table))
    assert counted.pixels + counted.ignored + counted.undeclared == truth.size


@given(cases(), st.data())
def test_parts_add_up_to_the_whole(case: tuple[LabelPlane, LabelPlane, LabelSchema], data: st.DataObject) -> None:
    truth, prediction, table = case
    at = data.draw(st.integers(0, truth.shape[1]))
    whole = Confusion.of(truth, prediction, table)
    left, right = (Confusion.of(truth[:, s], prediction[:, s], table) for s in (slice(at), slice(at, None)))
    assert_equal(left + right, whole)
    assert_equal(whole - right, left)
    assert_equal(Confusion.zero(table) + whole, whole)


@given(cases(), st.randoms(use_true_random=False))
def test_a_difference_is_that_of_two_counts(
    case: tuple[LabelPlane, LabelPlane, LabelSchema], chance: random.Random
) -> None:
    truth, prediction, table = case
    before = truth.ravel()[[chance.randrange(truth.size) for _ in range(truth.size)]]
    counter, said = PairCounter(table), prediction.ravel()
    expected = counter.count(truth.ravel(), said) - counter.count(before, said)
    assert_equal(counter.difference(truth.ravel(), before, said), expected)


@pytest.mark.parametrize("grain", [1, 1 << 20])
def test_is_exact_across_chunks_and_beyond_float32(grain: int) -> None:
    # A float32 counter stands still at 2**24.
    table = schema([0, 1], [2])
    truth = np.zeros((1, (1 << 24) + 3), np.uint8)
    truth[0, :5] = 2
    prediction = np.zeros_like(truth)
    prediction[0, 7::grain] = 1
    counted = Confusion.of(truth, prediction, table)
    wrong = int(prediction[0, 5:].sum())
    assert counted.counts.tolist() == [[truth.size - 5 - wrong, wrong, 0], [0, 0, 0]]
    assert counted.ignored == 5


def test_counts_150_classes_in_any_order() -> None:
    random = np.random.default_rng(0)
    ids = random.permutation(np.arange(1, 400))[:150].tolist()
    table = schema(ids, [0])
    truth, prediction = random.integers(0, 400, (2, 64, 64)).astype(np.uint16)
    assert_equal(Confusion.of(truth, prediction, table), one_by_one(truth, prediction, table))


def test_a_rectangle_of_a_plane_needs_no_copy() -> None:
    random = np.random.default_rng(1)
    truth, prediction = random.integers(0, 3, (2, 40, 50)).astype(np.uint8)
    cut = (slice(3, 17), slice(5, 31))
    expected = one_by_one(truth[cut].copy(), prediction[cut].copy(), schema([0, 1, 2]))
    assert_equal(Confusion.of(truth[cut], prediction[cut], schema([0, 1, 2])), expected)


def test_no_scored_class_and_no_pixels() -> None:
    empty = Confusion.of(np.zeros((3, 4), np.uint8), np.zeros((3, 4), np.uint8), schema([], [0]))
    assert (empty.counts.shape, empty.pixels, empty.ignored) == ((0, 1), 0, 12)
    assert Confusion.of(np.zeros((0, 4), np.uint8), np.zeros((0, 4), np.uint8), schema([0])).pixels == 0


def test_other_shapes_and_other_classes_are_bugs() -> None:
    with pytest.raises(ValueError, match="shape"):
        Confusion.of(np.zeros((2, 6), np.uint8), np.zeros((3, 4), np.uint8), schema([0]))
    with pytest.raises(ValueError, match="add up"):
        Confusion.zero(schema([0, 1])) + Confusion.zero(schema([1, 0]))
    with pytest.raises(ValueError, match="add up"):
        Confusion.zero(schema([0])) - Confusion.zero(schema([1]))


def test_instance_numbers_are_refused_as_classes() -> None:
    with pytest.raises(SegstudioError, match="more than can be counted"):
        PairCounter(schema(list(range(MAX_CLASSES + 1))))


def test_undeclared_truth_names_values_and_counts() -> None:
    error = UndeclaredTruth("a.png", {9: 12, 40: 3})
    assert str(error) == "a.png holds values that no class has: 9 (12 px), 40 (3 px)."
    assert error.values == {9: 12, 40: 3}
    assert str(UndeclaredTruth("a.png", dict.fromkeys(range(20), 1))).endswith("and 12 more.")
