"""Where journals are written, and what becomes of them when a disk is full, read-only or gone."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from segstudio.core.errors import UnwritableFile
from segstudio.core.raster import LabelMap, Rect
from segstudio.editing.edit import Edit, Patch
from segstudio.editing.ledger import Ledger
from segstudio.io import files, journal_writer
from segstudio.io.journal import Header, digests_of
from segstudio.io.journal_places import (
    CONTESTED,
    DISCARDED,
    Place,
    journal_folders,
    journal_places,
    list_aside,
    list_journals,
    list_spent,
    on_network,
    remove_oldest,
    set_aside,
)
from segstudio.io.journal_reader import read_journal
from segstudio.io.journal_writer import JournalWriter

PLANES = LabelMap(np.zeros((40, 50), np.uint8))
BASE = digests_of(PLANES)


def step(number: int) -> Edit:
    before = np.random.default_rng(number).integers(0, 9, (20, 20), np.uint8)
    return Edit(f"step {number}", (Patch.between(Rect(0, 0, 20, 20), before, before + 1),))


@pytest.fixture
def places(tmp_path: Path) -> tuple[Place, Place]:
    """A place in a project, and one elsewhere."""
    project = tmp_path / "project"
    project.mkdir()
    (project / "segstudio.toml").touch()
    return Place(project / ".segstudio" / "a.journal", project), Place(tmp_path / "state" / "a.journal")


@pytest.fixture
def writer(places: tuple[Place, Place]) -> JournalWriter:
    return JournalWriter(places, Header.of(PLANES), Ledger(BASE))


def texts(path: Path) -> list[str]:
    return [edit.text for edit in read_journal(path).ledger.done]


def test_each_record_is_on_the_disk_when_the_call_returns(
    writer: JournalWriter, places: tuple[Place, Place], monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[int] = []
    monkeypatch.setattr(os, "fdatasync", lambda handle: synced.append(os.fstat(handle).st_size))
    assert not places[0].path.exists()
    for number in range(3):
        writer.push(step(number), number + 1)
        assert texts(places[0].path) == [f"step {n}" for n in range(number + 1)]
    writer.undo()
    writer.redo()
    writer.undo()
    found = read_journal(places[0].path).ledger
    assert [e.text for e in found.undone] == ["step 2"]
    assert (found.count, found.lacking) == (6, 2)
    assert len(synced) == 5, "the first record came with the whole file"
    assert synced[-1] == places[0].path.stat().st_size
    assert not places[1].path.exists()


def refuse(number: int) -> Callable[..., Any]:
    def refused(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    return refused


def full_disk(folder: Path, places: tuple[Place, Place], monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nothing be written below a folder; the beginning of a record goes through."""
    real, synced = os.write, files._write_synced

    def write(handle: int, data: memoryview) -> int:
        if not Path(f"/proc/self/fd/{handle}").readlink().is_relative_to(folder):
            return real(handle, data)
        if len(data) > 7:
            return real(handle, data[:7])
        raise OSError(28, "No space left on device")

    def write_synced(draft: Path, data: bytes) -> None:
        refuse(28)() if draft.is_relative_to(folder) else synced(draft, data)

    monkeypatch.setattr(os, "write", write)
    monkeypatch.setattr(files, "_write_synced", write_synced)


def taken_away(folder: Path, places: tuple[Place, Place], monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.rmtree(folder)


def written_to(folder: Path, places: tuple[Place, Place], monkeypatch: pytest.MonkeyPatch) -> None:
    """Another program writes to the journal, and makes it a folder."""
    places[0].path.unlink()
    places[0].path.mkdir()


FAULTS = [full_disk, taken_away, written_to]


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="which file is written to cannot be told here")
@pytest.mark.parametrize("fault", FAULTS)
def test_where_the_project_refuses_the_journal_goes_on_elsewhere_whole(
    fault: Callable[..., None], writer: JournalWriter, places: tuple[Place, Place]
) -> None:
    writer.push(step(0), 1)
    with pytest.MonkeyPatch.context() as patched:
        fault(places[0].project, places, patched)
        writer.push(step(1), 2)
        assert texts(places[1].path) == ["step 0", "step 1"]
        writer.push(step(2), 3)
    assert texts(places[1].path) == ["step 0", "step 1", "step 2"]
    assert fault is not taken_away or not places[0].path.parent.exists(), "a folder taken away is not made anew"
    if fault is full_disk:
        assert not places[0].path.exists() or texts(places[0].path) == ["step 0"], "the torn record is cut off"


def test_the_journal_comes_back_to_the_project_with_the_next_save(
    writer: JournalWriter, places: tuple[Place, Place], tmp_path: Path
) -> None:
    writer.push(step(0), 1)
    (tmp_path / "project").rename(tmp_path / "away")
    writer.push(step(1), 2)
    (tmp_path / "away").rename(tmp_path / "project")
    stale, newer = (read_journal(place.path).header.generation for place in places)
    assert newer > stale
    writer.mark(2, BASE)
    writer.saved(2)
    assert texts(places[0].path) == ["step 0", "step 1"]
    assert not places[1].path.exists()
    assert read_journal(places[0].path).ledger.lacking == 0


def test_where_nothing_can_be_written_all_is_kept_for_the_next_time(
    writer: JournalWriter, places: tuple[Place, Place], tmp_path: Path
) -> None:
    (tmp_path / "project" / ".segstudio").touch()
    (tmp_path / "state").touch()
    for number in range(2):
        with pytest.raises(UnwritableFile, match="a file stands where a folder is needed"):
            writer.push(step(number), number + 1)
    (tmp_path / "state").unlink()
    writer.undo()
    found = read_journal(places[1].path).ledger
    assert [e.text for e in (*found.done, *found.undone)] == ["step 0", "step 1"]
    assert found.count == 3


def test_what_another_has_appended_is_not_built_upon(writer: JournalWriter, places: tuple[Place, Place]) -> None:
    writer.push(step(0), 1)
    with places[0].path.open("ab") as stream:
        stream.write(b"something else")
    writer.push(step(1), 2)
    beside = places[0].path.with_name("a.journal.other1")
    assert texts(beside) == ["step 0", "step 1"]
    assert places[0].path.read_bytes().endswith(b"something else"), "and it is not replaced"
    writer.push(step(2), 3)
    writer.mark(3, BASE)
    writer.saved(3)
    assert texts(beside) == ["step 0", "step 1", "step 2"]


def test_two_windows_never_replace_each_others_journal(places: tuple[Place, Place]) -> None:
    first, second = (JournalWriter(places, Header.of(PLANES), Ledger(BASE)) for _ in range(2))
    for number in range(3):
        first.push(step(number), number + 1)
        second.push(step(10 + number), number + 1)
    assert texts(places[0].path) == ["step 0", "step 1", "step 2"]
    (beside,) = list_aside(places[0].path)
    assert texts(beside) == ["step 10", "step 11", "step 12"]


def test_a_journal_does_not_grow_for_ever(
    writer: JournalWriter, places: tuple[Place, Place], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal_writer, "SLACK", 100)
    sizes = []
    for number in range(60):
        writer.push(step(number), min(number + 1, 3))
        writer.mark(number + 1, BASE)
        writer.saved(number + 1)
        sizes.append(places[0].path.stat().st_size)
    assert max(sizes) < 12 * (sizes[1] - sizes[0])
    assert texts(places[0].path)[-3:] == ["step 57", "step 58", "step 59"]


def test_nothing_is_written_of_an_image_that_nobody_has_drawn_on(
    writer: JournalWriter, places: tuple[Place, Place]
) -> None:
    writer.mark(0, BASE)
    writer.saved(0)
    assert not any(place.path.exists() for place in places)


# Where they lie


def test_only_projects_are_written_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own, state = journal_folders(tmp_path, configured=True)
    assert own == tmp_path / ".segstudio" / "journal"
    assert journal_folders(tmp_path, configured=False) == (state,)
    assert state.is_relative_to(os.environ["XDG_STATE_HOME"])
    assert state != journal_folders(tmp_path / "other", configured=False)[0]
    monkeypatch.setattr("segstudio.io.journal_places.on_network", lambda _: True)
    assert journal_folders(tmp_path, configured=True) == (state,)


def test_this_disk_is_no_network(tmp_path: Path) -> None:
    assert not on_network(tmp_path)


def test_journals_are_listed_by_sample_also_where_only_what_was_set_aside_is_left(tmp_path: Path) -> None:
    for sample_id in ("a", "deep/b#0003", "c"):
        path = journal_places(tmp_path, True, sample_id)[0].path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    aside = [set_aside(path, CONTESTED)]
    path.touch()
    aside.append(set_aside(path, CONTESTED))
    assert [sample_id for sample_id, _ in list_journals(tmp_path, True)] == ["a", "c", "deep/b#0003"]
    assert list_aside(path) == aside
    assert not list(list_spent(tmp_path, True))
    assert aside[0] is not None
    given_up = set_aside(aside[0], DISCARDED)
    assert list(list_spent(tmp_path, True)) == [given_up]
    assert list_aside(path) == aside[1:]


def test_the_oldest_journals_go_first(tmp_path: Path) -> None:
    paths = [tmp_path / f"{number}.journal" for number in range(4)]
    for number, path in enumerate(paths):
        path.write_bytes(bytes(100))
        os.utime(path, (number, number))
    remove_oldest(reversed(paths), most=250)
    assert [path.name for path in paths if path.exists()] == ["2.journal", "3.journal"]


def test_a_writer_is_behind_until_all_is_on_the_disk(
    writer: JournalWriter, places: tuple[Place, Place], tmp_path: Path
) -> None:
    assert not writer.behind
    (tmp_path / "project" / ".segstudio").touch()
    (tmp_path / "state").touch()
    with pytest.raises(UnwritableFile):
        writer.push(step(0), 1)
    assert writer.behind
    (tmp_path / "state").unlink()
    writer.push(step(1), 2)
    assert not writer.behind


def test_a_change_is_kept_whatever_becomes_of_the_file(
    places: tuple[Place, Place], monkeypatch: pytest.MonkeyPatch
) -> None:
    writer = JournalWriter(places, Header.of(PLANES), Ledger(BASE))
    with monkeypatch.context() as patched:
        patched.setattr(journal_writer, "whole", refuse(5))
        with pytest.raises(OSError, match="Input/output"):
            writer.push(step(0), 1)
    assert writer.behind
    writer.undo()
    assert [e.text for e in read_journal(places[0].path).ledger.undone] == ["step 0"]
