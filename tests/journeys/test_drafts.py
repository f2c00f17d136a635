"""Somebody presses a key too much while a shape is under way, and goes on with it all the same."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt

from segstudio.gui.messages import Message, Toast
from segstudio.tools.base import Preview
from tests.journeys.user import User

CORNERS = ((16.0, 4.0), (26.0, 4.0), (26.0, 14.0))


def place(user: User, corners: Sequence[tuple[float, float]] = CORNERS) -> None:
    user.key(Qt.Key.Key_P)
    for corner in corners:
        user.click(*corner)


def preview(user: User) -> Preview | None:
    return user.window.canvas.hand.preview()


def told(user: User) -> list[Message]:
    return [m for m in user.heard if "put aside" in m.title]


def go(user: User, key: Qt.Key, sample_id: str) -> None:
    user.key(key)
    session = user.window.session
    user.wait(lambda: session.current is not None and session.current.sample.id == sample_id)


def cells(user: User) -> int:
    assert user.window.session.current is not None
    return int(np.count_nonzero(user.window.session.current.document.labels == 1))


def test_a_polygon_outlives_another_tool(user: User, tiny_project: Path) -> None:
    user.open(tiny_project)
    before = cells(user)
    place(user)
    user.key(Qt.Key.Key_E)
    assert preview(user) is None
    user.wait(lambda: told(user))
    (message,) = told(user)
    assert "Polygon" in message.title
    assert message.action is not None
    message.action()
    assert user.window.tool == "polygon"
    shown = preview(user)
    assert shown is not None
    assert len(shown.points) == 3
    assert user.label_at(24, 6) == 0
    user.window.canvas.setFocus()
    user.key(Qt.Key.Key_Return)
    assert user.label_at(24, 6) == 1
    assert cells(user) > before
    assert len(told(user)) == 1


def test_it_outlives_another_image_and_is_there_on_the_way_back(user: User, tiny_project: Path) -> None:
    user.open(tiny_project)
    place(user)
    go(user, Qt.Key.Key_D, "c")
    assert preview(user) is None
    user.wait(lambda: len(told(user)) == 1)
    user.click(20, 4)
    shown = preview(user)
    assert shown is not None
    assert len(shown.points) <= 2, "one that is begun here is another"
    go(user, Qt.Key.Key_A, "a")
    user.wait(lambda: preview(user) is not None)
    user.wait(lambda: not any("put aside" in toast.message.title for toast in user.window.stage.findChildren(Toast)))
    user.key(Qt.Key.Key_Return)
    assert user.label_at(24, 6) == 1
    assert len(told(user)) == 1, "one corner is no work"


def test_the_notice_brings_back_both_the_image_and_the_tool(user: User, tiny_project: Path) -> None:
    user.open(tiny_project)
    place(user)
    go(user, Qt.Key.Key_D, "c")
    user.key(Qt.Key.Key_B)
    user.window.set_mode("predict")
    user.wait(lambda: told(user))
    action = told(user)[0].action
    assert action is not None
    action()
    user.wait(lambda: preview(user) is not None)
    assert user.window.session.current is not None
    assert (user.window.session.current.sample.id, user.window.tool) == ("a", "polygon")
    assert user.window.presenter.mode == "label"


def test_the_tool_that_is_chosen_again_goes_on(user: User, tiny_project: Path) -> None:
    user.open(tiny_project)
    place(user)
    user.key(Qt.Key.Key_P)
    shown = preview(user)
    assert shown is not None
    assert len(shown.points) >= 3
    assert not told(user)


@pytest.mark.parametrize("end", [Qt.Key.Key_Escape, Qt.Key.Key_Return])
def test_what_was_ended_does_not_come_back(user: User, tiny_project: Path, end: Qt.Key) -> None:
    user.open(tiny_project)
    place(user)
    user.key(end)
    user.key(Qt.Key.Key_E)
    user.key(Qt.Key.Key_P)
    assert preview(user) is None
    assert not told(user)


def test_of_a_shape_in_another_project_one_is_told_where_it_is(
    user: User, tiny_project: Path, other_project: Path
) -> None:
    user.open(tiny_project)
    place(user)
    user.window.bench.open(other_project)
    user.wait(lambda: user.window.windowTitle().startswith("other"))
    user.wait(lambda: told(user))
    action = told(user)[0].action
    assert action is not None
    action()
    assert "Open tiny again" in user.heard[-1].title
    user.window.bench.open(tiny_project)
    user.wait(lambda: preview(user) is not None)


def test_the_first_undo_takes_back_what_was_placed_last(user: User, tiny_project: Path) -> None:
    user.open(tiny_project)
    place(user)
    user.bot.mouseMove(user.window.canvas, user.at(20, 16))
    shown = preview(user)
    assert shown is not None
    assert (len(shown.points), shown.loose) == (4, True)
    user.key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    shown = preview(user)
    assert shown is not None
    assert (len(shown.points), shown.loose) == (3, True)
