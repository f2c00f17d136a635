"""Records in memory: states follow the work, time counts where somebody worked, nothing newer is overwritten."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from segstudio.core.records import SampleRecord, WorkState
from segstudio.io.records import read_record, record_path, write_record
from segstudio.services import records as module
from segstudio.services.opening import open_path
from segstudio.services.records import BLANK, Records, read_records, record_of
from segstudio.services.saving import save_work
from tests.services.test_stopwatch import Clock

DONE, REVIEW, IN_WORK, UNLABELLED = WorkState.DONE, WorkState.REVIEW, WorkState.IN_WORK, WorkState.UNLABELLED


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def records(clock: Clock) -> Records:
    return Records(clock)


@pytest.mark.parametrize(
    ("before", "after"), [(UNLABELLED, IN_WORK), (IN_WORK, IN_WORK), (DONE, DONE), (REVIEW, REVIEW)]
)
def test_an_edit_takes_up_the_work_and_never_takes_back_more(
    records: Records, before: WorkState, after: WorkState
) -> None:
    records.learn({"a": SampleRecord(before)})
    records.note_edit("a", "labels:old")
    assert records.get("a").state is after
    assert bool(records.unsaved()) == (before is UNLABELLED)
    assert records.get("a").mask_from == ("labels:old" if before is UNLABELLED else "")


def test_what_was_read_late_does_not_undo_what_was_done_since(records: Records) -> None:
    records.learn({"a": SampleRecord(notes="old")})
    records.set_notes("a", "new")
    records.learn({"a": SampleRecord(notes="old"), "b": SampleRecord(DONE)})
    assert records.get("a").notes == "new"
    assert records.finished == {"b"}


def test_what_changed_while_it_was_written_is_written_again(records: Records) -> None:
    records.set_notes("a", "one")
    written = records.unsaved()
    records.set_notes("a", "one, two")
    records.mark_saved(written)
    assert records.unsaved()["a"].notes == "one, two"
    records.mark_saved(records.unsaved())
    assert not records.unsaved()


def test_time_counts_from_when_the_sample_was_shown_once_it_is_touched(records: Records, clock: Clock) -> None:
    records.visit("a")
    records.watch.sign()
    clock.now += 20
    assert records.seconds("a") == 0, "looking is not working"
    records.note_edit("a")
    assert records.seconds("a") == 20
    records.watch.sign()
    clock.now += 10
    records.visit("b")
    assert records.get("a").seconds == 30
    clock.now += 10
    records.visit("c")
    assert records.get("b") is BLANK
    assert set(records.unsaved()) == {"a"}


def test_an_edit_of_a_done_sample_counts_too(records: Records, clock: Clock) -> None:
    records.learn({"a": SampleRecord(DONE, seconds=100)})
    records.visit("a")
    records.watch.sign()
    clock.now += 8
    records.note_edit("a")
    records.settle()
    assert (records.get("a").seconds, records.get("a").state) == (108, DONE)


def test_less_than_a_second_is_not_worth_a_write(records: Records, clock: Clock) -> None:
    records.visit("a")
    records.watch.sign()
    records.note_edit("a")
    records.mark_saved(records.unsaved())
    clock.now += 0.5
    records.settle()
    assert not records.unsaved()
    clock.now += 0.6
    records.settle()
    assert records.unsaved()["a"].seconds == pytest.approx(1.1)


STEPS = st.lists(
    st.tuples(st.sampled_from("abc"), st.sampled_from([*WorkState, "edit", "learn"]), st.sampled_from(WorkState)),
    max_size=30,
)


@given(steps=STEPS)
def test_counts_are_those_of_the_records(steps: list[tuple[str, WorkState | str, WorkState]]) -> None:
    records = Records(Clock())
    for sample_id, step, state in steps:
        if step == "edit":
            records.note_edit(sample_id)
        elif step == "learn":
            records.learn({sample_id: SampleRecord(state)})
        else:
            records.set_state([sample_id], WorkState(step))
        states = [records.get(i).state for i in "abc" if records.get(i) is not BLANK]
        assert all(records.count(s) == states.count(s) for s in WorkState if s is not UNLABELLED)
        assert records.finished == {i for i in "abc" if records.get(i).state is DONE}


def test_one_change_of_many_is_said_once(records: Records) -> None:
    heard: list[tuple[str, ...]] = []
    records.changed.connect(heard.append)
    records.set_state(["a", "b", "c"], DONE)
    records.set_state(["b", "c", "d"], DONE)
    records.set_state(["a"], DONE)
    assert heard == [("a", "b", "c"), ("d",)]


def test_a_project_is_read_in_batches_and_faults_are_told(tiny_project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BATCH", 1)
    project = open_path(tiny_project)
    write_record(record_path(project.records, "a"), SampleRecord(DONE))
    write_record(record_path(project.records, "gone"), SampleRecord(DONE))
    write_record(record_path(project.records, "deep/b"), SampleRecord(REVIEW, "look"))
    record_path(project.records, "c").write_text("{")
    batches = list(read_records(project))
    assert {i: r.state for batch in batches for i, r in batch.records.items()} == {"a": DONE, "deep/b": REVIEW}
    (fault,) = [fault for batch in batches for fault in batch.faults]
    assert "c.json" in str(fault)
    assert len(batches) == 3
    by_id = {sample.id: record_of(project, sample) for sample in project.samples}
    assert by_id == {"a": SampleRecord(DONE), "deep/b": SampleRecord(REVIEW, "look"), "c": None}


def test_a_folder_that_is_no_project_has_no_records(tiny_project: Path) -> None:
    project = replace(open_path(tiny_project), configured=False)
    write_record(record_path(project.records, "a"), SampleRecord(DONE))
    assert [batch.records for batch in read_records(project)] == [{}]
    assert record_of(project, project.samples[0]) is BLANK


def test_a_file_in_place_of_the_folder_is_told(tiny_project: Path) -> None:
    (tiny_project / "records").write_text("mine")
    (batch,) = read_records(open_path(tiny_project))
    assert "records" in str(batch.faults[0])


def test_a_state_set_before_the_record_was_read_wipes_out_nothing(records: Records, tiny_project: Path) -> None:
    project = open_path(tiny_project)
    path = record_path(project.records, "a")
    on_disk = SampleRecord(REVIEW, "ask Ana", ("hard",), 812.0, mask_from="labels:x")
    write_record(path, on_disk)
    records.set_state(["a"], DONE)
    saved = save_work(project, {}, False, records.unsaved(), records.unread())
    records.mark_saved(saved.records)
    assert not records.unsaved()
    assert replace(read_record(path), author="") == replace(on_disk, state=DONE)


def test_what_is_read_after_a_change_is_put_under_it(records: Records) -> None:
    records.set_state(["a"], DONE)
    records.learn({"a": SampleRecord(REVIEW, "ask Ana", seconds=812.0)})
    now = records.unsaved()["a"]
    assert now is records.get("a")
    assert (now.state, now.notes, now.seconds) == (DONE, "ask Ana", 812.0)
    assert not records.unread()
    assert records.finished == {"a"}
