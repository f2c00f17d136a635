"""TorchScript runs once it is trusted, and gives what its network gives; until then only its headers are read."""

import hashlib
import json
import zipfile
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from segstudio.core.digest import digest_of
from segstudio.core.errors import UnreadableFile, UntrustedFile
from segstudio.models import load_model
from segstudio.models.description import Description
from segstudio.models.loaders import LOADERS, loading, private_copy
from segstudio.models.loaders.inspection import inspect
from segstudio.models.loaders.loaded import Loaded
from tests.models.loaders.made import Malice, Net, Skipping, pickled, rewritten, scripted, traced


def loaded(path: Path) -> Loaded:
    *_, found = loading(LOADERS["torchscript"], path, {digest_of(path)})
    assert isinstance(found, Loaded)
    return found


@pytest.mark.parametrize("size", [(64, 96), (65, 99), (7, 250)])
@pytest.mark.parametrize("make", [scripted, traced], ids=["scripted", "traced"])
@torch.inference_mode()
def test_it_gives_what_the_network_gives(tmp_path: Path, make: object, size: tuple[int, int]) -> None:
    path = (scripted if make is scripted else traced)(Net(), tmp_path / "net.pt")
    image = torch.randn(2, 3, *size)
    assert torch.allclose(loaded(path).network(image), Net().eval()(image)["out"], atol=1e-5)


def test_what_it_takes_is_found_out_and_told_as_assumed(tmp_path: Path) -> None:
    path = scripted(Skipping(), tmp_path / "net.pt")
    info = load_model(path, "cpu", trusted={digest_of(path)}).info
    assert (info.format, info.architecture, info.family) == ("torchscript", "Skipping", "TorchScript")
    assert (info.preprocess.divisor, info.preprocess.size, info.assumed) == (4, None, ("classes", "preprocess"))
    assert (info.parameters, len(info.classes.scored)) == (130, 2)


def test_gray_images_are_given_to_a_network_of_one_channel(tmp_path: Path) -> None:
    class Gray(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.head = nn.Conv2d(1, 1, 3, padding=1)

        def forward(self, image: Tensor) -> Tensor:
            found: Tensor = self.head(image).sigmoid()
            return found

    path = scripted(Gray(), tmp_path / "gray.pt")
    segmenter = load_model(path, "cpu", trusted={digest_of(path)})
    assert segmenter.info.preprocess.order == "gray"
    assert [c.name for c in segmenter.info.classes.scored] == ["background", "class 1"]
    assert segmenter.predict([np.zeros((9, 11, 3), np.uint8)])[0].labels.shape == (9, 11)


def test_what_we_know_of_our_own_programs_is_not_assumed(tmp_path: Path, description: Description) -> None:
    path = scripted(Net(), tmp_path / "own.pt", segstudio=json.dumps(description.to_json()))
    info = load_model(path, "cpu", trusted={digest_of(path)}).info
    assert (info.assumed, info.classes, info.preprocess) == ((), description.classes, description.preprocess)


def test_until_it_is_trusted_only_headers_are_read(tmp_path: Path) -> None:
    path = scripted(Net(), tmp_path / "net.pt")
    with pytest.raises(UntrustedFile) as caught:
        load_model(path, "cpu")
    assert caught.value.digest == hashlib.sha256(path.read_bytes()).hexdigest()
    found = inspect(path)
    assert found.reason == caught.value.sentence()
    assert (found.tensors, found.parameters, found.description) == (10, 267, None)
    # A class that was scripted before in this process has another file of its own.
    assert any(name.startswith("code/__torch__/tests/models/loaders/made") for name in found.executes)
    assert inspect(path, {digest_of(path)}).description is not None


class Writing(nn.Module):
    def __init__(self, path: str) -> None:
        super().__init__()
        self.path = path

    def forward(self, image: Tensor) -> Tensor:
        torch.save(image, self.path)
        return image


class Mapping(nn.Module):
    def __init__(self, path: str) -> None:
        super().__init__()
        self.path = path

    def forward(self, image: Tensor) -> Tensor:
        return image + torch.from_file(self.path, True, 9).sum()


@pytest.mark.parametrize("kind", [Writing, Mapping])
def test_a_program_that_writes_files_writes_none_until_it_is_trusted(tmp_path: Path, kind: type[nn.Module]) -> None:
    trace = tmp_path / "trace"
    path = scripted(kind(str(trace)), tmp_path / "net.pt")
    found = inspect(path)
    assert found.executes[0] in ("torch.save", "torch.from_file")
    with pytest.raises(UntrustedFile):
        load_model(path, "cpu")
    assert not trace.exists()
    load_model(path, "cpu", trusted={digest_of(path)})
    assert trace.exists(), "and that is why one is asked"


@pytest.mark.parametrize("entry", ["constants.pkl", "data.pkl"])
def test_pickles_of_anything_else_are_named_even_when_it_is_trusted(tmp_path: Path, entry: str) -> None:
    trace, path = tmp_path / "trace", tmp_path / "net.pt"
    plain = scripted(Net(), tmp_path / "plain.pt")
    (tmp_path / "malice").write_bytes(pickled(Malice(trace)))
    with zipfile.ZipFile(tmp_path / "malice") as archive:
        evil = archive.read(next(name for name in archive.namelist() if name.endswith("data.pkl")))
    rewritten(plain, path, lambda entries: entries.update({entry: evil}))
    with pytest.raises(UnreadableFile, match="mkdir"):
        load_model(path, "cpu", trusted={digest_of(path)})
    assert "mkdir" in (inspect(path).reason or "")
    assert not trace.exists()


def test_what_is_hashed_is_what_is_loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody who changes the file between the question and the loading is asked about again."""
    path, other = scripted(Net(), tmp_path / "net.pt"), scripted(Skipping(), tmp_path / "other.pt")
    known = digest_of(path)

    def exchanged(which: Path) -> str:
        found = digest_of(which)
        path.write_bytes(other.read_bytes())
        return found

    monkeypatch.setattr(private_copy, "digest_of", exchanged)
    with pytest.raises(UntrustedFile) as caught:
        load_model(path, "cpu", trusted={known})
    assert caught.value.digest == digest_of(other)


def test_no_copy_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = scripted(Net(), tmp_path / "net.pt")
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    segmenter = load_model(path, "cpu", trusted={digest_of(path)})
    assert not list((tmp_path / "temporary").iterdir())
    path.unlink()
    assert segmenter.predict([np.zeros((8, 8, 3), np.uint8)])[0].labels.shape == (8, 8)


@pytest.mark.parametrize("share", [0.0, 0.3, 0.7, 0.99])
def test_truncated_programs_are_said(tmp_path: Path, share: float) -> None:
    content = scripted(Net(), tmp_path / "net.pt").read_bytes()
    (tmp_path / "cut.pt").write_bytes(content[: int(len(content) * share)])
    with pytest.raises(UnreadableFile):
        load_model(tmp_path / "cut.pt", "cpu", trusted={digest_of(tmp_path / "cut.pt")})
    assert inspect(tmp_path / "cut.pt").reason


def test_programs_that_are_no_networks_of_images_are_said(tmp_path: Path) -> None:
    class Sum(nn.Module):
        def forward(self, image: Tensor) -> Tensor:
            return image.sum()

    path = scripted(Sum(), tmp_path / "sum.pt")
    with pytest.raises(UnreadableFile, match="no scores by class and pixel"):
        load_model(path, "cpu", trusted={digest_of(path)})


def test_code_without_end_is_refused(tmp_path: Path) -> None:
    plain = scripted(Net(), tmp_path / "plain.pt")
    bomb = {"code/bomb.py": b" " * (1 << 26)}
    path = rewritten(plain, tmp_path / "net.pt", lambda entries: entries.update(bomb), compress=True)
    assert path.stat().st_size < 1 << 20
    with pytest.raises(UnreadableFile, match="its program claims"):
        load_model(path, "cpu", trusted={digest_of(path)})
