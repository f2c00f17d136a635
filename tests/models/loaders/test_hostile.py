"""What is no model, no longer one, or worse: a sentence each, and nothing in a file ever runs."""

import io
import json
import os
import pickle
import struct
import zipfile
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import save
from torch import nn

from segstudio.core.errors import UnreadableFile
from segstudio.models import load_model
from segstudio.models.loaders import LOADERS


def refused(path: Path) -> str:
    """Load a file that must not load; return what the user is told."""
    with pytest.raises(UnreadableFile) as caught:
        load_model(path, "cpu")
    assert str(path) in str(caught.value)
    assert caught.value.hint
    return caught.value.sentence()


class Malice:
    """Makes whoever unpickles it create a file."""

    def __init__(self, trace: Path) -> None:
        self.trace = trace

    def __reduce__(self) -> tuple[Any, ...]:
        return os.mkdir, (str(self.trace),)


@pytest.mark.parametrize("legacy", [False, True])
@pytest.mark.parametrize("hidden", [False, True])
def test_a_malicious_checkpoint_runs_nothing(tmp_path: Path, network: nn.Module, legacy: bool, hidden: bool) -> None:
    trace, path = tmp_path / "trace", tmp_path / "model.pth"
    content = network.state_dict() | {"extra": Malice(trace)} if hidden else Malice(trace)
    torch.save(content, path, _use_new_zipfile_serialization=not legacy)
    assert f"{os.mkdir.__module__}.mkdir" in refused(path)
    assert not trace.exists()


def test_a_malicious_plain_pickle_runs_nothing(tmp_path: Path) -> None:
    trace, path = tmp_path / "trace", tmp_path / "model.pth"
    path.write_bytes(pickle.dumps(Malice(trace)))
    assert "pickled objects" in refused(path)
    assert not trace.exists()


def test_a_pickled_module_is_named(tmp_path: Path, network: nn.Module) -> None:
    path = tmp_path / "whole.pt"
    torch.save(network, path)
    said = refused(path)
    assert "segstudio.models.zoo.unet.UNet" in said
    assert "state_dict" in said


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("empty.pth", b"", "it is empty"),
        ("text.pth", b"weights\n" * 9, "no model file"),
        ("short.pth", b"P", "no model file"),
        ("renamed.pth", b"\x89PNG\r\n\x1a\n" + bytes(90), "it is a PNG picture"),
        ("photo.pth", b"\xff\xd8\xff\xe0\0\x10JFIF" + bytes(90), "it is a JPEG picture"),
        ("other.pth", b"\x07" * 90, "no model file"),
        ("half.pth.part", bytes(9000), "a download that was not finished"),
        ("pointer.safetensors", b"version https://git-lfs.github.com/spec/v1\noid sha256:00\n", "Git LFS pointer"),
        ("bomb.safetensors", struct.pack("<Q", 1 << 62) + b"{" + b" " * 90, "header claims"),
        ("cut.safetensors", struct.pack("<Q", 5000) + b"{" + b" " * 90, "ends within its header"),
        ("broken.safetensors", struct.pack("<Q", 8) + b"{]]]]]]]" + b" " * 90, "header is damaged"),
        ("deep.safetensors", struct.pack("<Q", 300_005) + b'{"a":' + b"[" * 300_000, "header is damaged"),
        ("net.onnx", b"\x08\x09\x12\x07pytorch\x1a\x052.1.0", "no graph that takes"),
        ("page.pth", b"\n<!DOCTYPE html><html>Sign in</html>", "web page"),
        ("tar.pth", b"\0" * 257 + b"ustar" + b"\0" * 250, "tar archive"),
        ("zip.pth", b"PK\x03\x04" + b"\0" * 40, "damaged or cut short"),
    ],
)  # fmt: skip
def test_what_is_no_model_is_said(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    (tmp_path / name).write_bytes(content)
    assert said in refused(tmp_path / name)


def test_what_is_missing_or_a_folder_is_said(tmp_path: Path) -> None:
    assert "no such file" in refused(tmp_path / "none.pth")
    said = refused(tmp_path)
    assert "is a folder that is no model" in said
    assert all(each in said for each in ("config.json", "plans.json", "configs/metadata.json"))
    (tmp_path / "config.json").write_text("{}")
    assert "it names no network" in refused(tmp_path)


def test_an_archive_of_something_else_is_said(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "m.pt", "w") as archive:
        archive.writestr("document.xml", "x")
    assert "without a model" in refused(tmp_path / "m.pt")


def test_every_format_but_pickles_has_a_loader_and_says_what_it_takes() -> None:
    assert [name for name, loader in LOADERS.items() if loader.load is None] == ["pickle"]
    for loader in LOADERS.values():
        assert loader.inspect
        assert loader.refused or loader.assumed.startswith("nothing")


def test_weights_of_nothing_known_are_said_by_their_first_tensors(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(save({"x": torch.zeros(2)}))
    assert "begins with x 2" in refused(tmp_path / "a")


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.999])
def test_truncated_files_are_said(tmp_path: Path, model_file: Path, network: nn.Module, share: float) -> None:
    stream = io.BytesIO()
    torch.save(network.state_dict(), stream)
    old = io.BytesIO()
    torch.save(network.state_dict(), old, _use_new_zipfile_serialization=False)
    for whole in (model_file.read_bytes(), stream.getvalue(), old.getvalue()):
        (tmp_path / "cut").write_bytes(whole[: int(len(whole) * share)])
        refused(tmp_path / "cut")


@pytest.mark.parametrize("position", range(0, 400, 7))
def test_a_flipped_byte_is_said_or_harmless(tmp_path: Path, network: nn.Module, position: int) -> None:
    stream = io.BytesIO()
    torch.save(network.state_dict(), stream, _use_new_zipfile_serialization=position % 2 == 0)
    damaged = bytearray(stream.getvalue())
    damaged[position] ^= 0xFF
    (tmp_path / "flipped").write_bytes(damaged)
    try:
        load_model(tmp_path / "flipped", "cpu")
    except UnreadableFile as error:
        assert str(tmp_path) in str(error)  # noqa: PT017 - either outcome is right


def test_a_tensor_larger_than_its_file_is_refused(tmp_path: Path, network: nn.Module) -> None:
    path, weights = tmp_path / "bomb.pth", network.state_dict()
    weights["head.weight"] = torch.zeros(1).expand(1 << 40, 4, 1, 1)
    torch.save(weights, path)
    assert "larger than the file" in refused(path)


def test_a_compressed_archive_is_refused(tmp_path: Path, network: nn.Module) -> None:
    torch.save(network.state_dict(), tmp_path / "plain.pth")
    with zipfile.ZipFile(tmp_path / "plain.pth") as plain, zipfile.ZipFile(tmp_path / "zip.pth", "w") as packed:
        for entry in plain.infolist():
            packed.writestr(entry.filename, plain.read(entry), zipfile.ZIP_DEFLATED)
    assert "compressed" in refused(tmp_path / "zip.pth")


def test_an_encrypted_archive_is_said(tmp_path: Path, network: nn.Module) -> None:
    torch.save(network.state_dict(), tmp_path / "m.pth")
    data = bytearray((tmp_path / "m.pth").read_bytes())
    for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = data.find(mark)
        while place >= 0:
            data[place + flags] |= 1
            place = data.find(mark, place + 4)
    (tmp_path / "m.pth").write_bytes(data)
    assert "it is encrypted" in refused(tmp_path / "m.pth")


def test_a_header_that_lies_about_its_tensors_is_refused(tmp_path: Path, model_file: Path) -> None:
    data = model_file.read_bytes()
    length = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + length])
    header["head.weight"]["shape"][0] = 1 << 40
    text = json.dumps(header).encode()
    (tmp_path / "liar").write_bytes(struct.pack("<Q", len(text)) + text + data[8 + length :])
    assert "weights are damaged" in refused(tmp_path / "liar")
