"""Programs on the command line: named, refused, and run where that is said."""

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from torch import Tensor, nn

from segstudio.cli import main
from segstudio.core.digest import digest_of
from segstudio.services.trust import trust, trusted
from tests.models.loaders.made import ANY, Net, exported, saved, scripted


class Writing(nn.Module):
    def __init__(self, path: str) -> None:
        super().__init__()
        self.path = path

    def forward(self, image: Tensor) -> Tensor:
        torch.save(image, self.path)
        return image


@pytest.fixture(autouse=True)
def nobody_trusted(own_directories: None) -> None:
    """Trust of the person who runs the tests is theirs."""


@pytest.fixture
def image(tmp_path: Path) -> Path:
    folder = tmp_path / "images"
    folder.mkdir()
    pixels = np.random.default_rng(0).integers(0, 256, (40, 56, 3), np.uint8)
    Image.fromarray(pixels).save(folder / "a.png")
    return folder / "a.png"


def expected(image: Path) -> Any:
    pixels = torch.from_numpy(np.array(Image.open(image))).movedim(-1, 0)[None] / 255
    mean, std = torch.tensor([0.485, 0.456, 0.406]), torch.tensor([0.229, 0.224, 0.225])
    with torch.inference_mode():
        return Net().eval()((pixels - mean.view(3, 1, 1)) / std.view(3, 1, 1))["out"].argmax(1)[0].numpy()


def test_a_program_that_would_write_a_file_writes_none(
    tmp_path: Path, image: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    trace = tmp_path / "trace"
    path = scripted(Writing(str(trace)), tmp_path / "net.pt")
    assert main(["predict", str(path), str(image), "--out", str(tmp_path / "out"), "--device", "cpu"]) == 2
    assert "Trust it only if you know who made it" in capsys.readouterr().err
    assert main(["inspect", str(path), "--json", "-"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["format"], found["executes"][0]) == ("torchscript", "torch.save")
    assert (found["loadable"], found["needs_trust"]) == (True, True)
    assert "such a file is a program" in found["reason"]
    assert main(["inspect", str(path)]) == 0
    assert "\nLoadable: once you trust it (--trust). " in capsys.readouterr().out
    assert main(["inspect", str(path), "--store-check"]) == 1, "it was to be run, and was not"
    assert not trace.exists()
    assert not (tmp_path / "out").exists()


def test_a_trusted_program_predicts_what_its_network_does(
    tmp_path: Path, image: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = scripted(Net(), tmp_path / "net.pt")
    where = ["--out", str(tmp_path / "out"), "--device", "cpu"]
    assert main(["predict", str(path), str(image), *where, "--trust"]) == 0
    assert np.array_equal(np.array(Image.open(tmp_path / "out" / "a.png")), expected(image))
    assert not trusted(), "it was said for once"
    capsys.readouterr()
    assert main(["inspect", str(path), "--json", "-", "--trust"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["loadable"], found["architecture"], found["classes"], found["reason"]) == (True, "Net", 3, None)


def test_a_program_that_changed_since_it_was_trusted_is_said_to_have(
    tmp_path: Path, image: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = scripted(Net(), tmp_path / "net.pt")
    predict = ["predict", str(path), str(image), "--device", "cpu", "--out", str(tmp_path / "out")]
    inspect = ["inspect", str(path), "--json", "-"]
    assert (main(predict), main(inspect)) == (2, 0)
    said = capsys.readouterr()
    assert "changed since" not in said.out + said.err
    trust(digest_of(path), path)
    scripted(Writing(str(tmp_path / "trace")), path)
    assert (main(predict), main(inspect)) == (2, 0)
    said = capsys.readouterr()
    assert (
        "a program: opening it can do whatever you could do yourself. It has changed since you trusted it" in said.err
    )
    assert json.loads(said.out)["reason"].startswith("It has changed since you trusted it")
    assert not (tmp_path / "trace").exists()


def test_a_program_that_is_not_run_is_hashed_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, hashed = scripted(Net(), tmp_path / "net.pt"), list[str]()
    take = hashlib.file_digest

    def counted(file: Any, name: Any) -> Any:
        hashed.append(file.name)
        return take(file, name)

    monkeypatch.setattr(hashlib, "file_digest", counted)
    assert main(["inspect", str(path)]) == 0
    assert hashed == [str(path)]


def test_an_exported_program_needs_no_trust(tmp_path: Path, image: Path) -> None:
    path = saved(exported(Net(), image=ANY), tmp_path / "net.pt2")
    assert main(["predict", str(path), str(image), "--out", str(tmp_path / "out"), "--device", "cpu"]) == 0
    assert np.array_equal(np.array(Image.open(tmp_path / "out" / "a.png")), expected(image))
