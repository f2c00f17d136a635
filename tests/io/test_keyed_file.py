"""A file of short values by key: whole, bounded, and empty where anything is wrong with it."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from segstudio.core.errors import UnwritableFile
from segstudio.io.keyed_file import KEY, read_keyed, write_keyed

MOST = 10_000
entries = st.dictionaries(st.binary(min_size=KEY, max_size=KEY), st.binary(max_size=200), max_size=20)


@given(entries)
def test_what_is_written_is_read(tmp_path_factory: pytest.TempPathFactory, written: dict[bytes, bytes]) -> None:
    path = tmp_path_factory.mktemp("keyed") / "a.bin"
    write_keyed(path, written, MOST)
    assert list(read_keyed(path, MOST).items()) == list(written.items())


@given(st.integers(0, 10**6), st.integers(1, 255))
def test_a_damaged_file_is_an_empty_one(tmp_path_factory: pytest.TempPathFactory, at: int, flip: int) -> None:
    path = tmp_path_factory.mktemp("keyed") / "a.bin"
    write_keyed(path, {bytes([n]) * KEY: b"value" * n for n in range(5)}, MOST)
    data = bytearray(path.read_bytes())
    data[at % len(data)] ^= flip
    path.write_bytes(data)
    assert read_keyed(path, MOST) == {}
    path.write_bytes(data[: at % len(data)])
    assert read_keyed(path, MOST) == {}


def test_the_first_go_where_there_is_no_room(tmp_path: Path) -> None:
    path = tmp_path / "a.bin"
    write_keyed(path, {bytes([n]) * KEY: bytes(1000) for n in range(20)}, 5000)
    assert path.stat().st_size <= 5000
    assert [key[0] for key in read_keyed(path, 5000)] == [16, 17, 18, 19]
    assert read_keyed(path, 1000) == {}, "more than may be read"


def test_no_file_a_folder_and_a_folder_that_may_not_be_written(tmp_path: Path) -> None:
    assert read_keyed(tmp_path / "none", MOST) == {}
    assert read_keyed(tmp_path, MOST) == {}
    with pytest.raises(UnwritableFile):
        write_keyed(tmp_path, {}, MOST)
