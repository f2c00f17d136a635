"""Change keys, hold them, and look them up."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from segstudio.gui.app import make_window
from segstudio.gui.keys.dialog import KeyDialog
from segstudio.gui.keys.sheet import FRAME, KeySheet
from segstudio.gui.settings import Settings
from tests.journeys.user import User

CTRL, ALT, SHIFT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.AltModifier,
    Qt.KeyboardModifier.ShiftModifier,
)
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def dialog(user: User, tiny_project: Path) -> Iterator[KeyDialog]:
    user.open(tiny_project)
    user.key(Qt.Key.Key_K, CTRL, ALT)
    dialog = user.window.findChild(KeyDialog)
    assert dialog is not None
    yield dialog
    leave(user)


def leave(user: User) -> None:
    """Close the dialog, if it is still open, and go on in the window."""
    if (dialog := user.window.findChild(KeyDialog)) is not None:
        dialog.close()
    user.wait(lambda: user.window.findChild(KeyDialog) is None)
    user.window.activateWindow()
    user.wait(user.window.isActiveWindow)


def press_new(
    user: User, dialog: KeyDialog, key: Qt.Key, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
) -> None:
    user.bot.keyClick(dialog.editor.recorder, key, held)


def click(user: User, button: QPushButton) -> None:
    user.wait(button.isVisible)
    user.bot.mouseClick(button, LEFT)


def test_a_key_that_belongs_to_another_is_taken_over_only_when_that_is_wanted(user: User, dialog: KeyDialog) -> None:
    window = user.window
    dialog.choose("tool fill")
    press_new(user, dialog, Qt.Key.Key_E)
    assert dialog.editor.trouble.text() == "E belongs to “Eraser”."
    assert window.keymap.holder("E") == "tool eraser"
    click(user, dialog.editor.leave)
    assert dialog.editor.trouble.text() == ""
    assert window.keymap.keys("tool fill") == ("G",)
    press_new(user, dialog, Qt.Key.Key_E)
    click(user, dialog.editor.take)
    assert window.keymap.keys("tool fill") == ("G", "E")
    assert window.keymap.keys("tool eraser") == ()
    leave(user)
    user.key(Qt.Key.Key_E)
    assert window.tool == "fill"
    user.key(Qt.Key.Key_B)
    user.key(Qt.Key.Key_G)
    assert window.tool == "fill"


def test_everything_that_names_a_key_follows(user: User, dialog: KeyDialog) -> None:
    window = user.window
    keys = (getattr(Qt.Key, f"Key_F{i}") for i in range(1, 13))
    for name in ("tool brush", "class 1", "predict image", "palette", "fainter", "compare", "keys"):
        dialog.choose(name)
        chip = dialog.editor.findChild(QPushButton, "chip")
        assert chip is not None
        click(user, chip)
        press_new(user, dialog, next(keys), CTRL | ALT)
    for name, where in (
        ("tool brush", window.strip.findChildren(type(window.dark))[0].toolTip()),
        ("predict image", window.model_panel.predict.this_image.toolTip()),
        ("palette", " ".join(part.text() for part in window.find_button.findChildren(QLabel))),
        ("fainter", window.canvas_bar.opacity.toolTip()),
        ("compare", window.top.modes.button("compare").toolTip()),
        ("keys", window.keys.toolTip()),
        ("class 1", window.classes.keys[0]),
    ):
        key = window.keymap.shown(name)
        assert key.startswith("Ctrl+Alt+F")
        assert key in where, name
        assert key in window.actions_by_name[name].toolTip() or name == "class 1"
    user.window.actions_by_name["keys"].trigger()
    sheet = window.findChild(KeySheet)
    assert sheet is not None
    assert sheet.height() + FRAME <= sheet.screen().availableSize().height(), "its lower edge is on the screen"
    caps = [part.text() for part in sheet.findChildren(QLabel)]
    assert window.keymap.shown("tool brush") in caps
    assert "B" not in caps
    sheet.close()


def test_keys_that_are_fixed_cannot_be_given_away(user: User, dialog: KeyDialog) -> None:
    dialog.choose("fit")
    press_new(user, dialog, Qt.Key.Key_Space)
    assert "Space cannot be given away" in dialog.editor.trouble.text()
    assert not dialog.editor.take.isVisible()
    assert user.window.keymap.keys("fit") == ("F",)
    press_new(user, dialog, Qt.Key.Key_Escape)
    assert user.window.keymap.keys("fit") == ("F",)


def test_keys_are_reset_one_by_one_and_all_together(user: User, dialog: KeyDialog) -> None:
    keymap = user.window.keymap
    dialog.choose("tool brush")
    press_new(user, dialog, Qt.Key.Key_F9)
    dialog.choose("tool eraser")
    press_new(user, dialog, Qt.Key.Key_F10)
    click(user, dialog.editor.reset)
    assert keymap.keys("tool eraser") == ("E",)
    assert keymap.keys("tool brush") == ("B", "F9")
    click(user, dialog.reset_all)
    assert keymap.keys("tool brush") == ("B",)
    assert not dialog.reset_all.isEnabled()


def test_an_action_is_found_by_its_name_or_its_key(user: User, dialog: KeyDialog) -> None:
    def listed() -> list[str]:
        return [name for name, item in dialog._items.items() if not item.isHidden()]

    user.bot.keyClicks(dialog.search, "eraser")
    assert listed() == ["tool eraser"]
    user.bot.keyClick(dialog.search, Qt.Key.Key_Down)
    assert dialog.editor.title.text() == "Eraser"
    dialog.search.clear()
    user.bot.keyClicks(dialog.search, "ctrl+z")
    assert listed() == ["undo"]


def test_changed_keys_are_there_at_the_next_start(own_directories: None, qtbot: QtBot) -> None:
    Settings().keys = {"tool brush": ("Ctrl+Alt+B",)}
    window = make_window()
    assert window.actions_by_name["tool brush"].shortcut().toString() == "Ctrl+Alt+B"
    with qtbot.waitSignal(window.closed):
        window.close()
    window.deleteLater()


def test_a_tap_hides_the_masks_and_another_shows_them(user: User, tiny_project: Path) -> None:
    user.open(tiny_project)
    user.key(Qt.Key.Key_H)
    assert user.window.canvas.bare
    user.wait(user.window.actions_by_name["hide"].isChecked)
    user.wait(lambda: not user.window.holding.held)
    user.key(Qt.Key.Key_H)
    assert not user.window.canvas.bare


def test_the_canvas_says_that_masks_are_hidden(user: User, tiny_project: Path) -> None:
    user.open(tiny_project)
    window, chip = user.window, user.window.hidden_labels.chip
    assert not chip.isVisible()
    user.key(Qt.Key.Key_H)
    user.wait(chip.isVisible)
    assert window.canvas.rect().contains(chip.geometry())
    assert chip.text() == "Masks hidden - H shows them"
    window.keymap.give("hide", ("F9",))
    assert chip.text() == "Masks hidden - F9 shows them"
    user.bot.mouseClick(chip, LEFT)
    assert not window.canvas.bare
    user.wait(lambda: not chip.isVisible())


def test_held_the_key_shows_the_bare_picture_for_as_long(user: User, tiny_project: Path) -> None:
    user.open(tiny_project)
    canvas = user.window.canvas
    user.bot.keyPress(canvas, Qt.Key.Key_H)
    assert canvas.bare
    user.wait(lambda: not user.window.holding.tap.isActive())
    assert canvas.bare
    assert not user.window.hidden_labels.chip.isVisible(), "one sees it, and holds the key"
    for _ in range(3):  # as some systems repeat a key that is held
        user.bot.keyRelease(canvas, Qt.Key.Key_H)
        user.bot.keyPress(canvas, Qt.Key.Key_H)
        assert canvas.bare
    user.bot.keyRelease(canvas, Qt.Key.Key_H)
    user.wait(lambda: not canvas.bare)
    assert not user.window.holding.held


def test_what_is_drawn_while_one_peeks_stays_in_sight(user: User, tiny_project: Path) -> None:
    user.open(tiny_project)
    canvas = user.window.canvas
    user.bot.keyPress(canvas, Qt.Key.Key_H)
    user.wait(lambda: not user.window.holding.tap.isActive())
    user.click(25, 20)
    assert not canvas.bare
    user.bot.keyRelease(canvas, Qt.Key.Key_H)
    assert not canvas.bare


def test_the_key_that_undoes_takes_back_a_corner_where_there_is_no_step(user: User, tiny_project: Path) -> None:
    user.open(tiny_project)
    user.window.keymap.give("undo", ("F9",))
    user.window.choose_tool("polygon")
    for corner in ((5, 5), (15, 5), (15, 15)):
        user.click(*corner)
    undo: QAction = user.window.actions_by_name["undo"]
    assert not undo.isEnabled()
    user.key(Qt.Key.Key_F9)
    user.key(Qt.Key.Key_Return)
    assert not user.window.session.current.document.history.steps  # type: ignore[union-attr]  # two corners are no area
