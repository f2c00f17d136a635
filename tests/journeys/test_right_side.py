"""The right side of Label: what is on it stays in its place and in sight."""

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QScrollArea, QWidget

from segstudio.gui import wheel
from segstudio.tools import TOOLS
from segstudio.tools.threshold import BY
from tests.journeys.test_instances_list import many
from tests.journeys.user import User


def places(user: User) -> list[int]:
    window = user.window
    sections = (window.rules_panel, window.clean_panel, window.record_panel)
    return [section.mapTo(window, QPoint(0, 0)).y() for section in sections]


def try_tools(user: User) -> set[tuple[int, ...]]:
    """Choose each tool, and what there is to set of it; return where the sections below were."""
    found = set()
    for name in TOOLS:
        for by in ("range", "otsu"):
            user.window.session.options.set(BY, by)
            user.window.choose_tool(name)
            QApplication.processEvents()
            found.add(tuple(places(user)))
    return found


def test_sections_stay_in_their_place_while_one_changes_tools(user: User, tiny_project: Path) -> None:
    user.window.resize(1280, 1400)
    user.open(tiny_project)
    assert len(try_tools(user)) > 1, "at first room is made for the most that is to be set"
    assert len(try_tools(user)) == 1


def test_no_room_is_kept_that_has_to_be_scrolled_past(user: User, tiny_project: Path) -> None:
    user.window.resize(1280, 720)
    user.open(tiny_project)
    options = user.window.options_panel
    layout = options.layout()
    assert layout is not None
    user.window.choose_tool("brush")
    QApplication.processEvents()
    bar = user.window.label_side.findChildren(QScrollArea)[0].verticalScrollBar()
    assert bar.maximum() > 0
    before = options.height()
    user.window.choose_tool("select")
    user.wait(lambda: options.height() < before)
    assert bar.maximum() == 0 or options.height() == layout.totalHeightForWidth(options.width())


def test_no_more_room_is_kept_than_a_tool_has_taken(user: User, tiny_project: Path) -> None:
    user.window.resize(1280, 1400)
    user.open(tiny_project)
    options, most = user.window.options_panel, 0
    for name in ("livewire", "brush", "rectangle", "livewire"):
        user.window.choose_tool(name)
        QApplication.processEvents()
        layout = options.layout()
        assert layout is not None
        most = max(most, layout.totalHeightForWidth(options.width()))
        assert options.height() == most


@pytest.mark.parametrize("name", ["clean_panel", "history_panel"])
def test_a_section_that_is_unfolded_comes_into_sight(name: str, user: User, tiny_project: Path) -> None:
    user.window.resize(1280, 720)
    user.open(tiny_project)
    panel, side = getattr(user.window, name), user.window.label_side
    panel.set_opened(False)
    user.bot.mouseClick(panel.title, Qt.MouseButton.LeftButton)
    assert panel.opened
    user.wait(lambda: panel.mapTo(side, panel.rect().bottomLeft()).y() < side.height())
    assert panel.mapTo(side, QPoint(0, 0)).y() > 0


def test_many_classes_are_in_sight_on_a_small_screen(user: User, tiny_project: Path) -> None:
    classes = "".join(f'[[class]]\nid = {i}\nname = "c{i}"\ncolor = "#0000{i:02x}"\n' for i in range(2, 14))
    with (tiny_project / "segstudio.toml").open("a", encoding="utf-8") as toml:
        toml.write(classes)
    user.window.resize(1280, 720)
    user.open(tiny_project)
    view = user.window.classes.view
    rows = view.viewport().height() // view.sizeHintForRow(0)
    assert rows >= 8
    user.window.resize(1600, 1000)
    user.window.resize(1280, 720)
    user.wait(lambda: view.viewport().height() // view.sizeHintForRow(0) >= 8)


def test_the_list_of_objects_has_the_room_that_is_over(user: User, cells: Path) -> None:
    user.window.resize(1280, 1700)
    many(user, cells)
    view, side = user.window.instances_panel.view, user.window.label_side
    area = next(part for part in side.findChildren(QScrollArea))
    rows = view.sizeHintForRow(0)
    user.wait(lambda: view.height() >= 8 * rows)
    assert area.verticalScrollBar().maximum() == 0
    user.window.resize(1280, 800)
    user.wait(lambda: view.height() == 5 * rows + 2)
    user.window.resize(1280, 1700)
    user.wait(lambda: view.height() >= 8 * rows)


def turn(user: User, part: QWidget) -> None:
    """Turn the wheel down over what is in sight of a part of the window."""
    at = part.mapTo(user.window, part.visibleRegion().boundingRect().center())
    QTest.wheelEvent(user.window.windowHandle(), QPointF(at), QPoint(0, -120))
    QApplication.processEvents()


def test_scrolling_the_side_goes_on_past_the_list_of_objects(
    user: User, cells: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    user.window.resize(1280, 720)
    many(user, cells)
    inner, (area,) = user.window.instances_panel.view, user.window.label_side.findChildren(QScrollArea)
    outer = area.verticalScrollBar()
    turn(user, user.window.rules_panel)
    moved = outer.value()
    assert moved > 0
    turn(user, inner.viewport())
    assert inner.verticalScrollBar().value() == 0
    assert outer.value() > moved
    moved = outer.value()
    monkeypatch.setattr(wheel, "ONE_SCROLL_MS", 0)  # the wheel rested
    turn(user, inner.viewport())
    assert inner.verticalScrollBar().value() > 0
    assert outer.value() == moved
