"""Journals that cannot be read, or not to their end: told and kept, and the labels are those on disk."""

from functools import partial
from pathlib import Path

import numpy as np
import pytest

from segstudio.core.raster import Rect
from segstudio.editing.edit import Edit, Packed, Patch
from segstudio.io.journal import Kind, edit_frame, frame
from segstudio.io.journal_places import remove_oldest
from segstudio.services import unsaved_work
from segstudio.services.unsaved_work import journals_of
from tests.services.desk import Desk, rows, unsaved
from tests.services.rig import sample


def test_a_journal_that_cannot_be_read_is_set_aside_and_told(tiny_project: Path) -> None:
    desk = Desk(tiny_project)
    desk.paint(1)
    desk.path.write_bytes(b"something else")
    again = Desk(tiny_project)
    (problem,) = again.opened.problems
    assert "a.journal could not be read" in str(problem)
    assert desk.path.with_name("a.journal.damaged1").read_bytes() == b"something else"
    again.paint(2)
    assert Desk(tiny_project).resumed.changes == 1


def test_pixels_that_cannot_be_unpacked_are_told_and_change_nothing(tiny_project: Path) -> None:
    desk = Desk(tiny_project)
    desk.paint(1)
    pixels, rect = np.dtype(np.uint8), Rect(0, 0, 24, 32)
    spoilt = Patch(rect, Packed((24, 32), pixels, b"\0"), Packed((24, 32), pixels, b"no zlib"))
    with desk.path.open("ab") as stream:
        stream.write(edit_frame(Kind.EDIT, Edit("spoilt", (spoilt,))))
    again = Desk(tiny_project)
    (problem,) = again.opened.problems
    assert "the pixels in it are damaged" in str(problem)
    assert rows(again.document.labels) == []
    assert not again.document.history.steps


def test_a_step_of_deeper_values_than_the_labels_hold_is_no_history(tiny_project: Path) -> None:
    desk = Desk(tiny_project)
    desk.paint(1)
    (rect,) = Rect(0, 0, 24, 32).tiles((24, 32))
    deep = np.dtype(np.uint32)
    step = Edit("deep", (Patch(rect, Packed.full((24, 32), deep, 0), Packed.full((24, 32), deep, 70_000)),))
    with desk.path.open("ab") as stream:
        stream.write(edit_frame(Kind.EDIT, step) + frame(Kind.UNDO))
    again = Desk(tiny_project)
    (problem,) = again.opened.problems
    assert "it contradicts itself" in str(problem)
    assert not again.document.history.steps
    assert desk.path.with_name("a.journal.damaged1").exists()


def test_of_a_journal_damaged_in_the_middle_the_beginning_is_recovered_and_told(tiny_project: Path) -> None:
    desk = Desk(tiny_project)
    desk.paint(1)
    size = desk.path.stat().st_size
    desk.paint(2)
    desk.paint(3)
    content = bytearray(desk.path.read_bytes())
    content[size + 12] ^= 1
    desk.path.write_bytes(content)
    again = Desk(tiny_project)
    (problem,) = again.opened.problems
    assert "its end is damaged" in str(problem)
    assert rows(again.document.labels) == [1]


def test_a_journal_of_a_newer_version_is_kept_for_the_program_that_reads_it(
    tiny_project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk(tiny_project, "c")
    desk.paint(1)
    written = desk.path.read_bytes()
    desk.path.write_bytes(written[:4] + b"\2\0" + written[6:])
    again = Desk(tiny_project, "c")
    (problem,) = again.opened.problems
    assert "of version 2" in str(problem)
    assert "It is kept" in problem.hint
    again.paint(2)
    aside = desk.path.with_name("c.journal.newer1")
    assert aside not in journals_of(desk.project, [sample(desk.project, "c")])
    monkeypatch.setattr(unsaved_work, "remove_oldest", partial(remove_oldest, most=0))
    unsaved(desk.project)
    assert aside.exists()
    aside.write_bytes(written)  # as the newer program sees it
    resumed = Desk(tiny_project, "c").resumed
    assert resumed.contested is not None
    assert (resumed.contested.paths, len(resumed.contested.edits)) == ((aside,), 1)
