"""Every architecture as ONNX, and some as programs of torch.export: what is loaded again says the same at any size."""

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import nn

from segstudio.core.errors import SegstudioError
from segstudio.models import load_model
from segstudio.models.description import Description, Preprocess
from segstudio.models.export import exported
from segstudio.models.export.subject import Subject
from segstudio.models.loaders.families import assumed_classes
from segstudio.models.loaders.inspection import inspect
from segstudio.models.references import Option
from segstudio.models.zoo import ARCHITECTURES, build_network
from segstudio.models.zoo.segnet import SegNetBasic
from tests.models.peers import settle
from tests.models.zoo.narrow import narrow

CLASSES = 5
NETWORKS: tuple[tuple[str, dict[str, Option]], ...] = (
    ("unet", {"width": 4, "depth": 3}),
    ("unet", {"width": 4, "depth": 2, "bilinear": True}),
    ("unet", {"width": 2, "depth": 2, "drops_odd": True}),
    ("unet", {"width": 2, "valid": True}),
    ("unet", {"backbone": "mobilenet_v2"}),
    ("segnet", {}),
    ("segnet_basic", {}),
    ("deconvnet", {}),
    ("pspnet", {"backbone": "resnet50"}),
    ("refinenet", {"backbone": "resnet50"}),
    ("fcn32s", {}),
    ("fcn16s", {}),
    ("fcn8s", {}),
    ("fcn_alexnet", {}),
    ("fcn", {"backbone": "resnet50"}),
    ("deeplabv3", {"backbone": "mobilenet_v3_large", "output_stride": 16}),
    ("deeplabv3plus", {"backbone": "mobilenet_v2", "separable": True}),
    ("deeplabv3plus", {"backbone": "xception65"}),
    ("lraspp", {}),
    ("hrnet", {"size": "w18_small_v1"}),
    ("hrnet_ocr", {"size": "w18_small_v1"}),
)
NOT_HERE = {"mask_rcnn": "finds objects", "nnunet": "has its options from the plans of a training"}
SIZES = ((64, 96), (101, 75))


@pytest.fixture(autouse=True)
def narrowed(monkeypatch: pytest.MonkeyPatch) -> None:
    narrow(monkeypatch)
    monkeypatch.setattr(SegNetBasic, "WIDTH", 16)


def subject(name: str, options: dict[str, Option], size: tuple[int, int] | None = None, half: bool = False) -> Subject:
    torch.manual_seed(0)
    network = build_network(name, 3, CLASSES, **options).eval()
    settle(network)
    config = {"classes": CLASSES, "in_channels": 3, **options}
    said = Description(name, config, assumed_classes("", CLASSES), Preprocess(size=size))
    return Subject(Path("net.pth"), network, said, half)


def difference(found: Subject, path: Path) -> float:
    """Return the largest difference of the scores of what was exported, over pictures of two sizes."""
    model, largest = load_model(path, "cpu"), 0.0
    assert (model.info.architecture, model.info.assumed) == (found.description.architecture, ())
    for height, width in SIZES:
        image = np.random.default_rng(height).integers(0, 256, (height, width, 3), np.uint8)
        largest = max(largest, float(np.abs(model.scores(image) - scored(found.network, image)).max()))
    return largest


def scored(network: nn.Module, image: NDArray[np.uint8]) -> NDArray[np.float32]:
    pixels = (torch.from_numpy(image) / 255 - torch.tensor([0.485, 0.456, 0.406])) / torch.tensor([0.229, 0.224, 0.225])
    with torch.inference_mode():
        return np.asarray(network(pixels.permute(2, 0, 1)[None])[0].numpy(), np.float32)


@pytest.mark.parametrize(("name", "options"), NETWORKS)
def test_onnx_says_the_same(name: str, options: dict[str, Option], tmp_path: Path) -> None:
    found = subject(name, options)
    (tmp_path / "net.onnx").write_bytes(exported(found, "onnx"))
    assert difference(found, tmp_path / "net.onnx") < 1e-3
    said = inspect(tmp_path / "net.onnx").description
    assert said is not None
    assert said.config == found.description.config


def test_every_architecture_is_exported_or_said_why_not() -> None:
    assert {name for name, _ in NETWORKS} | NOT_HERE.keys() == ARCHITECTURES.keys()


@pytest.mark.parametrize(("name", "options"), [NETWORKS[0], ("segnet_basic", {}), ("fcn_alexnet", {})])
def test_a_program_of_torch_export_says_the_same(name: str, options: dict[str, Option], tmp_path: Path) -> None:
    found = subject(name, options)
    (tmp_path / "net.pt2").write_bytes(exported(found, "pt2"))
    assert difference(found, tmp_path / "net.pt2") < 1e-3


def test_our_own_file_is_of_architectures_that_are_built_here(tmp_path: Path) -> None:
    found = subject("lraspp", {})
    (tmp_path / "net.safetensors").write_bytes(exported(found, "segstudio"))
    assert difference(found, tmp_path / "net.safetensors") < 1e-5  # it is laid out in another way
    stranger = Subject(found.file, nn.Conv2d(3, CLASSES, 1), found.description)
    with pytest.raises(SegstudioError, match="no architecture that is built here"):
        exported(stranger, "segstudio")


@pytest.mark.parametrize("to", ["onnx", "segstudio"])
def test_half_the_bytes_are_near(to: str, tmp_path: Path) -> None:
    found, halved = subject("lraspp", {}), subject("lraspp", {}, half=True)
    whole, half = exported(found, to), exported(halved, to)
    assert len(half) < 0.6 * len(whole)
    (tmp_path / "net").write_bytes(half)
    assert 0 < difference(found, tmp_path / "net") < 0.02


@pytest.mark.parametrize("to", ["onnx", "segstudio", "pt2"])
def test_what_is_beyond_float16_stays_whole(to: str, tmp_path: Path) -> None:
    found = subject("unet", {"width": 4, "depth": 2}, half=True)
    convolution = [each for each in found.network.modules() if isinstance(each, nn.Conv2d)][-2]
    normal = [each for each in found.network.modules() if isinstance(each, nn.BatchNorm2d)][-1]
    assert normal.running_mean is not None
    assert normal.running_var is not None
    with torch.no_grad():  # the same network, in which one layer has large numbers
        convolution.weight *= 1e6
        normal.running_mean *= 1e6
        normal.running_var *= 1e12
        assert float(convolution.weight.abs().max()) > 65504
    (tmp_path / "net").write_bytes(exported(found, to))
    assert 0 < difference(found, tmp_path / "net") < 0.1


def test_one_size_is_kept(tmp_path: Path) -> None:
    found = subject("lraspp", {}, size=(64, 96))
    (tmp_path / "net.onnx").write_bytes(exported(found, "onnx"))
    model = load_model(tmp_path / "net.onnx", "cpu")
    assert model.info.preprocess.size == (64, 96)
    image = np.random.default_rng(0).integers(0, 256, (64, 96, 3), np.uint8)
    np.testing.assert_allclose(model.scores(image), scored(found.network, image), atol=1e-4)


class Cornered(nn.Module):
    """Returns another thing for a picture with a bright corner: what torch cannot follow."""

    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.Conv2d(3, CLASSES, 1)

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        found: torch.Tensor = self.layer(image)
        return found if image[0, 0, 0, 0].item() > 0.5 else -found


class Out(nn.Module):
    """A network that another library keeps."""

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        return image


def test_what_torch_cannot_follow_is_said() -> None:
    known = subject("lraspp", {}).description
    with pytest.raises(SegstudioError, match=r"net\.pth cannot become a torch\.export program for any size"):
        exported(Subject(Path("net.pth"), Cornered(), known), "pt2")
    with pytest.raises(SegstudioError, match="run by another library"):
        exported(Subject(Path("net.onnx"), Out(), known), "onnx")
    finder = build_network("mask_rcnn", 3, 2, backbone="resnet50")
    with pytest.raises(SegstudioError, match="finds objects"):
        exported(Subject(Path("net.pth"), finder, known), "pt2")


@pytest.mark.parametrize(("size", "where"), [(None, "for any size"), ((64, 96), r"size of 64x96 \(height x width\)")])
def test_what_torch_says_is_cut_between_words(size: tuple[int, int] | None, where: str) -> None:
    known = subject("lraspp", {}).description
    made = Subject(Path("net.pth"), Cornered(), replace(known, preprocess=replace(known.preprocess, size=size)))
    said = str(made.refused("ONNX", ValueError("abcdefg " * 60 + "end")))
    assert re.fullmatch(rf"net\.pth cannot become ONNX .*{where}: (abcdefg )+\.\.\.", said), said
    assert str(made.refused("ONNX", ValueError("It is short."))).endswith(": It is short.")
