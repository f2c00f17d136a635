"""A mask that another program writes to is noticed, never written over unasked, and nobody's pixels are lost."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication

from segstudio.core.records import Project, Sample
from segstudio.gui import disk_changes
from segstudio.gui.messages import Message
from segstudio.services import on_disk
from segstudio.services.on_disk import OnDisk
from tests.gui.by_hand import Desk


def overwrite(root: Path, value: int = 255, name: str = "a") -> None:
    """Be another program."""
    Image.fromarray(np.full((24, 32), value, np.uint8)).save(root / "masks" / f"{name}.png")


def asked(desk: Desk) -> Message:
    return [m for m in desk.heard if "changed by another program" in m.title][-1]


def warnings(desk: Desk) -> list[str]:
    return [m.title for m in desk.heard if m.kind != "info"]


def choose(desk: Desk, text: str, message: Message | None = None) -> None:
    dict((message or asked(desk)).choices)[text]()
    desk.settle()


def by_saving(desk: Desk) -> None:
    desk.pass_delay()
    desk.settle()


def by_looking(desk: Desk) -> None:
    desk.bench.disk_changes.look()
    desk.settle()


NOTICED = pytest.mark.parametrize("notice", [by_saving, by_looking])


@NOTICED
def test_it_is_told_and_left_as_it_is(desk: Desk, tiny_project: Path, notice: Callable[[Desk], None]) -> None:
    desk.open(tiny_project)
    desk.paint()
    overwrite(tiny_project)
    notice(desk)
    assert (desk.on_disk(tiny_project) == 255).all()
    assert "a were changed" in asked(desk).title
    desk.pass_delay()
    desk.settle()
    assert (desk.on_disk(tiny_project) == 255).all()
    assert desk.session.has_work
    assert desk.states[-1] == "failed"


@NOTICED
def test_mine_is_written_over_it_when_i_say_so(desk: Desk, tiny_project: Path, notice: Callable[[Desk], None]) -> None:
    desk.open(tiny_project)
    desk.paint()
    overwrite(tiny_project)
    notice(desk)
    choose(desk, "Overwrite")
    np.testing.assert_array_equal(desk.on_disk(tiny_project), desk.document.labels)
    assert not desk.session.has_work
    desk.paint(row=2)
    desk.pass_delay()
    desk.settle()
    assert desk.on_disk(tiny_project)[2, 1] == 1, "what is on disk is known again"


@NOTICED
def test_theirs_is_loaded_as_one_step(desk: Desk, tiny_project: Path, notice: Callable[[Desk], None]) -> None:
    desk.open(tiny_project)
    desk.paint()
    mine = desk.document.labels.copy()
    overwrite(tiny_project)
    notice(desk)
    choose(desk, "Load theirs")
    assert (desk.document.labels == 255).all()
    assert not desk.session.unsaved()
    desk.document.undo()
    np.testing.assert_array_equal(desk.document.labels, mine)
    desk.pass_delay()
    desk.settle()
    np.testing.assert_array_equal(desk.on_disk(tiny_project), mine)


def test_it_is_noticed_though_nothing_was_drawn(desk: Desk, tiny_project: Path) -> None:
    desk.open(tiny_project)
    overwrite(tiny_project)
    by_looking(desk)
    choose(desk, "Load theirs")
    assert (desk.document.labels == 255).all()
    overwrite(tiny_project, 0)
    by_looking(desk)
    choose(desk, "Overwrite")
    assert (desk.on_disk(tiny_project) == 255).all()


def test_one_does_not_keep_the_others_from_being_saved(desk: Desk, tiny_project: Path) -> None:
    desk.open(tiny_project)
    desk.paint()
    desk.go("c")
    desk.paint()
    overwrite(tiny_project)
    desk.bench.autosave.save_now()
    desk.settle()
    assert [sample_id for sample_id, _ in desk.session.unsaved()] == ["a"]
    assert desk.on_disk(tiny_project, "c")[1, 1] == 1
    choose(desk, "Load theirs")
    assert not desk.session.has_work, "also of a sample that is not shown"


def test_who_waits_for_a_save_is_told_that_not_all_was_saved(desk: Desk, tiny_project: Path) -> None:
    desk.open(tiny_project)
    desk.paint()
    overwrite(tiny_project)
    heard: list[bool] = []
    desk.bench.autosave.when_saved(heard.append)
    desk.settle()
    desk.bench.autosave.when_saved(heard.append)
    desk.settle()
    assert heard == [False, False]


def test_our_own_saves_are_nobody_elses_changes(desk: Desk, tiny_project: Path) -> None:
    desk.open(tiny_project)
    desk.paint()
    desk.bench.autosave.save_now()
    desk.work(desk.bench.autosave)
    by_looking(desk)
    desk.deliver()
    by_looking(desk)
    assert not warnings(desk)


def test_what_was_saved_while_it_looked_is_not_taken_for_a_change(desk: Desk, tiny_project: Path) -> None:
    desk.open(tiny_project)
    desk.paint()
    desk.bench.disk_changes.look()
    desk.bench.autosave.save_now()
    desk.work(desk.bench.autosave)
    desk.work(desk.bench.disk_changes)
    desk.settle()
    assert not warnings(desk)


def test_it_looks_when_the_program_is_turned_to_again(desk: Desk, tiny_project: Path) -> None:
    desk.open(tiny_project)
    overwrite(tiny_project)
    app = QGuiApplication.instance()
    assert isinstance(app, QGuiApplication)
    app.applicationStateChanged.emit(Qt.ApplicationState.ApplicationInactive)
    desk.settle()
    assert not warnings(desk)
    app.applicationStateChanged.emit(Qt.ApplicationState.ApplicationActive)
    desk.settle()
    assert asked(desk)


def by_waiting(desk: Desk) -> None:
    (clock,) = desk.bench.disk_changes.findChildren(QTimer)
    assert clock.isActive()
    clock.timeout.emit()
    desk.settle()


def test_it_looks_every_now_and_then_and_tells_of_one_change_once(desk: Desk, tiny_project: Path) -> None:
    desk.open(tiny_project)
    by_waiting(desk)
    assert not warnings(desk)
    overwrite(tiny_project)
    for _ in range(3):
        by_waiting(desk)
    assert len(warnings(desk)) == 1
    overwrite(tiny_project, 1)
    by_waiting(desk)
    assert len(warnings(desk)) == 2


def test_what_was_only_touched_is_read_once(desk: Desk, tiny_project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.open(tiny_project)
    read: list[str] = []
    really = on_disk.changed_since

    def changed_since(project: Project, sample: Sample, known: OnDisk) -> bool:
        read.append(sample.id)
        return really(project, sample, known)

    monkeypatch.setattr(disk_changes, "changed_since", changed_since)
    by_waiting(desk)
    (tiny_project / "masks" / "a.png").touch()
    for _ in range(3):
        by_waiting(desk)
    assert read == ["a"]
    assert not warnings(desk)


def test_who_waits_for_a_slow_folder_does_not_pile_up_looks(desk: Desk, tiny_project: Path) -> None:
    desk.open(tiny_project)
    for _ in range(3):
        desk.bench.disk_changes.look()
    assert len(desk.pool(desk.bench.disk_changes).waiting) == 1
