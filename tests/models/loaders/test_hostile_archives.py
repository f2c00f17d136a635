"""Archives of compiled code and of scripts that unpack to more than they may: refused before anybody trusts them."""

import json
import struct
import tracemalloc
import zipfile
from pathlib import Path

import pytest

from segstudio.models.loaders import compiled
from segstudio.models.loaders.entries import unpacked
from segstudio.models.loaders.inspection import inspect
from tests.models.loaders.made import Net, scripted

FOLDER = "net/data/aotinductor/model/"


def archive(path: Path, entries: dict[str, bytes], kind: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", kind) as found:
        for name, content in {f"{FOLDER}net.so": b"no code", **entries}.items():
            found.writestr(name, content)
    return path


def claiming(path: Path, name: str, size: int) -> Path:
    """Let an entry claim another size than it has."""
    data = bytearray(path.read_bytes())
    for mark, place, header in ((b"PK\x03\x04", 22, 30), (b"PK\x01\x02", 24, 46)):
        at = data.find(mark)
        while data[at + header : at + header + len(name)] != name.encode():
            at = data.index(mark, at + 1)
        struct.pack_into("<I", data, at + place, size)
    path.write_bytes(data)
    return path


def reason(path: Path) -> str:
    return inspect(path).reason or ""


@pytest.mark.parametrize("content", [[], "AOTI_DEVICE_KEY", 3, None])
def test_what_is_said_of_a_machine_is_a_table(tmp_path: Path, content: object) -> None:
    path = archive(tmp_path / "net.pt2", {f"{FOLDER}net_metadata.json": json.dumps(content).encode()})
    assert "what it says of the machine is no table" in reason(path)


def test_tables_that_are_deep_or_of_long_numbers_are_said(tmp_path: Path) -> None:
    for text in (b"[" * 200_000, b'{"a":' + b"9" * 9000 + b"}"):
        assert "damaged" in reason(archive(tmp_path / "net.pt2", {f"{FOLDER}net_metadata.json": text}))


def test_sides_of_thousands_of_digits_are_none(tmp_path: Path) -> None:
    source = 'input_handles[0]: unmatched dim value at 2, "\n << "expected: ' + "9" * 9000 + ", "
    path = archive(tmp_path / "net.pt2", {f"{FOLDER}net.cpp": source.encode()})
    assert compiled._read(path, path).sides == {}


@pytest.mark.parametrize(("kind", "size"), [(".cpp", 4 << 20), ("_metadata.json", 50_000)])
def test_texts_beside_code_are_bounded_together(tmp_path: Path, kind: str, size: int) -> None:
    path = archive(tmp_path / "net.pt2", {f"{FOLDER}{each}{kind}": b" " * size for each in range(24)})
    assert "the texts beside its code claim" in reason(path)


def test_json_that_nobody_asks_for_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []

    def noted(_: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
        seen.append(entry.filename)
        return b"{}"

    monkeypatch.setattr(compiled, "unpacked", noted)
    inspect(archive(tmp_path / "net.pt2", {"net/data/weights/a.json": b"{}", f"{FOLDER}net_metadata.json": b"{}"}))
    assert set(seen) == {f"{FOLDER}net_metadata.json"}


def test_an_entry_that_claims_less_than_it_has_is_unpacked_no_further(tmp_path: Path) -> None:
    name = f"{FOLDER}net.cpp"
    path = claiming(archive(tmp_path / "net.pt2", {name: b" " * 50_000_000}), name, 100)
    tracemalloc.start()
    try:
        with zipfile.ZipFile(path) as opened, pytest.raises(zipfile.BadZipFile, match="CRC"):
            unpacked(opened, opened.getinfo(name))
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()
    assert "damaged" in reason(path)


@pytest.mark.parametrize("kind", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_ways_to_compress_that_know_no_bound_are_refused(tmp_path: Path, kind: int) -> None:
    path = archive(tmp_path / "net.pt2", {f"{FOLDER}net.cpp": b" " * 1000}, kind)
    assert "compressed in another way" in reason(path)


def test_a_damaged_stream_is_said(tmp_path: Path) -> None:
    name = f"{FOLDER}net.cpp"
    path = archive(tmp_path / "net.pt2", {name: bytes(range(256)) * 9})
    data = bytearray(path.read_bytes())
    at = data.index(name.encode()) + len(name)
    data[at : at + 8] = b"\xff" * 8
    path.write_bytes(data)
    assert "is damaged" in reason(path)


def test_code_of_a_script_is_unpacked_no_further_than_it_claims(tmp_path: Path) -> None:
    path = scripted(Net(), tmp_path / "net.pt")
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as opened:
        name = f"{opened.namelist()[0].partition('/')[0]}/code/more.py"
        opened.writestr(name, b" " * 80_000_000)
    assert "its program claims" in reason(path)
    assert "damaged" in reason(claiming(path, name, 100))
