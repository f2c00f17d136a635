"""Pickles of strangers that are small and would take hours or gigabytes: refused in a moment, or followed as they are.

Sizes are such that a walk which grows with their square, or worse, would not end within the time a test has.
"""

import io
import pickle
import pickletools
import struct
import zipfile
from pathlib import Path
from typing import Any

import pytest
import torch

from segstudio.core.errors import UnreadableFile
from segstudio.models.loaders import pickles
from segstudio.models.loaders.inspection import inspect
from segstudio.models.loaders.pickles import DamagedPickle, Reader
from segstudio.models.loaders.script_archive import read_script
from segstudio.models.loaders.state_dict import read_header_of
from segstudio.models.loaders.stored import StoredTensor, placed
from segstudio.models.loaders.torch_files import read_archive
from segstudio.models.loaders.unwrapping import unwrapped
from tests.models.loaders.made import Net, rewritten, scripted

MODULUS = (1 << 61) - 1
WEIGHT = StoredTensor("float32", (2,), (1,), 0)


def torch_archive(path: Path, content: bytes, **entries: bytes) -> Path:
    """Write an archive of torch with a pickle that it would never write."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in {"data.pkl": content, "byteorder": b"little", **entries}.items():
            archive.writestr(f"archive/{name}", data)
    return path


def test_keys_that_all_have_one_hash_are_left_out(tmp_path: Path) -> None:
    keys: list[Any] = [sign * MODULUS * each for sign in (1, -1) for each in range(1, 40_000)]
    content = {"small": 1, 7: 2, 1e300: 3} | dict.fromkeys(map(str, range(3)))
    path = torch_archive(tmp_path / "net.pt", _items(content, keys))
    assert read_header_of(path).content == {"small": 1, 7: 2, "0": None, "1": None, "2": None}


def _items(content: dict[Any, Any], keys: list[Any]) -> bytes:
    """Return the pickle of a dict with more keys, without hashing those."""
    more = b"".join(b"\x8a" + bytes([len(text)]) + text + b"N" for text in map(pickle.encode_long, keys))
    return pickle.dumps(content, 2)[:-1] + b"(" + more + b"u."


def test_places_in_the_memo_that_all_have_one_hash_are_refused() -> None:
    content = b"N" + b"".join(b"p%d\n" % (MODULUS * each) for each in range(1, 3))
    with pytest.raises(DamagedPickle, match="remembers more"):
        Reader().read(io.BytesIO(content + b"."))


def test_a_pickle_of_more_steps_than_any_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pickles, "MOST_STEPS", 1000)
    assert Reader().read(io.BytesIO(b"N" * 999 + b".")) is None
    with pytest.raises(DamagedPickle, match="no end"):
        Reader().read(io.BytesIO(b"}" * 1000 + b"."))


def test_the_pickles_of_torch_take_few_of_the_steps() -> None:
    stream = io.BytesIO()
    torch.save({str(each): torch.zeros(3, 4) for each in range(100)}, stream)
    with zipfile.ZipFile(stream) as archive:
        steps = sum(1 for _ in pickletools.genops(archive.read("archive/data.pkl")))
    assert steps * 400 < pickles.MOST_STEPS  # 40,000 tensors: the largest networks have some thousands


def test_a_name_that_fills_pages_is_refused() -> None:
    with pytest.raises(DamagedPickle, match="longer than any") as caught:
        Reader().read(io.BytesIO(b"c" + b"a" * 100_000 + b"\nb\n."))
    assert len(str(caught.value)) < 100


def test_what_python_says_of_a_damaged_number_is_cut_short() -> None:
    with pytest.raises(DamagedPickle) as caught:
        Reader().read(io.BytesIO(b"F" + b"x" * 100_000 + b"\n."))
    assert len(str(caught.value)) <= 200


@pytest.mark.parametrize("levels", [60, 500])
def test_dicts_that_share_dicts_are_searched_once(levels: int) -> None:
    content: dict[str, Any] = {}
    inner: list[dict[str, Any]] = [{} for _ in range(levels)]
    for each in (content, *inner):
        each.update((f"d{at}", one) for at, one in enumerate(inner))
    with pytest.raises(UnreadableFile, match="holds no weights, but d0, d1"):
        unwrapped(Path("net.pt"), content)


def test_weights_are_found_beside_a_dict_that_is_also_too_deep() -> None:
    shared = {"a": {"weight": WEIGHT}}
    found = unwrapped(Path("net.pt"), {"one": {"two": {"three": shared}}, "zoo": shared})
    assert found.within == ("zoo", "a")


def test_prefixes_are_taken_off_a_few_times_only() -> None:
    assert unwrapped(Path("net.pt"), {"module.net.body.weight": WEIGHT}).prefix == "module.net."
    assert unwrapped(Path("net.pt"), {"net." * 60 + "weight": WEIGHT}).prefix == "net." * 8


@pytest.mark.parametrize("content", [{"net." * 40_000: WEIGHT}, {"a" * 40_000: {"weight": WEIGHT}}])
def test_names_that_fill_pages_are_said_in_a_line(content: dict[str, Any]) -> None:
    with pytest.raises(UnreadableFile, match="more than 1,024 characters"):
        unwrapped(Path("net.pt"), content)
    with pytest.raises(UnreadableFile, match="no weights") as caught:
        unwrapped(Path("net.pt"), {"a" * 40_000: 1})
    assert len(caught.value.sentence()) < 300


def test_tensors_within_tensors_without_end_are_refused(tmp_path: Path) -> None:
    # L = [rebuild, None, L]; rebuild(rebuild, None, L, None)
    rebuild = b"ctorch._tensor\n_rebuild_from_type_v2\n"
    content = b"\x80\x02" + rebuild + b"q\x00(h\x00N]q\x01(h\x00Nh\x01eNtR."
    found = inspect(torch_archive(tmp_path / "net.pt", content))
    assert "a tensor is described in another way" in (found.reason or "")


@pytest.mark.parametrize("inner", [False, True])
def test_an_archive_with_compressed_entries_is_refused(tmp_path: Path, inner: bool) -> None:
    path = torch_archive(tmp_path / "net.pt", pickle.dumps({}, 2))
    assert read_archive(path).content == {}
    packed = rewritten(path, tmp_path / "packed.pt", lambda entries: None, compress=True)
    outer = b"before" + packed.read_bytes() if inner else packed.read_bytes()
    (tmp_path / "outer").write_bytes(outer)
    with pytest.raises(UnreadableFile, match="compressed"):
        read_archive(tmp_path / "outer", 6 * inner, packed.stat().st_size)


def test_an_order_of_bytes_that_is_no_word_is_refused(tmp_path: Path) -> None:
    path = torch_archive(tmp_path / "net.pt", pickle.dumps({}, 2), byteorder=b"little" * 1000)
    with pytest.raises(UnreadableFile, match="damaged"):
        read_archive(path)


@pytest.mark.parametrize("name", ["data.pkl", "constants.pkl"])
def test_a_script_with_compressed_pickles_is_refused(tmp_path: Path, name: str) -> None:
    path = scripted(Net(), tmp_path / "net.pt")
    with zipfile.ZipFile(path) as plain, zipfile.ZipFile(tmp_path / "bomb.pt", "w") as bomb:
        for entry in plain.infolist():
            chosen = entry.filename.endswith(f"/{name}")
            data = b"}" * 60_000_000 + b"." if chosen else plain.read(entry)
            bomb.writestr(entry.filename, data, zipfile.ZIP_DEFLATED if chosen else zipfile.ZIP_STORED)
    with pytest.raises(UnreadableFile, match="pickles are compressed"):
        read_script(tmp_path / "bomb.pt")


@pytest.mark.parametrize("shape", [(1 << 40,) * 100_000, (1 << 80_000,) * 60, (-1,), (True,), (1 << 40, 1 << 40)])
def test_a_script_with_impossible_shapes_is_refused(tmp_path: Path, shape: tuple[int, ...]) -> None:
    call = b"\x80\x02ctorch._utils\n_rebuild_tensor_v2\n(NK\x00" + pickle.dumps(shape, 2)[2:-1] + b")\x88tR."
    path = rewritten(
        scripted(Net(), tmp_path / "net.pt"), tmp_path / "bad.pt", lambda entries: entries.update({"data.pkl": call})
    )
    with pytest.raises(UnreadableFile, match="damaged"):
        read_script(path)


def test_a_tensor_of_a_million_sides_is_refused() -> None:
    sides = [1 << 40] * 1_000_000
    with pytest.raises(ValueError, match="more sides"):
        placed("float32", sides, sides, 0, (0, 8))


def _safetensors(path: Path, header: bytes) -> Path:
    path.write_bytes(struct.pack("<Q", len(header)) + header + bytes(8))
    return path


@pytest.mark.parametrize(
    ("header", "said"),
    [
        (b'{"__metadata__":[],"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}', "its metadata is no table"),
        (b'{"__metadata__":null,"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}', "its metadata is no table"),
        (b'{"a":{"dtype":"F32","shape":[%s1],"data_offsets":[0,8]}}' % (b"9," * 100_000), "more sides"),
        (b'{"a":{"dtype":"%s","shape":[2],"data_offsets":[0,8]}}' % (b"F" * 100_000), "of the kind FFFF"),
        (b'{"%s":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}' % (b"net." * 100_000), "longer than any"),
    ],
)  # fmt: skip
def test_a_header_with_impossible_tables_is_said_in_a_line(tmp_path: Path, header: bytes, said: str) -> None:
    found = inspect(_safetensors(tmp_path / "net.safetensors", header))
    assert said in (found.reason or "")
    assert len(found.reason or "") < 400
