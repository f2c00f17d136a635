"""Select regions and do things to them in the real window."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt

from segstudio.core.raster import LabelPlane
from segstudio.editing.document import Document
from segstudio.gui.actions import regions
from segstudio.gui.regions import APPLY_TO, SMALLEST
from tests.journeys.user import User

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def document(user: User) -> Document:
    assert user.window.session.current is not None
    return user.window.session.current.document


def count(user: User, class_id: int = 1) -> int:
    return int(np.count_nonzero(document(user).labels == class_id))


def select_cell(user: User, project: Path) -> LabelPlane:
    """Open a project and select its cell, 10 by 12 pixels from row 6, column 4; return the labels."""
    user.open(project)
    user.key(Qt.Key.Key_T)
    user.click(8, 10)
    assert document(user).selection.area is not None
    return document(user).labels.copy()


def test_what_is_selected_is_seen_moved_and_deleted(user: User, tiny_project: Path) -> None:
    user.open(tiny_project)
    user.key(Qt.Key.Key_T)
    bare = user.color_at(8.5, 10.5)
    user.click(8, 10)
    assert user.color_at(8.5, 10.5) != bare
    user.drag((8.5, 10.5), (20, 12), (22.5, 12.5))
    assert user.label_at(8, 7) == 0
    assert (document(user).labels[8:20, 18:28] == 1).all()
    user.key(Qt.Key.Key_Delete)
    assert count(user) == 0
    user.key(Qt.Key.Key_Z, CTRL)
    user.key(Qt.Key.Key_Z, CTRL)
    assert (document(user).labels[6:18, 4:14] == 1).all()
    user.key(Qt.Key.Key_Delete)  # nothing is selected any more
    assert count(user) == 120


def test_escape_and_another_picture_forget_what_is_selected(user: User, tiny_project: Path) -> None:
    select_cell(user, tiny_project)
    user.key(Qt.Key.Key_Escape)
    assert document(user).selection.area is None
    user.click(8, 10)
    first = document(user)
    user.key(Qt.Key.Key_D)
    user.wait(lambda: document(user) is not first)
    user.key(Qt.Key.Key_A)
    user.wait(lambda: document(user) is first)
    assert first.selection.area is None


def test_a_class_key_gives_what_is_selected_its_class(user: User, tiny_project: Path) -> None:
    select_cell(user, tiny_project)
    user.key(Qt.Key.Key_3)  # void, the third class
    assert (document(user).labels[6:18, 4:14] == 255).all()
    assert document(user).history.undo_text == "Change class"
    user.key(Qt.Key.Key_2)  # it is still selected
    assert count(user) == 120
    user.key(Qt.Key.Key_B)
    user.key(Qt.Key.Key_3)  # with the brush nothing is selected that one sees
    assert count(user) == 120


def test_a_copy_is_pasted_at_the_same_place_in_the_next_picture(user: User, tiny_project: Path) -> None:
    select_cell(user, tiny_project)
    user.key(Qt.Key.Key_C, CTRL)
    first = document(user)
    user.key(Qt.Key.Key_D)
    user.wait(lambda: document(user) is not first)
    assert count(user) == 0
    user.key(Qt.Key.Key_V, CTRL)
    assert (document(user).labels[6:18, 4:14] == 1).all()
    assert count(user) == 120
    assert document(user).selection.area is not None  # to be moved to where it belongs
    user.drag((8.5, 10.5), (10.5, 10.5))
    assert (document(user).labels[6:18, 6:16] == 1).all()
    assert len(document(user).history) == 2


def test_a_region_is_cut_in_two_and_made_one_again(user: User, tiny_project: Path) -> None:
    before = select_cell(user, tiny_project)
    user.key(Qt.Key.Key_C)
    user.drag((2.5, 12.5), (9, 12.5), (16.5, 12.5))
    assert not document(user).labels[12, 4:14].any()
    user.key(Qt.Key.Key_T)
    user.click(8, 10)
    user.key(Qt.Key.Key_Delete)
    assert count(user) == 50
    user.key(Qt.Key.Key_Z, CTRL)
    user.key(Qt.Key.Key_Z, CTRL)
    np.testing.assert_array_equal(document(user).labels, before)


def test_that_only_what_is_selected_is_cut_is_said_and_so_is_the_way_out(user: User, tiny_project: Path) -> None:
    select_cell(user, tiny_project)
    hint = user.window.status._hint
    assert "Esc selects nothing" in hint.text()
    user.key(Qt.Key.Key_C)
    assert "Only what is selected" in hint.text()
    user.drag((0, 0.5), (31, 0.5))  # along the void, which is not selected
    assert not document(user).history.steps
    assert "right across what is selected" in user.heard[-1].title
    user.key(Qt.Key.Key_Escape)
    assert "Only what is selected" not in hint.text()
    user.drag((10.5, 0), (10.5, 20))
    assert not document(user).labels[:20, 10].any(), "both, the void and the cell, are cut"


def test_a_line_that_cuts_nothing_is_told_how_to(user: User, tiny_project: Path) -> None:
    user.open(tiny_project)
    user.key(Qt.Key.Key_C)
    user.drag((0, 10), (8, 10))  # ends within the cell
    assert not document(user).history.steps
    assert "right across a region" in user.heard[-1].title


def test_regions_are_merged_into_the_class_of_the_first(user: User, tiny_project: Path) -> None:
    select_cell(user, tiny_project)
    user.bot.mouseClick(user.window.canvas, Qt.MouseButton.LeftButton, SHIFT, user.at(8, 0.5))  # void
    user.key(Qt.Key.Key_J, CTRL)
    assert count(user, 255) == 0
    assert count(user) == 120 + 32


@pytest.mark.parametrize(
    ("name", "pixels"), [("grow", 120 + 88 + 4 * 1), ("shrink", 6 * 8), ("smooth", None), ("close", 120)]
)
def test_cleaning_up_what_is_selected(name: str, pixels: int | None, user: User, tiny_project: Path) -> None:
    before = select_cell(user, tiny_project)
    panel = user.window.clean_panel
    panel.set_opened(True)
    user.bot.mouseClick(panel.buttons[name], Qt.MouseButton.LeftButton)
    assert pixels is None or count(user) == pixels
    assert len(document(user).history) == (0 if name == "close" else 1)
    area = document(user).selection.area
    assert area is not None
    assert int(area[0].sum()) == count(user)
    user.key(Qt.Key.Key_Z, CTRL)
    np.testing.assert_array_equal(document(user).labels, before)


def test_cleaning_up_all_classes_or_one(user: User, tiny_project: Path) -> None:
    user.open(tiny_project)
    user.window.session.options.resize(1)
    user.click(25, 20)
    user.key(Qt.Key.Key_3)
    user.click(28, 20)
    options, actions = user.window.session.options, user.window.actions_by_name
    options.set(SMALLEST, 10)
    options.set(APPLY_TO, "class")
    actions["remove islands"].trigger()
    assert (user.label_at(25, 20), user.label_at(28, 20)) == (1, 0)
    options.set(APPLY_TO, "all")
    actions["remove islands"].trigger()
    assert (user.label_at(25, 20), user.label_at(28, 20)) == (0, 0)
    assert count(user) == 120


@pytest.mark.parametrize(("to", "where"), [("selection", "what is selected"), ("class", "cell"), ("all", "any class")])
@pytest.mark.parametrize(
    ("name", "nothing"),
    [
        ("fill holes", "No holes"),
        ("remove islands", "No islands smaller than 20 px"),
        ("keep largest", "No second region"),
    ],
)
def test_a_clean_up_with_nothing_to_do_says_so(
    name: str, nothing: str, to: str, where: str, user: User, tiny_project: Path
) -> None:
    select_cell(user, tiny_project)
    user.window.session.options.set(APPLY_TO, to)
    user.window.session.options.set(SMALLEST, 20)
    user.window.actions_by_name[name].trigger()
    assert user.heard[-1].title == f"{nothing} in {where}."
    assert not document(user).history.steps


def test_without_a_selection_one_is_told_how_to_make_one(user: User, tiny_project: Path) -> None:
    user.open(tiny_project)
    user.window.actions_by_name["grow"].trigger()
    assert "selected" in user.heard[-1].title
    assert user.heard[-1].action is not None
    user.heard[-1].action()
    assert user.window.tool == "select"
    assert not document(user).history.steps


@pytest.mark.parametrize("mode", ["predict"])
def test_in_predict_nothing_is_changed_unseen(mode: str, user: User, tiny_project: Path) -> None:
    select_cell(user, tiny_project)
    user.window.set_mode(mode)
    for name in ("delete region", "fill holes", "paste region"):
        user.window.actions_by_name[name].trigger()
    assert not document(user).history.steps


def test_all_that_is_done_to_regions_has_a_button_that_says_what_it_does(user: User, tiny_project: Path) -> None:
    user.open(tiny_project)
    panel = user.window.clean_panel
    panel.set_opened(True)
    specs = {name: spec for name, spec in regions.ROWS.items() if spec.menu in (regions.REGIONS, regions.CLEAN)}
    assert panel.buttons.keys() == specs.keys()
    assert all(spec.text in panel.buttons[name].toolTip() for name, spec in specs.items())
    user.key(Qt.Key.Key_T)
    assert not panel.buttons["delete region"].isEnabled()
    user.click(8, 10)
    user.bot.mouseClick(panel.buttons["delete region"], Qt.MouseButton.LeftButton)
    assert count(user) == 0


def test_after_a_clean_up_what_was_selected_is_selected_and_no_neighbour(user: User, tiny_project: Path) -> None:
    """Smoothing gives a jagged border's pixels to the region beside it, which is not selected for that."""
    user.open(tiny_project)
    labels = document(user)
    stroke = labels.begin("x")
    stroke.paint(np.ones((20, 32), np.bool_), (2, 0), 255)
    jagged = np.ones((20, 14), np.bool_)
    jagged[::2, -3:] = False
    stroke.paint(jagged, (2, 0), 1)
    stroke.commit()
    user.key(Qt.Key.Key_T)
    user.click(4, 10)
    user.window.actions_by_name["smooth"].trigger()
    user.wait(lambda: labels.history.undo_text != "x")
    area = labels.selection.area
    assert area is not None
    mask, (top, left) = area
    inside = labels.labels[top : top + mask.shape[0], left : left + mask.shape[1]][mask]
    assert set(inside.tolist()) == {1}
    assert mask.sum() == count(user)
