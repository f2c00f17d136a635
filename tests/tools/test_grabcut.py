"""GrabCut as the canvas drives it: a box, hints, Enter."""

from collections.abc import Callable

import numpy as np
import pytest

from segstudio.editing.document import Document
from segstudio.tools.base import Easel, Pointer
from segstudio.tools.grabcut import NOTHING, GrabCut
from segstudio.tools.options import ToolOptions
from tests.editing.finding.test_cutting import scene

CLASS = 3
IMAGE, TRUTH = scene(120, 160, (70, 60, 40, 25))


@pytest.fixture
def easel() -> Easel:
    return Easel(Document(np.zeros(TRUTH.shape, np.uint8)), IMAGE, ToolOptions(class_id=CLASS))


def drag(tool: GrabCut, *way: tuple[float, float], erase: bool = False) -> None:
    pointers = [Pointer(x, y, erase) for x, y in way]
    tool.press(pointers[0])
    for pointer in pointers:
        tool.move(pointer)
    tool.release(pointers[-1])


def overlap(easel: Easel) -> float:
    found = easel.document.labels == CLASS
    return np.count_nonzero(found & TRUTH) / np.count_nonzero(found | TRUTH)


def test_a_box_is_cut_shown_and_taken_with_enter(easel: Easel) -> None:
    tool = GrabCut(easel)
    drag(tool, (120, 95), (22, 28))  # from the lower right
    preview = tool.preview()
    assert preview is not None
    assert preview.area is not None
    assert "Enter" in preview.text
    assert not easel.document.labels.any()
    tool.finish()
    assert overlap(easel) > 0.97
    assert easel.document.history.undo_text == "GrabCut"
    assert tool.preview() is None
    easel.document.undo()
    assert not easel.document.labels.any()


def test_strokes_are_hints_and_are_taken_back_one_by_one(easel: Easel) -> None:
    tool = GrabCut(easel)
    drag(tool, (22, 28), (120, 95))
    areas = []
    for erase in (False, True):
        drag(tool, (50, 55), (60, 65), erase=erase)
        preview = tool.preview()
        assert preview is not None
        assert preview.area is not None
        areas.append(preview.area[0])
    assert areas[0][57 - 28, 52 - 22]
    assert not areas[1][57 - 28, 52 - 22]
    assert [tool.back(), tool.back()] == [True, True]
    preview = tool.preview()
    assert preview is not None
    assert len([path for path in preview.paths if path]) == 1  # the box
    assert [tool.back(), tool.back()] == [True, False]
    assert tool.preview() is None


def test_strokes_say_by_themselves_what_they_are(easel: Easel) -> None:
    tool = GrabCut(easel)
    drag(tool, (22, 28), (120, 95))
    drag(tool, (50, 55), (60, 65))
    drag(tool, (100, 90), (110, 90), erase=True)
    preview = tool.preview()
    assert preview is not None
    assert (len(preview.more), len(preview.less)) == (1, 1)
    tool.press(Pointer(60, 60, erase=True))
    preview = tool.preview()
    assert preview is not None
    assert (len(preview.more), len(preview.less)) == (1, 2), "while it is drawn, too"


def test_the_box_grows_with_what_is_said_to_be_missing(easel: Easel) -> None:
    tool = GrabCut(easel)
    drag(tool, (22, 28), (70, 95))
    drag(tool, (70, 60), (105, 60))
    preview = tool.preview()
    assert preview is not None
    assert max(x for x, _ in preview.paths[0]) > 105
    tool.finish()
    assert easel.document.labels[60, 100] == CLASS
    assert tool.preview() is None
    drag(tool, (22, 28), (70, 95))
    drag(tool, (-30, -30), (-20, -20))
    preview = tool.preview()
    assert preview is not None
    assert min(preview.paths[0]) == (22, 28), "beside the picture there is nothing"


def test_what_changes_nothing_is_said(easel: Easel) -> None:
    tool = GrabCut(easel)
    drag(tool, (22, 28), (120, 95))
    drag(tool, (5, 5), (10, 5), erase=True)
    assert "changed nothing" in tool.preview().text  # type: ignore[union-attr]
    drag(tool, (30, 60), (110, 60), erase=True)
    assert "changed nothing" not in tool.preview().text  # type: ignore[union-attr]


def test_where_nothing_is_left_that_is_said_and_nothing_given_up(easel: Easel) -> None:
    said: list[str] = []
    easel.say = said.append
    tool = GrabCut(easel)
    drag(tool, (22, 28), (120, 95))
    for row in range(28, 96, 4):
        drag(tool, (20, row), (122, row), erase=True)
    preview = tool.preview()
    assert preview is not None
    assert preview.area is not None
    assert not preview.area[0].any()
    assert "Nothing is left" in preview.text
    tool.finish()
    assert said == [NOTHING]
    assert tool.preview() is not None
    assert tool.back()
    assert not easel.document.history.steps


def test_the_first_button_says_whether_the_object_is_taken_away(easel: Easel) -> None:
    stroke = easel.document.begin("All")
    stroke.paint(np.ones(TRUTH.shape, np.bool_), (0, 0), CLASS)
    stroke.commit()
    tool = GrabCut(easel)
    drag(tool, (22, 28), (120, 95), erase=True)
    drag(tool, (60, 60), (70, 60))
    tool.finish()
    assert easel.document.labels[60, 70] == 0
    assert easel.document.labels[30, 24] == CLASS


@pytest.mark.parametrize("way", [((50, 50),), ((50, 50), (52, 80)), ((-20, -30), (-5, 40))])
def test_a_box_too_small_is_none(way: tuple[tuple[float, float], ...], easel: Easel) -> None:
    tool = GrabCut(easel)
    drag(tool, *way)
    assert tool.preview() is None
    tool.finish()
    assert len(easel.document.history) == 0


def test_an_answer_that_is_not_the_newest_is_not_shown(easel: Easel) -> None:
    asked: list[Callable[[], None]] = []
    easel.look = lambda compute, done: asked.append(lambda: done(compute()))
    tool = GrabCut(easel)
    drag(tool, (22, 28), (120, 95))
    drag(tool, (50, 55), (60, 65), erase=True)
    asked[0]()
    preview = tool.preview()
    assert preview is not None
    assert preview.area is None
    assert preview.text == "Cutting"
    tool.finish()  # before the newest is known: it is waited for, in a worker
    assert easel.document.labels[60, 90] == CLASS
    assert easel.document.labels[60, 55] == 0
    asked[1]()
    assert tool.preview() is None
