"""The table of actions and what is made from it, looked at in the real window."""

from collections import Counter
from collections.abc import Iterator
from itertools import groupby

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtGui import QAction, QHelpEvent, QKeySequence
from PySide6.QtWidgets import QMenu, QToolTip
from pytestqt.qtbot import QtBot

from segstudio.gui.actions import ACTIONS
from segstudio.gui.actions.making import ActionMenu
from segstudio.gui.actions.tools import TOOL_KEYS
from segstudio.gui.app import make_window
from segstudio.gui.keys.keymap import FIXED, portable
from segstudio.gui.palette.entries import Entries
from segstudio.gui.window import MainWindow
from segstudio.tools import TOOLS


@pytest.fixture
def window(qtbot: QtBot, own_directories: None) -> Iterator[MainWindow]:
    window = make_window()
    yield window
    with qtbot.waitSignal(window.closed):
        window.close()
    window.deleteLater()


def test_no_key_is_given_twice() -> None:
    keys = Counter(key for spec in ACTIONS.values() for key in spec.keys)
    assert [key for key, times in keys.items() if times > 1] == []
    assert not keys.keys() & FIXED.keys()


def test_keys_are_written_as_they_are_kept() -> None:
    for name, spec in ACTIONS.items():
        assert [portable(QKeySequence(key)) for key in spec.keys] == list(spec.keys), name


def test_every_tool_has_a_key_and_no_key_is_of_a_tool_that_is_no_more() -> None:
    assert TOOL_KEYS.keys() == TOOLS.keys()


def test_every_action_is_in_one_menu_and_shows_its_key_there(window: MainWindow) -> None:
    found = Counter(id(action) for action in _in_menus(window))
    for name, action in window.actions_by_name.items():
        assert found[id(action)] == 1, name
        assert action.shortcut().toString() == next(iter(ACTIONS[name].keys), "")


def test_every_action_is_in_the_palette_with_its_key(window: MainWindow) -> None:
    entries = Entries(window)
    entries.gather()
    listed = {entry.action: entry for entry in entries.find("") if entry.action}
    assert listed.keys() == ACTIONS.keys()
    for name, entry in listed.items():
        assert entry.key == window.keymap.shown(name)
        found = [e.action for e in entries.find(ACTIONS[name].text)]
        assert name in found, f"{name} is not found by its text"


def test_every_tool_tip_has_the_key(window: MainWindow) -> None:
    for name, spec in ACTIONS.items():
        tip = window.actions_by_name[name].toolTip()
        assert tip.startswith(spec.text)
        assert (f"({window.keymap.shown(name)})" in tip) == bool(spec.keys)


def test_what_cannot_be_done_says_why_wherever_it_is(window: MainWindow) -> None:
    window.action_states.refresh()
    for name, spec in ACTIONS.items():
        action = window.actions_by_name[name]
        assert spec.enabled is None or spec.reason, f"{name} can be out of reach, and says nothing of it"
        assert action.isEnabled() or action.toolTip().endswith(f"\n{spec.why_not(window)}"), name
        assert action.isEnabled() or spec.why_not(window), name
    take = window.model_panel.classes.take
    assert take.toolTip().endswith("\nLoad a model first")
    window.actions_by_name["take project classes"].setEnabled(True)
    assert "Load a model first" not in take.toolTip()


@pytest.mark.qt_log_ignore("does not support raise", extend=True)
def test_menus_tell_why_and_not_what_stands_there(window: MainWindow) -> None:
    menu = next(action.menu() for action in window.menus.actions() if action.text() == "Model")
    assert isinstance(menu, ActionMenu)
    menu.resize(menu.sizeHint())
    for name, told in (("load model", False), ("remove model", True)):
        at = menu.actionGeometry(window.actions_by_name[name]).center()
        menu.event(QHelpEvent(QEvent.Type.ToolTip, at, menu.mapToGlobal(at)))
        assert menu.toolTipsVisible() == told, name
    QToolTip.hideText()


def test_the_menu_of_models_is_parted_by_subject(window: MainWindow) -> None:
    menu = next(action.menu() for action in window.menus.actions() if action.text() == "Model")
    assert isinstance(menu, QMenu)
    rows = ["" if action.isSeparator() else action.text() for action in menu.actions()]
    parts = [list(part) for named, part in groupby(rows, bool) if named]
    assert len(parts) == rows.count("") + 1 == 5
    assert max(map(len, parts)) <= 6
    assert [part[0] for part in parts][2:] == ["Verify", "Export", "Predict this image"]


def test_what_is_on_or_off_is_ticked(window: MainWindow) -> None:
    for name, spec in ACTIONS.items():
        action = window.actions_by_name[name]
        assert action.isCheckable() == (spec.checked is not None)
        assert action.isChecked() == (spec.checked is not None and spec.checked(window)), name
        assert not spec.held or action.isCheckable(), f"{name} is held, so it must be on or off"


def test_classes_that_are_not_there_cannot_be_drawn(window: MainWindow) -> None:
    assert not any(window.actions_by_name[f"class {i}"].isEnabled() for i in range(1, 11))


def _in_menus(window: MainWindow) -> Iterator[QAction]:
    for menu in window.menus.findChildren(QMenu):
        yield from menu.actions()
