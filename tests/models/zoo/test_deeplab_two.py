"""DeepLab v3+ with two convolutions in its decoder: dilations, activation within blocks, and jfzhang95's names."""

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

from segstudio.models.backbones.aligned_xception import AlignedBlock, AlignedXception
from segstudio.models.backbones.mobilenet_v2 import MobileNetV2
from segstudio.models.references import translated
from segstudio.models.zoo import build_network
from segstudio.models.zoo.deeplab_backbones import with_grid
from segstudio.models.zoo.entries.deeplab_keys import JFZHANG95
from tests.models.peers import settle
from tests.models.zoo.written import Written, enlarged


def dilations(network: nn.Module, name: str) -> list[int]:
    """Return the dilations of the 3x3 convolutions within a module, in their order."""
    layers = network.get_submodule(name).modules()
    return [layer.dilation[0] for layer in layers if isinstance(layer, nn.Conv2d) and layer.kernel_size == (3, 3)]


@pytest.mark.parametrize(("stride", "third", "last"), [(16, [1] * 23, [2, 4, 8]), (8, [2] * 23, [4, 8, 16])])
def test_the_last_stage_of_resnet_has_a_grid_of_dilations(stride: int, third: list[int], last: list[int]) -> None:
    with torch.device("meta"):
        backbone = with_grid("resnet101", 3, stride)
    assert (dilations(backbone, "layer3"), dilations(backbone, "layer4")) == (third, last)


@pytest.mark.parametrize(("stride", "rates"), [(16, [1] * 16 + [2]), (8, [1] * 10 + [2] * 6 + [4])])
def test_in_mobilenet_a_lost_stride_dilates_what_comes_after_its_row(stride: int, rates: list[int]) -> None:
    with torch.device("meta"):
        backbone = with_grid("mobilenet_v2", 3, stride)
    assert isinstance(backbone, MobileNetV2)
    assert [dilations(backbone, str(number)) for number in range(1, 18)] == [[rate] for rate in rates]
    assert backbone.get_submodule("0.0").padding == (1, 1)


@pytest.mark.parametrize(
    ("stride", "middle", "exits"), [(32, 1, [1, 1, 1, 1]), (16, 1, [1, 1, 1, 2]), (8, 2, [2, 2, 1, 4])]
)
def test_in_xception_the_last_convolution_of_a_block_that_had_the_stride_is_not_dilated(
    stride: int, middle: int, exits: list[int]
) -> None:
    with torch.device("meta"):
        backbone = AlignedXception(3, stride)
    assert dilations(backbone, "block3") == [1, 1, 1]
    assert dilations(backbone, "block12") == [middle] * 3
    assert [*dilations(backbone, "block20"), *dilations(backbone, "conv4")] == exits


def test_what_goes_around_a_block_is_activated_too() -> None:
    block, maps = AlignedBlock(4, 4, 4, 4, middle=True).eval(), torch.randn(1, 4, 5, 5)
    settle(block)
    own = Written(block)
    with torch.inference_mode():
        found = maps.relu()
        for number in (1, 4, 7):
            found = own.norm(own.conv(found.relu(), f"rep.{number}.conv1"), f"rep.{number}.bn")
            found = own.norm(own.conv(found, f"rep.{number}.pointwise"), f"rep.{number + 1}")
        torch.testing.assert_close(block(maps), found + maps.relu())


def test_the_same_written_a_second_time() -> None:
    network = build_network("deeplabv3plus", 3, 4, backbone="resnet50", two_convolutions=True).eval()
    settle(network)
    own, image = Written(network), torch.randn(1, 3, 81, 66)
    with torch.inference_mode():
        low, maps = (features.clone() for features in network.backbone(image, (1, 4)))  # type: ignore[operator]
        parts: list[Tensor] = [own.unit(maps, "aspp.convs.0")]
        parts += [own.unit(maps, f"aspp.convs.{n}", dilation=rate) for n, rate in ((1, 6), (2, 12), (3, 18))]
        mean = own.norm(own.conv(functional.adaptive_avg_pool2d(maps, 1), "aspp.convs.4.1"), "aspp.convs.4.2").relu()
        parts.append(enlarged(mean, maps, align_corners=True))
        coarse = own.unit(torch.cat(parts, 1), "aspp.project")
        fine = own.unit(low, "project")
        joined = torch.cat([enlarged(coarse, fine, align_corners=True), fine], 1)
        for first in (0, 4):
            joined = own.norm(own.conv(joined, f"decoder.{first}"), f"decoder.{first + 1}").relu()
        expected = enlarged(own.conv(joined, "decoder.8"), image, align_corners=True)
        torch.testing.assert_close(network(image), expected, atol=1e-4, rtol=1e-4)


def test_the_names_of_their_mobilenet_are_ours() -> None:
    """Its modules stand twice in a file, as ``features`` and in two halves of it; the blocks are plain rows."""
    with torch.device("meta"):
        network = build_network("deeplabv3plus", 3, 21, backbone="mobilenet_v2", two_convolutions=True)
    ours = {name for name in network.state_dict() if name.startswith("backbone.")}
    theirs = [name for number in range(18) for name in mobilenet_names(number)]
    assert set(translated(dict.fromkeys(theirs), JFZHANG95)) == ours


def mobilenet_names(number: int) -> list[str]:
    """Return both names of each tensor of a module, written out from jfzhang95's source."""
    places = [(0, 1)] if number == 0 else [(0, 1), (3, 4)] if number == 1 else [(0, 1), (3, 4), (6, 7)]
    inner = "" if number == 0 else "conv."
    half = "low_level_features" if number < 4 else "high_level_features"
    statistics = ("weight", "bias", "running_mean", "running_var", "num_batches_tracked")
    return [
        f"backbone.{part}.{number}.{inner}{name}"
        for part in ("features", half)
        for weights, norm in places
        for name in (f"{weights}.weight", *(f"{norm}.{statistic}" for statistic in statistics))
    ]


@pytest.mark.parametrize("options", [{"backbone": "resnet34"}, {"separable": True}])
def test_what_it_is_not_built_with_is_refused(options: dict[str, bool | str]) -> None:
    with pytest.raises(ValueError, match="two convolutions"):
        build_network("deeplabv3plus", 3, 2, two_convolutions=True, **options)
