"""The list of objects: it goes to them, changes and deletes them, and stays where it is."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QMenu

from segstudio.gui.canvas.viewport import Viewport
from segstudio.overlays.objects import own_color
from segstudio.services.synthetic_cells import ROUND
from tests.journeys.cells import draw_two, objects, rows, settled
from tests.journeys.user import User

CTRL = Qt.KeyboardModifier.ControlModifier
LEFT = Qt.MouseButton.LeftButton


def many(user: User, cells: Path) -> None:
    """Open a picture with 80 objects."""
    classes = np.zeros((256, 320), np.uint8)
    classes.reshape(8, 32, 10, 32)[:, :20, :, :20] = ROUND
    Image.fromarray(classes).save(cells / "masks" / "a.png")
    user.open(cells)
    user.wait(lambda: len(rows(user)) == 80)


def test_the_list_goes_to_an_object_and_deletes_it(user: User, cells: Path) -> None:
    user.open(cells)
    draw_two(user)
    panel = user.window.instances_panel
    user.window.canvas.set_view(Viewport(8.0, 0, 0))
    at = panel.view.visualRect(panel.model.index(1)).center()
    user.bot.mouseClick(panel.view.viewport(), LEFT, pos=at)
    assert user.window.session.options.instance == 2
    middle = user.window.canvas.view.to_screen(80, 50)
    width, height = user.window.canvas.pane_size()
    assert middle == pytest.approx((width / 2, height / 2), abs=1)
    user.bot.keyClick(panel.view, Qt.Key.Key_Delete)
    settled(user)
    user.wait(lambda: rows(user) == ["round cell #1"])
    assert user.label_at(80, 50) == 0


def test_a_class_is_chosen_from_the_menu_of_a_row(user: User, cells: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[QMenu] = []  # the offscreen platform has no pop-ups
    monkeypatch.setattr(QMenu, "popup", lambda menu, at: shown.append(menu))
    user.open(cells)
    draw_two(user)
    panel = user.window.instances_panel
    at = panel.view.visualRect(panel.model.index(0)).center()
    user.bot.mouseClick(panel.view.viewport(), LEFT, pos=at)
    user.bot.mouseDClick(panel.view.viewport(), LEFT, pos=at)
    (menu,) = shown
    texts = [action.text() for action in menu.actions()]
    assert texts == ["round cell #1: make it", "", "rod", "granular cell", "unclear"]
    menu.actions()[4].trigger()
    settled(user)
    user.wait(lambda: rows(user) == ["round cell #2"])
    assert user.label_at(40, 50) == 255, "what is no thing is no object"


def asked_for_a_class(user: User, cells: Path, monkeypatch: pytest.MonkeyPatch) -> QMenu:
    """Select two drawn objects and press the key that asks for their class; return the menu that asks."""
    shown: list[QMenu] = []
    monkeypatch.setattr(QMenu, "popup", lambda menu, at: shown.append(menu))
    user.open(cells)
    draw_two(user)
    user.key(Qt.Key.Key_T)
    user.drag((35, 30), (85, 70))
    user.key(Qt.Key.Key_M, Qt.KeyboardModifier.ShiftModifier)
    (menu,) = shown
    return menu


def test_all_that_is_selected_is_given_a_class(user: User, cells: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    menu = asked_for_a_class(user, cells, monkeypatch)
    next(action for action in menu.actions() if action.text() == "rod").trigger()
    settled(user)
    user.wait(lambda: rows(user) == ["rod #1", "rod #2"])
    user.key(Qt.Key.Key_Z, CTRL)
    user.wait(lambda: rows(user) == ["round cell #1", "round cell #2"])


def test_thousands_of_objects_are_listed(user: User, cells: Path) -> None:
    image = np.zeros((400, 400, 3), np.uint8)
    Image.fromarray(image).save(cells / "images" / "a.png")
    classes = np.zeros((400, 400), np.uint8)
    classes.reshape(100, 4, 100, 4)[:, :3, :, :3] = ROUND
    Image.fromarray(classes).save(cells / "masks" / "a.png")
    user.open(cells)
    user.wait(lambda: user.window.instances_panel.model.rowCount() == 10_000)
    assert user.window.instances_panel.note.text() == "10,000"


def test_the_list_stays_where_it_was_scrolled_to(user: User, cells: Path) -> None:
    many(user, cells)
    panel = user.window.instances_panel
    bar = panel.view.verticalScrollBar()
    bar.setValue(bar.maximum() // 2)
    at = bar.value()
    assert at > 0
    user.window.session.options.choose(0)
    panel.delete_wanted.emit(objects(user)[70])
    user.wait(lambda: len(rows(user)) == 79)
    assert bar.value() == at


def test_the_list_of_another_sample_begins_at_its_top(user: User, cells: Path) -> None:
    many(user, cells)
    Image.fromarray(np.kron(np.eye(8, dtype=np.uint8), np.full((20, 20), ROUND, np.uint8))).save(
        cells / "masks" / "b.png"
    )
    image = np.zeros((160, 160, 3), np.uint8)
    Image.fromarray(image).save(cells / "images" / "b.png")
    bar = user.window.instances_panel.view.verticalScrollBar()
    bar.setValue(bar.maximum())
    user.key(Qt.Key.Key_D)
    user.wait(lambda: len(rows(user)) == 8)
    assert bar.maximum() > 0
    assert bar.value() == 0


def test_the_list_goes_to_an_object_that_is_begun(user: User, cells: Path) -> None:
    many(user, cells)
    panel = user.window.instances_panel
    bar = panel.view.verticalScrollBar()
    assert bar.value() == 0
    user.key(Qt.Key.Key_M)
    assert bar.value() == bar.maximum() > 0
    assert "#81" in user.window.status._hint.text()
    bar.setValue(0)
    user.window.session.options.resize(4)
    user.click(26.5, 26.5)
    user.wait(lambda: len(rows(user)) == 81)
    row = panel.view.visualRect(panel.view.currentIndex())
    assert panel.view.currentIndex().row() == 80
    assert panel.view.viewport().rect().contains(row)
    assert panel.note.text() == "81"


def test_an_object_that_is_selected_in_the_picture_is_marked_in_the_list(user: User, cells: Path) -> None:
    many(user, cells)
    panel, drawn = user.window.instances_panel, user.window.session.options.class_id
    user.key(Qt.Key.Key_T)
    user.click(310 - 12, 230 + 4)
    number = int(user.window.session.current.document.instances[234, 298])  # type: ignore[union-attr, index]
    assert number == 80
    assert panel.view.chosen is not None
    assert panel.view.chosen.number == number
    row = panel.view.visualRect(panel.view.currentIndex())
    assert panel.view.viewport().rect().contains(row)
    assert user.window.session.options.class_id == drawn, "what is drawn with stays"
    at = panel.view.visualRect(panel.model.index(78)).center()
    user.bot.mouseClick(panel.view.viewport(), LEFT, pos=at)
    assert panel.view.chosen.number == 79, "a click in the list goes before what is selected"


def test_rows_have_the_colours_that_the_picture_has(user: User, cells: Path) -> None:
    user.open(cells)
    draw_two(user)
    view = user.window.instances_panel.view

    def chip(row: int) -> str:
        at = view.visualRect(view.model().index(row, 0))
        return view.viewport().grab().toImage().pixelColor(at.x() + 66, at.center().y()).name()

    assert chip(0) == chip(1)
    do = user.window.actions_by_name["colour by instance"]
    do.trigger()
    assert chip(0) == QColor(*own_color(1)).name()
    assert chip(1) == QColor(*own_color(2)).name()
    do.trigger()
    assert chip(0) == chip(1)


def test_a_class_is_found_in_the_menu_by_typing(user: User, cells: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    menu = asked_for_a_class(user, cells, monkeypatch)
    user.bot.keyClicks(menu, "cell")
    offered = [action.text() for action in menu.actions()[2:] if action.isVisible()]
    assert offered == ["round cell", "granular cell"]
    assert menu.actions()[0].text() == "Make it cell"
    user.bot.keyClicks(menu, "z")  # nothing has that: it is as if it had not been typed
    for _ in "cell":
        user.bot.keyClick(menu, Qt.Key.Key_Backspace)
    user.bot.keyClicks(menu, "r")
    assert menu.activeAction().text() == "round cell"
    user.bot.keyClicks(menu, "od")
    user.bot.keyClick(menu, Qt.Key.Key_Return)
    settled(user)
    user.wait(lambda: rows(user) == ["rod #1", "rod #2"])


def test_a_key_that_can_do_nothing_now_says_why(user: User, cells: Path) -> None:
    user.open(cells)
    user.key(Qt.Key.Key_M, Qt.KeyboardModifier.ShiftModifier)
    assert user.heard[-1].title == "Select something, or choose an instance."
