"""Messages on the screen: what they offer is done once, and they go when what they were about is over."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from segstudio.core.errors import SegstudioError
from segstudio.gui.app import make_application
from segstudio.gui.messages import MOST, Messages, Toast, Toasts
from segstudio.gui.theme import Theme


@pytest.fixture
def stage(qtbot: QtBot) -> Iterator[QWidget]:
    widget = QWidget()
    widget.resize(800, 600)
    with qtbot.waitExposed(widget):
        widget.show()
    yield widget
    widget.close()
    widget.deleteLater()


@pytest.fixture
def messages(stage: QWidget) -> Messages:
    messages = Messages(stage)
    stage.toasts = Toasts(messages, Theme(make_application()), stage)  # type: ignore[attr-defined]
    return messages


def shown(stage: QWidget) -> list[Toast]:
    """Return what is on the screen, from the top."""
    return sorted((toast for toast in stage.findChildren(Toast) if toast.isVisible()), key=lambda toast: toast.y())


def button(stage: QWidget, text: str) -> QPushButton:
    (found,) = [b for toast in shown(stage) for b in toast.findChildren(QPushButton) if b.text() == text]
    return found


def test_each_choice_is_a_button_and_the_message_goes_once_one_is_made(
    qtbot: QtBot, stage: QWidget, messages: Messages
) -> None:
    made: list[str] = []
    messages.ask("Two ways", "to go", ("Left", lambda: made.append("left")), ("Right", lambda: made.append("right")))
    left, right = button(stage, "Left"), button(stage, "Right")
    assert left.mapTo(stage, left.rect().center()).y() == right.mapTo(stage, right.rect().center()).y()
    assert stage.rect().contains(right.mapTo(stage, right.rect().bottomRight()))
    qtbot.mouseClick(right, Qt.MouseButton.LeftButton)
    assert made == [], "the second press of a double click on what stood there before"
    qtbot.waitUntil(right.isEnabled)
    qtbot.mouseClick(right, Qt.MouseButton.LeftButton)
    assert made == ["right"]
    assert not shown(stage)


def test_a_message_goes_when_what_it_was_about_is_over(stage: QWidget, messages: Messages) -> None:
    messages.ask("One", "", ("Go", lambda: None), about="one")
    messages.ask("Another", "", ("Go on", lambda: None), about="another")
    messages.over.emit("one")
    assert [toast.message.title for toast in shown(stage)] == ["Another"]


def test_only_the_newest_are_shown_and_none_twice(stage: QWidget, messages: Messages) -> None:
    for number in (1, 2, 3, 3, 4, 5):
        messages.warn(f"message {number}")
    assert [toast.message.title for toast in shown(stage)] == [f"message {n}" for n in range(6 - MOST, 6)]


def test_what_asks_something_stays_when_there_is_news(stage: QWidget, messages: Messages) -> None:
    messages.ask("A question", "", ("Yes", lambda: None))
    for number in range(5):
        messages.info(f"news {number}")
    assert [toast.message.title for toast in shown(stage)] == ["A question", "news 4"]


def test_a_failure_that_took_nothing_away_goes_by_itself_and_can_be_read_again(
    qtbot: QtBot, stage: QWidget, messages: Messages, monkeypatch: pytest.MonkeyPatch
) -> None:
    qtbot.mouseMove(stage, QPoint(790, 10))
    monkeypatch.setattr("segstudio.gui.messages.FAILED_MS", 1)
    messages.fail(SegstudioError("Lost.", "act"))
    messages.fail(SegstudioError("Not loaded.", "try another"), passing=True)
    qtbot.waitUntil(lambda: [toast.message.title for toast in shown(stage)] == ["Lost."])
    monkeypatch.undo()
    toasts: Toasts = stage.toasts  # type: ignore[attr-defined]
    for _ in range(2):
        toasts.again()
        assert [toast.message.title for toast in shown(stage)] == ["Lost.", "Not loaded."]


def test_what_had_no_room_is_shown_again_from_the_newest(stage: QWidget, messages: Messages) -> None:
    for number in range(4):
        messages.warn(f"message {number}")
    toasts: Toasts = stage.toasts  # type: ignore[attr-defined]
    toasts.again()
    assert shown(stage)[-1].message.title == "message 1"
    toasts.again()
    assert shown(stage)[-1].message.title == "message 0"


def test_the_icon_of_a_message_follows_the_theme(stage: QWidget, messages: Messages) -> None:
    theme: Theme = stage.toasts._theme  # type: ignore[attr-defined]
    theme.set_mode("light")
    messages.warn("Something is odd.")
    (toast,) = shown(stage)
    before = toast.findChildren(QLabel)[0].pixmap().toImage()
    theme.set_mode("dark")
    assert toast.findChildren(QLabel)[0].pixmap().toImage() != before
