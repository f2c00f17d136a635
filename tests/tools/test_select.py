"""Selecting, moving and cutting regions, as the canvas drives the tools."""

import numpy as np
import pytest

from segstudio.editing.document import Document
from segstudio.editing.rules import PaintRule
from segstudio.tools import TOOLS
from segstudio.tools.base import Easel, Pointer, Tool
from segstudio.tools.options import ToolOptions


@pytest.fixture
def document() -> Document:
    labels = np.zeros((40, 60), np.uint8)
    labels[5:10, 5:15], labels[5:10, 30:40], labels[20:30, 5:15] = 1, 1, 2
    return Document(labels)


@pytest.fixture
def easel(document: Document) -> Easel:
    return Easel(document, np.zeros((40, 60, 3), np.uint8), ToolOptions(class_id=1))


@pytest.fixture
def select(easel: Easel) -> Tool:
    return TOOLS["select"](easel)


def drag(tool: Tool, *way: tuple[float, float], shift: bool = False) -> None:
    tool.press(Pointer(*way[0], constrain=shift, reach=2))
    for at in way[1:]:
        tool.move(Pointer(*at, constrain=shift, reach=2))
    tool.release(Pointer(*way[-1], constrain=shift, reach=2))


def selected(document: Document) -> int:
    """Return how many pixels are selected."""
    return 0 if document.selection.area is None else int(document.selection.area[0].sum())


def test_a_click_selects_a_region_another_one_and_none(select: Tool, document: Document) -> None:
    drag(select, (7, 7))
    assert selected(document) == 50
    assert document.selection.first == (1, 0)
    drag(select, (7, 25))
    assert selected(document) == 100
    assert document.selection.first == (2, 0)
    assert select.preview().area is document.selection.area  # type: ignore[union-attr]
    drag(select, (50, 35))
    assert selected(document) == 0
    assert select.preview() is None


def test_shift_adds_a_region_and_takes_one_out(select: Tool, document: Document) -> None:
    drag(select, (7, 7))
    drag(select, (7, 25), shift=True)
    assert selected(document) == 150
    assert document.selection.first == (1, 0)
    drag(select, (50, 35), shift=True)  # nothing there
    assert selected(document) == 150
    drag(select, (7, 7), shift=True)
    assert selected(document) == 100


def test_a_box_selects_all_it_touches(select: Tool, document: Document) -> None:
    select.press(Pointer(1, 1))
    select.move(Pointer(32, 22))
    preview = select.preview()
    assert preview is not None
    assert preview.paths
    select.release(Pointer(32, 22))
    assert selected(document) == 200
    drag(select, (50, 30), (55, 35))
    assert selected(document) == 0


def test_a_drag_moves_what_is_selected_and_keeps_it_selected(select: Tool, document: Document) -> None:
    drag(select, (7, 7))
    select.press(Pointer(7, 7, reach=2))
    select.move(Pointer(10.2, 9.9, reach=2))
    preview = select.preview()
    assert preview is not None
    assert preview.area is not None
    assert preview.area[1] == (8, 8)
    assert preview.text == "+3 +3 px"
    select.release(Pointer(10.2, 9.9, reach=2))
    assert (document.labels[8:13, 8:18] == 1).all()
    assert not document.labels[5:8, :20].any()
    assert document.history.undo_text == "Move region"
    drag(select, (10, 10), (15, 10))
    assert (document.labels[8:13, 13:23] == 1).all()
    assert len(document.history) == 2
    document.undo()
    document.undo()
    assert (document.labels[5:10, 5:15] == 1).all()
    assert selected(document) == 0  # what was selected may be no region any more


def test_escape_ends_a_drag_and_keeps_what_is_selected(select: Tool, document: Document) -> None:
    before = document.labels.copy()
    drag(select, (7, 7))
    select.press(Pointer(7, 7))
    select.move(Pointer(30, 30))
    assert select.cancel()
    select.release(Pointer(30, 30))
    assert selected(document) == 50
    assert not select.cancel()
    np.testing.assert_array_equal(document.labels, before)


def test_of_a_locked_region_nothing_moves_and_that_is_said(select: Tool, document: Document) -> None:
    before = document.labels.copy()
    refused: list[None] = []
    document.refused.connect(refused.append)
    document.rule = PaintRule.of(None, locked=(1,))
    drag(select, (7, 7))
    drag(select, (7, 7), (20, 7))
    np.testing.assert_array_equal(document.labels, before)
    assert refused == [None]


def test_a_stroke_with_a_locked_class_is_refused(easel: Easel, document: Document) -> None:
    before = document.labels.copy()
    refused: list[None] = []
    document.refused.connect(refused.append)
    document.rule = PaintRule.of(None, locked=(1,))
    for tool in ("brush", "rectangle", "fill"):
        drag(TOOLS[tool](easel), (40, 30), (50, 35))
    np.testing.assert_array_equal(document.labels, before)
    assert len(refused) == 3
    drag(TOOLS["eraser"](easel), (50, 35))  # there is nothing to erase: that is no refusal
    assert len(refused) == 3


@pytest.mark.parametrize("shift", [False, True])
def test_cut_divides_what_its_line_crosses(shift: bool, easel: Easel, document: Document) -> None:
    drag(TOOLS["cut"](easel), (2, 7), (6, 20) if shift else (6, 7), (20, 7), shift=shift)
    assert not document.labels[7, 5:15].any()
    assert (document.labels[6, 5:15] == 1).all()
    assert (document.labels[20:30, 5:15] == 2).all()
    assert document.history.undo_text == "Cut"
    assert len(document.history) == 1


def test_cut_cuts_only_what_is_selected(easel: Easel, document: Document) -> None:
    drag(TOOLS["select"](easel), (7, 25))
    tool = TOOLS["cut"](easel)
    assert tool.preview().area is document.selection.area  # type: ignore[union-attr]
    drag(tool, (7, 1), (7, 39), shift=True)
    assert not document.labels[20:30, 7].any()
    assert (document.labels[5:10, 5:15] == 1).all()


@pytest.fixture
def numbered() -> Easel:
    """Two objects that touch, one of them in two pieces, beside an area without a number."""
    labels, numbers = np.zeros((40, 60), np.uint8), np.zeros((40, 60), np.uint32)
    labels[5:15, 5:25] = labels[20:25, 5:10] = labels[5:15, 40:50] = 1
    numbers[5:15, 5:15], numbers[5:15, 15:25], numbers[20:25, 5:10] = 4, 9, 4
    return Easel(Document(labels, numbers), np.zeros((40, 60, 3), np.uint8), ToolOptions(class_id=1, instance=9))


def test_a_click_selects_a_whole_object_where_they_are_told_apart(numbered: Easel) -> None:
    tool, document = TOOLS["select"](numbered), numbered.document
    drag(tool, (7, 7))
    assert selected(document) == 125
    assert document.selection.first == (1, 4)
    drag(tool, (20, 7))
    assert selected(document) == 100
    drag(tool, (45, 7))
    assert selected(document) == 100
    assert document.selection.first == (1, 0)


def test_an_object_moves_with_its_number(numbered: Easel) -> None:
    tool, document = TOOLS["select"](numbered), numbered.document
    drag(tool, (20, 7))
    drag(tool, (20, 7), (20, 27))
    assert document.instances is not None
    assert (document.instances[25:35, 15:25] == 9).all()
    assert np.count_nonzero(document.instances == 9) == 100
    document.undo()
    assert (document.instances[5:15, 15:25] == 9).all()


def test_cutting_an_object_gives_a_part_a_number_and_loses_nothing(numbered: Easel) -> None:
    document = numbered.document
    before = document.labels.copy()
    drag(TOOLS["select"](numbered), (20, 7))
    drag(TOOLS["cut"](numbered), (2, 8.5), (30, 8.5), shift=True)
    assert document.instances is not None
    np.testing.assert_array_equal(document.labels, before)
    assert (document.instances[10:15, 15:25] == 9).all()
    assert (document.instances[5:8, 15:25] == 10).all()
    assert np.count_nonzero(document.instances == 4) == 125  # not selected, so not cut
    document.undo()
    assert not (document.instances == 10).any()
