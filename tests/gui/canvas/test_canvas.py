"""The canvas under mouse, wheel and keys, offscreen."""

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QFocusEvent
from PySide6.QtWidgets import QApplication

from segstudio.gui.canvas.gestures import ZOOM_STEP
from segstudio.gui.canvas.layouts import COMPARE_LAYOUTS
from segstudio.gui.canvas.viewport import Viewport
from tests.gui.canvas.rig import HEIGHT, LEFT, MIDDLE, RIGHT, SCALE, WIDTH, Rig


def test_dragging_paints_one_stroke(rig: Rig) -> None:
    rig.press(5.5, 5.5)
    assert rig.label(5, 5) == 1
    rig.move(15.5, 5.5)
    rig.release(15.5, 5.5)
    rig.move(15.5, 15.5)
    assert (rig.document.labels[4:7, 5:16] == 1).all()
    assert rig.label(15, 15) == 0
    assert len(rig.document.history) == 1
    rig.document.undo()
    assert rig.label(10, 5) == 0


def test_right_button_erases(rig: Rig) -> None:
    rig.press(25.5, 25.5, RIGHT)
    rig.move(35.5, 25.5)
    rig.release(35.5, 25.5, RIGHT)
    assert (rig.document.labels[25, 25:36] == 0).all()
    assert rig.document.history.undo_text == "Erase"


def test_a_second_button_during_a_stroke_changes_nothing(rig: Rig) -> None:
    rig.press(5.5, 5.5)
    rig.press(6.5, 5.5, RIGHT)
    rig.release(6.5, 5.5, RIGHT)
    assert rig.document.editing
    rig.move(15.5, 5.5)
    rig.release(15.5, 5.5)
    assert rig.label(15, 5) == 1
    assert len(rig.document.history) == 1


def test_escape_during_a_drag_restores(rig: Rig) -> None:
    before = rig.document.labels.copy()
    rig.press(5.5, 5.5)
    rig.move(25.5, 25.5)
    rig.key(Qt.Key.Key_Escape)
    rig.move(35.5, 5.5)
    rig.release(35.5, 5.5)
    np.testing.assert_array_equal(rig.document.labels, before)
    assert len(rig.document.history) == 0
    rig.click(5.5, 5.5)
    assert rig.label(5, 5) == 1


def test_what_is_painted_is_shown(rig: Rig) -> None:
    def shown() -> QColor:
        return rig.canvas.grab().toImage().pixelColor(rig.at(5.5, 5.5))

    before = shown()
    rig.click(5.5, 5.5)
    rig.move(30, 5)
    painted = shown()
    assert painted != before
    rig.document.undo()
    assert shown() == before


@pytest.mark.parametrize("notches", [1, -1, 3, 0.25])
def test_wheel_zooms_about_the_pointer(rig: Rig, notches: float) -> None:
    at = rig.at(33.25, 11.5)
    rig.turn(notches, 33.25, 11.5)
    assert rig.canvas.view.scale == pytest.approx(SCALE * ZOOM_STEP**notches)
    assert rig.canvas.view.to_screen(33.25, 11.5) == pytest.approx((at.x(), at.y()), abs=0.51)


def test_wheel_with_shift_changes_the_brush(rig: Rig) -> None:
    rig.turn(1, 5, 5, Qt.KeyboardModifier.ShiftModifier)
    assert rig.options.size == 4
    assert rig.canvas.view.scale == SCALE


def drag_pan(rig: Rig, button: Qt.MouseButton) -> None:
    rig.press(10, 10, button)
    at = rig.at(10, 10)
    rig.bot.mouseMove(rig.canvas, at + QPoint(30, -12))
    rig.bot.mouseRelease(rig.canvas, button, pos=at + QPoint(30, -12))


@pytest.mark.parametrize("way", ["middle", "space", "tool"])
def test_panning(rig: Rig, way: str) -> None:
    if way == "space":
        rig.bot.keyPress(rig.canvas, Qt.Key.Key_Space)
    elif way == "tool":
        rig.canvas.set_tool("pan")
    drag_pan(rig, MIDDLE if way == "middle" else LEFT)
    assert rig.canvas.view == Viewport(SCALE, 30, -12)
    assert len(rig.document.history) == 0
    rig.bot.mouseMove(rig.canvas, QPoint(200, 100))
    assert rig.canvas.view == Viewport(SCALE, 30, -12)
    if way == "space":
        rig.bot.keyRelease(rig.canvas, Qt.Key.Key_Space)
        rig.click(5.5, 5.5)
        assert rig.label(5, 5) == 1


def test_space_released_elsewhere_is_not_held_for_ever(rig: Rig) -> None:
    rig.bot.keyPress(rig.canvas, Qt.Key.Key_Space)
    QApplication.sendEvent(rig.canvas, QFocusEvent(QFocusEvent.Type.FocusOut))
    rig.click(5.5, 5.5)
    assert rig.label(5, 5) == 1


def test_a_pan_during_a_stroke_leaves_the_stroke(rig: Rig) -> None:
    rig.press(5.5, 5.5)
    drag_pan(rig, MIDDLE)
    assert rig.document.editing
    rig.move(15.5, 5.5)
    rig.release(15.5, 5.5)
    assert rig.label(15, 5) == 1
    assert not rig.document.editing


def test_control_click_picks_with_any_tool(rig: Rig) -> None:
    rig.bot.mouseClick(rig.canvas, LEFT, Qt.KeyboardModifier.ControlModifier, rig.at(25, 25))
    assert rig.options.class_id == 2
    assert len(rig.document.history) == 0


def corners(rig: Rig) -> None:
    for at in ((5, 5), (15, 5), (15, 15)):
        rig.click(*at)


@pytest.mark.parametrize(
    "close",
    [
        lambda rig: rig.double_click(5, 15),
        lambda rig: (rig.click(5, 15), rig.key(Qt.Key.Key_Return)),
        lambda rig: (rig.click(5, 15), rig.click(5, 6)),
        lambda rig: (rig.click(5, 15), rig.double_click(5, 5)),
        lambda rig: (rig.click(5, 15), rig.click(9, 9), rig.key(Qt.Key.Key_Backspace), rig.key(Qt.Key.Key_Enter)),
    ],
    ids=["double click", "Enter", "first corner", "double click on the first corner", "a corner taken back"],
)
def test_polygon(rig: Rig, close: Callable[[Rig], object]) -> None:
    rig.canvas.set_tool("polygon")
    corners(rig)
    assert not (rig.document.labels == 1).any()
    close(rig)
    assert (rig.document.labels[5:15, 5:15] == 1).all()
    assert np.count_nonzero(rig.document.labels == 1) == 100
    assert len(rig.document.history) == 1
    assert rig.canvas.hand.preview() is None


def test_escape_drops_a_polygon(rig: Rig) -> None:
    rig.canvas.set_tool("polygon")
    corners(rig)
    rig.canvas.grab()
    rig.key(Qt.Key.Key_Escape)
    rig.key(Qt.Key.Key_Return)
    assert rig.canvas.hand.preview() is None
    assert len(rig.document.history) == 0


def test_two_quick_clicks_of_the_brush_are_two_strokes(rig: Rig) -> None:
    rig.double_click(5.5, 5.5)
    rig.double_click(9.5, 9.5)
    assert rig.label(5, 5) == rig.label(9, 9) == 1
    assert not rig.document.editing


@pytest.mark.parametrize("tool", ["brush", "polygon"])
def test_another_document_takes_nothing_over(rig: Rig, tool: str) -> None:
    """A stroke under way is kept where it was made; an open shape is dropped."""
    rig.canvas.set_tool(tool)
    rig.press(5.5, 5.5)
    old, new = rig.document, rig.show(np.zeros((HEIGHT, WIDTH), np.uint8))
    assert not old.editing
    assert len(old.history) == (tool == "brush")
    painted = old.labels.copy()
    rig.move(30.5, 5.5)
    rig.release(30.5, 5.5)
    rig.click(30.5, 30.5)
    rig.key(Qt.Key.Key_Return)
    np.testing.assert_array_equal(old.labels, painted)
    assert len(new.history) == (tool == "brush")


def test_cleared_it_shows_nothing_and_takes_no_input(rig: Rig) -> None:
    rig.canvas.clear()
    rig.click(5.5, 5.5)
    rig.turn(1, 5, 5)
    rig.key(Qt.Key.Key_Return)
    rig.canvas.backdrop = rig.canvas.accent
    assert rig.canvas.grab().toImage().pixelColor(5, 5) == rig.canvas.accent
    rig.document.begin("x").paint(np.ones((3, 3), np.bool_), (0, 0), 1)
    assert len(rig.document.history) == 0


def test_pointed_tells_the_image_position(rig: Rig) -> None:
    heard: list[object] = []
    rig.canvas.pointed.connect(heard.append)
    rig.move(12.5, 30)
    QApplication.sendEvent(rig.canvas, QFocusEvent(QFocusEvent.Type.Leave))
    assert heard == [(12.5 + 0.5 / SCALE, 30.0 + 0.5 / SCALE), None]  # the middle of the screen pixel


def test_fitted_picture_stays_fitted_until_the_view_is_moved(rig: Rig) -> None:
    rig.canvas.fit()
    rig.canvas.resize(700, 300)
    assert rig.canvas.view == Viewport.fitting((WIDTH, HEIGHT), (700, 300))
    rig.canvas.set_view(Viewport(SCALE, 1, 2))
    rig.show(np.zeros((HEIGHT, WIDTH), np.uint8))
    assert rig.canvas.view == Viewport(SCALE, 1, 2)


def test_what_is_in_the_middle_stays_there_while_the_canvas_changes_its_size(rig: Rig) -> None:
    rig.canvas.resize(700, 300)
    rig.canvas.set_view(Viewport(SCALE, 1, 2))
    for width in range(700, 499, -1):  # half a pixel each time, which must not add up
        rig.canvas.resize(width, 200)
    assert rig.canvas.view == Viewport(SCALE, 1 - 100, 2 - 50)
    rig.canvas.resize(700, 300)
    assert rig.canvas.view == Viewport(SCALE, 1, 2)


def test_what_is_in_the_middle_stays_there_with_other_panes(rig: Rig) -> None:
    rig.canvas.set_view(Viewport(SCALE, -40, -20))
    middle = rig.canvas.view.to_image(*(side / 2 for side in rig.canvas.pane_size()))
    rig.canvas.set_layout(COMPARE_LAYOUTS["panes 4"])
    now = rig.canvas.view.to_image(*(side / 2 for side in rig.canvas.pane_size()))
    assert now == pytest.approx(middle, abs=1 / SCALE)
    rig.canvas.set_layout(COMPARE_LAYOUTS["errors"])
    assert rig.canvas.view == Viewport(SCALE, -40, -20)
