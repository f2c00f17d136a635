"""Overlays of two predictions, confusions, depth and heat, against plain definitions, pixel by pixel."""

import math
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from segstudio.core.confusion import Confusion
from segstudio.core.raster import LabelPlane
from segstudio.overlays import OVERLAYS
from segstudio.overlays.agreement import Difference, agreements, differences
from segstudio.overlays.base import OverlayInput, Style, hatch, looked_up, premultiplied
from segstudio.overlays.confusions import confused
from segstudio.overlays.distances import DEEPEST, REACH_LIMITS, depth, reach
from segstudio.overlays.errors import Verdict, verdict
from segstudio.overlays.heat import entropy_scale, least_entropy, ramp
from segstudio.overlays.outlines import OTHER_GAP
from tests.overlays.test_overlays import CLASSES, SCHEMA, VALUES, judge, naive_edges

FOCI = st.sampled_from([None, 0, 1, 2, 4, 255])
SEEDS = st.integers(0, 2**32 - 1)


def planes(seed: int, count: int = 3) -> list[LabelPlane]:
    rng = np.random.default_rng(seed)
    return list(rng.choice(VALUES, (count, *rng.integers(1, 10, 2))).astype(np.uint8))


def differ(truth: int, a: int, b: int, focus: int | None) -> Difference:
    """Say who is right, from what each of them alone is judged to be."""
    kinds = [judge(truth, said, focus) for said in (a, b)]
    right = [kind in (Verdict.HIT, Verdict.NONE) for kind in kinds]
    if kinds == [Verdict.NONE, Verdict.NONE]:
        return Difference.NONE
    if all(right):
        return Difference.BOTH_RIGHT
    return Difference.ONLY_A if right[0] else Difference.ONLY_B if right[1] else Difference.BOTH_WRONG


@given(SEEDS, FOCI)
def test_difference_of_every_pixel(seed: int, focus: int | None) -> None:
    truth, a, b = planes(seed)
    found = differences(OverlayInput(truth, a, Style.of(SCHEMA, 0.5, focus=focus), (0, 0), other=b))
    known = None if focus == 255 else focus
    if focus == 255:  # an ignored class is no object of any
        assert not found.any()
        return
    expected = [differ(int(t), int(p), int(o), known) for t, p, o in zip(*map(np.ravel, (truth, a, b)), strict=True)]
    np.testing.assert_array_equal(found.ravel(), expected)


@given(SEEDS, FOCI)
def test_agreement_of_every_pixel_does_not_ask_the_truth(seed: int, focus: int | None) -> None:
    truth, a, b = planes(seed)
    objects = {c.id for c in CLASSES if not c.ignore and not c.background} if focus is None else {focus} - {255}
    found = agreements(OverlayInput(truth, a, Style.of(SCHEMA, 0.5, focus=focus), (0, 0), other=b))
    for (place, said), other in zip(np.ndenumerate(a), b.ravel(), strict=True):
        if said in objects and other in objects:
            expected = Verdict.HIT if said == other else Verdict.SWAPPED
        else:
            expected = Verdict.EXTRA if said in objects else Verdict.MISSED if other in objects else Verdict.NONE
        assert found[place] == expected


@given(SEEDS, FOCI)
def test_confused_pixels_are_those_off_the_diagonal(seed: int, focus: int | None) -> None:
    truth, prediction = planes(seed, 2)
    style = Style.of(SCHEMA, 0.5, focus=focus)
    found = confused(OverlayInput(truth, prediction, style, (0, 0)))
    counts = Confusion.of(truth, prediction, SCHEMA).counts
    if focus is None:
        assert np.count_nonzero(found) == counts.sum() - np.trace(counts)
    wrong = (truth != prediction) & np.isin(truth, [c.id for c in SCHEMA.scored])
    if focus is not None:  # an ignored class is none that anything is taken for
        wrong &= ((truth == focus) | (prediction == focus)) & (focus != 255)
    np.testing.assert_array_equal(found != 0, wrong)


@given(SEEDS)
def test_a_confusion_has_the_colours_of_both_classes_the_background_included(seed: int) -> None:
    truth, prediction = planes(seed, 2)
    style, at = Style.of(SCHEMA, 0.6, hidden=frozenset({1})), (3, 5)
    drawn = OVERLAYS["confusions"](OverlayInput(truth, prediction, style, at))
    stripes = hatch(truth.shape, at)
    palette = {c.id: c.color for c in CLASSES}
    for place, pixel in np.ndenumerate(drawn):
        true, said = int(truth[place]), int(prediction[place])
        if true in (9, 255):
            assert pixel == 0
        elif true != said:
            color, opacity = (palette[true], 0.95) if stripes[place] else (palette.get(said, (128, 136, 144)), 0.6)
            assert pixel == premultiplied(color, opacity)
        else:
            assert pixel >> 24 == (0 if true in (0, 4) else round(255 * 0.2 * 0.6))


OF_EITHER = ["errors", "confusions", "confidence", "entropy", "error distances", "signed contours"]


@pytest.mark.parametrize("name", OF_EITHER)
@given(SEEDS)
def test_of_the_second_prediction_is_as_if_it_were_the_first(name: str, seed: int) -> None:
    truth, a, b = planes(seed)
    style = Style.of(SCHEMA, 0.5)
    sure, surer = np.random.default_rng(seed).integers(0, 256, (2, *truth.shape)).astype(np.uint8)
    one = OverlayInput(truth, a, style, (1, 2), confidence=sure, depth=depth(truth, None, 4))
    both = replace(one, other=b, other_confidence=surer)
    np.testing.assert_array_equal(
        OVERLAYS[f"other {name}"](both), OVERLAYS[name](replace(one, prediction=b, confidence=surer))
    )
    assert not OVERLAYS[f"other {name}"](one).any()


@pytest.mark.parametrize("name", ["difference", "agreement", "other", "confidence", "entropy", "error distances"])
def test_nothing_is_drawn_of_what_is_not_there(name: str) -> None:
    truth, a = planes(1, 2)
    assert not OVERLAYS[name](OverlayInput(truth, a, Style.of(SCHEMA, 0.5), (0, 0))).any()


@given(SEEDS, st.sampled_from([None, 1]))
def test_outlines_have_the_second_prediction_below_in_dashes_without_gaps(seed: int, focus: int | None) -> None:
    truth, a, b = planes(seed)
    style = Style.of(SCHEMA, 0.5, focus=focus)
    two = OVERLAYS["outlines"](OverlayInput(truth, a, style, (0, 0)))
    three = OVERLAYS["outlines"](OverlayInput(truth, a, style, (0, 0), other=b))
    np.testing.assert_array_equal(three[two != 0], two[two != 0])
    lines = naive_edges(b if focus is None else b == focus) & (two == 0)
    if focus is None:
        lines &= style.ignored[b] == 0
    np.testing.assert_array_equal((three != 0) & (two == 0), lines)


@pytest.mark.parametrize("way", ["level", "upright", "falling", "rising"])
def test_a_dashed_line_alternates_whichever_way_it_runs(way: str) -> None:
    rows, columns = np.indices((120, 120))
    inside = {"level": rows > 60, "upright": columns > 60, "falling": rows > columns, "rising": rows + columns > 120}
    plane = inside[way].astype(np.uint8)
    style = Style.of(SCHEMA, 0.5)
    drawn = OVERLAYS["outlines"](OverlayInput(np.zeros_like(plane), None, style, (0, 0), other=plane))
    gaps = drawn[naive_edges(plane)] == premultiplied(OTHER_GAP, 1.0)
    assert 0.4 < gaps.mean() < 0.6


# Depth


def naive_depth(truth: NDArray[np.uint8], within: float) -> NDArray[np.float64]:
    """Return the distance of each pixel to the nearest pixel beside a border, as a part of ``within``."""
    rows, columns = np.nonzero(naive_edges(truth))
    found = np.full(truth.shape, math.inf)
    for y, x in np.ndindex(truth.shape):
        if len(rows):
            found[y, x] = np.sqrt(((rows - y) ** 2 + (columns - x) ** 2).min())
    return np.minimum(found / within, 1.0)


@given(SEEDS, st.sampled_from([2.5, 4.0, 7.3, 12.0]))
def test_depth_is_the_distance_to_the_nearest_border(seed: int, within: float) -> None:
    rng = np.random.default_rng(seed)
    truth = (rng.random(rng.integers(1, 25, 2)) < rng.choice([0.0, 0.01, 0.3])).astype(np.uint8)
    found, exact = depth(truth, None, within) / DEEPEST, naive_depth(truth, within)
    assert np.abs(found - exact).max() <= 0.5 / DEEPEST + 0.025  # rounding, and what the mask of five is off
    assert (found[exact == 0] == 0).all()


@given(SEEDS)
def test_depth_of_a_part_with_a_rim_is_that_of_the_whole(seed: int) -> None:
    rng = np.random.default_rng(seed)
    truth = (rng.random(rng.integers(1, 60, 2)) < rng.choice([0.002, 0.02, 0.4])).astype(np.uint8)
    within = int(rng.integers(2, 9))
    y0, x0 = (int(rng.integers(side)) for side in truth.shape)
    y1, x1 = (int(rng.integers(low + 1, side + 1)) for low, side in zip((y0, x0), truth.shape, strict=True))
    top, left = max(y0 - within - 1, 0), max(x0 - within - 1, 0)
    part = depth(truth[top : y1 + within + 1, left : x1 + within + 1], None, within)[y0 - top :, x0 - left :]
    np.testing.assert_array_equal(part[: y1 - y0, : x1 - x0], depth(truth, None, within)[y0:y1, x0:x1])


def test_with_a_class_in_focus_only_its_borders_count() -> None:
    truth = np.zeros((1, 30), np.uint8)
    truth[0, 10:] = 1
    truth[0, 20:] = 2
    assert depth(truth, 2, 5.0)[0, 10] == DEEPEST
    assert depth(truth, None, 5.0)[0, 10] == 0


def test_reach_follows_the_picture_within_limits() -> None:
    assert [reach(shape) for shape in ((40, 30), (360, 480), (8192, 8192))] == [REACH_LIMITS[0], 12, REACH_LIMITS[1]]


@given(SEEDS)
def test_errors_by_depth_are_the_errors_the_stronger_the_deeper(seed: int) -> None:
    rng = np.random.default_rng(seed)
    truth, prediction = planes(seed, 2)
    style = Style.of(SCHEMA, 0.8)
    levels = rng.integers(0, DEEPEST + 1, truth.shape).astype(np.uint8)
    source = OverlayInput(truth, prediction, style, (0, 0), depth=levels)
    drawn, judged = OVERLAYS["error distances"](source), verdict(source)
    wrong = np.isin(judged, (Verdict.EXTRA, Verdict.MISSED, Verdict.SWAPPED))
    assert not drawn[~wrong].any()
    assert (drawn[wrong] >> 24 == np.round(255 * 0.8 * (0.22 + 0.78 * levels[wrong] / DEEPEST))).all()


# Heat


@pytest.mark.parametrize("classes", [2, 3, 5])
def test_least_entropy_is_below_that_of_every_distribution(classes: int) -> None:
    rng = np.random.default_rng(0)
    for drawn in rng.dirichlet(np.ones(classes) * 0.7, 300):
        entropy = -sum(p * math.log2(p) for p in drawn if p > 0)
        assert least_entropy(float(drawn.max())) <= entropy + 1e-9
    if classes == 2:
        assert least_entropy(0.75) == pytest.approx(-(0.75 * math.log2(0.75) + 0.25 * math.log2(0.25)))


def test_least_entropy_falls_as_the_model_is_surer() -> None:
    values = [least_entropy(level / 255) for level in range(256)]
    assert values[0] == math.inf
    assert all(before > after for before, after in pairwise(values))
    assert values[255] == 0
    assert [least_entropy(1 / n) for n in (1, 2, 4, 8)] == pytest.approx([0, 1, 2, 3])


def test_heat_is_the_ramp_at_the_opacity_asked_for() -> None:
    levels = np.arange(256, dtype=np.uint8).reshape(16, 16)
    style = Style.of(SCHEMA, 0.5)
    source = OverlayInput(levels, None, style, (0, 0), confidence=levels)
    confidence, entropy = OVERLAYS["confidence"](source).ravel(), OVERLAYS["entropy"](source).ravel()
    colors = [premultiplied(tuple(int(c) for c in color), 0.5) for color in ramp()]  # type: ignore[arg-type]
    np.testing.assert_array_equal(confidence, colors)
    assert entropy[255] == colors[0]
    assert entropy[0] == colors[255]
    assert entropy[128] == colors[round(255 * least_entropy(128 / 255) / entropy_scale(4))]
    assert [entropy_scale(n) for n in (1, 2, 3, 19)] == pytest.approx([1, 1, math.log2(3), 2])


def test_scored_classes_are_counted_once_for_the_scale() -> None:
    assert int(looked_up(Style.of(SCHEMA, 0.5).scored, np.arange(256, dtype=np.uint8)).sum()) == len(SCHEMA.scored)
