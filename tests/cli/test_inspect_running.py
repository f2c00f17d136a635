"""``segstudio inspect`` with what takes running the model."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file

from segstudio.cli import main
from segstudio.services.demo import MODEL
from segstudio.services.resources import resource
from segstudio.services.sample_project import make_sample_project

WRONG = "version = 1\n[preprocess]\nscale = 1\nmean = [0.0, 0.0, 0.0]\nstd = [1.0, 1.0, 1.0]\n"


@pytest.fixture
def plain(tmp_path: Path) -> Path:
    """Write the sample model as a state dict that tells nothing of itself, and a sidecar that tells wrong."""
    torch.save(load_file(resource(MODEL)), tmp_path / "net.pth")
    return tmp_path / "net.pth"


def inspect(*words: object) -> int:
    return main(["inspect", *map(str, words), "--device", "cpu"])


def data(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_a_model_with_a_check_is_verified(capsys: pytest.CaptureFixture[str]) -> None:
    assert inspect(resource(MODEL), "--verify") == 0
    assert "Verify: The same: the largest difference is" in capsys.readouterr().out
    assert inspect(resource(MODEL), "--verify", "--json", "-") == 0
    found = data(capsys)["verify"]
    assert found["within"] is True
    assert 0 <= found["difference"] <= found["tolerance"]


def test_a_check_is_stored_and_a_change_is_status_1(plain: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert inspect(plain, "--verify") == 2
    assert "has no check" in capsys.readouterr().err
    assert inspect(plain, "--store-check", "--verify") == 0
    said = capsys.readouterr().out
    assert f"Check written: {plain}.segstudio.check" in said
    assert "Verify: The same" in said
    Path(f"{plain}.segstudio.toml").write_text(WRONG)
    assert inspect(plain, "--verify", "--json", "-") == 1
    assert data(capsys)["verify"]["within"] is False


def test_normalisations_are_ranked_and_how_to_set_the_best_is_said(
    plain: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    list(make_sample_project(tmp_path / "p", 1))
    Path(f"{plain}.segstudio.toml").write_text(WRONG)
    before = sorted(path for path in (tmp_path / "p").rglob("*") if path.is_file())
    assert inspect(plain, "--normalisation", tmp_path / "p", "--json", tmp_path / "r.json") == 0
    said = capsys.readouterr()
    assert "ImageNet scores 0." in said.out
    assert "mean = [0.485, 0.456, 0.406]" in said.out
    assert "taken by their order" in said.out
    found = json.loads((tmp_path / "r.json").read_text())["normalisation"]
    assert [way["name"] for way in found["ways"] if way["in_use"]] == ["None, 0 to 255"]
    assert (found["ways"][0]["name"], found["best"]) == ("ImageNet", "ImageNet")
    assert sorted(path for path in (tmp_path / "p").rglob("*") if path.is_file()) == before, "nothing is written"


class Malice:
    """Makes whoever unpickles it create a folder."""

    def __init__(self, trace: Path) -> None:
        self.trace = trace

    def __reduce__(self) -> tuple[Any, ...]:
        return os.mkdir, (str(self.trace),)


def test_what_cannot_be_loaded_is_not_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    torch.save({"a": torch.zeros(1), "b": Malice(tmp_path / "trace")}, tmp_path / "net.pth")
    assert inspect(tmp_path / "net.pth", "--verify", "--store-check", "--normalisation", tmp_path) == 1
    assert "mkdir" in capsys.readouterr().out
    assert not (tmp_path / "trace").exists()
    assert not (tmp_path / "net.pth.segstudio.check").exists()
