"""The class table is changed in the window, and what it then says is on disk."""

from pathlib import Path

import numpy as np
import pytest
import tomlkit
from PySide6.QtCore import Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QApplication, QInputDialog, QMenu, QPushButton

from segstudio.gui.messages import Toast
from tests.journeys.compared import STREET, write_project
from tests.journeys.user import User

pytestmark = pytest.mark.qt_log_ignore("does not support (raise|grabbing the keyboard)", extend=True)


def table(root: Path) -> list[dict[str, object]]:
    """Return the classes as they are on disk."""
    return [dict(entry) for entry in tomlkit.parse((root / "segstudio.toml").read_text(encoding="utf-8"))["class"]]


def do(user: User, name: str) -> None:
    user.window.actions_by_name[name].trigger()
    user.wait(lambda: user.window.bench.autosave.settled)


def test_a_class_moves_in_the_list_and_to_another_key(user: User, tiny_project: Path) -> None:
    user.open(tiny_project)
    before = [c["id"] for c in table(tiny_project)]
    user.window.session.options.choose(1)
    do(user, "class down")
    assert [c["id"] for c in table(tiny_project)] == [before[0], before[2], before[1]]
    user.window.classes.choose_key(1)
    assert user.window.session.options.class_id == before[2]


@pytest.mark.parametrize(("name", "mark"), [("ignore class", "ignore"), ("thing class", "thing")])
def test_marks_of_a_class_are_set_and_taken_away(name: str, mark: str, user: User, tiny_project: Path) -> None:
    user.open(tiny_project)
    user.window.session.options.choose(1)
    was = bool(table(tiny_project)[1].get(mark))
    do(user, name)
    assert bool(table(tiny_project)[1].get(mark)) is not was
    user.wait(lambda: user.window.actions_by_name[name].isChecked() is not was)
    do(user, name)
    assert bool(table(tiny_project)[1].get(mark)) is was


def test_one_class_is_the_background(user: User, tiny_project: Path) -> None:
    user.open(tiny_project)
    user.window.session.options.choose(1)
    do(user, "background class")
    assert [c["id"] for c in table(tiny_project) if c.get("background")] == [1]
    assert user.window.session.options.background_id == 1


def test_a_class_that_is_used_is_not_deleted(user: User, tiny_project: Path) -> None:
    user.open(tiny_project)
    user.window.session.options.choose(1)
    do(user, "delete class")
    assert [c["id"] for c in table(tiny_project)] == [0, 1, 255]
    assert "pixels in this picture" in user.heard[-1].title
    user.window.session.options.choose(0)
    do(user, "delete class")
    assert "background" in user.heard[-1].title
    assert len(table(tiny_project)) == 3


def test_a_class_that_nothing_is_drawn_with_is_deleted_and_brought_back(user: User, tiny_project: Path) -> None:
    user.open(tiny_project)
    project = user.window.session.project
    assert project is not None
    user.window.bench.change_schema(project.schema.extended("nerve"))
    user.window.session.options.choose(2)
    do(user, "delete class")
    assert [c["id"] for c in table(tiny_project)] == [0, 1, 255]
    message = user.heard[-1]
    assert message.action is not None
    message.action()
    user.wait(lambda: [c["name"] for c in table(tiny_project)][-1] == "nerve")


def row_menu(user: User, name: str) -> QMenu:
    """Click the row of a class with the second button, and return the menu that opens."""
    view = user.window.classes.view
    row = next(n for n, c in enumerate(user.window.classes.model.classes) if c.name == name)
    at = view.visualRect(view.model().index(row, 0)).center()
    user.bot.mouseClick(view.viewport(), Qt.MouseButton.RightButton, pos=at)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, view.viewport().mapToGlobal(at))
    QApplication.sendEvent(view.viewport(), event)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    return menu


def choose(menu: QMenu, text: str) -> None:
    action = next(a for a in menu.actions() if a.text() == text)
    action.trigger()
    menu.close()


def names(user: User) -> list[str]:
    return [c.name for c in user.window.classes.model.classes]


def add(user: User, name: str, monkeypatch: pytest.MonkeyPatch) -> int:
    """Add a class in the window; return its id."""
    monkeypatch.setattr(QInputDialog, "getText", lambda *_, **__: (name, True))
    do(user, "add class")
    return user.window.classes.model.classes[-1].id


def test_the_menu_of_a_row_is_about_that_row(user: User, tiny_project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    user.open(tiny_project)
    add(user, "nerve", monkeypatch)
    add(user, "vein", monkeypatch)
    drawn = user.window.session.options.class_id
    menu = row_menu(user, "nerve")
    assert menu.actions()[0].text() == "nerve"
    choose(menu, "Delete the class")
    assert "nerve" not in names(user)
    assert "vein" in names(user)
    assert user.window.session.options.class_id == drawn
    other = row_menu(user, "vein")
    assert not next(a for a in other.actions() if a.text() == "Ignored by scores").isChecked()
    choose(other, "Ignored by scores")
    assert user.window.classes.model.classes[-1].ignore


def test_the_value_of_a_deleted_class_is_never_given_to_another(
    user: User, tiny_project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    user.open(tiny_project)
    nerve = add(user, "nerve", monkeypatch)
    do(user, "delete class")
    assert add(user, "tree", monkeypatch) != nerve
    user.window.bench.open(tiny_project)
    user.wait(lambda: user.window.session.project is not None and user.window.session.project.schema.deleted)
    assert add(user, "bush", monkeypatch) != nerve


def test_a_deleted_class_comes_back_long_after_its_message_went(
    user: User, tiny_project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    user.open(tiny_project)
    assert not user.window.actions_by_name["bring back class"].isEnabled()
    nerve = add(user, "nerve", monkeypatch)
    do(user, "delete class")
    toast = next(t for t in user.window.findChildren(Toast) if t.message is user.heard[-1])
    toast.left.emit(toast)
    add(user, "tree", monkeypatch)
    user.wait(lambda: user.window.actions_by_name["bring back class"].isEnabled())
    do(user, "bring back class")
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    choose(menu, "nerve")
    assert user.window.session.options.class_id == nerve
    user.wait(lambda: table(tiny_project)[-1]["name"] == "nerve")


def test_the_last_message_shown_again_still_brings_the_class_back(
    user: User, tiny_project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    user.open(tiny_project)
    add(user, "nerve", monkeypatch)
    do(user, "delete class")
    gone = next(t for t in user.window.findChildren(Toast) if t.message is user.heard[-1])
    gone.left.emit(gone)
    do(user, "last message")
    again = next(t for t in user.window.findChildren(Toast) if t is not gone and t.message is user.heard[-1])
    button = next(b for b in again.findChildren(QPushButton) if b.text() == "Bring it back")
    user.wait(button.isEnabled)
    user.bot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert names(user)[-1] == "nerve"


def test_other_pictures_that_hold_the_class_are_told_of_before_it_is_deleted(user: User, tmp_path: Path) -> None:
    road, car = np.zeros((20, 20), np.uint8), np.full((20, 20), 1, np.uint8)
    planes = {f"{folder}/{n}": road for folder in ("masks", "predictions/p") for n in "ac"}
    images = {f"images/{n}": np.full((20, 20, 3), 90, np.uint8) for n in "abc"}
    root = write_project(tmp_path / "street", {**planes, **images, "masks/b": car, "predictions/p/b": road}, STREET)
    user.open(root)
    user.wait(lambda: len(user.window.session.scores) == 3)
    user.window.session.options.choose(1)
    do(user, "delete class")
    assert user.heard[-1].title == "car has pixels in 1 of 2 other pictures that were compared."
    assert "car" in names(user)
    ((_, delete),) = user.heard[-1].choices
    delete()
    assert "car" not in names(user)
