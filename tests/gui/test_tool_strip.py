"""The strip of tools, high and low."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from segstudio.gui.panels.tool_button import ToolButton
from segstudio.gui.panels.tools import ToolStrip
from segstudio.gui.theme import Theme
from segstudio.tools import TOOLS


@pytest.fixture
def strip(qtbot: QtBot, qapp: QApplication) -> Iterator[ToolStrip]:
    theme = Theme(qapp)
    strip = ToolStrip(theme)
    strip.show_keys(lambda name: f"key of {name}")
    strip.resize(strip.width(), 2000)
    strip.show()
    yield strip
    strip.close()
    strip.deleteLater()
    theme.deleteLater()


def button(strip: ToolStrip, name: str) -> ToolButton:
    return next(b for b in strip.findChildren(ToolButton) if b.name == name)


def seen(strip: ToolStrip) -> list[str]:
    return [b.name for b in strip.findChildren(ToolButton) if b.isVisible()]


def low(strip: ToolStrip) -> None:
    strip.resize(strip.minimumSizeHint())
    QApplication.processEvents()


@pytest.fixture
def offered(monkeypatch: pytest.MonkeyPatch) -> list[QMenu]:
    """The menus that were opened; the platform of the tests cannot show them."""
    menus: list[QMenu] = []
    monkeypatch.setattr(QMenu, "popup", lambda menu, at: menus.append(menu))
    return menus


def texts(menu: QMenu) -> list[list[str]]:
    return [action.text().split("\t") for action in menu.actions()]


def test_with_room_each_tool_has_its_button(strip: ToolStrip) -> None:
    assert seen(strip) == list(TOOLS)
    assert not any(b.several for b in strip.findChildren(ToolButton))


def test_without_room_one_of_each_group_stays_and_it_is_the_one_chosen_last(strip: ToolStrip) -> None:
    low(strip)
    assert seen(strip)[:3] == ["brush", "eraser", "polygon"]
    strip.choose("livewire")
    strip.choose("eraser")
    assert seen(strip)[:3] == ["brush", "eraser", "livewire"]
    assert button(strip, "livewire").several
    assert not button(strip, "eraser").several
    strip.resize(strip.width(), 2000)
    QApplication.processEvents()
    assert seen(strip) == list(TOOLS)


def test_tools_of_a_group_follow_each_other() -> None:
    groups = [tool.group or name for name, tool in TOOLS.items()]
    assert len(dict.fromkeys(groups)) == sum(a != b for a, b in zip(groups, [None, *groups], strict=False))


def test_a_press_that_is_held_offers_the_others(strip: ToolStrip, offered: list[QMenu], qtbot: QtBot) -> None:
    low(strip)
    chosen: list[str] = []
    strip.chosen.connect(chosen.append)
    polygon = button(strip, "polygon")
    with qtbot.waitSignal(polygon.others_wanted):
        qtbot.mousePress(polygon, Qt.MouseButton.LeftButton)
    (menu,) = offered
    assert texts(menu) == [[TOOLS[name].text, f"key of {name}"] for name in ("polygon", "lasso", "livewire")]
    menu.actions()[2].trigger()
    assert chosen == ["livewire"]


@pytest.mark.parametrize("way", ["click again", "menu key"])
def test_the_others_are_offered_without_holding_too(
    way: str, strip: ToolStrip, offered: list[QMenu], qtbot: QtBot
) -> None:
    low(strip)
    strip.choose("wand")
    wand = button(strip, "wand")
    if way == "click again":
        qtbot.mouseClick(wand, Qt.MouseButton.LeftButton)
    else:
        QApplication.sendEvent(wand, QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(5, 5), QPoint(5, 5)))
    assert [text for menu in offered for text, _ in texts(menu)] == ["Fill", "Magic wand"]


def test_a_click_chooses_and_keeps_one_chosen(strip: ToolStrip, qtbot: QtBot) -> None:
    chosen: list[str] = []
    strip.chosen.connect(chosen.append)
    for name in ("wand", "wand", "pan"):
        qtbot.mouseClick(button(strip, name), Qt.MouseButton.LeftButton)
    assert chosen == ["wand", "wand", "pan"]
    assert [b.name for b in strip.findChildren(ToolButton) if b.isChecked()] == ["pan"]
