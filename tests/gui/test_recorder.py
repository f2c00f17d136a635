"""Records are read, kept in step with what is drawn, and saved with it, whatever the order of things."""

import json
from pathlib import Path
from typing import Any

import pytest

from segstudio.core.records import SampleRecord, WorkState
from segstudio.io.records import record_path, write_record
from segstudio.services.stopwatch import Stopwatch
from tests.gui.by_hand import Desk, mend, spoil
from tests.services.test_stopwatch import Clock

DONE, REVIEW, IN_WORK, UNLABELLED = WorkState.DONE, WorkState.REVIEW, WorkState.IN_WORK, WorkState.UNLABELLED


def put(root: Path, sample_id: str, record: SampleRecord) -> None:
    write_record(record_path(root / "records", sample_id), record)


def on_disk(root: Path, sample_id: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(record_path(root / "records", sample_id).read_bytes())
    return found


def test_a_stroke_and_its_record_are_saved_together(desk: Desk, tiny_project: Path) -> None:
    desk.open(tiny_project)
    desk.paint()
    desk.pass_delay()
    desk.finish(desk.bench.autosave)
    assert on_disk(tiny_project, "a")["state"] == "in work"
    assert desk.bench.autosave.settled
    assert desk.states[-1] == "saved"
    assert not desk.pool(desk.bench.autosave).waiting


def test_what_is_known_is_shown_only_when_all_was_read(desk: Desk, tiny_project: Path) -> None:
    put(tiny_project, "c", SampleRecord(DONE))
    recorder = desk.bench.recorder
    desk.bench.open(tiny_project)
    desk.finish(desk.bench.opener)
    assert not recorder.complete
    assert desk.session.records.get("c").state is UNLABELLED
    desk.finish(recorder)
    assert recorder.complete
    assert desk.session.records.get("c").state is DONE


def test_a_sample_is_edited_before_all_records_are_read(desk: Desk, tiny_project: Path) -> None:
    put(tiny_project, "a", SampleRecord(DONE, "precious", seconds=50))
    desk.bench.open(tiny_project)
    desk.finish(desk.bench.opener)  # the folder
    desk.finish(desk.bench.opener)  # the sample
    desk.paint()
    desk.session.records.set_state(["a"], REVIEW)
    desk.settle()
    desk.bench.autosave.save_now()
    desk.settle()
    assert on_disk(tiny_project, "a")["notes"] == "precious"
    assert on_disk(tiny_project, "a")["state"] == "needs review"
    assert on_disk(tiny_project, "a")["seconds"] >= 50


def test_records_of_a_project_that_was_left_are_not_taken_for_the_new_ones(
    desk: Desk, tiny_project: Path, other_project: Path
) -> None:
    put(tiny_project, "c", SampleRecord(DONE))
    put(other_project, "c", SampleRecord(REVIEW))
    desk.bench.open(tiny_project)
    desk.finish(desk.bench.opener)
    desk.bench.open(other_project)
    desk.finish(desk.bench.opener)  # the sample of the first
    desk.finish(desk.bench.opener)  # the second folder
    desk.settle()
    assert desk.root == other_project
    assert desk.bench.recorder.complete
    assert desk.session.records.get("c").state is REVIEW
    assert not desk.session.records.finished


def test_many_broken_records_are_told_as_one(desk: Desk, tiny_project: Path) -> None:
    for name in ("a", "c", "deep/b"):
        put(tiny_project, name, SampleRecord(DONE))
        record_path(tiny_project / "records", name).write_bytes(b"[]")
    desk.open(tiny_project)
    (said,) = [m for m in desk.heard if "records" in m.title]
    assert said.title == "3 records of samples could not be read."
    assert "c.json could not be read: it is not a JSON object." in said.text


def test_a_record_that_cannot_be_written_is_kept_and_tried_again(desk: Desk, tiny_project: Path) -> None:
    desk.open(tiny_project)
    (tiny_project / "records").write_text("not a folder")
    desk.session.records.set_notes("a", "hello")
    desk.pass_delay()
    desk.finish(desk.bench.autosave)
    assert desk.states[-1] == "failed"
    assert desk.session.has_work
    (tiny_project / "records").unlink()
    (said,) = desk.errors()
    assert said.action is not None
    said.action()
    desk.finish(desk.bench.autosave)
    assert on_disk(tiny_project, "a")["notes"] == "hello"
    assert desk.bench.autosave.settled


def test_labels_that_cannot_be_written_keep_no_record_from_it(desk: Desk, tiny_project: Path) -> None:
    desk.open(tiny_project)
    spoil(tiny_project)
    desk.paint()
    desk.pass_delay()
    desk.finish(desk.bench.autosave)
    assert desk.states[-1] == "failed"
    assert on_disk(tiny_project, "a")["state"] == "in work"
    mend(tiny_project)
    desk.bench.autosave.save_now()
    desk.settle()


def test_what_was_typed_during_a_save_is_saved_after_it(desk: Desk, tiny_project: Path) -> None:
    desk.open(tiny_project)
    desk.session.records.set_notes("a", "one")
    desk.pass_delay()
    desk.session.records.set_notes("a", "one two")
    desk.finish(desk.bench.autosave)
    assert on_disk(tiny_project, "a")["notes"] == "one"
    assert not desk.bench.autosave.settled
    desk.pass_delay()
    desk.finish(desk.bench.autosave)
    assert on_disk(tiny_project, "a")["notes"] == "one two"


def test_saying_something_makes_a_project_and_looking_does_not(desk: Desk, bare_folder: Path) -> None:
    desk.open(bare_folder)
    desk.go("c")
    desk.go("a")
    desk.bench.autosave.save_now()
    desk.settle()
    assert not (bare_folder / "segstudio.toml").exists()
    desk.session.records.set_state(["a"], DONE)
    desk.pass_delay()
    desk.settle()
    assert (bare_folder / "segstudio.toml").is_file()
    assert on_disk(bare_folder, "a")["state"] == "done"
    assert not (bare_folder / "masks" / "a.png").exists()


@pytest.fixture
def clock(desk: Desk) -> Clock:
    """A clock that the test turns, in place of the session's."""
    clock = Clock()
    desk.session.records.watch = Stopwatch(clock)
    return clock


def test_the_time_is_written_when_the_sample_is_left(desk: Desk, tiny_project: Path, clock: Clock) -> None:
    desk.open(tiny_project)
    desk.session.records.watch.sign()
    clock.now += 30
    desk.paint()
    desk.bench.autosave.save_now()
    desk.settle()
    assert on_disk(tiny_project, "a")["seconds"] == 30
    clock.now += 12
    desk.session.records.watch.sign()
    desk.go("c")
    clock.now += 40
    desk.session.settle()
    desk.pass_delay()
    desk.settle()
    assert on_disk(tiny_project, "a")["seconds"] == 42
    assert not record_path(tiny_project / "records", "c").exists(), "it was only looked at"


def test_closing_waits_for_the_time_to_be_written(desk: Desk, tiny_project: Path, clock: Clock) -> None:
    desk.open(tiny_project)
    desk.session.records.watch.sign()
    desk.paint()
    desk.bench.autosave.save_now()
    desk.settle()
    clock.now += 20
    assert desk.bench.autosave.settled
    desk.session.settle()
    assert not desk.bench.autosave.settled
    desk.bench.autosave.when_saved(lambda saved: None)
    desk.settle()
    assert on_disk(tiny_project, "a")["seconds"] == 20


def test_labels_from_elsewhere_are_named_as_where_the_mask_came_from(desk: Desk, tiny_project: Path) -> None:
    (tiny_project / "masks").rename(tiny_project / "labels")
    (tiny_project / "segstudio.toml").unlink()
    desk.open(tiny_project)
    desk.paint()
    desk.pass_delay()
    desk.settle()
    assert on_disk(tiny_project, "a")["mask_from"] == "labels:labels"
