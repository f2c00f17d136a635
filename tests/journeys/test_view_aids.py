"""Rulers, scale bar, map, turning the view, and going through the history, in the real window."""

from pathlib import Path

import tomlkit
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from segstudio.gui.panels.pixel_size import PixelSizeDialog
from tests.journeys.user import User

CONTROL = Qt.KeyboardModifier.ControlModifier


def test_the_view_is_turned_and_what_is_drawn_lies_under_the_pointer(user: User, tiny_project: Path) -> None:
    user.open(tiny_project)
    before = user.label_at(20, 14)
    user.window.actions_by_name["turn right"].trigger()
    user.window.actions_by_name["flip"].trigger()
    user.window.session.options.resize(1)
    user.click(20.5, 14.5)
    assert user.label_at(20, 14) != before
    user.window.actions_by_name["upright"].trigger()
    assert user.window.canvas.view.orientation.turns == 0


def test_the_size_of_a_pixel_is_kept_and_measured_with(user: User, tiny_project: Path) -> None:
    user.open(tiny_project)
    user.window.actions_by_name["pixel size"].trigger()
    dialog = next(w for w in QApplication.topLevelWidgets() if isinstance(w, PixelSizeDialog))
    dialog.width_field.setValue(0.25)
    dialog.height_field.setValue(0.5)
    dialog.unit_field.setText("mm")
    user.bot.keyClick(dialog, Qt.Key.Key_Return)
    user.wait(lambda: not user.window.session.has_work)
    kept = tomlkit.parse((tiny_project / "segstudio.toml").read_text(encoding="utf-8"))
    assert list(kept["spacing"]) == [0.5, 0.25]
    assert user.window.aids.scale_bar.text.endswith(" mm")
    assert user.window.aids.scale_bar.isVisible()


def test_what_is_turned_off_stays_off(user: User, tiny_project: Path) -> None:
    user.open(tiny_project)
    assert not user.window.aids.on("rulers")
    user.key(Qt.Key.Key_R, CONTROL, Qt.KeyboardModifier.AltModifier)
    assert user.window.aids.on("rulers")
    assert "rulers" in user.window.bench.settings.aids
    assert user.window.actions_by_name["rulers"].isChecked()


def test_a_click_in_the_history_goes_back_and_forward(user: User, tiny_project: Path) -> None:
    user.open(tiny_project)
    user.window.session.options.resize(1)
    for x in (18, 20, 22):
        user.click(x, 14)
    panel = user.window.history_panel
    panel.set_opened(True)
    texts = [panel.model.index(row).data() for row in (1, 2, 3)]
    assert all(text.startswith("Brush") for text in texts)
    panel.wanted.emit(1)
    user.wait(lambda: panel.model.at == 1 and not user.window.bench.edits.busy)
    assert [user.label_at(x, 14) == user.window.session.options.class_id for x in (18, 20, 22)] == [True, False, False]
    panel.wanted.emit(3)
    user.wait(lambda: panel.model.at == 3 and not user.window.bench.edits.busy)
    assert user.label_at(22, 14) == user.window.session.options.class_id


def test_a_history_that_is_folded_costs_nothing_and_is_there_when_it_is_opened(user: User, tiny_project: Path) -> None:
    user.open(tiny_project)
    user.window.session.options.resize(1)
    panel = user.window.history_panel
    panel.set_opened(False)
    for x in (18, 20, 22):
        user.click(x, 14)
    assert panel.model.steps == []
    assert panel.note.text() == "3 to undo"
    panel.set_opened(True)
    assert len(panel.model.steps) == 3
    user.wait(lambda: panel.model.index(3).data() == "Brush stroke: cell")
    user.click(24, 14)
    assert len(panel.model.steps) == 4
    user.window.set_mode("compare")
    user.key(Qt.Key.Key_B)
    user.click(26, 14)
    assert len(panel.model.steps) == 4, "nobody sees it"
    user.window.set_mode("label")
    assert len(panel.model.steps) == 5
