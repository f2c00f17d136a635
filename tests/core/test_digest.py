"""What files and folders are known by."""

import hashlib
from pathlib import Path

from segstudio.core.digest import digest_of


def test_a_file_is_known_by_its_content(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).write_bytes(b"weights")
    assert digest_of(tmp_path / "a") == digest_of(tmp_path / "b") == hashlib.sha256(b"weights").hexdigest()


def test_a_folder_is_known_by_names_and_contents(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    for folder in (one, two):
        (folder / "deep").mkdir(parents=True)
        (folder / "config.json").write_text("{}")
        (folder / "deep" / "weights").write_bytes(b"1")
    assert digest_of(one) == digest_of(two)
    (two / "deep" / "weights").write_bytes(b"2")
    assert digest_of(one) != digest_of(two)
    (two / "deep" / "weights").write_bytes(b"1")
    (two / "config.json").rename(two / "other.json")
    assert digest_of(one) != digest_of(two)


def test_links_to_files_count_as_what_they_lead_to(tmp_path: Path) -> None:
    blobs, one, two = (tmp_path / name for name in ("blobs", "one", "two"))
    for folder in (blobs, one, two):
        folder.mkdir()
    (blobs / "x").write_bytes(b"x")
    (blobs / "y").write_bytes(b"y")
    (one / "weights").symlink_to(blobs / "x")
    (two / "weights").symlink_to(blobs / "y")
    assert digest_of(one) != digest_of(two)
