"""From image to image: say what is done, skip it, write why not, and find it all again."""

import json
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QMenu

from segstudio.core.records import WorkState
from segstudio.gui.panels.samples_list import TAKE_BACK
from segstudio.gui.panels.states import State
from segstudio.services.stopwatch import Stopwatch
from tests.journeys.user import User
from tests.services.test_stopwatch import Clock

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
DONE, REVIEW, IN_WORK = WorkState.DONE, WorkState.REVIEW, WorkState.IN_WORK


def record(root: Path, sample_id: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((root / "records" / f"{sample_id}.json").read_bytes())
    return found


def shown(user: User) -> str:
    assert user.window.session.current is not None
    return user.window.session.current.sample.id


def goes_to(user: User, sample_id: str) -> None:
    user.wait(lambda: shown(user) == sample_id)


def badge(user: User, sample_id: str) -> State:
    project = user.window.session.project
    assert project is not None
    return user.window.samples.model.state(next(s for s in project.samples if s.id == sample_id))


def everything_saved(user: User) -> None:
    user.wait(lambda: user.window.bench.autosave.settled)


def test_what_is_done_is_marked_counted_and_passed_over(user: User, tiny_project: Path) -> None:
    user.open(tiny_project)
    samples = user.window.samples
    assert [s.id for s in samples.model._samples] == ["a", "c", "deep/b"]
    assert (badge(user, "a"), badge(user, "c")) == (State.LABELLED, State.UNLABELLED)
    assert samples._done.text() == "0 of 3 done"
    assert "2 of 3 with labels" in samples._done.toolTip()
    user.drag((25, 20), (26, 20))
    assert badge(user, "a") is State.IN_WORK
    user.key(Qt.Key.Key_Return, CTRL)
    goes_to(user, "c")
    assert badge(user, "a") is State.DONE
    assert samples._done.text() == "1 of 3 done"
    user.key(Qt.Key.Key_D, SHIFT)
    goes_to(user, "deep/b")
    user.key(Qt.Key.Key_D, SHIFT)
    goes_to(user, "c")  # round the end, past the one that is done
    user.key(Qt.Key.Key_A, SHIFT)
    goes_to(user, "deep/b")
    user.key(Qt.Key.Key_A)
    goes_to(user, "c")
    user.key(Qt.Key.Key_A)
    goes_to(user, "a")  # one by one nothing is passed over
    user.drag((25, 20), (20, 20))
    assert badge(user, "a") is State.DONE, "an edit takes nothing back"
    everything_saved(user)
    assert record(tiny_project, "a")["state"] == "done"
    assert not (tiny_project / "records" / "c.json").exists(), "looking writes nothing"


def test_done_with_nothing_to_draw_is_a_label(user: User, tiny_project: Path) -> None:
    user.open(tiny_project)
    user.key(Qt.Key.Key_D)
    goes_to(user, "c")
    assert not (tiny_project / "masks" / "c.png").exists()
    user.key(Qt.Key.Key_Return, CTRL)
    everything_saved(user)
    with Image.open(tiny_project / "masks" / "c.png") as mask:
        assert not np.asarray(mask).any()


def test_the_last_one_done_says_so(user: User, tiny_project: Path) -> None:
    user.open(tiny_project)
    for sample_id in ("a", "c", "deep/b"):
        goes_to(user, sample_id)
        user.key(Qt.Key.Key_Return, CTRL)
    user.wait(lambda: user.heard)
    assert user.heard[-1].title == "All 3 samples are done."
    assert shown(user) == "deep/b"
    assert user.window.samples._progress.value() == 3


def test_a_note_is_on_disk_by_itself_and_comes_back(user: User, tiny_project: Path) -> None:
    user.open(tiny_project)
    panel = user.window.record_panel
    user.key(Qt.Key.Key_N, CTRL, SHIFT)
    assert panel.notes.hasFocus()
    user.bot.keyClicks(panel.notes, "add d and A")  # letters that are keys elsewhere
    assert shown(user) == "a"
    everything_saved(user)
    assert record(tiny_project, "a")["notes"] == "add d and A"
    assert "state" not in record(tiny_project, "a"), "a note says nothing of the work"
    assert badge(user, "a") is State.LABELLED
    user.key(Qt.Key.Key_R, CTRL)
    assert panel.states.button(REVIEW.value).isChecked()
    user.bot.keyClick(panel.notes, Qt.Key.Key_Escape)
    assert user.window.canvas.hasFocus()
    user.key(Qt.Key.Key_D)
    goes_to(user, "c")
    assert panel.notes.toPlainText() == ""
    everything_saved(user)
    (tiny_project / "records" / "c.json").write_text('{"state": "in work", "notes": "half", "seconds": 260}')
    user.window.bench.open(tiny_project)
    user.wait(lambda: panel.notes.toPlainText() == "half" and user.window.bench.recorder.complete)
    assert shown(user) == "c", "it opens where one left it"
    assert badge(user, "a") is State.REVIEW
    assert badge(user, "c") is State.IN_WORK
    user.key(Qt.Key.Key_A)
    goes_to(user, "a")
    assert panel.notes.toPlainText() == "add d and A"
    user.key(Qt.Key.Key_D)
    goes_to(user, "c")
    assert (panel.notes.toPlainText(), panel.note.text()) == ("half", "4 min")


def test_time_counts_while_somebody_is_at_work_in_this_window(user: User, tiny_project: Path) -> None:
    user.open(tiny_project)
    clock = Clock()
    user.window.session.records.watch = Stopwatch(clock)
    user.drag((25, 20), (26, 20))
    clock.now += 300  # a minute of it counts
    user.drag((25, 20), (26, 20))
    clock.now += 12
    QApplication.sendEvent(user.window, QEvent(QEvent.Type.WindowDeactivate))
    clock.now += 40
    user.key(Qt.Key.Key_R, CTRL)
    assert user.window.record_panel.note.text() == "1 min"
    assert user.window.session.records.seconds("a") == 72
    user.key(Qt.Key.Key_D)
    goes_to(user, "c")
    everything_saved(user)
    assert record(tiny_project, "a")["seconds"] == 72
    clock.now += 30
    assert user.window.record_panel.note.text() == ""


def test_the_state_is_chosen_in_the_panel_and_for_many_in_the_list(user: User, tiny_project: Path) -> None:
    user.open(tiny_project)
    user.wait(lambda: user.window.samples.view.markable)
    user.bot.mouseClick(user.window.record_panel.states.button(REVIEW.value), Qt.MouseButton.LeftButton)
    assert badge(user, "a") is State.REVIEW
    view = user.window.samples.view
    for row, held in ((1, Qt.KeyboardModifier.NoModifier), (2, SHIFT)):
        at = view.visualRect(view.model().index(row, 0)).center()
        user.bot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, held, at)
    goes_to(user, "deep/b")
    assert view.chosen() == ["c", "deep/b"]
    menu = view.menu_for(view.chosen())
    choose(menu, "Done")
    assert (badge(user, "c"), badge(user, "deep/b")) == (State.DONE, State.DONE)
    everything_saved(user)
    assert record(tiny_project, "deep/b")["state"] == "done"
    menu.deleteLater()


def test_the_open_sample_is_called_what_the_list_calls_it(user: User, tiny_project: Path) -> None:
    user.open(tiny_project)
    panel, untouched = user.window.record_panel, WorkState.UNLABELLED.value

    def said() -> str:
        (checked,) = (b.text() for s in WorkState if (b := panel.states.button(s.value)).isChecked())
        return checked.casefold()

    for sample_id in ("a", "c", "deep/b"):
        goes_to(user, sample_id)
        assert said() == badge(user, sample_id).text
        user.key(Qt.Key.Key_D)
    user.drag((25, 20), (26, 20))
    assert said() == "in work" == badge(user, "deep/b").text
    user.wait(lambda: user.window.samples.view.markable)
    menu = user.window.samples.view.menu_for(["deep/b"])
    choose(menu, TAKE_BACK)
    assert said() == "labelled" == badge(user, "deep/b").text
    assert panel.states.button(untouched).isChecked()
    menu.deleteLater()


def choose(menu: QMenu, text: str) -> None:
    action: QAction = next(a for a in menu.actions() if a.text() == text)
    assert action.isEnabled()
    action.trigger()


def test_the_second_button_opens_nothing(user: User, tiny_project: Path) -> None:
    user.open(tiny_project)
    view = user.window.samples.view
    at = view.visualRect(view.model().index(2, 0)).center()
    user.bot.mousePress(view.viewport(), Qt.MouseButton.RightButton, pos=at)
    assert view.chosen() == ["deep/b"]
    assert shown(user) == "a"
    assert not user.window.session.records.unsaved()


def test_the_list_is_filtered_and_sorted_by_what_was_said(user: User, tiny_project: Path) -> None:
    for sample_id, state in (("a", "done"), ("c", "needs review")):
        (tiny_project / "records").mkdir(exist_ok=True)
        (tiny_project / "records" / f"{sample_id}.json").write_text(json.dumps({"state": state}))
    user.open(tiny_project)
    samples = user.window.samples
    user.wait(lambda: user.window.bench.recorder.complete)
    for text, expected in (
        ("Unfinished", ["c", "deep/b"]),
        ("Needs review", ["c"]),
        ("Done", ["a"]),
        ("Labelled", ["deep/b"]),
        ("In work", []),
        ("Any state", ["a", "c", "deep/b"]),
    ):
        samples._states.setCurrentText(text)
        assert samples.model.shown() == expected
    samples._orders.setCurrentText("State")
    assert samples.model.shown() == ["deep/b", "c", "a"]
    samples._orders.setCurrentText("Newest")
    newest = sorted((tiny_project / "images").rglob("*.png"), key=lambda p: -p.stat().st_mtime)
    user.wait(lambda: samples.model.dates)
    assert [s.split("/")[-1] for s in samples.model.shown()] == [p.stem for p in newest]


def test_labels_are_carried_over_as_one_step(user: User, tiny_project: Path) -> None:
    user.open(tiny_project)
    user.drag((25, 20), (26, 20))  # not on disk yet, and carried over all the same
    user.key(Qt.Key.Key_D)
    goes_to(user, "c")
    user.window.session.options.resize(3)
    user.window.session.options.choose(255)
    user.drag((8, 10), (8, 10))
    before = np.array(user.window.session.current.document.labels)  # type: ignore[union-attr]
    assert (user.label_at(8, 10), user.label_at(10, 8)) == (255, 0)
    user.key(Qt.Key.Key_V, CTRL, SHIFT)
    user.wait(lambda: user.label_at(10, 8) == 1)
    assert user.label_at(8, 10) == 255, "only background is filled"
    assert user.label_at(25, 20) == 1
    user.key(Qt.Key.Key_Z, CTRL)
    user.wait(lambda: user.label_at(10, 8) == 0)
    np.testing.assert_array_equal(user.window.session.current.document.labels, before)  # type: ignore[union-attr]


def test_labels_follow_from_frame_to_frame_where_that_is_wanted(user: User, tiny_project: Path) -> None:
    (tiny_project / "masks" / "deep" / "b.png").unlink()
    user.open(tiny_project)
    user.window.actions_by_name["carry always"].trigger()
    user.key(Qt.Key.Key_D)
    goes_to(user, "c")
    user.wait(lambda: user.label_at(8, 10) == 1)
    user.key(Qt.Key.Key_D)
    goes_to(user, "deep/b")
    user.wait(lambda: user.label_at(8, 10) == 1)
    everything_saved(user)
    assert record(tiny_project, "c")["mask_from"] == "sample:a"
    assert record(tiny_project, "deep/b")["mask_from"] == "sample:c"
    with Image.open(tiny_project / "masks" / "c.png") as mask:
        assert np.asarray(mask)[10, 8] == 1
    user.key(Qt.Key.Key_A)
    goes_to(user, "c")
    user.window.session.current.document.undo()  # type: ignore[union-attr]
    user.key(Qt.Key.Key_A)
    goes_to(user, "a")
    user.key(Qt.Key.Key_D)
    goes_to(user, "c")
    assert not user.window.bench.edits.busy, "what was taken back is not forced upon anybody"
    assert user.label_at(8, 10) == 0


def test_a_broken_record_is_told_once_and_kept(user: User, tiny_project: Path) -> None:
    (tiny_project / "records").mkdir()
    (tiny_project / "records" / "a.json").write_text('{"state": "done", "notes": "precious')
    user.open(tiny_project)
    user.wait(lambda: user.window.bench.recorder.complete)
    (said,) = user.errors()
    assert "a.json could not be read: line 1" in said.title
    user.drag((25, 20), (26, 20))
    everything_saved(user)
    assert record(tiny_project, "a")["state"] == "in work"
    assert "precious" in (tiny_project / "records" / "a.json.broken").read_text()
    assert "a.json.broken" in user.heard[-1].title
