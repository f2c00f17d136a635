"""One model against another: intervals and tests against plain loops, scipy, and what has to hold of them."""

import itertools
import math
from dataclasses import astuple

import numpy as np
import pytest
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st

from segstudio.core.confusion import Confusion
from segstudio.metrics import METRICS, comparison, overlap
from segstudio.metrics.comparison import Comparison, Difference, class_mean, compare, compare_all, mean_and_classes
from segstudio.metrics.overlap import Margins, pixel_accuracies

LABELS = (0, 4, 9)
mean_iou = class_mean("iou")


def images(seed: int, n: int, skill: float = 0.5) -> list[Confusion]:
    """Return the counts of images; in some a class is absent, in the first there is nothing but ignored pixels."""
    rng = np.random.default_rng(seed)
    made = []
    for index in range(n):
        truth = rng.choice(LABELS[: int(rng.integers(1, 4))], 60)
        guess = np.where(rng.random(60) < skill, truth, rng.choice([*LABELS, 77], 60))
        counts = [[int(((truth == t) & (guess == p)).sum()) for p in (*LABELS, 77)] for t in LABELS]
        made.append(Confusion(LABELS, np.array(counts) * (index > 0 or n == 1)))
    return made


def side(of: list[Confusion]) -> Margins:
    return Margins.of(Confusion(LABELS, np.stack([c.counts for c in of])))


@given(st.integers(0, 2**31), st.integers(1, 6))
@settings(max_examples=40)
def test_a_stack_scores_as_its_counts_do_one_by_one(seed: int, n: int) -> None:
    singles = images(seed, n)
    stack = side(singles)
    for metric in METRICS.values():
        np.testing.assert_array_equal(metric.by_class(stack), [metric.by_class(c) for c in singles])
    np.testing.assert_array_equal(mean_and_classes("iou")(stack)[:, 1:], [overlap.iou(c) for c in singles])
    np.testing.assert_array_equal(mean_and_classes("iou", [0, 2])(stack)[:, 0], class_mean("iou", [0, 2])(stack))
    np.testing.assert_allclose(mean_iou(stack), [overlap.mean_iou(c) for c in singles], rtol=1e-14)
    without = class_mean("iou", [0, 2])
    np.testing.assert_allclose(without(stack), [overlap.mean_iou(c, [4]) for c in singles], rtol=1e-14)
    np.testing.assert_array_equal(pixel_accuracies(stack), [overlap.pixel_accuracy(c) for c in singles])


def total(chosen: list[Confusion]) -> Confusion:
    return sum(chosen[1:], chosen[0])


def test_values_are_of_the_sum_and_of_the_mean() -> None:
    first, second = images(1, 9), images(2, 9, 0.7)
    found = compare(side(first), side(second), mean_iou)
    counts, means = found.over_counts, found.over_images
    assert counts.first.value == pytest.approx(overlap.mean_iou(total(first)), rel=1e-14)
    assert counts.second.value == pytest.approx(overlap.mean_iou(total(second)), rel=1e-14)
    assert counts.difference.value == counts.first.value - counts.second.value
    assert (counts.images, means.images) == (9, 8)  # nothing is scored in the first
    assert means.first.value == pytest.approx(np.mean([overlap.mean_iou(c) for c in first[1:]]), rel=1e-14)
    assert means.first.value != pytest.approx(counts.first.value, rel=1e-3)


def test_all_swaps_are_tried_of_few_images() -> None:
    first, second = images(3, 7), images(4, 7, 0.75)
    found = compare(side(first), side(second), mean_iou)
    as_large = {"counts": 0, "images": 0}
    values = np.array([[overlap.mean_iou(c) for c in side[1:]] for side in (first, second)])
    for swaps in itertools.product([False, True], repeat=7):
        one, other = zip(
            *((b, a) if swap else (a, b) for a, b, swap in zip(first, second, swaps, strict=True)), strict=True
        )
        far = overlap.mean_iou(total(list(other))) - overlap.mean_iou(total(list(one)))
        as_large["counts"] += abs(far) >= abs(found.over_counts.difference.value) - 1e-12
        means = (values[1] - values[0]) * np.where(swaps[1:], -1, 1)
        as_large["images"] += abs(means.mean()) >= abs(found.over_images.difference.value) - 1e-12
    assert found.over_counts.exact
    assert found.over_counts.p == as_large["counts"] / 2**7
    assert found.over_images.p == as_large["images"] / 2**7


def test_the_exact_test_of_means_is_that_of_scipy() -> None:
    first, second = images(5, 10), images(6, 10, 0.65)
    values = [[overlap.mean_iou(c) for c in side[1:]] for side in (first, second)]
    theirs = scipy.stats.permutation_test(
        values, lambda a, b: np.mean(a) - np.mean(b), permutation_type="samples", n_resamples=math.inf
    )
    assert compare(side(first), side(second), mean_iou).over_images.p == pytest.approx(theirs.pvalue)


def test_random_swaps_come_near_all_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = images(7, 12), images(8, 12, 0.6)
    exact = compare(side(first), side(second), mean_iou)
    monkeypatch.setattr(comparison, "EXACT_IMAGES", 0)
    drawn = compare(side(first), side(second), mean_iou)
    assert not drawn.over_counts.exact
    assert drawn.over_counts.p == pytest.approx(exact.over_counts.p, abs=0.02)
    assert drawn.over_images.p == pytest.approx(exact.over_images.p, abs=0.02)


def test_the_interval_is_that_of_plain_resampling(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(comparison, "DRAWS", 4000)
    first, second = images(9, 30), images(10, 30, 0.6)
    found = compare(side(first), side(second), mean_iou).over_counts
    rng = np.random.default_rng(1)
    drawn = []
    for _ in range(1500):
        chosen = rng.integers(0, 30, 30)
        one, other = (overlap.mean_iou(total([side[i] for i in chosen])) for side in (first, second))
        drawn.append((one, other, one - other))
    for estimate, values in zip((found.first, found.second, found.difference), zip(*drawn, strict=True), strict=True):
        low, high = np.quantile(values, [0.025, 0.975])
        assert (estimate.low, estimate.high) == pytest.approx((low, high), abs=0.2 * (high - low))
        assert estimate.low <= estimate.value <= estimate.high


def test_the_same_seed_gives_the_same_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    sides = side(images(11, 20)), side(images(12, 20, 0.6))
    found = compare(*sides, mean_iou)
    assert compare(*sides, mean_iou) == found
    monkeypatch.setattr(comparison, "SEED", 6)
    assert compare(*sides, mean_iou).over_counts.first.low != found.over_counts.first.low


def test_many_scores_at_once_are_each_as_alone() -> None:
    sides = side(images(20, 16)), side(images(21, 16, 0.6))
    found = compare_all(*sides, mean_and_classes("iou"))
    assert len(found) == 1 + len(LABELS)
    assert_alike(found[0], compare(*sides, mean_iou))
    for index in range(len(LABELS)):
        alone = compare(*sides, lambda stack, index=index: overlap.iou(stack)[..., index])  # type: ignore[misc]
        assert_alike(found[1 + index], alone)


def assert_alike(found: Comparison, alone: Comparison) -> None:
    """Products of larger matrices may be rounded otherwise in the last place."""
    for one, other in ((found.over_counts, alone.over_counts), (found.over_images, alone.over_images)):
        assert astuple(one.difference) == pytest.approx(astuple(other.difference), rel=1e-12)
        assert (one.p, one.images) == (other.p, other.images)


def test_in_small_blocks_it_is_about_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    sides = side(images(13, 20)), side(images(14, 20, 0.6))
    found = compare(*sides, mean_iou).over_counts
    monkeypatch.setattr(comparison, "_CELLS", 1000)
    small = compare(*sides, mean_iou).over_counts
    assert small.p == pytest.approx(found.p, abs=0.02)
    assert small.difference.low == pytest.approx(found.difference.low, abs=0.02)


def test_a_model_is_no_better_than_itself() -> None:
    same = images(15, 20)
    both = compare(side(same), side(same), mean_iou)
    for found in (both.over_counts, both.over_images):
        assert (found.difference.value, found.difference.low, found.difference.high, found.p) == (0.0, 0.0, 0.0, 1.0)


def test_the_other_way_round_is_the_other_sign() -> None:
    one, other = side(images(16, 8)), side(images(17, 8, 0.8))
    forth, back = compare(one, other, mean_iou), compare(other, one, mean_iou)
    assert forth.over_counts.difference.value == -back.over_counts.difference.value
    assert forth.over_counts.p == back.over_counts.p
    assert forth.over_images.p == back.over_images.p


def test_what_is_clear_is_told_apart_from_chance() -> None:
    better = compare(side(images(19, 40, 0.8)), side(images(18, 40, 0.5)), mean_iou)
    assert better.over_counts.p == better.over_images.p == 1 / (comparison.SWAPS + 1)
    assert better.over_counts.difference.low > 0
    alike = [
        compare(side(images(2 * s, 15)), side(images(2 * s + 1, 15)), mean_iou).over_images.p for s in range(100, 140)
    ]
    assert sum(p <= 0.05 for p in alike) <= 8  # 2 of 40 are to be expected


def test_nothing_scored_and_one_image() -> None:
    nothing = [Confusion(LABELS, np.zeros((3, 4), np.int64))]
    found = compare(side(nothing), side(nothing), mean_iou)
    assert math.isnan(found.over_counts.p)
    assert found.over_images.images == 0
    assert math.isnan(found.over_images.first.value)
    one = compare(side(images(1, 1)), side(images(2, 1)), mean_iou).over_images
    assert isinstance(one, Difference)
    assert one.first.low == one.first.high == one.first.value
    assert one.p == 1.0


def test_other_images_or_classes_are_refused() -> None:
    some = images(1, 3)
    fewer = side([Confusion(LABELS, c.counts) for c in some[:2]])
    narrow = Margins(side(some).intersection[:, :2], side(some).truth[:, :2], side(some).predicted[:, :2])
    none = Margins(*[np.zeros((0, 3), np.int64)] * 3)
    for first, second in ((side(some), fewer), (side(some), narrow), (none, none)):
        with pytest.raises(ValueError, match="same images"):
            compare(first, second, mean_iou)
