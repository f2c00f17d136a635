"""The window comes back as it was left."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings

from segstudio.core.display import Display, Kind
from segstudio.gui.analysis.images import ImagesPage
from segstudio.gui.app import make_window
from segstudio.gui.reactions import remembering
from segstudio.gui.settings import Settings
from segstudio.tools import TOOLS
from tests.gui.by_hand import add_run
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


def test_runs_are_in_sight_though_their_dock_was_drawn_shut(user: User, tiny_project: Path) -> None:
    add_run(tiny_project, "one", 1, "a")
    user.open(tiny_project)
    user.window.resize(1280, 720)
    user.window.set_mode("predict")
    dock, middle = user.window.run_dock, user.window.middle
    user.wait(dock.isVisible)
    middle.setSizes([900, 0])
    user.wait(lambda: dock.height() >= dock.minimumSizeHint().height() > 0)
    middle.setChildrenCollapsible(True)  # as it once was
    middle.setSizes([900, 0])
    assert dock.height() == 0
    user.window.bench.settings.keep_splitter("middle", middle.saveState())
    middle.setChildrenCollapsible(False)
    remembering.restore(user.window)
    user.wait(lambda: dock.height() >= dock.minimumSizeHint().height())


def test_recent_projects_are_in_the_menu(user: User, tiny_project: Path, other_project: Path) -> None:
    user.open(tiny_project)
    user.open(other_project)
    user.wait(lambda: user.window.session.project is not None and user.window.session.project.root == other_project)
    menu = user.window.recent_menu._menu
    for _ in range(2):
        menu.aboutToShow.emit()
        assert [action.text() for action in menu.actions() if not action.isSeparator()] == [
            f"other in {other_project.parent}",
            f"tiny in {tiny_project.parent}",
            "Forget what was open last",
        ]
    menu.actions()[1].trigger()
    user.wait(lambda: user.window.session.project is not None and user.window.session.project.root == tiny_project)
    menu.actions()[-1].trigger()
    menu.aboutToShow.emit()
    assert [action.text() for action in menu.actions() if not action.isSeparator()] == ["Forget what was open last"]
    assert not menu.actions()[-1].isEnabled()


def test_compare_comes_back_as_one_looked_at_it(user: User, tiny_project: Path) -> None:
    user.open(tiny_project)
    window = user.window
    window.set_mode("compare")
    window.presenter.set_layout("panes")
    window.presenter.show_in(1, "prediction")
    window.presenter.hold_in(0, "none")
    window.presenter.set_opacity(33)
    window.legends.toggle()
    window.lens.set(on=True, content="prediction", factor=4)
    window.comparing.show_page("images")
    images = window.analysis.made("images")
    assert isinstance(images, ImagesPage)
    images.columns.chosen.emit(["errors", "size"])
    window.comparing.show_page("models")
    window.comparing.give_room(0.5)
    window.errors_panel.filter.setChecked(True)
    window.confusion_panel.set_opened(False)
    window.model_panel.predict.keep.setChecked(False)
    before = remembering._looks(window)
    remembering.keep(window)

    again = make_window()
    user.bot.addWidget(again)
    assert remembering._looks(again) == before
    assert before.layouts["compare"] == "panes"
    assert not again.confusion_panel.opened
    again.bench.open(tiny_project)
    user.wait(lambda: again.session.current is not None)
    assert not again.analysis.isVisible()
    again.resize(1400, 900)
    again.show()
    again.set_mode("compare")
    user.wait(lambda: again.analysis.isVisible() and again.analysis.made("models") is not None)
    again.comparing.show_page("images")
    images = again.analysis.made("images")
    assert isinstance(images, ImagesPage)
    user.wait(lambda: images.model.keys == ("errors", "size"))
    again.bench.close()


@pytest.mark.parametrize(
    "kept",
    [
        "[]",
        '{"layouts": [], "opacity": {"compare": "much"}, "part": "half", "legends": 3, "new": 1}',
        '{"layouts": {"compare": "gone", "flying": "panes"}, "opacity": {"compare": 500}, "part": 7.0, "page": "gone"}',
        '{"panes": {"panes": [["gone", "gone"], [[], {}], "x", []], "gone": []}, "lens_content": "gone"}',
        '{"lens_factor": 9}',
    ],
)
def test_looks_that_somebody_edited_are_no_hindrance(user: User, kept: str) -> None:
    plain = remembering._looks(user.window)
    QSettings("segstudio", "segstudio").setValue("looks", kept)
    again = make_window()
    user.bot.addWidget(again)
    found = remembering._looks(again)
    assert found == replace(plain, opacity=found.opacity)
    assert found.opacity["compare"] in (plain.opacity["compare"], 100)
    again.bench.close()


def test_settings_that_somebody_edited_are_no_hindrance(user: User) -> None:
    store = QSettings("segstudio", "segstudio")
    for name in ("tool values", "sections", "keys", "looks", "columns"):
        store.setValue(name, "{not json")
    store.setValue("tool", "no such tool")
    again = make_window()
    user.bot.addWidget(again)
    assert again.tool in TOOLS
    again.bench.close()


def test_a_killed_window_comes_back_too(user: User, tiny_project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is set is kept while the window is open: one that is killed keeps nothing when it closes."""
    monkeypatch.setattr(remembering, "KEEP_MS", 0)
    killed = make_window()
    user.bot.addWidget(killed)
    killed.session.options.resize(91)
    user.wait(lambda: Settings().brush_size == 91)
    killed.bench.close()


def test_a_project_opens_where_one_left_it(user: User, tiny_project: Path) -> None:
    user.open(tiny_project)
    session = user.window.session
    assert session.project is not None
    last = session.project.samples[-1]
    assert session.current is not None
    assert session.current.sample != last
    user.window.bench.opener.go(last)
    user.wait(lambda: session.current is not None and session.current.sample.id == last.id)

    again = make_window()
    user.bot.addWidget(again)
    again.bench.open(tiny_project)
    user.wait(lambda: again.session.current is not None)
    assert again.session.current is not None
    assert again.session.current.sample.id == last.id
    again.bench.close()


def test_pictures_are_shown_as_one_left_them(user: User, tiny_project: Path, other_project: Path) -> None:
    """Of each project by itself, and also where the window was killed: it is kept as soon as it has settled."""
    user.open(tiny_project)
    darker = Display(0, 500, 1.5, (1,), apart=((0, 5.0, 9.5),))
    with user.bot.waitSignal(user.window.windowing.settled):
        user.window.windowing.set_display(darker)

    again = make_window()
    user.bot.addWidget(again)
    for project, display in ((other_project, Display()), (tiny_project, darker)):
        with user.bot.waitSignal(again.bench.opener.shown):
            again.bench.open(project)
        assert again.windowing.seen is not None
        assert again.windowing.seen.display == display
    again.bench.close()


@pytest.mark.parametrize(
    "row",
    [
        "junk",
        {"kind": {"dtype": "uint8", "channels": 3}},
        {"kind": {"dtype": "uint8", "channels": 3}, "display": {"low": "much"}},
        {"kind": {"dtype": "uint8", "channels": 3}, "display": {"channels": [7]}},
        {"kind": {"dtype": "uint8", "channels": 3}, "display": {"gamma": 0}},
        {"kind": {"dtype": "uint8", "channels": 3}, "display": {"brightness": 1}},
        {"kind": {"dtype": "uint8", "channels": 3}, "display": {"apart": [[0, 1]]}},
        {"kind": {"dtype": "uint8", "channels": 3}, "display": {"apart": [[0, 1, "much"]]}},
    ],
)
def test_a_display_that_somebody_edited_is_no_hindrance(tmp_path: Path, row: object) -> None:
    store = QSettings("segstudio", "segstudio")
    good = {"kind": {"dtype": "uint16", "channels": 1}, "display": {"low": 3, "channels": [0]}}
    store.setValue("displays", json.dumps({str(tmp_path): [row, good]}))
    assert Settings().displays(tmp_path) == {Kind("uint16", 1): Display(low=3, channels=(0,))}
