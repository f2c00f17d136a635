"""Whatever is done while labels are being saved or a folder is being read, no stroke is lost. Workers go by hand."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from segstudio.core.schema import LabelClass, LabelSchema
from segstudio.gui.app import make_window
from segstudio.io.project import CONFIG_NAME
from tests.gui.by_hand import Desk, add_run, drive_by_hand, mend, spoil
from tests.journeys.user import User


class Person(User):
    """Somebody at a window whose workers are driven by hand."""

    def __init__(self, desk: Desk, user: User) -> None:
        super().__init__(user.window, user.bot)
        self.desk = desk
        self.closed: list[bool] = []
        user.window.closed.connect(lambda: self.closed.append(True))

    def open(self, path: Path) -> None:
        self.desk.open(path)
        self.window.session.options.resize(3)

    def draw(self, row: float = 20.5) -> None:
        self.drag((22, row), (28, row))

    def press(self, x: float, y: float) -> None:
        self.bot.mousePress(self.window.canvas, Qt.MouseButton.LeftButton, pos=self.at(x, y))

    def release(self, x: float, y: float) -> None:
        self.bot.mouseRelease(self.window.canvas, Qt.MouseButton.LeftButton, pos=self.at(x, y))

    def save(self) -> None:
        """Let the save under way come to its end."""
        self.desk.finish(self.window.bench.autosave)

    def on_disk(self, root: Path, x: int, y: int) -> int:
        return int(self.desk.on_disk(root)[y, x])

    def questions(self) -> list[QMessageBox]:
        return [box for box in self.window.findChildren(QMessageBox) if box.isVisible()]

    def answer(self, button: QMessageBox.StandardButton) -> None:
        (box,) = self.questions()
        self.bot.mouseClick(box.button(button), Qt.MouseButton.LeftButton)


@pytest.fixture
def person(qtbot: QtBot, own_directories: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Person]:
    drive_by_hand(monkeypatch)
    window = make_window()
    window.resize(1280, 800)
    with qtbot.waitExposed(window):
        window.show()
    yield Person(Desk(window.bench), User(window, qtbot))
    window.hide()
    window.thumbnails.close()
    window.bench.close()
    window.deleteLater()


def test_closing_with_nothing_to_save_closes_at_once(person: Person, tiny_project: Path) -> None:
    person.open(tiny_project)
    person.window.close()
    assert person.closed == [True]
    assert not person.window.isVisible()


def test_closing_at_once_after_a_stroke_saves_it(person: Person, tiny_project: Path) -> None:
    person.open(tiny_project)
    person.draw()
    person.window.close()
    assert not person.closed
    assert person.window.isVisible()
    person.save()
    assert person.closed == [True]
    assert person.on_disk(tiny_project, 25, 20) == 1


def test_closing_with_the_button_down_saves_what_is_drawn(person: Person, tiny_project: Path) -> None:
    person.open(tiny_project)
    person.press(25, 20)
    person.window.close()
    person.release(25, 20)
    assert not person.closed
    person.save()
    assert person.closed == [True]
    assert person.on_disk(tiny_project, 25, 20) == 1


@pytest.mark.parametrize("times", [1, 2])
def test_closing_while_a_save_is_under_way_waits_for_it(person: Person, tiny_project: Path, times: int) -> None:
    person.open(tiny_project)
    person.draw()
    person.key(Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    for _ in range(times):
        person.window.close()
        assert not person.closed
    person.save()
    assert person.closed == [True]
    assert not person.questions()
    assert person.on_disk(tiny_project, 25, 20) == 1


def test_closing_after_an_undo_during_a_save_saves_what_is_seen(person: Person, tiny_project: Path) -> None:
    person.open(tiny_project)
    person.draw()
    person.key(Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    person.desk.work(person.window.bench.autosave)
    person.key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert person.label_at(25, 20) == 0
    person.window.close()
    assert not person.closed
    person.desk.deliver()
    person.save()
    assert person.closed == [True]
    assert person.on_disk(tiny_project, 25, 20) == 0


def test_a_stroke_begun_while_the_window_waits_to_close_is_saved_too(person: Person, tiny_project: Path) -> None:
    person.open(tiny_project)
    person.draw()
    person.window.close()
    person.press(25, 4)
    person.save()
    assert not person.closed
    person.release(25, 4)
    person.desk.pass_delay()
    person.save()
    assert person.closed == [True]
    assert person.on_disk(tiny_project, 25, 20) == person.on_disk(tiny_project, 25, 4) == 1


@pytest.mark.parametrize("what", ["labels", "classes"])
def test_closing_asks_where_nothing_can_be_saved(person: Person, tiny_project: Path, what: str) -> None:
    person.open(tiny_project)
    if what == "labels":
        spoil(tiny_project)
        person.draw()
    else:
        (tiny_project / CONFIG_NAME).rename(tiny_project / "away.toml")
        (tiny_project / CONFIG_NAME).mkdir()
        assert person.window.session.project is not None
        person.window.bench.change_schema(person.window.session.project.schema.extended("nerve"))
        person.save()
    for _ in range(2):
        person.window.close()
    person.save()
    person.window.close()
    (question,) = person.questions()  # once is enough
    assert ("offered when the folder is opened again" in question.informativeText()) == (what == "labels")
    person.answer(QMessageBox.StandardButton.Cancel)
    assert not person.closed
    assert person.window.isVisible()
    assert person.window.session.has_work
    if what == "labels":
        assert person.label_at(25, 20) == 1
        mend(tiny_project)
    else:
        (tiny_project / CONFIG_NAME).rmdir()
        (tiny_project / "away.toml").rename(tiny_project / CONFIG_NAME)
    person.window.close()
    person.save()
    assert person.closed == [True]
    if what == "labels":
        assert person.on_disk(tiny_project, 25, 20) == 1
    else:
        assert "nerve" in (tiny_project / CONFIG_NAME).read_text(encoding="utf-8")


def test_what_cannot_be_saved_can_be_given_up(person: Person, tiny_project: Path) -> None:
    person.open(tiny_project)
    spoil(tiny_project)
    person.draw()
    person.window.close()
    person.save()
    person.answer(QMessageBox.StandardButton.Discard)
    assert person.closed == [True]
    assert not (tiny_project / "masks").is_dir()


@pytest.mark.parametrize("button_down", [False, True])
def test_a_stroke_made_while_a_folder_is_read_stays_with_its_folder(
    person: Person, tiny_project: Path, other_project: Path, button_down: bool
) -> None:
    person.open(tiny_project)
    bench = person.window.bench
    bench.open(other_project)
    if button_down:
        person.press(25, 20)
    else:
        person.draw()
    person.desk.finish(bench.opener)
    assert person.desk.root == tiny_project
    person.save()
    person.desk.settle()
    assert person.desk.root == other_project
    if button_down:
        person.bot.mouseMove(person.window.canvas, person.at(25, 10))
        person.release(25, 10)
    assert person.on_disk(tiny_project, 25, 20) == 1
    assert not person.window.session.has_work, "nothing of it is drawn into the folder opened"
    assert not person.desk.document.labels[1:, 22:].any()


def test_closing_while_a_folder_is_opened_closes(person: Person, tiny_project: Path, other_project: Path) -> None:
    person.open(tiny_project)
    person.draw()
    person.window.close()
    person.window.bench.open(other_project)
    person.desk.finish(person.window.bench.opener)
    person.save()
    assert person.closed == [True]
    assert person.on_disk(tiny_project, 25, 20) == 1


def test_nothing_can_be_drawn_while_labels_are_widened(person: Person, tiny_project: Path) -> None:
    person.open(tiny_project)
    project = person.window.session.project
    assert project is not None
    person.window.bench.change_schema(LabelSchema((*project.schema.classes, LabelClass(300, "wide", (1, 2, 3)))))
    assert person.window.canvas.document is None
    person.draw()
    person.desk.settle()
    person.window.session.options.choose(300)
    person.draw()
    assert person.label_at(25, 20) == 300


def test_an_image_without_labels_shows_no_score_and_what_failed_is_told(person: Person, tiny_project: Path) -> None:
    add_run(tiny_project, "one", 1, "a", "c")
    person.open(tiny_project)
    person.window.set_mode("compare")
    metrics = person.window.metrics
    metrics.refresh()
    assert metrics.note.text() == "1 image, 1 not scored"
    assert "no prediction" in metrics.note.toolTip()
    shown = metrics.model.index(1, 2)
    assert shown.data() != "-"
    person.desk.go("c")
    metrics.refresh()
    assert shown.data() == "-"
    person.window.choose_tool("brush")  # Compare begins without a tool that draws
    person.draw()
    metrics.refresh()
    assert shown.data() != "-"


def test_listeners_do_not_pile_up(person: Person, tiny_project: Path) -> None:
    add_run(tiny_project, "one", 1, "a", "c")
    person.open(tiny_project)
    counts = []
    for _ in range(20):
        person.desk.go("c")
        person.desk.go("a")
        document, options = person.desk.document, person.window.session.options
        events = (document.changed, document.history.changed, options.changed)
        counts.append([len(event._listeners) for event in events])
    assert counts == counts[:1] * 20
    assert max(counts[0]) < 16


def test_what_was_drawn_is_there_when_opened_again(person: Person, tiny_project: Path) -> None:
    person.open(tiny_project)
    person.draw()
    labels = person.desk.document.labels.copy()
    person.window.bench.open(tiny_project)
    person.desk.settle()
    np.testing.assert_array_equal(person.desk.document.labels, labels)
    with Image.open(tiny_project / "masks" / "a.png") as mask:
        np.testing.assert_array_equal(np.asarray(mask), labels)
