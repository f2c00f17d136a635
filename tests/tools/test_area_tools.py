"""The tools that draw an area at once: what is in it, and how it is added, taken away, or kept."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segstudio.core.raster import LabelPlane
from segstudio.editing.document import Document
from segstudio.tools import TOOLS
from segstudio.tools.area import MODE
from segstudio.tools.base import Easel, Pointer, Tool
from segstudio.tools.brush import PRESSURE, TIP
from segstudio.tools.options import ToolOptions

SIZE = (40, 60)


@pytest.fixture
def easel() -> Easel:
    labels = np.zeros(SIZE, np.uint8)
    labels[5:15, 5:15] = 3
    labels[5:15, 20:30] = 3
    labels[20:30, 5:15] = 7
    return Easel(Document(labels), np.zeros((*SIZE, 3), np.uint8), ToolOptions(class_id=3, size=6))


def drag(tool: Tool, *way: Pointer) -> None:
    tool.press(way[0])
    for pointer in way[1:]:
        tool.move(pointer)
    tool.release(way[-1])


def drawn(easel: Easel, name: str, *way: Pointer) -> LabelPlane:
    drag(TOOLS[name](easel), *way)
    return easel.document.labels


def test_rectangle_has_the_pixels_its_size_says(easel: Easel) -> None:
    tool = TOOLS["rectangle"](easel)
    tool.press(Pointer(40.2, 30.4))
    tool.move(Pointer(52.4, 22.6))
    preview = tool.preview()
    assert preview is not None
    assert preview.text == "12 x 7 px"
    tool.release(Pointer(52.4, 22.6))
    assert tool.preview() is None
    assert (easel.document.labels[23:30, 40:52] == 3).all()
    assert np.count_nonzero(easel.document.labels[:, 35:]) == 12 * 7
    assert easel.document.history.undo_text == "Rectangle"


@pytest.mark.parametrize("name", ["rectangle", "ellipse"])
@pytest.mark.parametrize("end", [(50, 33), (33, 33), (33, 50)])
def test_shift_after_the_press_makes_width_and_height_equal(name: str, end: tuple[int, int], easel: Easel) -> None:
    document = Document(np.zeros((90, 90), np.uint8))
    easel = replace(easel, document=document)
    drawn(easel, name, Pointer(40, 40), Pointer(*end, constrain=True))
    rows, columns = np.nonzero(document.labels)
    assert np.ptp(rows) + 1 == np.ptp(columns) + 1 == max(abs(end[0] - 40), abs(end[1] - 40))
    assert (39 in columns) == (end[0] < 40)
    assert (39 in rows) == (end[1] < 40)


def test_shift_of_the_press_is_for_the_mode_until_it_is_let_go(easel: Easel) -> None:
    tool = TOOLS["rectangle"](easel)
    tool.press(Pointer(40, 20, intersect=True, constrain=True))
    tool.move(Pointer(50, 23, intersect=True, constrain=True))
    assert tool.preview().text == "10 x 3 px"  # type: ignore[union-attr]
    tool.move(Pointer(50, 23))
    tool.move(Pointer(50, 23, constrain=True))
    assert tool.preview().text == "10 x 10 px"  # type: ignore[union-attr]


def test_lasso_holds_what_it_goes_around_also_where_its_ends_cross(easel: Easel) -> None:
    way = [(40, 20), (50, 20), (50, 30), (40, 30), (40, 20), (45, 20), (45, 25)]
    labels = drawn(easel, "lasso", *(Pointer(*p) for p in way))
    assert (labels[20:30, 40:50] == 3).all()
    assert np.count_nonzero(labels[:, 35:]) == 100


@pytest.mark.parametrize("name", ["rectangle", "ellipse", "lasso"])
def test_a_click_draws_no_area(name: str, easel: Easel) -> None:
    drawn(easel, name, Pointer(40, 20), Pointer(40, 20))
    assert len(easel.document.history) == 0


@pytest.mark.parametrize("way", ["button", "chosen"])
def test_subtracting_takes_away(way: str, easel: Easel) -> None:
    if way == "chosen":
        easel.options.set(MODE, "subtract")
    labels = drawn(easel, "rectangle", Pointer(0, 0, erase=way == "button"), Pointer(10, 60))
    assert not labels[:, :10].any()
    assert (labels[5:15, 10:15] == 3).all()


@pytest.mark.parametrize("way", ["keys", "chosen"])
def test_intersecting_keeps_of_the_areas_it_touches_what_lies_inside(way: str, easel: Easel) -> None:
    """The other area of the class, and other classes, stay as they are."""
    before = easel.document.labels.copy()
    if way == "chosen":
        easel.options.set(MODE, "intersect")
    labels = drawn(easel, "rectangle", Pointer(8, 0, intersect=way == "keys"), Pointer(12, 40))
    expected = before.copy()
    expected[5:15, 5:8] = expected[5:15, 12:15] = 0
    np.testing.assert_array_equal(labels, expected)
    easel.document.undo()
    np.testing.assert_array_equal(easel.document.labels, before)


def corners_of(tool: Tool) -> list[tuple[float, float]]:
    preview = tool.preview()
    return [] if preview is None else list(preview.points)


def polygon(easel: Easel) -> Tool:
    tool = TOOLS["polygon"](easel)
    for at in ((35, 5), (55, 5), (55, 25), (35, 25)):
        drag(tool, Pointer(*at, reach=2))
    return tool


def test_a_corner_can_be_dragged_before_the_shape_is_closed(easel: Easel) -> None:
    tool = polygon(easel)
    drag(tool, Pointer(55.5, 25, reach=2), Pointer(50, 20, reach=2))
    drag(tool, Pointer(35, 5, reach=2), Pointer(36, 15, reach=2), Pointer(36, 6, reach=2))  # also the first one
    assert corners_of(tool) == [(36, 6), (55, 5), (50, 20), (35, 25)]
    tool.finish()
    assert easel.document.labels[19, 48] == 3
    assert easel.document.labels[23, 52] == 0


def test_a_click_on_a_side_adds_a_corner_there(easel: Easel) -> None:
    tool = polygon(easel)
    drag(tool, Pointer(45, 5.4, reach=2), Pointer(45, 12, reach=2))
    assert corners_of(tool) == [(35, 5), (45, 12), (55, 5), (55, 25), (35, 25)]
    tool.finish()
    assert easel.document.labels[8, 45] == 0
    assert easel.document.labels[14, 45] == 3


def test_backspace_takes_the_corner_under_the_pointer(easel: Easel) -> None:
    tool = polygon(easel)
    tool.move(Pointer(55, 5, reach=2))
    assert tool.back()
    tool.move(Pointer(0, 40, reach=2))
    assert corners_of(tool)[:-1] == [(35, 5), (55, 25), (35, 25)]
    assert tool.back()
    assert corners_of(tool)[:-1] == [(35, 5), (55, 25)]


def test_polygon_within_an_area_by_the_right_button_makes_a_hole(easel: Easel) -> None:
    tool = TOOLS["polygon"](easel)
    for at in ((8, 8), (12, 8), (12, 12), (8, 12)):
        drag(tool, Pointer(*at, erase=True, reach=1))
    tool.finish()
    assert not easel.document.labels[8:12, 8:12].any()
    assert np.count_nonzero(easel.document.labels[5:15, 5:15] == 3) == 100 - 16


@given(st.integers(1, 20), st.integers(0, 39), st.integers(0, 59))
def test_a_square_brush_paints_squares(size: int, row: int, column: int) -> None:
    document = Document(np.zeros(SIZE, np.uint8))
    options = ToolOptions(class_id=1, size=size)
    options.set(TIP, "square")
    drawn(Easel(document, np.zeros((*SIZE, 3), np.uint8), options), "brush", Pointer(column + 0.5, row + 0.5))
    rows, columns = np.flatnonzero(document.labels.any(axis=1)), np.flatnonzero(document.labels.any(axis=0))
    assert document.labels[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1].all()
    assert len(rows) <= size
    assert len(columns) <= size
    assert document.labels[row, column]


@pytest.mark.parametrize(
    ("pressure", "weighed", "width"), [(1.0, True, 6), (0.5, True, 3), (0.01, True, 1), (0.5, False, 6)]
)
def test_pressure_sets_the_width(pressure: float, weighed: bool, width: int, easel: Easel) -> None:
    easel.options.set(PRESSURE, weighed)
    labels = drawn(easel, "brush", Pointer(45, 30, pressure=pressure))
    assert labels[:, 35:].any(axis=0).sum() == width
