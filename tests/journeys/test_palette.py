"""Find and do things by typing."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QSpinBox
from shiboken6 import isValid

from segstudio.core.records import Sample
from segstudio.gui.actions import ACTIONS
from segstudio.gui.palette.entries import MOST_SAMPLES
from segstudio.gui.palette.synonyms import ACTIONS_ALSO, OPTIONS_ALSO, SECTIONS_ALSO
from segstudio.gui.panels.tool_options import SIZE
from segstudio.gui.widgets import Section
from segstudio.tools import TOOLS
from segstudio.tools.seeded import TOLERANCE
from tests.journeys.user import User

CTRL = Qt.KeyboardModifier.ControlModifier


def ask(user: User, typed: str = "") -> list[str]:
    """Open the palette, type, and return what it offers."""
    user.key(Qt.Key.Key_K, CTRL)
    assert user.window.finder.isVisible()
    user.bot.keyClicks(user.window.finder.field, typed)
    return [entry.text for entry in user.window.finder.model.entries]


def test_a_command_is_found_and_done(user: User, tiny_project: Path) -> None:
    user.open(tiny_project)
    assert ask(user, "eras")[0] == "Eraser"
    user.key(Qt.Key.Key_Return)
    assert user.window.tool == "eraser"
    assert not user.window.finder.isVisible()
    assert QApplication.focusWidget() is user.window.canvas


def test_letters_typed_there_are_not_keys(user: User, tiny_project: Path) -> None:
    user.open(tiny_project)
    ask(user, "ghe")
    assert user.window.finder.field.text() == "ghe"
    assert user.window.tool == "brush"
    assert not user.window.canvas.bare
    user.key(Qt.Key.Key_Escape)
    assert not user.window.finder.isVisible()
    user.key(Qt.Key.Key_G)
    assert user.window.tool == "fill"


def test_arrows_choose_and_a_click_does(user: User, tiny_project: Path) -> None:
    user.open(tiny_project)
    offered = ask(user, "brush")
    finder = user.window.finder
    user.key(Qt.Key.Key_Down)
    assert finder.view.currentIndex().data() == offered[1]
    user.key(Qt.Key.Key_Up)
    user.key(Qt.Key.Key_Up)
    assert finder.view.currentIndex().row() == 0
    before = user.window.session.options.size
    at = finder.view.visualRect(finder.model.index(offered.index("Larger brush"), 0)).center()
    user.bot.mouseClick(finder.view.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert user.window.session.options.size > before
    assert not finder.isVisible()


def test_what_was_done_last_comes_first(user: User, tiny_project: Path) -> None:
    user.open(tiny_project)
    for typed in ("outlines only", "light or"):
        ask(user, typed)
        user.key(Qt.Key.Key_Return)
    assert ask(user)[:2] == ["Light or dark", "Outlines only"]
    user.key(Qt.Key.Key_K, CTRL)
    assert not user.window.finder.isVisible()


def test_samples_classes_and_projects_are_found_by_name(user: User, tiny_project: Path, other_project: Path) -> None:
    user.open(other_project)
    user.open(tiny_project)
    user.wait(lambda: user.window.windowTitle().startswith("tiny") and open_sample(user) == "a")
    assert ask(user, "deep")[0] == "deep/b"
    user.key(Qt.Key.Key_Return)
    user.wait(lambda: open_sample(user) == "deep/b")
    assert ask(user, "void")[0] == "Draw class 3: void"
    user.key(Qt.Key.Key_Return)
    assert user.window.session.options.class_id == 255
    assert "Open other" in ask(user, "open other")
    user.key(Qt.Key.Key_Escape)


def test_what_cannot_be_done_now_is_shown_and_not_done(user: User, tiny_project: Path) -> None:
    user.open(tiny_project)
    offered = ask(user, "undo")
    finder = user.window.finder
    assert offered[0] == "History", "what can be done comes first"
    assert not finder.model.entries[offered.index("Undo")].enabled
    for _ in range(offered.index("Undo")):
        user.key(Qt.Key.Key_Down)
    user.key(Qt.Key.Key_Return)
    assert finder.isVisible()
    assert "Nothing was changed that could be undone" in said(user)
    assert ask_again(user, "four panes")[0] == "Four panes"
    assert not said(user)
    user.key(Qt.Key.Key_Return)
    assert "There is no prediction of this image" in said(user)
    user.key(Qt.Key.Key_Down)
    assert not said(user)
    user.bot.keyClicks(finder.field, " nothing is called so")
    assert not finder.model.entries
    user.key(Qt.Key.Key_Return)
    user.key(Qt.Key.Key_Escape)


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("history", "History"),
        ("gamma", "Gamma"),
        ("opacity", "Opacity"),
        ("tolerance", "Tolerance"),
        ("minimap", "Map of a picture out of sight"),
        ("channel", "Channels"),
        ("zoom fit", "Fit the picture"),
        ("split", "Cut"),
        ("theme", "Light or dark"),
        ("union", "Mode"),
        ("window", "Auto contrast"),
        ("brightness", "Brightness"),
        ("iou", "Metrics"),
    ],
)
def test_what_is_in_the_window_is_found_by_its_names(user: User, tiny_project: Path, typed: str, first: str) -> None:
    user.open(tiny_project)
    assert first == ask(user, typed)[0]
    able = [entry.enabled for entry in user.window.finder.model.entries]
    assert able == sorted(able, reverse=True)
    user.key(Qt.Key.Key_Escape)


def test_a_section_is_opened_and_brought_into_sight(user: User, tiny_project: Path) -> None:
    user.open(tiny_project)
    user.window.set_mode("compare")
    section = user.window.history_panel
    section.set_opened(False)
    ask(user, "history")
    user.key(Qt.Key.Key_Return)
    assert user.window.presenter.mode == "label"
    assert section.opened
    user.wait(lambda: not section.visibleRegion().isEmpty())
    focused = QApplication.focusWidget()
    assert focused is not None
    assert section.isAncestorOf(focused)


def test_what_is_set_in_a_section_takes_the_keys(user: User, tiny_project: Path) -> None:
    user.open(tiny_project)
    ask(user, "gamma")
    user.key(Qt.Key.Key_Return)
    field = QApplication.focusWidget()
    assert isinstance(field, QSpinBox)
    assert user.window.display_panel.gamma.isAncestorOf(field)
    user.bot.keyClicks(field, "2")
    user.key(Qt.Key.Key_Return)
    current = user.window.session.current
    assert current is not None
    assert current.seen.display.gamma == pytest.approx(2, abs=0.02)


def test_an_option_chooses_its_tool(user: User, tiny_project: Path) -> None:
    user.open(tiny_project)
    user.window.set_mode("predict")
    ask(user, "tolerance wand")
    user.key(Qt.Key.Key_Return)
    assert (user.window.presenter.mode, user.window.tool) == ("label", "wand")
    user.bot.keyClicks(QApplication.focusWidget(), "40")
    user.key(Qt.Key.Key_Return)
    assert user.window.session.options.number(TOLERANCE) == 40


def test_other_names_are_those_of_what_there_is(user: User, tiny_project: Path) -> None:
    user.open(tiny_project)
    assert ACTIONS_ALSO.keys() <= ACTIONS.keys()
    assert SECTIONS_ALSO.keys() <= {section.title.text() for section in user.window.findChildren(Section)}
    assert OPTIONS_ALSO.keys() <= {setting.key for tool in TOOLS.values() for setting in tool.settings} | {SIZE}


def test_a_name_typed_whole_comes_first(user: User, tiny_project: Path) -> None:
    user.open(tiny_project)
    user.window.bench.settings.add_used("outline")
    assert ask(user, "Outlines")[:2] == ["Outlines", "Outlines only"]
    assert ask_again(user, "outline")[0] == "Outlines only", "used last"
    user.key(Qt.Key.Key_Escape)


def test_a_click_elsewhere_closes_it(user: User, tiny_project: Path) -> None:
    user.open(tiny_project)
    ask(user)
    user.window.samples.search.setFocus()
    assert not user.window.finder.isVisible()


def test_the_button_opens_it_and_the_keys_then_go_where_they_went_before(user: User, tiny_project: Path) -> None:
    user.open(tiny_project)
    user.window.canvas.setFocus()
    user.bot.mouseClick(user.window.find_button, Qt.MouseButton.LeftButton)
    assert QApplication.focusWidget() is user.window.finder.field
    user.key(Qt.Key.Key_Escape)
    assert QApplication.focusWidget() is user.window.canvas


def test_the_field_one_came_from_may_be_gone(user: User, tiny_project: Path) -> None:
    user.open(tiny_project)
    field = QLineEdit(user.window)
    field.show()
    field.setFocus()
    ask(user)
    field.deleteLater()
    user.wait(lambda: not isValid(field))
    user.key(Qt.Key.Key_Escape)
    assert QApplication.focusWidget() is user.window.canvas


def test_it_stays_in_the_middle_of_the_window(user: User, tiny_project: Path) -> None:
    user.open(tiny_project)
    ask(user)
    user.window.resize(1280, 760)
    user.wait(lambda: user.window.width() == 1280)
    finder = user.window.finder.geometry()
    user.window.resize(1400, 760)
    user.wait(lambda: user.window.finder.geometry() != finder)
    now = user.window.finder.geometry()
    assert abs(now.center().x() - user.window.rect().center().x()) <= 1
    user.key(Qt.Key.Key_Escape)


def test_of_many_samples_only_the_first_found_are_listed(user: User, tiny_project: Path) -> None:
    user.open(tiny_project)
    project = user.window.session.project
    assert project is not None
    many = tuple(Sample(f"seq/frame_{i:06d}", project.samples[0].image) for i in range(100_000))
    object.__setattr__(project, "samples", many)
    assert ask(user, "frame")[:2] == ["seq/frame_000000", "seq/frame_000001"]
    assert sum(text.startswith("seq/") for text in ask_again(user, "frame")) == MOST_SAMPLES
    assert ask_again(user, "099999") == ["seq/frame_099999"]
    object.__setattr__(project, "samples", ())
    user.key(Qt.Key.Key_Escape)


def said(user: User) -> str:
    """Return what is said below the list, "" for nothing."""
    below = user.window.finder.findChild(QLabel, "hintText")
    assert isinstance(below, QLabel)
    return below.text() if below.isVisible() else ""


def open_sample(user: User) -> str | None:
    current = user.window.session.current
    return None if current is None else current.sample.id


def ask_again(user: User, typed: str) -> list[str]:
    user.window.finder.field.setText(typed)
    return [entry.text for entry in user.window.finder.model.entries]
