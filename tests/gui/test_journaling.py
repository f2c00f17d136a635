"""Every step is in the journal without anybody waiting for it; where it cannot be written, that is told once."""

from pathlib import Path

import pytest

from segstudio.core.errors import UnwritableFile
from segstudio.gui.settings import Settings
from segstudio.gui.workbench import Workbench
from segstudio.io import files, journal_writer
from segstudio.io.journal_places import journal_places
from segstudio.io.journal_reader import read_journal
from tests.gui.by_hand import Desk


def journal_of(root: Path, sample_id: str = "a", configured: bool = True) -> Path:
    return journal_places(root, configured, sample_id)[0].path


def started_again(desk: Desk, root: Path) -> Desk:
    """Start the program once more after it has ended without a word."""
    other = Desk(Workbench(Settings()))
    other.open(root)
    return other


def test_each_step_undo_and_redo_goes_into_the_journal(desk: Desk, tiny_project: Path) -> None:
    desk.open(tiny_project)
    desk.paint(row=1)
    desk.paint(row=2)
    assert len(desk.pool(desk.bench.journaling).waiting) == 2, "nobody waits for the disk"
    desk.document.undo()
    desk.document.undo()
    desk.document.redo()
    for _ in range(5):
        desk.finish(desk.bench.journaling)
    ledger = read_journal(journal_of(tiny_project)).ledger
    assert (len(ledger.done), len(ledger.undone), ledger.count) == (1, 1, 5)


def test_what_is_saved_is_noted(desk: Desk, tiny_project: Path) -> None:
    desk.open(tiny_project)
    desk.paint()
    desk.pass_delay()
    desk.settle()
    assert read_journal(journal_of(tiny_project)).ledger.lacking == 0
    desk.paint(row=2)
    desk.settle()
    assert read_journal(journal_of(tiny_project)).ledger.lacking == 1


def test_undo_goes_on_over_a_restart_and_over_a_change_of_image(desk: Desk, tiny_project: Path) -> None:
    desk.open(tiny_project)
    desk.paint(row=1)
    desk.paint(row=2)
    desk.go("c")
    desk.go("a")
    assert len(desk.document.history) == 2
    desk.pass_delay()
    desk.settle()
    again = started_again(desk, tiny_project)
    assert {message.kind for message in again.heard} == {"info"}
    assert len(again.document.history) == 2
    assert not again.session.has_work
    again.document.undo()
    assert again.document.labels[2, 1] == 0
    assert again.document.labels[1, 1] == 1
    again.document.redo()
    assert not again.session.has_work
    again.bench.close()


def test_the_journal_follows_the_folder_that_becomes_a_project(desk: Desk, bare_folder: Path) -> None:
    desk.open(bare_folder)
    desk.paint()
    desk.settle()
    elsewhere = journal_of(bare_folder, configured=False)
    assert elsewhere.is_file()
    assert not (bare_folder / ".segstudio").exists()
    desk.pass_delay()
    desk.settle()
    assert journal_of(bare_folder).is_file()
    assert not elsewhere.exists()


def test_where_no_journal_can_be_written_that_is_told_once_until_it_can_be(desk: Desk, bare_folder: Path) -> None:
    desk.open(bare_folder)
    place = journal_of(bare_folder, configured=False).parent
    place.parent.mkdir(parents=True)
    place.touch()
    for row in (1, 2):
        desk.paint(row=row)
        desk.settle()
    (said,) = desk.errors()
    assert "a.journal could not be written" in said.title
    assert not desk.bench.journaling.safe
    place.unlink()
    desk.paint(row=3)
    desk.settle()
    assert desk.bench.journaling.safe
    assert read_journal(place / "a.journal").ledger.count == 3
    place.joinpath("a.journal").unlink()
    place.rmdir()
    place.touch()
    desk.paint(row=4)
    desk.settle()
    assert len(desk.errors()) == 2, "it is news again"


def test_closing_waits_for_the_journal(desk: Desk, tiny_project: Path) -> None:
    desk.open(tiny_project)
    desk.paint()
    desk.bench.close()
    assert read_journal(journal_of(tiny_project)).ledger.count == 1


@pytest.mark.parametrize("times", [1, 3])
def test_a_project_opened_again_goes_on_with_its_journal(desk: Desk, tiny_project: Path, times: int) -> None:
    for row in range(1, times + 1):
        desk.open(tiny_project)
        desk.paint(row=row)
        desk.bench.open(tiny_project)
        desk.settle()
    assert len(desk.document.history) == times
    assert not desk.errors()


def test_work_is_not_safe_because_another_image_has_its_journal(
    desk: Desk, tiny_project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = files.write_atomically

    def full_for_a(path: Path, data: bytes) -> None:
        if path.name == "a.journal":
            raise UnwritableFile(path, "the disk is full")
        real(path, data)

    monkeypatch.setattr(journal_writer, "write_atomically", full_for_a)
    desk.open(tiny_project)
    desk.paint()
    desk.go("c")
    desk.paint()
    desk.finish(desk.bench.journaling)
    desk.finish(desk.bench.journaling)
    desk.bench.journaling.after(lambda: None)
    desk.finish(desk.bench.journaling)
    assert journal_of(tiny_project, "c").is_file()
    assert not desk.bench.journaling.safe
