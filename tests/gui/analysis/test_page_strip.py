"""The strip of pages: every page can be reached however narrow it is, and it asks for little room."""

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from segstudio.gui.analysis.page_strip import PageStrip
from segstudio.gui.analysis.pages import PAGES
from segstudio.gui.theme import Theme


@pytest.fixture
def strip(theme: Theme, qtbot: QtBot) -> PageStrip:
    made = PageStrip(theme, PAGES)
    qtbot.addWidget(made)
    made.choose("images")
    made.resize(2000, made.height())
    made.show()
    return made


def in_sight(strip: PageStrip) -> list[str]:
    return [name for name in PAGES if strip.buttons.button(name).isVisible()]


def in_menu(strip: PageStrip) -> list[str]:
    return [action.text() for action in strip.more.menu().actions() if action.isVisible()]


def test_there_is_no_menu_where_all_have_room(strip: PageStrip) -> None:
    assert in_sight(strip) == list(PAGES)
    assert not strip.more.isVisible()


@pytest.mark.parametrize("width", [160, 400, 640, 880])
def test_what_has_no_room_is_in_the_menu(strip: PageStrip, qtbot: QtBot, width: int) -> None:
    strip.resize(width, strip.height())
    shown, offered = in_sight(strip), in_menu(strip)
    assert [PAGES[name].text for name in shown] + offered == [page.text for page in PAGES.values()]
    last = strip.more if offered else strip.buttons
    assert last.geometry().right() <= width
    heard: list[str] = []
    strip.chosen.connect(heard.append)
    for action in strip.more.menu().actions():
        if action.isVisible():
            action.trigger()
    for name in shown:
        qtbot.mouseClick(strip.buttons.button(name), Qt.MouseButton.LeftButton)
    assert sorted(heard) == sorted(PAGES)


def test_the_menu_names_the_page_that_is_shown_where_it_has_no_button(strip: PageStrip) -> None:
    strip.resize(400, strip.height())
    assert strip.more.text() == "More"
    strip.choose("conventions")
    assert strip.more.text() == "Conventions"
    assert "Conventions" in in_menu(strip)
    assert strip.more.geometry().right() <= 400
    strip.choose("images")
    assert strip.more.text() == "More"


def test_it_asks_for_little_width(strip: PageStrip) -> None:
    assert strip.minimumSizeHint().width() <= 200
