"""The list of samples: what is selected in it, what its menu is about, and what it says of those that failed."""

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from segstudio.gui.panels.states import State
from tests.journeys.test_flow import badge, goes_to
from tests.journeys.user import User

CTRL = Qt.KeyboardModifier.ControlModifier

pytestmark = pytest.mark.qt_log_ignore("does not support (raise|grabbing the keyboard)", extend=True)


def place(user: User, row: int) -> QPoint:
    view = user.window.samples.view
    return view.visualRect(view.model().index(row, 0)).center()


def click(user: User, at: QPoint, button: Qt.MouseButton = Qt.MouseButton.LeftButton) -> None:
    user.bot.mouseClick(user.window.samples.view.viewport(), button, pos=at)


def menu_at(user: User, at: QPoint) -> QMenu | None:
    view = user.window.samples.view
    click(user, at, Qt.MouseButton.RightButton)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, view.viewport().mapToGlobal(at))
    QApplication.sendEvent(view.viewport(), event)
    popup = QApplication.activePopupWidget()
    assert popup is None or isinstance(popup, QMenu)
    return popup


def test_after_done_and_next_only_the_next_sample_is_selected_while_ctrl_is_held(
    user: User, tiny_project: Path
) -> None:
    user.open(tiny_project)
    click(user, place(user, 1))
    goes_to(user, "c")
    handle = user.window.windowHandle()
    QTest.keyPress(handle, Qt.Key.Key_Control, CTRL)
    assert QGuiApplication.keyboardModifiers() == CTRL
    user.window.flow.done_and_next()
    goes_to(user, "deep/b")
    assert user.window.samples.view.chosen() == ["deep/b"]
    QTest.keyRelease(handle, Qt.Key.Key_Control)


def test_a_click_beside_the_rows_leaves_the_open_sample_selected(user: User, tiny_project: Path) -> None:
    user.open(tiny_project)
    below = place(user, 2) + QPoint(0, 150)
    assert not user.window.samples.view.indexAt(below).isValid()
    click(user, below)
    assert user.window.samples.view.chosen() == ["a"]
    assert menu_at(user, below) is None


def test_the_menu_says_which_sample_it_is_about(user: User, tiny_project: Path) -> None:
    user.open(tiny_project)
    menu = menu_at(user, place(user, 2))
    assert menu is not None
    assert menu.actions()[0].text() == "b"
    menu.close()


def test_a_sample_that_can_be_read_again_has_not_failed(user: User, tiny_project: Path) -> None:
    user.open(tiny_project)
    images, away = tiny_project / "images", tiny_project / "away"
    images.rename(away)
    click(user, place(user, 1))
    user.wait(lambda: badge(user, "c") is State.FAILED)
    click(user, place(user, 2))
    user.wait(lambda: badge(user, "deep/b") is State.FAILED)
    away.rename(images)
    click(user, place(user, 1))
    goes_to(user, "c")
    assert (badge(user, "c"), badge(user, "deep/b")) == (State.UNLABELLED, State.LABELLED)
