"""After a crash: what was not saved is there, offered, and neither saved nor given up unasked."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from segstudio.core.errors import UnwritableFile
from segstudio.gui.messages import Message
from segstudio.gui.settings import Settings
from segstudio.gui.workbench import Workbench
from segstudio.io import journal_writer
from tests.gui.by_hand import Desk
from tests.gui.test_disk_changes import overwrite


@pytest.fixture
def crashed(desk: Desk, tiny_project: Path) -> Path:
    """A project in which two strokes on ``a`` and one on ``c`` were drawn when the program was killed."""
    desk.open(tiny_project)
    desk.paint(row=1)
    desk.paint(row=2)
    desk.go("c")
    desk.paint(row=1)
    while desk.pool(desk.bench.journaling).waiting:
        desk.finish(desk.bench.journaling)
    desk.bench.settings.keep_last_sample(tiny_project, "a")
    return tiny_project


@pytest.fixture
def again(qtbot: QtBot, crashed: Path) -> Iterator[Desk]:
    """The program started once more; ``a`` is what is shown first."""
    other = Desk(Workbench(Settings()))
    yield other
    other.bench.close()


def offered(desk: Desk, about: str) -> Message:
    (message,) = [m for m in desk.heard if about in m.title]
    return message


def choose(desk: Desk, about: str, text: str) -> None:
    dict(offered(desk, about).choices)[text]()
    desk.settle()


def first_row(desk: Desk, root: Path, sample_id: str) -> int:
    return int(desk.on_disk(root, sample_id)[1, 1])


def test_the_sample_that_is_opened_has_what_was_drawn(again: Desk, crashed: Path) -> None:
    again.open(crashed)
    assert "2 changes of a" in offered(again, "Recovered").title
    assert again.document.labels[1:3, 1].tolist() == [1, 1]
    assert again.session.has_work
    assert first_row(again, crashed, "a") == 0, "not unasked"
    choose(again, "Recovered", "Keep")
    assert first_row(again, crashed, "a") == 1


def test_what_was_recovered_can_be_undone_stroke_by_stroke(again: Desk, crashed: Path) -> None:
    again.open(crashed)
    again.document.undo()
    assert again.document.labels[1:3, 1].tolist() == [1, 0]


def test_what_was_recovered_can_be_discarded_and_that_be_undone(again: Desk, crashed: Path) -> None:
    again.open(crashed)
    choose(again, "Recovered", "Discard")
    assert again.document.labels[1:3, 1].tolist() == [0, 0]
    assert not again.session.unsaved()
    assert first_row(again, crashed, "a") == 0
    again.document.undo()
    assert again.document.labels[1:3, 1].tolist() == [1, 1]


def test_the_next_stroke_saves_it_and_it_is_no_longer_offered(again: Desk, crashed: Path) -> None:
    over: list[str] = []
    again.open(crashed)
    assert again.states[-1] == "unsaved"
    again.bench.messages.over.connect(over.append)
    again.paint(row=3)
    again.pass_delay()
    again.settle()
    assert again.on_disk(crashed)[1:4, 1].tolist() == [1, 1, 1]
    assert "recovered" in over


def test_others_of_the_project_are_offered_once_it_is_open(again: Desk, crashed: Path) -> None:
    again.open(crashed)
    message = offered(again, "Work on")
    assert message.title == "Work on 1 image was recovered that had not been saved."
    assert message.text == "c"
    assert not (crashed / "masks" / "c.png").exists()


@pytest.mark.parametrize("opened_first", [False, True])
def test_they_are_saved_together(again: Desk, crashed: Path, opened_first: bool) -> None:
    again.open(crashed)
    if opened_first:
        again.go("c")
    saved: list[str] = []
    again.bench.autosave.saved.connect(saved.append)
    choose(again, "Work on", "Save")
    assert first_row(again, crashed, "c") == 1
    assert "c" in saved
    assert "c" in again.session.edited
    again.go("c")
    assert again.document.labels[1, 1] == 1
    again.document.undo()
    assert again.document.labels[1, 1] == 0, "it can be undone all the same"
    assert not again.errors()


def test_one_is_shown(again: Desk, crashed: Path) -> None:
    again.open(crashed)
    choose(again, "Work on", "Show")
    assert again.shown == "c"
    assert "1 change of c" in [m for m in again.heard if "Recovered" in m.title][-1].title


def test_they_are_discarded_and_brought_back(again: Desk, crashed: Path) -> None:
    again.open(crashed)
    choose(again, "Work on", "Discard")
    action = offered(again, "Discarded").action
    assert action is not None
    action()
    again.settle()
    again.go("c")
    assert again.document.labels[1, 1] == 1


def test_discarded_they_are_gone(again: Desk, crashed: Path) -> None:
    again.open(crashed)
    choose(again, "Work on", "Discard")
    again.go("c")
    assert not again.document.labels.any()


def test_what_was_undone_at_once_is_told_to_nobody(qtbot: QtBot, desk: Desk, tiny_project: Path) -> None:
    desk.open(tiny_project)
    for name in ("a", "c"):
        desk.go(name)
        desk.paint()
        desk.document.undo()
    while desk.pool(desk.bench.journaling).waiting:
        desk.finish(desk.bench.journaling)
    desk.bench.settings.keep_last_sample(tiny_project, "a")
    for _ in range(2):
        other = Desk(Workbench(Settings()))
        other.open(tiny_project)
        assert not [m for m in other.heard if "ecovered" in m.title]
        assert not other.session.has_work
        assert other.document.history.redo_text is not None, "it can still be done again"
        other.bench.close()


def test_mine_is_put_on_top_of_what_another_program_wrote(again: Desk, crashed: Path) -> None:
    overwrite(crashed)
    again.open(crashed)
    assert (again.document.labels == 255).all()
    choose(again, "changed by another program", "Put mine on top")
    assert again.document.labels[0:4, 1].tolist() == [255, 1, 1, 255]
    again.pass_delay()
    again.settle()
    assert again.on_disk(crashed)[0:4, 1].tolist() == [255, 1, 1, 255]
    again.heard.clear()
    again.open(crashed)
    assert not [m for m in again.heard if m.kind != "info" and "a" in m.title.split()]


def test_the_files_are_kept_when_i_say_so(again: Desk, crashed: Path) -> None:
    overwrite(crashed)
    again.open(crashed)
    choose(again, "changed by another program", "Keep the file's")
    assert (again.document.labels == 255).all()
    again.heard.clear()
    again.open(crashed)
    assert not [m for m in again.heard if "another program" in m.title]


def test_where_all_was_saved_nothing_is_said(desk: Desk, tiny_project: Path) -> None:
    desk.open(tiny_project)
    desk.paint()
    desk.pass_delay()
    desk.settle()
    desk.open(tiny_project)
    assert {m.kind for m in desk.heard} == {"info"}


def test_another_project_opened_while_it_looks_is_looked_through_instead(
    again: Desk, crashed: Path, tmp_path: Path
) -> None:
    other = shutil.copytree(crashed, tmp_path / "copy")
    shutil.rmtree(other / ".segstudio")
    again.bench.open(crashed)
    again.finish(again.bench.opener)
    again.bench.open(other)
    again.finish(again.bench.opener)
    again.finish(again.bench.opener)
    again.finish(again.bench.autosave)
    assert again.root == other
    again.settle()
    assert not [m for m in again.heard if "Work on" in m.title]


def test_listeners_do_not_pile_up(again: Desk, crashed: Path) -> None:
    counts = set()
    again.open(crashed)
    for _ in range(5):
        again.go("c")
        again.go("a")
        history = again.document.history
        counts.add((len(history.pushed._listeners), len(history.moved._listeners), len(history.changed._listeners)))
    assert len(counts) == 1


def test_what_was_contested_is_kept_while_the_step_that_has_it_is_in_no_journal(
    again: Desk, crashed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    overwrite(crashed)
    again.open(crashed)
    folder = crashed / ".segstudio" / "journal"

    def full(path: Path, data: bytes) -> None:
        raise UnwritableFile(path, "the disk is full")

    with monkeypatch.context() as patched:
        patched.setattr(journal_writer, "write_atomically", full)
        choose(again, "changed by another program", "Put mine on top")
        assert again.document.labels[1, 1] == 1
        assert (folder / "a.journal.contested1").exists()
    again.heard.clear()
    again.open(crashed)
    choose(again, "changed by another program", "Put mine on top")
    assert not (folder / "a.journal.contested1").exists()
    assert (folder / "a.journal.discarded1").exists(), "not removed for good"
