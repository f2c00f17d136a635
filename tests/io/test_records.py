"""Records of samples: what is written is read again, what is not ours is kept, what is broken is said and kept."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from segstudio.core.errors import UnreadableFile, UnwritableFile
from segstudio.core.records import SampleRecord, WorkState
from segstudio.io.records import MOST_BYTES, MOST_SECONDS, list_records, read_record, record_path, write_record

OURS = {"version", "state", "notes", "tags", "seconds", "author", "mask_from"}
TEXTS = st.text(st.characters(codec=None), max_size=40)  # half characters (lone surrogates) too
RECORDS = st.builds(
    SampleRecord,
    state=st.sampled_from(WorkState),
    notes=TEXTS,
    tags=st.lists(TEXTS, max_size=3).map(tuple),
    seconds=st.floats(0, MOST_SECONDS),
    author=TEXTS,
    mask_from=TEXTS,
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)
OTHERS = st.dictionaries(TEXTS.filter(lambda key: key not in OURS), VALUES, max_size=4)


@given(records=st.lists(RECORDS, min_size=1, max_size=3), others=OTHERS)
def test_records_come_back_and_what_others_wrote_stays(
    tmp_path_factory: pytest.TempPathFactory, records: list[SampleRecord], others: dict[str, Any]
) -> None:
    path = record_path(tmp_path_factory.mktemp("records"), "deep/a#0003")
    path.parent.mkdir()
    path.write_text(json.dumps(others), encoding="utf-8")
    for record in records:
        assert write_record(path, record) is None
        assert read_record(path) == record
    kept = json.loads(path.read_bytes())
    assert kept["version"] == 1
    assert {key: value for key, value in kept.items() if key not in OURS} == others


def test_a_record_is_plain_to_read_and_says_only_what_there_is_to_say(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    write_record(path, SampleRecord(WorkState.REVIEW, "Größe prüfen", seconds=12.5))
    assert path.read_text(encoding="utf-8") == (
        '{\n "version": 1,\n "state": "needs review",\n "notes": "Größe prüfen",\n "seconds": 12.5\n}\n'
    )


BROKEN = {
    "empty": b"",
    "half": b'{"state": "done"',
    "no object": b"[1, 2]",
    "a word": b'"done"',
    "not UTF-8": b'{"notes": "\xff\xfe"}',
    "binary": bytes(range(256)),
    "an unknown state": b'{"state": "finished"}',
    "a number as state": b'{"state": 3}',
    "no text": b'{"notes": ["a"]}',
    "no tags": b'{"tags": "a"}',
    "tags of numbers": b'{"tags": [1]}',
    "negative time": b'{"seconds": -1}',
    "endless time": b'{"seconds": 1e999}',
    "no time": b'{"seconds": NaN}',
    "a truth as time": b'{"seconds": true}',
    "a huge number": b'{"seconds": 1' + b"0" * 5000 + b"}",
    "a large number": b'{"seconds": 1' + b"0" * 400 + b"}",
    "deep": b"[" * 100_000,
    "deep below a key": b'{"x":' * 50_000,
    "no version": b'{"version": "1"}',
    "null": b'{"state": null}',
    "too large": b'{"notes": "' + b"a" * MOST_BYTES + b'"}',
}


@pytest.mark.parametrize("data", BROKEN.values(), ids=BROKEN.keys())
def test_what_is_no_record_is_said_and_is_not_written_over(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(data)
    with pytest.raises(UnreadableFile, match=r"a\.json could not be read: ") as caught:
        read_record(path)
    assert len(str(caught.value)) < len(str(path)) + 200
    assert path.read_bytes() == data
    for name in ("a.json.broken", "a.json.broken1"):
        path.write_bytes(data)
        aside = write_record(path, SampleRecord(WorkState.DONE))
        assert aside == tmp_path / name
        assert aside.read_bytes() == data
        assert read_record(path) == SampleRecord(WorkState.DONE)
    assert [sample_id for sample_id, _ in list_records(tmp_path)] == ["a"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes here")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.json")
    with pytest.raises(UnreadableFile, match="not a regular file"):
        read_record(tmp_path / "a.json")


def test_a_note_that_could_not_be_read_again_is_not_written(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    write_record(path, SampleRecord(notes="short"))
    with pytest.raises(UnwritableFile, match="more than 1 MiB"):
        write_record(path, SampleRecord(notes="a" * MOST_BYTES))
    assert read_record(path).notes == "short"


def test_a_folder_of_records_is_listed_once(tmp_path: Path) -> None:
    for name in ("b.json", "deep/e\u0301.json", ".hidden.json", "a.json.broken", "notes.txt"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("{}")
    (tmp_path / "deep" / "loop").symlink_to(tmp_path)
    assert [sample_id for sample_id, _ in list_records(tmp_path)] == ["b", "deep/\u00e9"]
    assert list(list_records(tmp_path / "absent")) == []


def test_a_file_in_place_of_the_folder_is_said(tmp_path: Path) -> None:
    (tmp_path / "records").write_text("mine")
    with pytest.raises(UnreadableFile, match="records"):
        list(list_records(tmp_path / "records"))


def test_a_record_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text('{"version": 2}')
    for act in (lambda: read_record(path), lambda: write_record(path, SampleRecord(WorkState.DONE))):
        with pytest.raises(UnreadableFile, match="of version 2") as caught:
            act()
        assert "update this program" in caught.value.hint
    assert [(p.name, p.read_text()) for p in tmp_path.iterdir()] == [("a.json", '{"version": 2}')]


def test_a_record_that_refuses_to_be_read_is_not_moved_aside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.json"
    write_record(path, SampleRecord(notes="mine"))
    with monkeypatch.context() as patched:

        def refused(*_: object) -> None:
            raise OSError(5, "Input/output error")

        patched.setattr(Path, "open", refused)
        with pytest.raises(UnreadableFile, match="Input/output error"):
            write_record(path, SampleRecord(WorkState.DONE))
    assert [p.name for p in tmp_path.iterdir()] == ["a.json"]
    assert read_record(path).notes == "mine"


def test_of_a_record_that_was_not_read_only_what_was_changed_is_written(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    write_record(path, SampleRecord(WorkState.REVIEW, "ask Ana", ("hard",), 812.0))
    write_record(path, SampleRecord(WorkState.DONE), only={"state"})
    assert read_record(path) == SampleRecord(WorkState.DONE, "ask Ana", ("hard",), 812.0)
