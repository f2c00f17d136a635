"""Journals as files: what is written is read again, cut off anywhere; hostile ones are refused with a sentence."""

import struct
import zlib
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from segstudio.core.errors import UnreadableFile
from segstudio.core.raster import LabelMap, LabelPlane, Rect
from segstudio.editing.edit import Edit, Packed, Patch
from segstudio.editing.ledger import Ledger, Mark
from segstudio.io import journal_reader
from segstudio.io.journal import (
    FRAME,
    HEADER,
    START,
    Header,
    Kind,
    digests_of,
    edit_frame,
    frame,
    mark_frame,
    saved_frame,
    whole,
)
from segstudio.io.journal_reader import holds_unsaved, read_journal

SHAPE = (150, 140)
PLANES = LabelMap(np.zeros(SHAPE, np.uint8), np.zeros(SHAPE, np.uint32))
HEAD = Header.of(PLANES)
BASE = digests_of(PLANES)


def step(number: int, *corners: int) -> Edit:
    rect = Rect(*corners or (0, 0, 9, 7))
    values = np.arange(rect.shape[0] * rect.shape[1]).reshape(rect.shape)
    before, after = (values % 5).astype(np.uint8), ((values + number) % 7).astype(np.uint8)
    return Edit(f"step {number}", (Patch.between(rect, before, after),))


def journal(path: Path, *frames: bytes, head: bytes = whole(HEAD, Ledger(BASE))) -> Path:
    path.write_bytes(head + b"".join(frames))
    return path


def written(edits: Sequence[Edit]) -> list[bytes]:
    return [edit.to_bytes() for edit in edits]


ACTION = st.sampled_from(["push", "push", "undo", "redo", "mark", "save"])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(ACTION, max_size=12), st.data())
def test_a_journal_cut_off_anywhere_is_read_up_to_the_last_whole_record(
    tmp_path: Path, actions: list[str], data: st.DataObject
) -> None:
    ledger, frames, counts = Ledger(BASE), [whole(HEAD, Ledger(BASE))], [0]
    for number, action in enumerate(actions):
        if action == "push":
            ledger.push(step(number))
            frames.append(edit_frame(Kind.EDIT, step(number)))
        elif action == "undo" and ledger.done:
            ledger.undo()
            frames.append(frame(Kind.UNDO))
        elif action == "redo" and ledger.undone:
            ledger.redo()
            frames.append(frame(Kind.REDO))
        elif action == "mark":
            frames.append(mark_frame(Mark(ledger.count, {"classes": bytes([number]) * 16})))
        else:
            frames.append(saved_frame(ledger.count))
        counts.append(ledger.count)
    content = b"".join(frames)
    end = data.draw(st.integers(len(frames[0]), len(content)), "end")
    path = tmp_path / "x.journal"
    path.write_bytes(content[:end])
    kept = sum(np.cumsum([len(f) for f in frames]) <= end)
    found = read_journal(path)
    assert found.ledger.count == counts[kept - 1]
    assert not found.damaged
    assert holds_unsaved(path) == (found.ledger.count > found.ledger.saved)
    if end == len(content):
        assert written(found.ledger.done) == written(ledger.done)
        assert written(found.ledger.undone) == written(ledger.undone)
        assert written(found.ledger.applied) == written(ledger.applied)


def test_a_journal_written_anew_says_the_same(tmp_path: Path) -> None:
    ledger = Ledger(BASE, first=5)
    ledger.done.extend([step(1), step(2)])
    ledger.undone.append(step(9))
    ledger.undo()
    ledger.push(step(3))
    ledger.mark(Mark(6, {"classes": b"c" * 16, "instances": b"i" * 16}))
    path = journal(tmp_path / "x.journal", head=whole(HEAD, ledger))
    found = read_journal(path).ledger
    assert (found.first, found.count, found.saved, found.base) == (5, 7, 5, BASE)
    assert found.marks == ledger.marks
    for kind in ("done", "undone", "applied"):
        assert written(getattr(found, kind)) == written(getattr(ledger, kind))
    assert holds_unsaved(path)


def test_damage_in_the_middle_is_known_from_an_end_that_was_cut_off(tmp_path: Path) -> None:
    first, second = edit_frame(Kind.EDIT, step(1)), edit_frame(Kind.EDIT, step(2))
    spoilt = first[:-1] + bytes([first[-1] ^ 1])
    found = read_journal(journal(tmp_path / "x.journal", spoilt, second))
    assert (found.ledger.count, found.damaged) == (0, True)
    assert not read_journal(journal(tmp_path / "y.journal", second, spoilt)).damaged
    assert read_journal(journal(tmp_path / "z.journal", second, bytes(4096))).ledger.count == 1, "a tail of zeros"


def wide() -> bytes:
    """An edit of a few bytes that stands for more pixels than fit any memory."""
    text, edit = b"wide", struct.pack("<4IBBII", 0, 0, 1 << 31, 1 << 31, 0, 1, 1, 1) + b"\0\1"
    return frame(Kind.EDIT, struct.pack("<HI", len(text), 1) + text + edit)


def numbered(length: int, body: bytes) -> bytes:
    return FRAME.pack(length, zlib.crc32(body)) + body


def deep() -> Edit:
    """A step of larger numbers than its plane can hold."""
    rect, dtype = Rect(0, 0, 9, 7), np.dtype(np.uint32)
    return Edit("deep", (Patch(rect, Packed.full(rect.shape, dtype, 0), Packed.full(rect.shape, dtype, 70_000)),))


HOSTILE = {
    "a kind nobody knows": [numbered(1, b"\x63")],
    "an undo of nothing": [frame(Kind.UNDO)],
    "a redo of nothing": [frame(Kind.REDO)],
    "an edit that is none": [frame(Kind.EDIT, b"abc")],
    "an edit beyond the picture": [edit_frame(Kind.EDIT, step(1, 140, 0, 151, 9))],
    "an edit larger than any memory": [wide()],
    "an edit deeper than its plane": [edit_frame(Kind.EDIT, deep())],
    "an edit carried on that is deeper than its plane": [edit_frame(Kind.CARRIED, deep())],
    "an earlier step that is deeper than its plane": [edit_frame(Kind.PAST, deep())],
    "an undone step that is deeper than its plane": [edit_frame(Kind.FUTURE, deep())],
    "a second header": [frame(Kind.HEADER, bytes(HEADER.size + 40))],
    "an earlier step behind a change": [edit_frame(Kind.EDIT, step(1)), edit_frame(Kind.PAST, step(1))],
    "a mark that is too short": [frame(Kind.MARK, b"abc")],
    "a number that is too long": [frame(Kind.SAVED, bytes(9))],
}


@pytest.mark.parametrize("what", HOSTILE)
def test_what_contradicts_itself_is_refused(tmp_path: Path, what: str) -> None:
    with pytest.raises(UnreadableFile, match=r"x\.journal could not be read: it contradicts itself"):
        read_journal(journal(tmp_path / "x.journal", *HOSTILE[what]))


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "empty"),
        (b"\x89PNG\r\n\x1a\n" + bytes(99), "no journal"),
        (b"SEG", "no journal"),
        (START.pack(b"SEGJ", 2), "version 2"),
        (START.pack(b"SEGJ", 1), "contradicts itself"),
        (START.pack(b"SEGJ", 1) + frame(Kind.UNDO), "contradicts itself"),
        (START.pack(b"SEGJ", 1) + frame(Kind.HEADER, bytes(HEADER.size + 40)), "contradicts itself"),
    ],
)
def test_what_is_no_journal_is_refused(tmp_path: Path, content: bytes, why: str) -> None:
    path = tmp_path / "x.journal"
    path.write_bytes(content)
    with pytest.raises(UnreadableFile, match=why):
        read_journal(path)


@given(st.binary(max_size=300), st.booleans())
def test_random_bytes_raise_nothing_but_a_sentence(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, with_head: bool
) -> None:
    path = tmp_path_factory.mktemp("random") / "x.journal"
    path.write_bytes((whole(HEAD, Ledger(BASE)) if with_head else b"") + content)
    for read in (read_journal, holds_unsaved):
        with suppress(UnreadableFile):
            read(path)


def test_a_journal_too_large_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal_reader, "MOST_BYTES", 100)
    with pytest.raises(UnreadableFile, match="larger than"):
        read_journal(journal(tmp_path / "x.journal", edit_frame(Kind.EDIT, step(1))))


def test_an_edit_that_would_be_refused_is_not_written() -> None:
    with pytest.raises(ValueError, match="not made of tiles"):
        edit_frame(Kind.EDIT, step(1, 0, 0, 129, 5))


def test_planes_are_told_apart_by_content_size_and_depth() -> None:
    narrow = np.zeros((4, 6), np.uint8)
    planes: list[LabelPlane] = [narrow, narrow.reshape(6, 4), narrow.astype(np.uint16), narrow + 1]
    assert len({digests_of(LabelMap(plane))["classes"] for plane in planes}) == 4
    assert digests_of(LabelMap(narrow)).keys() == {"classes"}


@pytest.mark.parametrize(("generation", "saved", "first"), [(2**64 - 1, 0, 0), (0, 2**64 - 1, 0), (0, 0, 2**64 - 1)])
def test_numbers_that_could_not_be_counted_on_from_are_refused(
    tmp_path: Path, generation: int, saved: int, first: int
) -> None:
    ledger = Ledger(BASE, first)
    ledger.saved = saved
    with pytest.raises(UnreadableFile, match="contradicts itself"):
        read_journal(journal(tmp_path / "x.journal", head=whole(Header.of(PLANES, generation), ledger)))
    with pytest.raises(UnreadableFile, match="contradicts itself"):
        read_journal(journal(tmp_path / "y.journal", saved_frame(2**63)))
