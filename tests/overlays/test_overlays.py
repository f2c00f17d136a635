"""Overlays against plain definitions, pixel by pixel, and what every one of them keeps to."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from segstudio.core.raster import LabelPlane
from segstudio.core.schema import LabelClass, LabelSchema
from segstudio.overlays import OF_PREDICTION, OVERLAYS
from segstudio.overlays.base import HATCH_PERIOD, OverlayInput, Pixels, Style, hatch, wide_edges
from segstudio.overlays.errors import Verdict, verdict

CLASSES = (
    LabelClass(0, "background", (0, 0, 0), background=True),
    LabelClass(1, "cell", (230, 25, 75)),
    LabelClass(2, "nucleus", (0, 255, 3)),
    LabelClass(4, "glass", (10, 10, 40), background=True),
    LabelClass(255, "void", (224, 224, 192), ignore=True),
)
SCHEMA = LabelSchema(CLASSES)
WIDE = LabelSchema((*CLASSES, LabelClass(300, "far", (1, 200, 254))))
VALUES = [0, 1, 2, 4, 9, 255]  # 9 has no class


@st.composite
def pairs(draw: st.DrawFn, largest: int = 9) -> tuple[LabelPlane, LabelPlane]:
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    shape = draw(st.integers(1, largest)), draw(st.integers(1, largest))
    truth, prediction = rng.choice(VALUES, (2, *shape)).astype(np.uint8)
    return truth, prediction


def source(
    truth: LabelPlane, prediction: LabelPlane | None, style: Style, at: tuple[int, int] = (0, 0)
) -> OverlayInput:
    return OverlayInput(truth, prediction, style, at)


def judge(truth: int, prediction: int, focus: int | None) -> Verdict:
    """Judge one pixel as CONVENTIONS has it: what the truth ignores is not judged, what has no class is no object."""
    declared = {c.id: c for c in CLASSES if not c.ignore}
    if truth not in declared:
        return Verdict.NONE
    objects = [i for i, c in declared.items() if not c.background] if focus is None else [focus]
    if truth in objects and prediction in objects:
        return Verdict.HIT if truth == prediction else Verdict.SWAPPED
    if truth in objects:
        return Verdict.MISSED
    return Verdict.EXTRA if prediction in objects else Verdict.NONE


@given(pairs(), st.sampled_from([None, 0, 1, 2, 4]))
def test_verdict_of_every_pixel(pair: tuple[LabelPlane, LabelPlane], focus: int | None) -> None:
    truth, prediction = pair
    judged = verdict(source(truth, prediction, Style.of(SCHEMA, 0.5, focus=focus)))
    expected = [[judge(int(t), int(p), focus) for t, p in zip(*rows, strict=True)] for rows in zip(*pair, strict=True)]
    np.testing.assert_array_equal(judged, np.array(expected))


def test_focus_on_an_ignored_class_judges_nothing() -> None:
    planes = np.array([[0, 1, 255, 9]], np.uint8), np.array([[255, 255, 255, 255]], np.uint8)
    assert not verdict(source(*planes, Style.of(SCHEMA, 0.5, focus=255))).any()


@given(pairs(), st.sampled_from([None, 1]))
def test_each_verdict_has_colours_of_its_own(pair: tuple[LabelPlane, LabelPlane], focus: int | None) -> None:
    given_both = source(*pair, Style.of(SCHEMA, 0.75, focus=focus), (3, 5))
    drawn, judged = OVERLAYS["errors"](given_both), verdict(given_both)
    assert not drawn[judged == Verdict.NONE].any()
    colors = {kind: set(drawn[judged == kind].tolist()) for kind in Verdict if kind is not Verdict.NONE}
    for kind, found in colors.items():
        assert len(found) <= (2 if kind is Verdict.MISSED else 1)
        assert not any(found & other for kind_, other in colors.items() if kind_ is not kind)
        assert 0 not in found


@pytest.mark.parametrize("name", OVERLAYS)
@pytest.mark.parametrize("opacity", [0.0, 0.3, 0.5, 1.0])
def test_colours_are_premultiplied(name: str, opacity: float) -> None:
    rng = np.random.default_rng(1)
    truth, prediction = rng.choice(VALUES, (2, 30, 30)).astype(np.uint8)
    drawn = OVERLAYS[name](source(truth, prediction, Style.of(SCHEMA, opacity)))
    assert drawn.dtype == np.uint32
    assert drawn.shape == truth.shape
    alpha = drawn >> 24
    for shift in (16, 8, 0):
        assert ((drawn >> shift & 255) <= alpha).all()


@pytest.mark.parametrize("name", OVERLAYS)
@given(pairs())
def test_planes_of_either_dtype_look_the_same(name: str, pair: tuple[LabelPlane, LabelPlane]) -> None:
    truth, prediction = pair
    narrow = OVERLAYS[name](source(truth, prediction, Style.of(SCHEMA, 0.5)))
    deep = OVERLAYS[name](source(truth.astype(np.uint16), prediction.astype(np.uint16), Style.of(WIDE, 0.5)))
    np.testing.assert_array_equal(narrow, deep)


@pytest.mark.parametrize("name", OVERLAYS)
@pytest.mark.parametrize("schema", [SCHEMA, WIDE])
def test_a_prediction_may_hold_wider_ids_than_the_truth(name: str, schema: LabelSchema) -> None:
    truth, prediction = np.array([[0, 1, 2]], np.uint8), np.array([[300, 1, 2]], np.uint16)
    drawn = OVERLAYS[name](source(truth, prediction, Style.of(schema, 0.5)))
    same = OVERLAYS[name](source(truth.astype(np.uint16), prediction, Style.of(schema, 0.5)))
    np.testing.assert_array_equal(drawn, same)


@pytest.mark.parametrize("name", OVERLAYS)
def test_large_ids_have_the_colours_of_their_classes(name: str) -> None:
    """Ids that are equal in their lower eight bits are told apart."""
    labels = np.full((6, 6), 300, np.uint16)
    labels[:3] = 300 - 256
    schema = LabelSchema((*WIDE.classes, LabelClass(44, "near", (90, 10, 10))))
    swapped = LabelSchema(
        (*WIDE.classes[:-1], LabelClass(300, "far", (90, 10, 10)), LabelClass(44, "x", (1, 200, 254)))
    )
    one = OVERLAYS[name](source(labels, labels[::-1].copy(), Style.of(schema, 0.5)))
    other = OVERLAYS[name](source(labels[::-1].copy(), labels, Style.of(swapped, 0.5)))
    np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("name", OVERLAYS)
def test_without_a_prediction_there_is_nothing_of_one(name: str) -> None:
    rng = np.random.default_rng(2)
    truth, prediction = rng.choice(VALUES, (2, 12, 12)).astype(np.uint8)
    style = Style.of(SCHEMA, 0.5)
    drawn = OVERLAYS[name](source(truth, None, style))
    if name in ("truth", "truth outline", "none"):
        np.testing.assert_array_equal(drawn, OVERLAYS[name](source(truth, prediction, style)))
    elif name != "outlines":
        assert not drawn.any()


@pytest.mark.parametrize("name", OVERLAYS)
@given(st.integers(0, 2**32 - 1))
def test_parts_join_without_a_seam(name: str, seed: int) -> None:
    """Drawn in two parts, each with a rim of its neighbour, an overlay is what it is drawn whole: hatch, lines, all."""
    rng = np.random.default_rng(seed)
    truth, prediction = rng.choice(VALUES, (2, 5, 6)).repeat(4, axis=1).repeat(5, axis=2).astype(np.uint8)
    style, cut = Style.of(SCHEMA, 0.5), int(rng.integers(1, truth.shape[1] - 1))
    top, left = (int(v) for v in rng.integers(-99, 99, 2))

    def drawn(first: int, last: int) -> Pixels:
        columns = slice(max(first - 2, 0), last + 2)
        part = source(truth[:, columns], prediction[:, columns], style, (top, left + columns.start))
        return OVERLAYS[name](part)[:, first - columns.start :][:, : last - first]

    whole = drawn(0, truth.shape[1])
    np.testing.assert_array_equal(whole, np.hstack([drawn(0, cut), drawn(cut, truth.shape[1])]))


@given(pairs())
def test_fill_leaves_out_background_and_hidden_classes(pair: tuple[LabelPlane, LabelPlane]) -> None:
    truth, _ = pair
    drawn = OVERLAYS["truth"](source(truth, None, Style.of(SCHEMA, 0.5, hidden=frozenset({2, 255}))))
    np.testing.assert_array_equal(drawn != 0, np.isin(truth, [1, 9]))


def test_fill_has_the_class_colour_inside_and_a_stronger_line_round_it() -> None:
    truth = np.zeros((9, 9), np.uint8)
    truth[2:7, 2:7] = 1
    drawn = OVERLAYS["truth"](source(truth, None, Style.of(SCHEMA, 0.4)))
    inside, line = drawn[4, 4], drawn[2, 2]
    assert (inside >> 24, line >> 24) == (102, 191)
    assert (drawn[3:6, 3:6] == inside).all()
    np.testing.assert_array_equal(drawn == line, (truth == 1) & (wide_edges(truth) != 0))
    assert inside & 0xFF == 75 * 102 // 255


def test_ignored_areas_are_hatched() -> None:
    truth = np.full((32, 32), 255, np.uint8)
    drawn = OVERLAYS["truth"](source(truth, None, Style.of(SCHEMA, 0.5), (5, 7)))
    np.testing.assert_array_equal(drawn != 0, hatch(truth.shape, (5, 7)))


@given(st.integers(-50, 50), st.integers(-50, 50))
def test_hatch_depends_on_the_place_alone(y: int, x: int) -> None:
    whole = hatch((120, 120), (-50, -50))
    np.testing.assert_array_equal(hatch((9, 11), (y, x)), whole[y + 50 : y + 59, x + 50 : x + 61])
    np.testing.assert_array_equal(hatch((9, 11), (y, x)), hatch((9, 11), (y + HATCH_PERIOD, x - HATCH_PERIOD)))


@given(pairs())
def test_wide_edges_are_the_pixels_with_a_neighbour_of_another_label(pair: tuple[LabelPlane, LabelPlane]) -> None:
    truth, _ = pair
    for plane in (truth, truth * np.uint16(257)):
        np.testing.assert_array_equal(wide_edges(plane) != 0, naive_edges(plane))


def naive_edges(labels: LabelPlane) -> NDArray[Any]:
    found = np.zeros(labels.shape, np.bool_)
    for (row, column), label in np.ndenumerate(labels):
        for near in ((row - 1, column), (row + 1, column), (row, column - 1), (row, column + 1)):
            if 0 <= near[0] < labels.shape[0] and 0 <= near[1] < labels.shape[1]:
                found[row, column] |= labels[near] != label
    return found


@given(pairs(), st.sampled_from([None, 1, 4]))
def test_outlines_show_both_borders_and_the_truth_on_top(
    pair: tuple[LabelPlane, LabelPlane], focus: int | None
) -> None:
    truth, prediction = pair
    style = Style.of(SCHEMA, 0.5, focus=focus)
    both = OVERLAYS["outlines"](source(truth, prediction, style))
    alone = OVERLAYS["outlines"](source(truth, None, style))
    planes = [p if focus is None else (p == focus).view(np.uint8) for p in (truth, prediction)]
    lines = [wide_edges(p) != 0 for p in planes]
    if focus is None:
        lines = [line & (style.ignored[p] == 0) for line, p in zip(lines, planes, strict=True)]
    np.testing.assert_array_equal(both != 0, lines[0] | lines[1])
    np.testing.assert_array_equal(alone != 0, lines[0])
    np.testing.assert_array_equal(both[lines[0]], alone[lines[0]])


@pytest.mark.parametrize("name", sorted(OVERLAYS))
def test_what_looks_at_the_first_prediction_is_named(name: str) -> None:
    planes = np.random.default_rng(0).choice(VALUES, (3, 24, 24)).astype(np.uint8)
    sure = np.full((24, 24), 100, np.uint8)
    depth = np.ones((24, 24), np.uint8)
    with_it = OverlayInput(
        planes[0], planes[1], Style.of(SCHEMA, 0.5), (0, 0), None, planes[2], sure, depth, None, sure
    )
    without = replace(with_it, prediction=None)
    differs = (OVERLAYS[name](with_it) != OVERLAYS[name](without)).any()
    assert differs == (name in OF_PREDICTION)
