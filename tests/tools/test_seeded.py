"""The wand and the fill as the canvas drives them."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from segstudio.editing.document import Document
from segstudio.editing.rules import PaintRule
from segstudio.tools import TOOLS
from segstudio.tools.area import MODE
from segstudio.tools.base import SMALL, Easel, Pointer, Tool
from segstudio.tools.fill import BY, GAP
from segstudio.tools.once import Once
from segstudio.tools.options import ToolOptions
from segstudio.tools.seeded import REACH, SIGHT, STEP, TOLERANCE
from segstudio.tools.wand import CONTIGUOUS, TIDY, WITHIN

CLASS = 3


@pytest.fixture
def easel() -> Easel:
    """A picture whose columns grow brighter by one, with a dark square; half of it has class 7."""
    image = np.repeat(np.repeat(np.arange(60, 140, dtype=np.uint8)[None, :, None], 60, axis=0), 3, axis=2)
    image[20:30, 20:30] = 10
    labels = np.zeros((60, 80), np.uint8)
    labels[:30] = 7
    options = ToolOptions(class_id=CLASS)
    options.set(TIDY, False)
    return Easel(Document(labels), image, options)


def press(tool: Tool, x: float, y: float, erase: bool = False) -> None:
    tool.press(Pointer(x, y, erase, reach=REACH))


def drawn(easel: Easel) -> int:
    return int(np.count_nonzero(easel.document.labels == CLASS))


def test_the_wand_shows_what_it_takes_and_takes_it_at_the_release(easel: Easel) -> None:
    tool = TOOLS["wand"](easel)
    easel.options.set(TOLERANCE, 5)
    press(tool, 40.5, 50.5)
    preview = tool.preview()
    assert preview is not None
    assert preview.area is not None
    assert preview.area[0].sum() == 11 * 60
    assert preview.text == "tolerance 5"
    assert drawn(easel) == 0
    tool.release(Pointer(40.5, 50.5))
    assert drawn(easel) == 11 * 60
    assert easel.document.history.undo_text == "Magic wand"
    assert tool.preview() is None


@pytest.mark.parametrize(
    ("way", "tolerance"), [((8 / STEP, 0), 13), ((0, -8 / STEP), 13), ((-1e5, 0), 0), ((0, -1e5), 255)]
)
def test_dragging_takes_in_more_or_less_and_is_remembered(
    way: tuple[float, float], tolerance: int, easel: Easel
) -> None:
    tool = TOOLS["wand"](easel)
    easel.options.set(TOLERANCE, 5)
    press(tool, 40.5, 50.5)
    to = Pointer(40.5 + way[0], 50.5 + way[1], reach=REACH)
    tool.move(to)
    preview = tool.preview()
    assert preview is not None
    assert preview.text == f"tolerance {tolerance}"
    tool.release(to)
    assert easel.options.number(TOLERANCE) == tolerance
    assert easel.document.labels[50, 40] == CLASS


def test_a_drag_counts_in_screen_pixels(easel: Easel) -> None:
    tool = TOOLS["wand"](easel)
    easel.options.set(TOLERANCE, 5)
    tool.press(Pointer(40.5, 50.5, reach=REACH / 4))  # four times as large on the screen
    tool.move(Pointer(40.5 + 2 / STEP, 50.5, reach=REACH / 4))
    preview = tool.preview()
    assert preview is not None
    assert preview.text == "tolerance 13"


def test_the_wand_with_its_options(easel: Easel) -> None:
    easel.options.set(TOLERANCE, 5)
    easel.options.set(WITHIN, True)
    tool = TOOLS["wand"](easel)
    press(tool, 40.5, 50.5)
    easel.options.set(CONTIGUOUS, False)
    tool.tuned()
    tool.release(Pointer(40.5, 50.5))
    assert drawn(easel) == 11 * 30
    assert not (easel.document.labels[:30] == CLASS).any()


def test_the_wand_takes_away(easel: Easel) -> None:
    easel.options.set(TOLERANCE, 255)
    tool = TOOLS["wand"](easel)
    press(tool, 40.5, 10.5, erase=True)
    tool.release(Pointer(40.5, 10.5))
    assert not easel.document.labels.any()


def test_the_wand_keeps_only_what_it_takes() -> None:
    labels = np.full((20, 20), CLASS, np.uint8)
    image = np.zeros((20, 20, 3), np.uint8)
    image[:, 10:] = 200
    easel = Easel(Document(labels), image, ToolOptions(class_id=CLASS))
    easel.options.set(MODE, "intersect")
    tool = TOOLS["wand"](easel)
    press(tool, 5.5, 5.5)
    tool.release(Pointer(5.5, 5.5))
    assert (easel.document.labels[:, :10] == CLASS).all()
    assert not easel.document.labels[:, 10:].any()


def test_the_wand_obeys_the_rule(easel: Easel) -> None:
    easel.document.rule = PaintRule.of({0})
    easel.options.set(TOLERANCE, 255)
    tool = TOOLS["wand"](easel)
    press(tool, 40.5, 10.5)
    tool.release(Pointer(40.5, 10.5))
    assert drawn(easel) == 30 * 80


@pytest.mark.parametrize("name", ["wand", "fill"])
def test_what_was_undone_while_the_button_was_down_is_looked_at_again(name: str, easel: Easel) -> None:
    easel.options.set(TOLERANCE, 255)
    easel.options.set(WITHIN, True)
    stroke = easel.document.begin("Band")
    stroke.paint(np.ones((60, 10), np.bool_), (0, 30), 9)
    stroke.commit()
    tool = TOOLS[name](easel)
    press(tool, 10.5, 50.5)
    easel.document.undo()
    tool.release(Pointer(10.5, 50.5))
    assert drawn(easel) == 30 * 80


def test_fill_by_colour(easel: Easel) -> None:
    easel.options.set(BY, "color")
    easel.options.set(TOLERANCE, 3)
    tool = TOOLS["fill"](easel)
    press(tool, 25.5, 25.5)
    tool.release(Pointer(25.5, 25.5))
    assert drawn(easel) == 100


@pytest.mark.parametrize(("gap", "leaks"), [(0, True), (3, True), (4, False), (9, False)])
def test_fill_stays_behind_gaps_that_are_closed(gap: int, leaks: bool) -> None:
    labels = np.zeros((90, 90), np.uint8)
    labels[20:70, 20:70] = 5
    labels[22:68, 22:68] = 0
    labels[18:24, 40:44] = 0  # a gap of four pixels in the upper wall
    easel = Easel(Document(labels), np.zeros((90, 90, 3), np.uint8), ToolOptions(class_id=CLASS))
    easel.options.set(GAP, gap)
    tool = TOOLS["fill"](easel)
    press(tool, 45.5, 45.5)
    tool.release(Pointer(45.5, 45.5))
    assert easel.document.labels[66, 66] == CLASS
    assert (easel.document.labels[5, 5] == CLASS) == leaks


def test_a_large_picture_is_looked_at_in_a_worker_and_only_the_newest_answer_is_shown() -> None:
    side = int(SMALL**0.5) + 1
    asked: list[tuple[Callable[[], Any], Callable[[Any], None]]] = []
    image = np.zeros((side, side, 3), np.uint8)
    image[:, 500:] = 20
    easel = Easel(
        Document(np.zeros((side, side), np.uint8)),
        image,
        ToolOptions(class_id=CLASS),
        look=lambda compute, done: asked.append((compute, done)),
    )
    easel.options.set(TOLERANCE, 0)
    tool = TOOLS["wand"](easel)
    press(tool, 10.5, 10.5)
    tool.move(Pointer(10.5 + 30 / STEP, 10.5, reach=REACH))
    assert len(asked) == 2
    for compute, done in asked:
        done(compute())
        preview = tool.preview()
        assert preview is not None
        assert preview.area is not None
        assert (preview.area[0].shape == (side, side)) == (compute is asked[1][0])
    tool.release(Pointer(10.5, 10.5))
    assert easel.document.labels.all()


def test_once_is_once() -> None:
    calls: list[int] = []

    def find() -> tuple[Any, tuple[int, int]]:
        calls.append(1)
        return np.ones((1, 1), np.bool_), (0, 0)

    once = Once(find)
    assert once() is once()
    assert calls == [1]


def test_in_a_large_picture_what_is_in_sight_is_shown_at_once_as_coarse_as_the_screen() -> None:
    side = 4096
    image = np.zeros((side, side, 3), np.uint8)
    image[1000:3000, 500:3500] = 90
    easel = Easel(Document(np.zeros((side, side), np.uint8)), image, ToolOptions(), look=lambda compute, done: None)
    easel.options.set(TIDY, False)
    tool = TOOLS["wand"](easel)
    tool.press(Pointer(2001.5, 2003.5, reach=4 * REACH))  # four pixels on one of the screen
    preview = tool.preview()
    assert preview is not None
    assert preview.area is not None
    mask, (top, left) = preview.area
    assert preview.area_step == 4
    assert mask.all()
    assert max(mask.shape) <= 2 * SIGHT
    assert abs(top - 1000) <= 4
    assert abs(left - 500) <= 4
    assert abs(top + 4 * mask.shape[0] - 3000) <= 4
    assert abs(left + 4 * mask.shape[1] - 3500) <= 4


def test_a_tolerance_is_set_only_where_the_fill_goes_by_colour() -> None:
    options = ToolOptions()
    options.set(BY, "class")
    assert TOLERANCE not in TOOLS["fill"].relevant(options)
    options.set(BY, "color")
    assert TOLERANCE in TOOLS["fill"].relevant(options)
