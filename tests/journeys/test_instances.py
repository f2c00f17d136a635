"""Tell objects apart: number what is drawn, find it in the list, change it as a whole, and find it on disk."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image
from PySide6.QtCore import QPoint, Qt

from segstudio.io.instances import find_numbers
from segstudio.services.open_sample import load_sample
from segstudio.services.opening import open_path
from segstudio.services.synthetic_cells import GRANULAR, ROD, ROUND
from tests.journeys.cells import draw_two, numbers, objects, rows, settled
from tests.journeys.user import User

CTRL = Qt.KeyboardModifier.ControlModifier
LEFT = Qt.MouseButton.LeftButton


def test_two_that_touch_are_drawn_changed_undone_and_saved(user: User, cells: Path) -> None:
    user.open(cells)
    assert rows(user) == []
    draw_two(user)
    assert rows(user) == ["round cell #1", "round cell #2"]
    first, second = objects(user)
    assert first.rect.x1 == second.rect.x0, "they touch"

    user.window.instances_panel.class_chosen.emit(first, ROD)
    settled(user)
    user.wait(lambda: rows(user) == ["rod #1", "round cell #2"])
    assert user.label_at(40, 50) == ROD
    assert user.label_at(80, 50) == ROUND
    user.key(Qt.Key.Key_Z, CTRL)
    user.wait(lambda: rows(user) == ["round cell #1", "round cell #2"])
    assert objects(user) == [first, second]

    user.saved()
    drawn = numbers(user)
    with Image.open(cells / "masks" / "a.instances.png") as picture:
        assert picture.mode == "I;16"
        np.testing.assert_array_equal(np.asarray(picture), drawn)
    project = open_path(cells)
    again = load_sample(project, project.samples[0], None)
    again.follow(project.schema)
    np.testing.assert_array_equal(again.document.instances, drawn)
    assert again.instances is not None
    assert again.instances.all() == [first, second]
    assert not again.problems


def test_what_has_classes_only_comes_with_an_object_for_each_area(user: User, cells: Path) -> None:
    user.open(cells)
    user.key(Qt.Key.Key_D)
    user.wait(lambda: len(rows(user)) > 5)
    assert {i.class_id for i in objects(user)} <= {ROUND, ROD, GRANULAR}
    assert not list((cells / "masks").glob("*.instances.png")), "looking writes nothing"


def test_painting_over_takes_pixels_from_another_object(user: User, cells: Path) -> None:
    user.open(cells)
    draw_two(user)
    areas = {i.number: i.area for i in objects(user)}
    user.drag((50, 50), (60, 50))  # still the second
    taken = {i.number: i.area for i in objects(user)}
    assert taken[1] < areas[1]
    assert taken[2] > areas[2]
    assert numbers(user)[50, 52] == 2
    assert user.label_at(52, 50) == ROUND


def test_a_picked_object_is_gone_on_with(user: User, cells: Path) -> None:
    user.open(cells)
    draw_two(user)
    user.key(Qt.Key.Key_3)
    assert user.window.session.options.class_id == ROD
    assert user.window.session.options.instance == 3
    user.bot.mouseClick(user.window.canvas, LEFT, CTRL, user.at(40, 50))
    assert (user.window.session.options.class_id, user.window.session.options.instance) == (ROUND, 1)
    user.drag((40, 50), (40, 80))
    assert len(objects(user)) == 2
    user.wait(lambda: user.window.instances_panel.view.chosen == objects(user)[0])


def test_the_pointer_names_and_outlines_what_is_below(user: User, cells: Path) -> None:
    user.open(cells)
    draw_two(user)
    status, canvas = user.window.status, user.window.canvas
    user.key(Qt.Key.Key_I)
    edge = objects(user)[0].rect.y0
    user.bot.mouseMove(canvas, user.at(150, 200))
    user.wait(lambda: status._class.text() == "background")
    assert user.color_at(40, edge).name() != "#ffffff"
    user.bot.mouseMove(canvas, user.at(40, 50))
    user.wait(lambda: status._class.text() == "round cell #1")
    assert user.color_at(40, edge).name() == "#ffffff"
    user.bot.mouseMove(canvas, user.at(150, 200))
    user.wait(lambda: status._class.text() == "background")
    assert user.color_at(40, edge).name() != "#ffffff"


def test_an_outline_goes_as_a_whole_from_what_has_grown(user: User, cells: Path) -> None:
    user.open(cells)
    draw_two(user)
    canvas = user.window.canvas
    user.bot.mouseMove(canvas, user.at(80, 50))
    user.drag((80, 50), (80, 120))
    user.key(Qt.Key.Key_I)  # no brush round the pointer
    user.bot.mouseMove(canvas, user.at(80, 70))
    edge = objects(user)[1].rect.y1
    assert user.color_at(80, edge).name() == "#ffffff"
    user.bot.mouseMove(canvas, user.at(200, 10))
    assert user.color_at(80, edge).name() != "#ffffff"
    assert objects(user)[1].rect.y1 == edge


def test_colours_by_instance(user: User, cells: Path) -> None:
    user.open(cells)
    draw_two(user)
    user.bot.mouseMove(user.window.canvas, user.at(150, 200))

    def hues() -> tuple[int, int]:
        shown = user.window.canvas.grab().toImage()
        return shown.pixelColor(user.at(40, 50)).hue(), shown.pixelColor(user.at(80, 50)).hue()

    by_class = hues()
    assert abs(by_class[0] - by_class[1]) < 30
    user.bot.mouseClick(user.window.instances_panel.colours.button("instance"), LEFT)
    by_instance = hues()
    assert abs(by_instance[0] - by_instance[1]) > 30
    user.window.actions_by_name["colour by instance"].trigger()
    assert hues() == by_class
    assert user.window.instances_panel.colours.button("class").isChecked()


def test_telling_apart_is_turned_on_and_off(user: User, tiny_project: Path) -> None:
    user.open(tiny_project)
    panel = user.window.instances_panel
    assert not panel.view.isVisibleTo(panel)
    assert not user.window.actions_by_name["new instance"].isEnabled()
    user.window.session.options.resize(3)
    user.drag((24, 20.5), (28, 20.5))
    user.bot.mouseClick(panel.apart, LEFT, pos=QPoint(8, panel.apart.height() // 2))
    user.wait(lambda: user.window.session.current is not None and len(rows(user)) == 2)
    user.wait(lambda: 'task = "instances"' in (tiny_project / "segstudio.toml").read_text(encoding="utf-8"))
    assert rows(user) == ["cell #1", "cell #2"]
    user.drag((24, 3.5), (28, 3.5))
    user.saved()
    found = find_numbers(tiny_project / "masks" / "a.png")
    assert found is not None
    assert sorted(np.unique(found.instances)) == [0, 1, 2, 3]
    user.bot.mouseClick(panel.apart, LEFT, pos=QPoint(8, panel.apart.height() // 2))
    user.wait(lambda: user.window.session.current is not None and not rows(user))
    assert user.window.session.current.document.instances is None  # type: ignore[union-attr]
    user.wait(lambda: 'task = "semantic"' in (tiny_project / "segstudio.toml").read_text(encoding="utf-8"))


def test_real_nuclei_numbered_in_one_file_are_objects(user: User, shared_data: Callable[[str], Path]) -> None:
    folder = shared_data("cells_dsb2018")
    user.open(folder)
    project = user.window.session.project
    assert project is not None
    assert project.task == "instances"
    assert len(objects(user)) == len(np.unique(numbers(user))) - 1 > 1
    assert user.window.session.current is not None
    assert not user.window.session.current.problems
