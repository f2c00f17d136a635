"""``segstudio inspect`` as somebody types it, and other programs' weights through ``segstudio predict``."""

import json
import os
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from torch import Tensor, nn

from segstudio.cli import main
from segstudio.models.references import renamed
from segstudio.models.zoo import build_network
from segstudio.models.zoo.entries.unet import PTSEMSEG
from segstudio.services.demo import MODEL
from segstudio.services.resources import resource
from tests.models.loaders.made import ANY, Net, exported, saved
from tests.models.peers import reference_shapes, settle

KEYS = {
    "version", "file", "format", "loadable", "architecture", "backbone", "family", "options", "classes", "class_names",
    "assumed_class_names", "input_channels", "parameters", "tensors", "preprocess", "assumed", "choices", "missing",
    "unexpected", "executes", "reason", "notes", "needs_trust",
}  # fmt: skip


def inspected(path: Path, capsys: pytest.CaptureFixture[str], status: int = 0) -> dict[str, Any]:
    assert main(["inspect", str(path), "--json", "-"]) == status
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert found.keys() == KEYS
    assert found["loadable"] == (status == 0) == (found["reason"] is None)
    return found


@pytest.fixture
def lraspp() -> nn.Module:
    network = build_network("lraspp", 3, 21).eval()
    settle(network)
    return network


def test_a_checkpoint_of_torchvision_is_told(
    tmp_path: Path, lraspp: nn.Module, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "net.pth"
    torch.save({"model": lraspp.state_dict(), "epoch": 4, "optimizer": {"state": {}}}, path)
    found = inspected(path, capsys)
    assert (found["format"], found["architecture"], found["family"]) == ("state_dict", "lraspp", "torchvision")
    assert (found["classes"], found["input_channels"], found["parameters"]) == (21, 3, 3_221_538)
    assert (found["tensors"], found["missing"], found["unexpected"], found["executes"]) == (319, [], [], [])
    assert found["assumed"] == ["class_names", "preprocess"]
    assert found["preprocess"]["std"] == [0.229, 0.224, 0.225]
    assert found["class_names"] is None
    assert found["assumed_class_names"][1] == "aeroplane"
    assert main(["inspect", str(path)]) == 0
    printed = capsys.readouterr().out
    assert "Family: torchvision" in printed
    assert "found in model" in printed
    assert f"{path}.segstudio.toml" in printed


def test_our_own_file_assumes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = inspected(resource(MODEL), capsys)
    assert (found["format"], found["architecture"], found["assumed"]) == ("segstudio", "unet", [])
    assert len(found["class_names"]) == found["classes"]
    assert main(["inspect", str(resource(MODEL)), "--json", str(tmp_path / "f.json")]) == 0
    assert json.loads((tmp_path / "f.json").read_text()) == found


def test_tensors_that_do_not_fit_are_listed(
    tmp_path: Path, lraspp: nn.Module, capsys: pytest.CaptureFixture[str]
) -> None:
    weights = lraspp.state_dict()
    del weights["classifier.cbr.0.weight"]
    weights["surprise"] = torch.zeros(1)
    torch.save(weights, tmp_path / "net.pth")
    found = inspected(tmp_path / "net.pth", capsys, 1)
    assert (found["missing"], found["unexpected"]) == (["classifier.cbr.0.weight"], ["surprise"])


class Malice:
    """Makes whoever unpickles it create a folder."""

    def __init__(self, trace: Path) -> None:
        self.trace = trace

    def __reduce__(self) -> tuple[Any, ...]:
        return os.mkdir, (str(self.trace),)


KINDS: dict[str, Callable[[Path, Malice, dict[str, Tensor]], object]] = {
    "alone": lambda path, malice, _: torch.save(malice, path),
    "beside": lambda path, malice, weights: torch.save({"state_dict": weights, "optimizer": {"x": malice}}, path),
    "among": lambda path, malice, weights: torch.save({**weights, "x": malice}, path),
    "old": lambda path, malice, weights: torch.save(
        {**weights, "x": malice}, path, _use_new_zipfile_serialization=False
    ),
    "pickle": lambda path, malice, _: path.write_bytes(pickle.dumps([malice])),
    "key": lambda path, malice, weights: torch.save({"model": weights, ("x", malice): 1}, path),
}


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_file_could_run_is_named_and_never_runs(
    kind: str, tmp_path: Path, lraspp: nn.Module, capsys: pytest.CaptureFixture[str]
) -> None:
    trace, path = tmp_path / "trace", tmp_path / "net.pth"
    KINDS[kind](path, Malice(trace), lraspp.state_dict())
    found = inspected(path, capsys, 1)
    assert found["executes"] == [f"{os.mkdir.__module__}.mkdir"]
    assert "could run any program" in found["reason"]
    (tmp_path / "a.png").write_bytes(b"")
    Image.new("RGB", (8, 8)).save(tmp_path / "a.png")
    assert main(["predict", str(path), str(tmp_path / "a.png"), "--device", "cpu"]) == 2
    assert "mkdir" in capsys.readouterr().err
    assert not trace.exists()


def test_what_is_not_there_is_status_2_and_what_is_no_model_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["inspect", str(tmp_path / "none")]) == 2
    assert "no such file" in capsys.readouterr().err
    (tmp_path / "empty.pth").write_bytes(b"")
    found = inspected(tmp_path / "empty.pth", capsys, 1)
    assert found["format"] is None
    assert "empty" in found["reason"]


def predicted(model: Path, folder: Path) -> np.ndarray[Any, Any]:
    assert main(["predict", str(model), str(folder), "--out", str(folder.parent / "run"), "--device", "cpu"]) == 0
    return np.array(Image.open(folder.parent / "run" / "a.png"))


@pytest.fixture
def picture(tmp_path: Path) -> tuple[Path, np.ndarray[Any, Any]]:
    image = np.random.default_rng(0).integers(0, 256, (40, 56, 3), np.uint8)
    (tmp_path / "images").mkdir()
    Image.fromarray(image).save(tmp_path / "images" / "a.png")
    return tmp_path / "images", image


def agreement(network: nn.Module, pixels: np.ndarray[Any, Any], labels: np.ndarray[Any, Any]) -> float:
    with torch.inference_mode():
        scores = network(torch.from_numpy(pixels).float().permute(2, 0, 1)[None])
    return float((scores[0].argmax(0).numpy() == labels).mean())


def test_weights_of_torchvision_predict_as_their_network(
    tmp_path: Path, lraspp: nn.Module, picture: tuple[Path, np.ndarray[Any, Any]]
) -> None:
    folder, image = picture
    torch.save({"model": {f"module.{k}": v for k, v in lraspp.state_dict().items()}, "epoch": 4}, tmp_path / "net.pth")
    labels = predicted(tmp_path / "net.pth", folder)
    pixels = (image / 255 - [0.485, 0.456, 0.406]) / [0.229, 0.224, 0.225]
    assert agreement(lraspp, pixels, labels) > 0.99
    assert len(np.unique(labels)) > 1


def test_weights_of_ptsemseg_are_renamed_and_given_their_kind_of_pixels(
    tmp_path: Path, picture: tuple[Path, np.ndarray[Any, Any]]
) -> None:
    folder, image = picture
    network = build_network("unet", 3, 12, valid=True, norm=True, width=16).eval()
    settle(network)
    ours = network.state_dict()
    weights = {key: ours[renamed(key, PTSEMSEG)] for key in reference_shapes("ptsemseg_unet")}
    torch.save(weights, tmp_path / "net.pth", _use_new_zipfile_serialization=False)
    labels = predicted(tmp_path / "net.pth", folder)
    pixels = (image[..., ::-1] - np.array([104.00699, 116.66877, 122.67892])) / 255
    assert agreement(network, pixels, labels) > 0.99
    assert len(np.unique(labels)) > 1


def test_what_a_file_could_run_is_counted_and_not_listed_without_end(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "net.pth"
    torch.save(nn.Sequential(nn.Conv2d(3, 2, 1), nn.BatchNorm2d(2), nn.ReLU(), nn.Dropout()), path)
    executes = inspected(path, capsys, 1)["executes"]
    assert len(executes) > 3
    assert main(["inspect", str(path)]) == 1
    line = next(line for line in capsys.readouterr().out.splitlines() if line.startswith("Could run: "))
    assert line == f"Could run: {', '.join(executes[:3])} and {len(executes) - 3} more (--json has all)"


def test_an_exported_program_goes_by_its_file_and_not_by_a_name_in_somebodys_code(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = saved(exported(Net(), image=ANY), tmp_path / "road.pt2")
    assert main(["inspect", str(path)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert any(line.startswith("Architecture: road (") for line in lines)
    assert "Program: it calls itself Net" in lines
