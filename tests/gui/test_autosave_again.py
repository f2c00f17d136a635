"""A disk that is full, a folder that is read-only or gone: told once, nothing lost, saved when it can be."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QTimer

from segstudio.gui import autosave
from segstudio.gui.settings import Settings
from segstudio.gui.workbench import Workbench
from segstudio.io import files
from segstudio.io.journal_places import journal_folders
from segstudio.io.journal_reader import read_journal
from tests.gui.by_hand import Desk

Mend = Callable[[], object]


def refused(number: int, folder: Path, patched: pytest.MonkeyPatch) -> Mend:
    """Let every write below a folder fail."""
    synced, opened = files._write_synced, os.open

    def write_synced(draft: Path, data: bytes) -> None:
        if draft.is_relative_to(folder):
            raise OSError(number, os.strerror(number))
        synced(draft, data)

    def open_(path: str | Path, flags: int, *rest: int) -> int:
        if flags & os.O_WRONLY and Path(path).is_relative_to(folder):
            raise OSError(number, os.strerror(number))
        return opened(path, flags, *rest)

    patched.setattr(files, "_write_synced", write_synced)
    patched.setattr(os, "open", open_)
    return patched.undo


def full(folder: Path, patched: pytest.MonkeyPatch) -> Mend:
    return refused(28, folder, patched)


def read_only(folder: Path, patched: pytest.MonkeyPatch) -> Mend:
    return refused(30, folder, patched)


def gone(folder: Path, patched: pytest.MonkeyPatch) -> Mend:
    away = folder.rename(folder.with_name("unplugged"))
    return lambda: away.rename(folder)


@pytest.fixture
def patched() -> Iterator[pytest.MonkeyPatch]:
    with pytest.MonkeyPatch.context() as context:
        yield context


FAULTS = pytest.mark.parametrize(
    ("fault", "said"), [(full, "the disk is full"), (read_only, "read-only"), (gone, "no longer there")]
)


def timers(desk: Desk) -> list[int]:
    return [t.interval() for t in desk.bench.autosave.findChildren(QTimer) if t.isActive()]


@FAULTS
def test_told_once_kept_in_the_journal_elsewhere_and_saved_when_it_can_be(
    desk: Desk,
    tiny_project: Path,
    patched: pytest.MonkeyPatch,
    fault: Callable[[Path, pytest.MonkeyPatch], Mend],
    said: str,
) -> None:
    desk.open(tiny_project)
    desk.paint(row=1)
    desk.settle()
    mend = fault(tiny_project, patched)
    for row in (2, 3):
        desk.paint(row=row)
        desk.settle()
        desk.pass_delay()
        desk.settle()
    (message,) = desk.errors()
    assert said in message.title
    assert desk.states[-1] == "failed"
    elsewhere = journal_folders(tiny_project, True)[1] / "a.journal"
    assert read_journal(elsewhere).ledger.lacking == 3
    assert desk.bench.journaling.safe
    assert not (tiny_project / "masks").exists() or not desk.on_disk(tiny_project)[1:4, 1].any()
    mend()
    desk.pass_delay()
    desk.settle()
    assert desk.on_disk(tiny_project)[1:4, 1].tolist() == [1, 1, 1]
    assert desk.heard[-1].title == "Saving works again."
    assert desk.states[-1] == "saved"
    assert not elsewhere.exists(), "the journal is back in the project"
    assert len(desk.errors()) == 1


@FAULTS
def test_killed_while_nothing_could_be_saved_all_is_there_afterwards(
    desk: Desk,
    tiny_project: Path,
    patched: pytest.MonkeyPatch,
    fault: Callable[[Path, pytest.MonkeyPatch], Mend],
    said: str,
) -> None:
    desk.open(tiny_project)
    desk.paint(row=1)
    desk.settle()
    mend = fault(tiny_project, patched)
    desk.paint(row=2)
    desk.settle()
    mend()
    again = Desk(Workbench(Settings()))
    again.open(tiny_project)
    np.testing.assert_array_equal(again.document.labels, desk.document.labels)
    assert "2 changes of a" in next(m.title for m in again.heard if "Recovered" in m.title)
    again.bench.close()


def test_it_is_tried_again_ever_more_rarely_and_soon_after_the_next_stroke(
    desk: Desk, tiny_project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hour = 3_600_000
    monkeypatch.setattr(autosave, "RETRY_MS", hour)
    monkeypatch.setattr(autosave, "LONGEST_MS", 5 * hour)
    desk.open(tiny_project)
    desk.paint()
    shutil.move(tiny_project, tiny_project.with_name("away"))
    waits: list[int] = []
    for _ in range(5):
        desk.pass_delay()
        desk.settle()
        waits += timers(desk)
    assert waits == [hour, 2 * hour, 4 * hour, 5 * hour, 5 * hour]
    monkeypatch.setattr(autosave, "DELAY_MS", 2 * hour)
    desk.paint(row=2)
    assert timers(desk) == [2 * hour]
    shutil.move(tiny_project.with_name("away"), tiny_project)
    desk.pass_delay()
    desk.settle()
    assert not desk.session.has_work
    assert timers(desk) == []
