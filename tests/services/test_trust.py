"""Files that a person trusts are known by their content, for as long as nobody takes it back."""

import json
from pathlib import Path

import pytest

from segstudio.core.digest import digest_of
from segstudio.core.errors import UnwritableFile
from segstudio.services import trust as module
from segstudio.services.trust import changed_since, forget, trust, trusted, trusted_once


@pytest.fixture(autouse=True)
def own_list(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "config" / "trusted.json"
    monkeypatch.setattr(module, "_file", lambda: path)
    return path


def test_trust_lasts_until_it_is_taken_back() -> None:
    assert trusted() == frozenset()
    trust("a" * 64, Path("net.pt"))
    trust("b" * 64, Path("net.pt"))
    trust("a" * 64, Path("net.pt"))
    assert trusted() == {"a" * 64, "b" * 64}
    assert forget() == 2
    assert trusted() == frozenset()
    assert forget() == 0


def test_trust_for_once_is_not_remembered(tmp_path: Path) -> None:
    path = tmp_path / "net.pt"
    path.write_bytes(b"net")
    trust("a" * 64, Path("net.pt"))
    assert trusted_once(path) == {"a" * 64, digest_of(path)}
    assert trusted() == {"a" * 64}
    assert trusted_once(tmp_path / "none.pt") == {"a" * 64}


@pytest.mark.parametrize("content", [b"", b"{]", b"null", b"3", b"[3]", b"[{}]", b"\xff", b"[" * 90_000])
def test_a_damaged_list_trusts_nobody_and_is_kept_aside(own_list: Path, content: bytes) -> None:
    own_list.parent.mkdir()
    own_list.write_bytes(content)
    assert trusted() == frozenset()
    trust("a" * 64, Path("net.pt"))
    assert trusted() == {"a" * 64}
    assert own_list.with_name("trusted.damaged-1.json").read_bytes() == content
    own_list.write_bytes(content)
    trust("b" * 64, Path("net.pt"))
    assert own_list.with_name("trusted.damaged-2.json").read_bytes() == content
    assert trusted() == {"b" * 64}


def test_a_list_that_cannot_be_read_is_not_replaced(own_list: Path) -> None:
    own_list.mkdir(parents=True)
    with pytest.raises(UnwritableFile, match="it is a folder"):
        trust("a" * 64, Path("net.pt"))
    assert own_list.is_dir()


def test_a_list_of_before_is_read_as_it_was(own_list: Path, tmp_path: Path) -> None:
    own_list.parent.mkdir()
    own_list.write_text(f'["{"a" * 64}"]', encoding="utf-8")
    assert trusted() == {"a" * 64}
    trust("b" * 64, tmp_path / "net.pt")
    assert trusted() == {"a" * 64, "b" * 64}
    assert not list(own_list.parent.glob("*damaged*"))


def test_it_is_told_that_a_file_has_changed_since_it_was_trusted(tmp_path: Path) -> None:
    path = tmp_path / "net.pt"
    assert not changed_since(path, "a" * 64)
    trust("a" * 64, path)
    assert changed_since(path, "b" * 64)
    assert not changed_since(path, "a" * 64)
    assert not changed_since(tmp_path / "other.pt", "b" * 64)


def test_every_place_where_a_file_was_trusted_is_remembered(own_list: Path, tmp_path: Path) -> None:
    own_list.parent.mkdir()
    own_list.write_text(f'["{"a" * 64}"]', encoding="utf-8")
    first, second = tmp_path / "net.pt", tmp_path / "copy.pt"
    trust("a" * 64, first)
    trust("a" * 64, second)
    trust("a" * 64, second)
    assert trusted() == {"a" * 64}
    assert changed_since(first, "b" * 64)
    assert changed_since(second, "b" * 64)
    assert len(json.loads(own_list.read_text(encoding="utf-8"))) == 2
    assert forget() == 1
