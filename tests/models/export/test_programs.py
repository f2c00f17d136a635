"""Programs that others have made, exported: as a network of ours where they are one, else operation by operation."""

import logging
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from segstudio.core.digest import digest_of
from segstudio.core.errors import SegstudioError, UntrustedFile
from segstudio.models import load_model
from segstudio.models.export import EXPORTERS
from segstudio.models.loaders.sidecar import sidecar_of
from segstudio.models.zoo import build_network
from segstudio.services.exporting import Exported, ExportJob, export
from tests.models.loaders.made import ANY, Net, Skipping, saved, scripted, traced
from tests.models.loaders.made import exported as as_program
from tests.models.peers import settle

SIZE = (64, 96)


class Ours(nn.Module):
    """A U-Net of ours within a network of a stranger, who does something to its scores."""

    def __init__(self, then: Callable[[Tensor], Tensor] = lambda scores: scores) -> None:
        super().__init__()
        self.model = build_network("unet", 3, 4, width=4, depth=2)
        settle(self.model)
        self._then = then

    def forward(self, image: Tensor) -> Tensor:
        return self._then(self.model(image))


def exported(model: Path, to: str, size: tuple[int, int] | None = None, half: bool = False) -> Exported:
    """Export a model that is trusted; what was written is as near to it as is said, and stands in its place."""
    out = model.parent / "out" / f"net.{EXPORTERS[to].suffix}"
    *_, found = export(ExportJob(model, to, out, size, half), (digest_of(model),))
    assert isinstance(found, Exported)
    assert found.out == out
    assert [path.name for path in out.parent.iterdir()] == [out.name]
    out = out.rename(model.parent / out.name)
    return replace(found, out=out)


def scores_of(path: Path, height: int, width: int) -> NDArray[np.float32]:
    """Return what a model says of noise of a size that the export was not checked with."""
    image = np.random.default_rng(0).integers(0, 256, (height, width, 3), np.uint8)
    return load_model(path, "cpu", 1, (digest_of(path),)).scores(image)


@pytest.mark.parametrize("to", ["onnx", "pt2"])
@pytest.mark.parametrize("make", ["traced", "exported", "labels", "probabilities"])
def test_a_program_keeps_any_size_and_number_of_images(make: str, to: str, tmp_path: Path) -> None:
    path = tmp_path / "program.pt2"
    if make == "exported":
        model = saved(as_program(Net(), image=ANY), path)
    else:
        ends = {"labels": lambda found: found["out"].argmax(1), "probabilities": lambda found: found["out"].softmax(1)}
        model = traced(nn.Sequential(Net(), Then(ends[make])) if make in ends else Net(), path)
    found = exported(model, to)
    assert found.faithful
    assert found.near.difference < 1e-4
    np.testing.assert_allclose(scores_of(found.out, 71, 203), scores_of(model, 71, 203), atol=1e-5)
    again = load_model(found.out, "cpu", 1)
    assert again.info.preprocess.size is None
    images = [np.full((40, 60, 3), each, np.uint8) for each in (0, 100, 200)]
    for image, said in zip(images, again.predict(images), strict=True):
        np.testing.assert_array_equal(said.labels, again.predict([image])[0].labels)


class Then(nn.Module):
    def __init__(self, then: Callable[[dict[str, Tensor]], Tensor]) -> None:
        super().__init__()
        self._then = then

    def forward(self, found: dict[str, Tensor]) -> Tensor:
        return self._then(found)


class Deciding(nn.Module):
    """Keeps what it finds in a dict, which no graph of any size has."""

    def __init__(self) -> None:
        super().__init__()
        self.net = Net()

    def forward(self, image: Tensor) -> Tensor:
        found: dict[str, Tensor] = {}
        for name, each in self.net(image).items():
            found[name] = each
        return found["out"]


@pytest.mark.parametrize("to", ["onnx", "pt2"])
def test_what_a_script_decides_is_decided_for_one_size(
    to: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    model = scripted(Deciding(), tmp_path / "script.pt")
    with pytest.raises(SegstudioError, match=r"script\.pt cannot become .* for any size") as caught:
        exported(model, to)
    assert "--size" in caught.value.hint
    assert capfd.readouterr() == ("", ""), "what cannot be followed is told in one sentence"
    found = exported(model, to, SIZE)
    assert found.faithful
    assert found.near.difference < 1e-4
    assert load_model(found.out, "cpu", 1).info.preprocess.size == SIZE
    np.testing.assert_allclose(scores_of(found.out, *SIZE), scores_of(model, *SIZE), atol=1e-5)


class Clamped(nn.Module):
    """Our network between things that a stranger does, whose mirrored margin torch follows for no size but one."""

    def __init__(self) -> None:
        super().__init__()
        self.model = Ours().model

    def forward(self, image: Tensor) -> Tensor:
        found: Tensor = self.model(image.clamp(0, 1))
        return found * 2


def test_torch_says_nothing_of_what_it_cannot_follow(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    before = logging.root.manager.disable
    model = traced(Clamped(), tmp_path / "net.pt", (2, 3, *SIZE))
    capfd.readouterr()
    with pytest.raises(SegstudioError, match=r"net\.pt cannot become a torch\.export program for any size"):
        exported(model, "pt2")
    assert capfd.readouterr() == ("", "")
    assert not [each for each in caplog.records if each.levelno >= logging.WARNING]
    assert logging.root.manager.disable == before


def test_a_torch_without_its_converter_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch._export.converter", None)
    model = traced(Net(), tmp_path / "net.pt")
    with pytest.raises(SegstudioError, match="This version of torch cannot make") as caught:
        exported(model, "pt2")
    assert "--size" in caught.value.hint
    assert exported(model, "pt2", SIZE).faithful


@pytest.mark.parametrize("kind", [Skipping, Net])  # one takes multiples, one enlarges to the size of the image
def test_onnx_takes_a_script_of_any_size(kind: type[nn.Module], tmp_path: Path) -> None:
    model = scripted(kind(), tmp_path / "script.pt")
    found = exported(model, "onnx")
    assert found.near.difference < 1e-4
    np.testing.assert_allclose(scores_of(found.out, 71, 203), scores_of(model, 71, 203), atol=1e-5)


class Stacking(nn.Module):
    """Makes an axis of one part of its scores, which ONNX has as a Concat of one input."""

    def __init__(self) -> None:
        super().__init__()
        self.net = Net()

    def forward(self, image: Tensor) -> Tensor:
        found: Tensor = self.net(image)["out"]
        return torch.cat([found[:, :1], torch.stack([found[:, 1:]], 1).mean(1)], 1)


@pytest.mark.parametrize("size", [None, SIZE])
def test_a_stack_of_one_is_not_taken_for_a_size(size: tuple[int, int] | None, tmp_path: Path) -> None:
    model = traced(Stacking(), tmp_path / "net.pt")
    found = exported(model, "onnx", size)
    assert found.near.difference < 1e-4
    np.testing.assert_allclose(scores_of(found.out, *SIZE), scores_of(model, *SIZE), atol=1e-4)


@pytest.mark.parametrize("to", ["onnx", "pt2"])
def test_a_program_of_one_size_and_number_of_images_stays_one(to: str, tmp_path: Path) -> None:
    model = saved(as_program(Net(), (2, 3, *SIZE)), tmp_path / "program.pt2")
    with pytest.raises(SegstudioError, match=r"takes images of 64x96 \(height x width\) alone"):
        exported(model, to, (64, 64))
    found = exported(model, to)
    assert found.near.difference < 1e-4
    assert load_model(found.out, "cpu", 1).info.preprocess.size == SIZE


@pytest.mark.parametrize("to", ["onnx", "pt2"])
def test_half_the_bytes_of_a_program_are_near(to: str, tmp_path: Path) -> None:
    found = exported(traced(Net(), tmp_path / "net.pt"), to, half=True)
    assert 0 < found.near.difference < 0.01


@pytest.mark.parametrize("to", list(EXPORTERS))
@pytest.mark.parametrize("make", ["torchscript", "torch_export"])
def test_a_program_that_is_a_network_of_ours_is_exported_as_that(make: str, to: str, tmp_path: Path) -> None:
    network, path = Ours(), tmp_path / "foreign.pt2"
    model = traced(network, path) if make == "torchscript" else saved(as_program(network, image=ANY), path)
    assert load_model(model, "cpu", 1, (digest_of(model),)).info.kin == "unet"
    found = exported(model, to)
    assert found.faithful
    assert found.near.difference < 1e-4
    after = load_model(found.out, "cpu", 1).info
    assert (after.architecture, after.options) == ("unet", {"width": 4, "depth": 2})
    np.testing.assert_allclose(scores_of(found.out, 71, 203), scores_of(model, 71, 203), atol=1e-4)


def test_options_that_weights_do_not_tell_are_those_that_say_the_same(tmp_path: Path) -> None:
    network = build_network("hrnet", 3, 3, size="w18_small_v1", align_corners=True).eval()  # not what is usual of these
    settle(network)
    found = exported(saved(as_program(network, (2, 3, *SIZE)), tmp_path / "net.pt2"), "segstudio")
    assert found.faithful
    assert load_model(found.out, "cpu", 1).info.options["align_corners"] is True


def test_our_weights_in_another_network_are_not_taken_for_ours(tmp_path: Path) -> None:
    model = traced(Ours(lambda scores: 2 * scores), tmp_path / "net.pt")
    with pytest.raises(SegstudioError, match=r"has the weights of U-Net, but says something else") as caught:
        exported(model, "segstudio")
    assert "ONNX" in caught.value.hint
    found = exported(model, "onnx")
    assert found.near.difference < 1e-4
    assert load_model(found.out, "cpu", 1).info.architecture != "unet"


def test_a_program_of_ours_can_become_all_again(tmp_path: Path) -> None:
    model = exported(traced(Ours(), tmp_path / "net.pt"), "pt2", half=True).out
    for to in EXPORTERS:
        found = exported(model.rename(tmp_path / "program.pt2"), to)
        assert found.near.difference < 1e-4
        model = tmp_path / "program.pt2"


def test_classes_that_are_ignored_are_no_scores(tmp_path: Path) -> None:
    model = traced(nn.Sequential(Net(), Then(lambda found: found["out"].argmax(1))), tmp_path / "net.pt")
    rows = "\n".join(
        f'[[class]]\nid = {i}\nname = "c{i}"\ncolor = "#00000{i}"\nignore = {str(i == 2).lower()}' for i in range(3)
    )
    sidecar_of(model).write_text(f"version = 1\n{rows}\n")
    with pytest.raises(SegstudioError, match="also one to be ignored"):
        exported(model, "onnx")


@pytest.mark.parametrize("to", list(EXPORTERS))
def test_nothing_of_a_script_runs_that_nobody_trusts(to: str, tmp_path: Path) -> None:
    model, out = scripted(Net(), tmp_path / "net.pt"), tmp_path / f"out.{EXPORTERS[to].suffix}"
    with pytest.raises(UntrustedFile):
        list(export(ExportJob(model, to, out)))
    assert not out.exists()
