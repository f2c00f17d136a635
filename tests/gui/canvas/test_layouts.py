"""Where panes lie, and what each shows: arithmetic without a window."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QRect, QSize
from PySide6.QtGui import QRegion

from segstudio.gui.canvas.choices import PaneChoices
from segstudio.gui.canvas.contents import CONTENTS, GRAY, Need, held_for, missing, shown_for
from segstudio.gui.canvas.layouts import COMPARE_LAYOUTS, GAP, Arrangement, Layout, pane_size, panes
from segstudio.overlays import OVERLAYS

SIZES = st.builds(QSize, st.integers(60, 3000), st.integers(60, 2000))
LAYOUTS = st.sampled_from(list(COMPARE_LAYOUTS.values()))
THERE = st.frozensets(st.sampled_from(list(Need)))
ALL = frozenset(Need)


@given(LAYOUTS, SIZES, st.floats(0.02, 0.98), st.booleans())
def test_panes_fill_the_canvas_but_for_gaps_and_never_overlap(
    layout: Layout, size: QSize, split: float, swapped: bool
) -> None:
    arranged = panes(layout, size, split, swapped)
    canvas, covered = QRect(QPoint(0, 0), size), QRegion()
    for pane in arranged:
        assert canvas.contains(pane.area)
        assert not covered.intersects(pane.area)
        covered += pane.area
    columns = len({pane.area.x() for pane in arranged})
    rows = len({pane.area.y() for pane in arranged})
    assert len(arranged) == len(layout.overlays) == columns * rows
    lost = canvas.width() * canvas.height() - sum(p.area.width() * p.area.height() for p in arranged)
    spare = (GAP + 1) * (columns * size.height() + rows * size.width())
    assert lost <= (spare if layout.arrangement is Arrangement.BESIDE else 0)


@given(SIZES, st.sampled_from([key for key in COMPARE_LAYOUTS if key.startswith(("panes", "row"))]))
def test_panes_side_by_side_have_one_size_and_begin_where_they_lie(size: QSize, key: str) -> None:
    layout = COMPARE_LAYOUTS[key]
    for pane in panes(layout, size, 0.5):
        assert (pane.area.width(), pane.area.height()) == pane_size(layout, size)
        assert pane.origin == pane.area.topLeft()


def test_four_panes_stand_in_two_rows_and_three_in_one() -> None:
    size = QSize(602, 402)
    assert [p.area for p in panes(COMPARE_LAYOUTS["panes 4"], size, 0.5)] == [
        QRect(x, y, 300, 200) for y in (0, 202) for x in (0, 302)
    ]
    assert {p.area.y() for p in panes(COMPARE_LAYOUTS["row"], size, 0.5)} == {0}


@given(SIZES, st.sampled_from(["row", "panes 3", "panes 4"]), st.integers(1, 4000), st.integers(1, 4000))
def test_of_more_than_two_panes_the_picture_is_seen_as_large_as_can_be(
    size: QSize, key: str, width: int, height: int
) -> None:
    layout = COMPARE_LAYOUTS[key]
    arranged = panes(layout, size, 0.5, picture=(width, height))
    each = pane_size(layout, size, (width, height))
    assert all((pane.area.width(), pane.area.height()) == each for pane in arranged)
    usual = pane_size(layout, size)
    assert min(each[0] / width, each[1] / height) >= min(usual[0] / width, usual[1] / height)


def test_wide_pictures_lie_below_each_other_and_high_ones_beside() -> None:
    row, size = COMPARE_LAYOUTS["row"], QSize(900, 880)
    assert len({pane.area.y() for pane in panes(row, size, 0.5, picture=(854, 480))}) == 3
    assert len({pane.area.y() for pane in panes(row, size, 0.5, picture=(480, 854))}) == 1


@pytest.mark.parametrize("key", ["swipe", "swipe down"])
def test_panes_of_a_swipe_lie_over_each_other(key: str) -> None:
    first, second = panes(COMPARE_LAYOUTS[key], QSize(600, 400), 0.25)
    assert first.origin == second.origin == QPoint(0, 0)
    cut = (first.area.width(), second.area.x()) if key == "swipe" else (first.area.height(), second.area.y())
    assert cut == ((150, 150) if key == "swipe" else (100, 100))


@pytest.mark.parametrize("key", COMPARE_LAYOUTS)
def test_what_layouts_and_contents_name_is_there(key: str) -> None:
    layout = COMPARE_LAYOUTS[key]
    assert set(layout.overlays) <= CONTENTS.keys()
    assert layout.titled
    assert not layout.held, "what is held follows from what there is"


def test_contents_are_overlays_and_stand_in_for_each_other() -> None:
    outlines = {"truth outline", "prediction outline", "other outline"}
    assert CONTENTS.keys() | outlines >= OVERLAYS.keys() >= CONTENTS.keys() >= GRAY
    for content in CONTENTS.values():
        assert {*content.instead, *content.held} <= CONTENTS.keys()


@given(st.sampled_from(list(CONTENTS)), THERE)
def test_what_is_shown_needs_nothing_that_is_not_there(name: str, there: frozenset[Need]) -> None:
    shown, held = shown_for(name, there), held_for(name, there)
    assert missing(shown, there) is None
    assert missing(held, there) is None
    assert shown == name or missing(name, there) is not None
    assert shown_for(name, ALL) == name
    assert held_for(name, ALL) != name


@pytest.mark.parametrize(
    ("name", "there", "expected"),
    [
        ("errors", {Need.PREDICTION, Need.OTHER}, "agreement"),
        ("errors", {Need.PREDICTION}, "prediction"),
        ("difference", {Need.PREDICTION, Need.OTHER}, "agreement"),
        ("difference", {Need.TRUTH, Need.PREDICTION}, "errors"),
        ("prediction", {Need.TRUTH}, "truth"),
        ("truth", set(), "none"),
        ("outlines", set(), "outlines"),
    ],
)
def test_the_nearest_stands_in(name: str, there: set[Need], expected: str) -> None:
    assert shown_for(name, there) == expected


def test_a_pane_shows_what_it_is_made_to_until_it_is_as_it_was() -> None:
    choices = PaneChoices(COMPARE_LAYOUTS)
    choices.choose("panes", 0, "errors")
    choices.hold("panes", 1, "confidence")
    assert choices.layout("panes", ALL).overlays == ("errors", "truth")
    assert choices.layout("panes", ALL).held == ("other errors", "confidence")
    assert choices.layout("panes", {Need.TRUTH}).overlays == ("truth", "truth")
    assert choices.wanted("panes", 0) == "errors"
    assert choices.layout("panes", ALL - {Need.CONFIDENCE}).held[1] == "prediction"
    choices.choose("panes", 1, "other")
    assert choices.layout("panes", ALL).held[1] == "prediction", "what was held belonged to what was shown"
    choices.restore("panes")
    assert choices.layout("panes", ALL).overlays == COMPARE_LAYOUTS["panes"].overlays


@pytest.mark.parametrize("there", [frozenset({Need.TRUTH, Need.PREDICTION}), ALL])
def test_held_swaps_prediction_and_truth_or_a_and_b(there: frozenset[Need]) -> None:
    choices = PaneChoices(COMPARE_LAYOUTS)
    assert choices.layout("panes", there).held == ("truth", "prediction")
    assert choices.layout("blink", there).held == ("truth",)
    assert choices.layout("errors", there).held == (("other errors",) if Need.OTHER in there else ("truth",))


def test_a_layout_says_what_it_lacks() -> None:
    choices = PaneChoices(COMPARE_LAYOUTS)
    assert choices.missing("difference", {Need.TRUTH, Need.PREDICTION}) is Need.OTHER
    assert choices.missing("confidence", {Need.TRUTH, Need.PREDICTION}) is Need.CONFIDENCE
    assert choices.missing("panes", ALL) is None
    assert "second prediction" in Need.OTHER.value
