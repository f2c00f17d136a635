"""Say what may be drawn over, in the real window."""

from dataclasses import replace
from pathlib import Path

import numpy as np
from PIL import Image
from PySide6.QtCore import Qt

from segstudio.core.schema import LabelSchema
from segstudio.editing.document import Document
from segstudio.gui.panels.class_rows import lock_rect
from segstudio.services.paint_rules import PaintRules
from tests.journeys.user import User

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def document(user: User) -> Document:
    assert user.window.session.current is not None
    return user.window.session.current.document


def count(user: User, class_id: int = 1) -> int:
    return int(np.count_nonzero(document(user).labels == class_id))


def test_a_locked_class_keeps_its_pixels_and_one_is_told_once(user: User, tiny_project: Path) -> None:
    user.open(tiny_project)
    user.window.session.options.resize(3)
    view = user.window.classes.view
    row = view.visualRect(user.window.classes.model.index(1))
    user.bot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=lock_rect(row).center())
    assert user.window.session.rules.locked == {1}
    assert user.window.status.rules.isVisible()
    assert "cell locked" in user.window.status.rules.text()
    told = len(user.heard)
    user.drag((25, 20), (28, 20))  # with the locked class
    user.drag((25, 20), (28, 20))
    user.key(Qt.Key.Key_E)
    user.drag((8, 10), (10, 10))  # over the locked class
    assert count(user) == 120
    assert not document(user).history.steps
    assert len(user.heard) == told + 1
    assert "locked" in user.heard[-1].title
    user.heard[-1].action()  # type: ignore[misc]
    assert not user.window.session.rules.locked
    assert not user.window.status.rules.isVisible()
    user.drag((8, 10), (10, 10))
    assert count(user) < 120


def test_only_the_background_is_drawn_over_in_every_picture(user: User, tiny_project: Path) -> None:
    user.open(tiny_project)
    panel = user.window.rules_panel
    user.bot.mouseClick(user.window.status.rules, Qt.MouseButton.LeftButton) if panel.opened else panel.set_opened(True)
    user.bot.mouseClick(panel.over.button("background"), Qt.MouseButton.LeftButton)
    user.key(Qt.Key.Key_3)
    user.key(Qt.Key.Key_R)
    user.drag((2, 4), (20, 20))
    assert (document(user).labels[6:18, 4:14] == 1).all()
    assert user.label_at(17, 12) == 255
    first = document(user)
    user.key(Qt.Key.Key_D)
    user.wait(lambda: document(user) is not first)
    assert not document(user).rule.free


def test_what_serves_as_background_is_said_where_none_is_marked(user: User, tiny_project: Path) -> None:
    user.open(tiny_project)
    panel = user.window.rules_panel
    panel.set_opened(True)
    panel.over.button("background").click()
    assert not panel.stands_in.isVisible()
    project = user.window.session.project
    assert project is not None
    unmarked = LabelSchema(tuple(replace(c, background=False) for c in project.schema.classes))
    user.window.bench.change_schema(unmarked)
    assert panel.stands_in.isVisible()
    assert "void" in panel.stands_in.text()
    panel.over.button("all").click()
    assert not panel.stands_in.isVisible()


def test_only_chosen_classes_and_values_of_the_picture_are_drawn_over(user: User, tiny_project: Path) -> None:
    user.open(tiny_project)
    panel = user.window.rules_panel
    user.window.actions_by_name["over classes"].trigger()
    assert panel.opened
    assert panel.classes.isVisible()
    user.drag((25, 20), (28, 20))
    assert not document(user).history.steps  # no class is chosen yet
    panel.classes.item(0).setCheckState(Qt.CheckState.Checked)
    assert user.window.session.rules.chosen == {0}
    panel.ranged.click()
    panel.low.set_value(100)
    panel.low.changed.emit(100)
    before = document(user).labels.copy()
    user.key(Qt.Key.Key_R)
    user.drag((0, 0), (32, 24))
    with Image.open(tiny_project / "images" / "a.png") as image:
        gray = np.asarray(image, np.float64) @ (0.299, 0.587, 0.114)
    painted = document(user).labels != before
    assert painted.any()
    assert (before[painted] == 0).all()
    assert (gray[painted] >= 99.4).all()
    assert not painted[gray < 99.4].any()
    assert (document(user).labels == 1)[(before == 0) & (gray > 100.6)].all()
    chip = user.window.status.rules
    assert "background" in chip.toolTip()
    assert "from 100" in chip.toolTip()


def test_rules_follow_the_class_table_and_end_with_the_project(
    user: User, tiny_project: Path, other_project: Path
) -> None:
    user.open(tiny_project)
    session = user.window.session
    session.set_rules(PaintRules(locked=frozenset({1, 9})))
    user.window.classes.toggle_lock(255)
    assert session.project is not None
    schema = session.project.schema
    user.window.bench.change_schema(type(schema)(tuple(c for c in schema.classes if c.id != 255)))
    assert session.rules.locked == {1}
    user.saved()
    user.window.bench.open(other_project)
    user.wait(lambda: session.project is not None and session.project.root == other_project)
    user.wait(lambda: session.current is not None)
    assert session.rules == PaintRules()
    assert document(user).rule.free
