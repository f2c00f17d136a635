"""Files are written whole or not at all."""

import os
from pathlib import Path

import pytest

from segstudio.core.errors import UnreadableFile, UnwritableFile
from segstudio.io.files import check_readable, read_text, write_atomically


def test_makes_folders_and_leaves_nothing_beside_the_file(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "mask.png"
    write_atomically(path, b"first")
    write_atomically(path, b"second")
    assert path.read_bytes() == b"second"
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.skipif(os.name != "posix", reason="permissions of files are a matter of POSIX systems")
def test_keeps_the_permissions_of_what_it_replaces(tmp_path: Path) -> None:
    path = tmp_path / "shared.png"
    path.write_bytes(b"old")
    path.chmod(0o664)
    write_atomically(path, b"new")
    assert path.stat().st_mode & 0o777 == 0o664


def test_a_link_is_replaced_and_not_what_it_leads_to(tmp_path: Path) -> None:
    theirs, link = tmp_path / "theirs.png", tmp_path / "link.png"
    theirs.write_bytes(b"theirs")
    link.symlink_to(theirs)
    write_atomically(link, b"ours")
    assert theirs.read_bytes() == b"theirs"
    assert link.read_bytes() == b"ours"


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_failure_leaves_the_old_file_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    path = tmp_path / "mask.png"
    path.write_bytes(b"old")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, step, full)
    with pytest.raises(UnwritableFile, match=r"mask\.png could not be written: the disk is full"):
        write_atomically(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_says_what_stands_in_the_way(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"x")
    (tmp_path / "folder").mkdir()
    with pytest.raises(UnwritableFile, match="a file stands where a folder is needed"):
        write_atomically(tmp_path / "file" / "mask.png", b"")
    with pytest.raises(UnwritableFile, match="it is a folder"):
        write_atomically(tmp_path / "folder", b"")


def test_refuses_what_is_no_file_to_read(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    for path, reason in ((tmp_path, "it is a folder"), (tmp_path / "empty", "empty"), (tmp_path / "gone", "no such")):
        with pytest.raises(UnreadableFile, match=reason):
            check_readable(path)
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe")
        with pytest.raises(UnreadableFile, match="not a regular file"):
            check_readable(tmp_path / "pipe")


def test_text_is_utf8_with_or_without_a_mark(tmp_path: Path) -> None:
    path = tmp_path / "classes.txt"
    path.write_bytes(b"\xef\xbb\xbfStra\xc3\x9fe")
    assert read_text(path) == "Straße"
    path.write_bytes(b"Stra\xdfe")
    with pytest.raises(UnreadableFile, match="not UTF-8"):
        read_text(path)
