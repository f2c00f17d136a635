"""The livewire as the canvas drives it."""

import math

import numpy as np
import pytest

from segstudio.core.raster import Mask
from segstudio.editing import shapes
from segstudio.editing.document import Document
from segstudio.tools.base import Easel, Pointer
from segstudio.tools.livewire import COOL, SNAP, Livewire
from segstudio.tools.options import ToolOptions
from tests.editing.finding.test_wire import circle

SIZE, RADIUS = 240, 80
MIDDLE = SIZE // 2 + 0.5


@pytest.fixture
def easel() -> Easel:
    options = ToolOptions(class_id=3)
    options.set(COOL, False)
    return Easel(Document(np.zeros((SIZE, SIZE), np.uint8)), circle(SIZE, RADIUS), options)


def beside(turn: float, by: float = 3.0, constrain: bool = False) -> Pointer:
    """Return a pointer near the circle, not quite on it."""
    way = RADIUS + by
    x, y = MIDDLE + way * math.cos(2 * math.pi * turn), MIDDLE + way * math.sin(2 * math.pi * turn)
    return Pointer(x, y, reach=8, constrain=constrain)


def click(tool: Livewire, pointer: Pointer) -> None:
    tool.move(pointer)
    tool.press(pointer)
    tool.release(pointer)


def disc(radius: float) -> Mask:
    rows, columns = np.mgrid[:SIZE, :SIZE] + 0.5
    return np.asarray(np.hypot(rows - MIDDLE, columns - MIDDLE) <= radius)


@pytest.mark.parametrize("way", ["first point", "enter"])
def test_three_clicks_beside_a_circle_label_it_within_a_pixel(way: str, easel: Easel) -> None:
    tool = Livewire(easel)
    for turn in (0.0, 1 / 3, 2 / 3):
        click(tool, beside(turn))
    assert not easel.document.labels.any()
    if way == "enter":
        tool.finish()
    else:
        click(tool, beside(0.0, by=1))
    found = easel.document.labels == 3
    assert (found | ~disc(RADIUS - 1.5)).all()
    assert (~found | disc(RADIUS + 1.5)).all()
    assert easel.document.history.undo_text == "Livewire"
    easel.document.undo()
    assert not easel.document.labels.any()


def test_the_way_follows_the_pointer_and_clings_to_the_edge(easel: Easel) -> None:
    tool = Livewire(easel)
    click(tool, beside(0.0))
    tool.move(beside(0.2, by=-4))
    preview = tool.preview()
    assert preview is not None
    assert len(preview.paths[-1]) > 60
    assert all(abs(math.dist(point, (MIDDLE, MIDDLE)) - RADIUS) < 1.6 for point in preview.paths[-1])


def test_the_side_that_enter_would_close_by_is_shown_and_is_what_is_drawn(easel: Easel) -> None:
    tool = Livewire(easel)
    for turn in (0.0, 1 / 3):
        click(tool, beside(turn))
    tool.move(beside(2 / 3))
    preview = tool.preview()
    assert preview is not None
    start, *_, end = preview.closing_path
    assert start == preview.paths[-1][-1]
    assert end == preview.handles[0]
    assert all(abs(math.dist(point, (MIDDLE, MIDDLE)) - RADIUS) < 1.6 for point in preview.closing_path)
    shown = [point for way in (*preview.paths, preview.closing_path) for point in way[:-1]]
    tool.finish()
    expected = np.zeros((SIZE, SIZE), np.bool_)
    for mask, (row, column) in shapes.outlined(shown, (SIZE, SIZE)).bands():
        expected[row : row + mask.shape[0], column : column + mask.shape[1]] |= mask
    np.testing.assert_array_equal(easel.document.labels == 3, expected)


def test_no_side_closes_before_there_is_one_nor_where_the_pointer_does(easel: Easel) -> None:
    tool = Livewire(easel)
    click(tool, beside(0.0))
    tool.move(beside(0.2))
    first = tool.preview()
    click(tool, beside(1 / 3))
    click(tool, beside(2 / 3))
    tool.move(beside(0.0, by=1))
    last = tool.preview()
    assert first is not None
    assert last is not None
    assert (first.closing_path, last.closing_path, last.text) == ((), (), "close")


def test_before_the_first_click_the_point_on_the_edge_is_shown(easel: Easel) -> None:
    tool = Livewire(easel)
    tool.move(beside(0.1))
    preview = tool.preview()
    assert preview is not None
    assert abs(math.dist(preview.handles[0], (MIDDLE, MIDDLE)) - RADIUS) < 1.6
    easel.options.set(SNAP, False)
    preview = tool.preview()
    assert preview is not None
    assert math.dist(preview.handles[0], beside(0.1).point) < 1


def test_shift_draws_straight(easel: Easel) -> None:
    tool = Livewire(easel)
    click(tool, beside(0.0))
    click(tool, beside(0.25, constrain=True))
    preview = tool.preview()
    assert preview is not None
    assert len(preview.paths[0]) == 2


def test_backspace_takes_points_back_to_none(easel: Easel) -> None:
    tool = Livewire(easel)
    for turn in (0.0, 0.2, 0.4):
        click(tool, beside(turn))
    assert [tool.back(), tool.back(), tool.back(), tool.back()] == [True, True, True, False]
    tool.finish()
    assert len(easel.document.history) == 0


def test_a_way_that_stays_is_kept_by_itself(easel: Easel) -> None:
    easel.options.set(COOL, True)
    tool = Livewire(easel)
    start = beside(0.0)
    click(tool, start)
    for i in range(40):
        tool.move(beside(0.25 + i / 400))
    preview = tool.preview()
    assert preview is not None
    assert len(preview.handles) > 1


def test_the_right_button_takes_away(easel: Easel) -> None:
    easel.document.begin("All").paint(np.ones((SIZE, SIZE), np.bool_), (0, 0), 3)
    easel.document.settle()
    tool = Livewire(easel)
    first = beside(0.0)
    tool.press(Pointer(first.x, first.y, erase=True))
    for turn in (1 / 3, 2 / 3):
        click(tool, beside(turn))
    tool.finish()
    assert easel.document.labels[SIZE // 2, SIZE // 2] == 0
    assert easel.document.labels[2, 2] == 3
