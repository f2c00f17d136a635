"""Draw rectangles, ellipses, lassos and polygons in the real window, and paint with a square brush."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt

from segstudio.tools.area import MODE
from segstudio.tools.brush import TIP
from tests.journeys.user import User

LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
SHIFT, ALT = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.AltModifier


def cells(user: User) -> int:
    assert user.window.session.current is not None
    return int(np.count_nonzero(user.window.session.current.document.labels == 1))


@pytest.mark.parametrize(("key", "pixels"), [(Qt.Key.Key_R, 8 * 6), (Qt.Key.Key_O, 36)])
def test_a_shape_is_dragged_and_taken_away_again(key: Qt.Key, pixels: int, user: User, tiny_project: Path) -> None:
    user.open(tiny_project)
    user.key(key)
    user.drag((20, 10), (24, 12), (28, 16))
    assert cells(user) == 120 + pixels
    user.drag((20, 10), (24, 12), (28, 16), button=RIGHT)
    assert cells(user) == 120
    assert user.window.session.current.document.history.position is not None  # type: ignore[union-attr]


def test_keys_held_at_the_press_and_after_it(user: User, tiny_project: Path) -> None:
    user.open(tiny_project)
    user.key(Qt.Key.Key_R)
    canvas = user.window.canvas
    user.bot.mousePress(canvas, LEFT, pos=user.at(18, 8))
    user.bot.mouseRelease(canvas, LEFT, SHIFT, user.at(22, 15))
    assert cells(user) == 120 + 7 * 7
    user.bot.mousePress(canvas, LEFT, ALT, user.at(18, 8))
    user.bot.mouseRelease(canvas, LEFT, ALT, user.at(26, 16))
    assert cells(user) == 120
    user.bot.mousePress(canvas, LEFT, SHIFT | ALT, user.at(6, 8))
    user.bot.mouseRelease(canvas, LEFT, SHIFT | ALT, user.at(10, 16))
    assert cells(user) == 4 * 8


def test_two_quick_drags_are_two_shapes(user: User, tiny_project: Path) -> None:
    user.open(tiny_project)
    user.key(Qt.Key.Key_R)
    canvas = user.window.canvas
    user.drag((20, 10), (22, 12))
    user.bot.mouseDClick(canvas, LEFT, pos=user.at(22, 12))
    user.bot.mousePress(canvas, LEFT, pos=user.at(22, 12))
    user.bot.mouseRelease(canvas, LEFT, pos=user.at(24, 14))
    assert cells(user) == 120 + 8


def test_escape_leaves_no_shape(user: User, tiny_project: Path) -> None:
    user.open(tiny_project)
    user.key(Qt.Key.Key_L)
    canvas = user.window.canvas
    user.bot.mousePress(canvas, LEFT, pos=user.at(20, 8))
    for at in ((28, 8), (28, 16)):
        user.bot.mouseMove(canvas, user.at(*at))
    assert canvas.hand.preview() is not None
    user.key(Qt.Key.Key_Escape)
    user.bot.mouseRelease(canvas, LEFT, pos=user.at(20, 16))
    assert cells(user) == 120
    user.drag((20, 8), (28, 8), (28, 16), (20, 16))
    assert cells(user) == 120 + 64


def test_a_corner_of_a_polygon_is_dragged_before_it_is_closed(user: User, tiny_project: Path) -> None:
    user.open(tiny_project)
    user.key(Qt.Key.Key_P)
    for corner in ((18, 4), (30, 4), (30, 20), (22, 20)):
        user.click(*corner)
    user.drag((22, 20), (20, 18), (18, 20))
    user.key(Qt.Key.Key_Return)
    assert cells(user) == 120 + 12 * 16


def test_the_mode_is_chosen_in_the_options_of_the_tool(user: User, tiny_project: Path) -> None:
    user.open(tiny_project)
    user.key(Qt.Key.Key_R)
    user.window.session.options.set(MODE, "subtract")
    user.drag((4, 6), (9, 18))
    assert cells(user) == 60


def test_a_square_brush_is_outlined_and_paints_square(user: User, tiny_project: Path) -> None:
    user.open(tiny_project)
    options = user.window.session.options
    options.resize(7)
    user.bot.mouseMove(user.window.canvas, user.at(24.5, 12.5))
    inside_corner = (24.5 + 3.3, 12.5 + 3.5)
    round_there = user.color_at(*inside_corner)
    options.set(TIP, "square")
    assert user.color_at(*inside_corner) != round_there
    user.click(24.5, 12.5)
    assert cells(user) == 120 + 49
