"""Somebody types a number beside the canvas, and goes on drawing with the keys."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QSpinBox, QWidget

from segstudio.gui.panels.pixel_size import PixelSizeDialog
from tests.journeys.user import User


def field_of(part: QWidget, name: str) -> QSpinBox:
    (field,) = (f for f in part.findChildren(QSpinBox) if f.accessibleName() == name)
    return field


def type_into(user: User, field: QSpinBox, text: str) -> None:
    user.bot.mouseDClick(field.lineEdit(), Qt.MouseButton.LeftButton)
    field.selectAll()
    user.bot.keyClicks(field, text)


def test_after_enter_the_keys_draw_again(user: User, tiny_project: Path) -> None:
    user.open(tiny_project)
    options, size = user.window.session.options, field_of(user.window.options_panel, "Size")
    type_into(user, size, "20")
    user.key(Qt.Key.Key_Return)
    assert QApplication.focusWidget() is user.window.canvas
    user.bot.mouseMove(user.window.canvas, user.at(10, 10))
    user.key(Qt.Key.Key_2)
    user.key(Qt.Key.Key_E)
    assert user.window.tool == "eraser"
    assert options.size == size.value() == 20


def test_escape_brings_the_number_back(user: User, tiny_project: Path) -> None:
    user.open(tiny_project)
    options, size = user.window.session.options, field_of(user.window.options_panel, "Size")
    before = options.size
    type_into(user, size, "20")
    user.key(Qt.Key.Key_Up)
    assert options.size == 21
    user.bot.keyClicks(size, "7")
    user.key(Qt.Key.Key_Escape)
    assert QApplication.focusWidget() is user.window.canvas
    assert (options.size, size.value(), size.text()) == (before, before, f"{before} px")


@pytest.mark.parametrize("name", ["Opacity", "Lowest value"])
def test_every_number_field_beside_the_canvas_does_so(user: User, tiny_project: Path, name: str) -> None:
    user.open(tiny_project)
    user.window.rules_panel.set_opened(True)
    user.window.rules_panel.ranged.click()
    field = field_of(user.window, name)
    type_into(user, field, "40")
    user.key(Qt.Key.Key_Enter)
    assert QApplication.focusWidget() is user.window.canvas
    assert field.value() == 40
    assert user.window.presenter.opacity == 40 or user.window.session.rules.low == 40


def test_in_dialogs_enter_and_escape_mean_what_they_do_there(user: User, tiny_project: Path) -> None:
    user.open(tiny_project)
    user.window.actions_by_name["pixel size"].trigger()
    dialog = user.window.findChild(PixelSizeDialog)
    assert dialog is not None
    user.bot.keyClick(dialog.width_field, Qt.Key.Key_Escape)
    user.wait(lambda: user.window.findChild(PixelSizeDialog) is None)
