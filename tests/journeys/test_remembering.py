"""The window comes back as it was left."""

from pathlib import Path

from PySide6.QtCore import QSettings

from segstudio.gui.app import make_window
from segstudio.gui.reactions import remembering
from segstudio.tools import TOOLS
from tests.journeys.user import User


def test_the_window_comes_back_as_it_was_left(user: User, tiny_project: Path) -> None:
    user.open(tiny_project)
    window = user.window
    window.choose_tool("polygon")
    window.session.options.resize(77)
    setting = next(s for tool in TOOLS.values() for s in tool.settings)
    window.session.options.set(setting, 1)
    window.history_panel.set_opened(not window.history_panel.opened)
    opened = window.history_panel.opened
    remembering.keep(window)
    again = make_window()
    user.bot.addWidget(again)
    assert again.tool == "polygon"
    assert again.session.options.size == 77
    assert again.session.options.values[setting.key] == 1
    assert again.history_panel.opened == opened
    assert again.canvas.hand.name == "polygon"
    again.bench.close()


def test_settings_that_somebody_edited_are_no_hindrance(user: User) -> None:
    store = QSettings("segstudio", "segstudio")
    for name in ("tool values", "sections", "keys"):
        store.setValue(name, "{not json")
    store.setValue("tool", "no such tool")
    again = make_window()
    user.bot.addWidget(again)
    assert again.tool in TOOLS
    again.bench.close()
