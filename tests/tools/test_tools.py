"""Each tool as the canvas drives it: pointer events in, undo steps out."""

import numpy as np
import pytest

from segstudio.editing.document import Document
from segstudio.tools import TOOLS
from segstudio.tools.base import Easel, Pointer, Tool
from segstudio.tools.options import MAX_SIZE, MIN_SIZE, ToolOptions

CLASS, BACKGROUND = 3, 0


@pytest.fixture
def document() -> Document:
    labels = np.zeros((40, 60), np.uint8)
    labels[10:30, 30:50] = 7
    return Document(labels)


@pytest.fixture
def options() -> ToolOptions:
    return ToolOptions(class_id=CLASS, background_id=BACKGROUND, size=5)


@pytest.fixture
def easel(document: Document, options: ToolOptions) -> Easel:
    return Easel(document, np.full((40, 60, 3), 90, np.uint8), options)


def drag(tool: Tool, *way: tuple[float, float], erase: bool = False) -> None:
    pointers = [Pointer(x, y, erase) for x, y in way]
    tool.press(pointers[0])
    for pointer in pointers[1:]:
        tool.move(pointer)
    tool.release(pointers[-1])


def click(tool: Tool, *way: tuple[float, float]) -> None:
    for at in way:
        tool.move(Pointer(*at))
        drag(tool, at)


@pytest.mark.parametrize("name", TOOLS)
def test_whatever_a_tool_does_one_undo_takes_back(name: str, easel: Easel, document: Document) -> None:
    before, tool = document.labels.copy(), TOOLS[name](easel)
    drag(tool, (5, 5), (40, 20), (20, 35))
    tool.finish()
    assert not document.editing
    assert len(document.history) <= 1
    document.undo()
    np.testing.assert_array_equal(document.labels, before)


@pytest.mark.parametrize("name", TOOLS)
def test_escape_leaves_no_trace(name: str, easel: Easel, document: Document) -> None:
    before, tool = document.labels.copy(), TOOLS[name](easel)
    tool.press(Pointer(5, 5))
    tool.move(Pointer(40, 20))
    assert tool.cancel() == (name not in ("pick", "pan"))
    assert not tool.cancel()
    assert tool.preview() is None
    tool.move(Pointer(20, 35))
    tool.release(Pointer(20, 35))
    tool.finish()
    np.testing.assert_array_equal(document.labels, before)
    assert len(document.history) == 0


@pytest.mark.parametrize("name", TOOLS)
def test_pointer_beside_the_picture_is_no_error(
    name: str, easel: Easel, document: Document, options: ToolOptions
) -> None:
    before, tool = document.labels.copy(), TOOLS[name](easel)
    drag(tool, (-50, -50), (-1e6, 1e6), (-60, -70))
    np.testing.assert_array_equal(document.labels, before)
    assert options.class_id == CLASS


@pytest.mark.parametrize("name", TOOLS)
def test_moves_and_releases_without_a_press_do_nothing(name: str, easel: Easel, document: Document) -> None:
    tool = TOOLS[name](easel)
    tool.move(Pointer(5, 5))
    tool.release(Pointer(5, 5))
    tool.finish()
    assert not tool.back()
    assert not document.editing
    assert len(document.history) == 0


@pytest.mark.parametrize("name", TOOLS)
def test_every_tool_says_what_it_is(name: str) -> None:
    tool = TOOLS[name]
    assert tool.text
    assert tool.icon
    assert tool.hint.endswith((".", ")"))


def test_brush_paints_its_way(easel: Easel, document: Document) -> None:
    drag(TOOLS["brush"](easel), (5.5, 5.5), (15.5, 5.5))
    assert (document.labels[3:8, 5:16] == CLASS).all()
    assert np.count_nonzero(document.labels == CLASS) == 5 * 11 + 2 * 8  # and a round end either side
    assert document.history.undo_text == "Brush stroke"


def test_a_click_paints_the_pixel_under_the_pointer(easel: Easel, document: Document, options: ToolOptions) -> None:
    options.resize(1)
    drag(TOOLS["brush"](easel), (5.01, 6.99))
    assert [tuple(int(v) for v in p) for p in np.argwhere(document.labels == CLASS)] == [(6, 5)]


@pytest.mark.parametrize(("name", "erase"), [("eraser", False), ("eraser", True), ("brush", True)])
def test_erasing_writes_the_background_class(name: str, erase: bool, easel: Easel, document: Document) -> None:
    drag(TOOLS[name](easel), (35, 15), (45, 25), erase=erase)
    assert document.labels[15, 35] == BACKGROUND
    assert CLASS not in document.labels
    assert document.history.undo_text == "Erase"


def test_size_and_class_of_a_stroke_are_those_of_its_beginning(
    easel: Easel, document: Document, options: ToolOptions
) -> None:
    tool = TOOLS["brush"](easel)
    tool.press(Pointer(5.5, 5.5))
    options.choose(9)
    options.resize(30)
    tool.move(Pointer(15.5, 5.5))
    tool.release(Pointer(15.5, 5.5))
    assert 9 not in document.labels
    assert not (document.labels[20:] == CLASS).any()


TRIANGLE = ((5.0, 5.0), (25.0, 5.0), (5.0, 25.0))


@pytest.mark.parametrize("way", ["first corner", "finish"])
def test_polygon_is_written_when_it_is_closed(way: str, easel: Easel, document: Document) -> None:
    tool = TOOLS["polygon"](easel)
    click(tool, *TRIANGLE)
    assert len(document.history) == 0
    if way == "first corner":
        click(tool, (6.0, 6.0))
    else:
        tool.finish()
    assert document.labels[8, 8] == CLASS
    assert document.labels[24, 24] == 0
    assert np.count_nonzero(document.labels == CLASS) == pytest.approx(200, abs=11)  # half a diagonal of ties
    assert document.history.undo_text == "Polygon"
    assert tool.preview() is None


def test_polygon_by_the_right_button_erases(easel: Easel, document: Document) -> None:
    tool = TOOLS["polygon"](easel)
    drag(tool, (25, 5), erase=True)
    click(tool, (60, 5), (60, 40), (25, 40))
    tool.finish()
    assert not document.labels.any()


def test_two_corners_are_no_area(easel: Easel, document: Document) -> None:
    tool = TOOLS["polygon"](easel)
    click(tool, *TRIANGLE[:2])
    tool.finish()
    assert len(document.history) == 0
    click(tool, TRIANGLE[0])  # the first corner, but a triangle it is not
    preview = tool.preview()
    assert preview is not None
    assert list(preview.points) == [*TRIANGLE[:2]]


def test_back_takes_corners_back_one_by_one(easel: Easel, document: Document) -> None:
    tool = TOOLS["polygon"](easel)
    click(tool, *TRIANGLE, (28, 28))
    assert tool.back()
    tool.finish()
    assert document.labels[24, 24] == 0
    click(tool, *TRIANGLE[:2])
    assert [tool.back(), tool.back(), tool.back()] == [True, True, False]
    assert tool.preview() is None


def test_preview_follows_the_pointer_and_tells_when_a_click_closes(easel: Easel) -> None:
    tool = TOOLS["polygon"](easel)
    click(tool, *TRIANGLE)
    tool.move(Pointer(20, 30))
    open_shape = tool.preview()
    assert open_shape is not None
    assert not open_shape.closing
    assert list(open_shape.points) == [*TRIANGLE, (20, 30)]
    tool.move(Pointer(6, 6, reach=2))
    closing = tool.preview()
    assert closing is not None
    assert closing.closing
    assert list(closing.points) == list(TRIANGLE)
    tool.move(Pointer(6, 6, reach=1))  # zoomed in, the same place is no longer near
    assert tool.preview() != closing


def test_fill_gives_one_area_the_class(easel: Easel, document: Document) -> None:
    drag(TOOLS["fill"](easel), (40, 20))
    assert (document.labels[10:30, 30:50] == CLASS).all()
    assert np.count_nonzero(document.labels) == 400
    drag(TOOLS["fill"](easel), (40, 20), erase=True)
    assert not document.labels.any()
    drag(TOOLS["fill"](easel), (40, 20), erase=True)
    assert len(document.history) == 2


@pytest.mark.parametrize(("at", "chosen"), [((40.9, 20.1), 7), ((0, 0), 0), ((60, 20), CLASS), ((-0.1, 20), CLASS)])
def test_pick_chooses_the_class_under_the_pointer(
    at: tuple[float, float], chosen: int, easel: Easel, document: Document, options: ToolOptions
) -> None:
    drag(TOOLS["pick"](easel), at)
    assert options.class_id == chosen
    assert len(document.history) == 0


def test_swap_goes_to_the_background_and_back(options: ToolOptions) -> None:
    seen: list[int] = []
    options.changed.connect(lambda _: seen.append(options.class_id))
    options.swap()
    options.swap()
    options.choose(9)
    options.swap()
    options.swap()
    assert seen == [BACKGROUND, CLASS, 9, BACKGROUND, 9]


def test_swap_has_nowhere_to_go_back_to_after_another_class_table(options: ToolOptions) -> None:
    options.swap()
    options.start(class_id=4, background_id=4, declared=frozenset({4}))
    options.swap()
    assert options.class_id == 4


@pytest.mark.parametrize(
    ("size", "steps", "expected"),
    [(24, 1, 26), (24, -1, 22), (24, 0, 24), (1, 1, 2), (2, -1, 1), (5, 0.1, 6), (100, 2, 121)],
)
def test_size_changes_by_a_tenth_a_step(size: int, steps: float, expected: int, options: ToolOptions) -> None:
    options.resize(size)
    options.resize_by(steps)
    assert options.size == expected


@pytest.mark.parametrize(("size", "expected"), [(0, MIN_SIZE), (-5, MIN_SIZE), (10**6, MAX_SIZE), (77, 77)])
def test_size_has_limits(size: int, expected: int, options: ToolOptions) -> None:
    options.resize(size)
    assert options.size == expected
    options.resize(MAX_SIZE)
    options.resize_by(3)
    assert options.size == MAX_SIZE
    options.resize(MIN_SIZE)
    options.resize_by(-3)
    assert options.size == MIN_SIZE


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5, 8, 24, 25])
@pytest.mark.parametrize("at", [(40.0, 40.0), (40.5, 40.5), (40.2, 40.9)])
def test_a_dab_is_as_wide_and_high_as_the_size_says(size: int, at: tuple[float, float]) -> None:
    document = Document(np.zeros((80, 80), np.uint8))
    options = ToolOptions(class_id=1, size=size)
    brush = TOOLS["brush"](Easel(document, np.zeros((80, 80, 3), np.uint8), options))
    brush.press(Pointer(*at))
    brush.release(Pointer(*at))
    rows, columns = document.labels.any(axis=1), document.labels.any(axis=0)
    assert rows.sum() == size
    assert columns.sum() == size
