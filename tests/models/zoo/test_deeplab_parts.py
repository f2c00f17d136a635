"""DeepLab's decoders written a second time, its rates, and where its backbones are dilated."""

from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

from segstudio.models.backbones.xception import AlignedXception65
from segstudio.models.layers import aspp
from segstudio.models.layers.aspp import ASPP
from segstudio.models.zoo import build_network, deeplabv3plus, deeplabv3plus_xception
from segstudio.models.zoo.deeplab_backbones import dilated_from_the_first, published
from segstudio.models.zoo.deeplabv3plus import Decoder
from segstudio.models.zoo.deeplabv3plus_xception import DeepLabV3PlusXception
from tests.models.peers import settle
from tests.models.zoo.written import Written, enlarged

WIDE = (12, 24, 36)
NARROW = (6, 12, 18)


@pytest.mark.parametrize(
    ("name", "options", "rates"),
    [
        ("deeplabv3", {"output_stride": 8}, WIDE),
        ("deeplabv3", {"output_stride": 16}, NARROW),
        ("deeplabv3", {"output_stride": 16, "backbone": "mobilenet_v3_large"}, WIDE),
        ("deeplabv3plus", {"output_stride": 8}, WIDE),
        ("deeplabv3plus", {"output_stride": 16}, NARROW),
        ("deeplabv3plus", {"output_stride": 8, "separable": True}, WIDE),
        ("deeplabv3plus", {"output_stride": 16, "separable": True}, WIDE),
        ("deeplabv3plus", {"output_stride": 8, "backbone": "xception65"}, WIDE),
        ("deeplabv3plus", {"output_stride": 16, "backbone": "xception65"}, NARROW),
    ],
)
def test_rates_are_those_of_the_paper_or_of_smp(name: str, options: dict[str, Any], rates: tuple[int, ...]) -> None:
    with torch.device("meta"):
        network = build_network(name, 3, 2, **options)
    (pyramid,) = (module for module in network.modules() if isinstance(module, ASPP))
    found = [c for c in pyramid.modules() if isinstance(c, nn.Conv2d) and c.kernel_size == (3, 3)]
    assert [c.dilation for c in found] == [(rate, rate) for rate in rates]
    assert [c.padding for c in found] == [(rate, rate) for rate in rates]


def pyramid(own: Written, maps: Tensor, name: str, rates: tuple[int, ...]) -> list[Tensor]:
    """Return the branches of ASPP after the mean, which is the last here."""
    mean = own.conv(maps.mean((2, 3), keepdim=True), f"{name}.convs.4.1")
    found = [own.unit(maps, f"{name}.convs.0")]
    found += [own.unit(maps, f"{name}.convs.{at}", dilation=rate) for at, rate in enumerate(rates, start=1)]
    return [*found, own.norm(mean, f"{name}.convs.4.2").relu().expand(-1, -1, *maps.shape[-2:])]


def test_vainf_s_decoder_written_a_second_time(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (aspp, deeplabv3plus):
        monkeypatch.setattr(module, "CHANNELS", 6)
    network = Decoder(4, 5, 3, output_stride=16).eval()
    settle(network)
    own, low, high = Written(network), torch.randn(1, 4, 80, 88), torch.randn(1, 5, 20, 22)
    coarse = own.unit(torch.cat(pyramid(own, high, "aspp", NARROW), dim=1), "aspp.project")
    fine = own.unit(low, "project")
    joined = torch.cat((fine, enlarged(coarse, fine, align_corners=False)), dim=1)
    with torch.inference_mode():
        expected = own.conv(own.unit(joined, "classifier"), "classifier.3")
        torch.testing.assert_close(network(low, high), expected, atol=1e-4, rtol=1e-4)


class Given(nn.Module):
    """A backbone that says what it is told to."""

    def __init__(self, *features: Tensor) -> None:
        super().__init__()
        self.features = features

    def forward(self, image: Tensor, wanted: tuple[int, ...]) -> tuple[Tensor, ...]:
        return self.features


def test_the_release_s_decoder_written_a_second_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """The mean comes first in ASPP, coarse features before fine ones, and everything lies corner upon corner."""
    for module in (aspp, deeplabv3plus_xception):
        monkeypatch.setattr(module, "CHANNELS", 6)
    monkeypatch.setattr(AlignedXception65, "channels", (1, 4, 1, 1, 5))
    network = DeepLabV3PlusXception(3, 2, 16).eval()
    low, high = torch.randn(1, 4, 81, 89), torch.randn(1, 5, 21, 23)
    network.backbone = Given(low, high)  # type: ignore[assignment]
    settle(network)
    own = Written(network)

    def separable(maps: Tensor, name: str, rate: int = 1) -> Tensor:
        return own.unit(own.unit(maps, f"{name}.depthwise", dilation=rate), f"{name}.pointwise")

    mean = own.norm(own.conv(high.mean((2, 3), keepdim=True), "aspp.convs.0.1"), "aspp.convs.0.2").relu()
    found = [mean.expand(-1, -1, 21, 23), own.unit(high, "aspp.convs.1")]
    found += [separable(high, f"aspp.convs.{at}", rate) for at, rate in enumerate(NARROW, start=2)]
    fine = own.unit(low, "project")
    coarse = enlarged(own.unit(torch.cat(found, dim=1), "aspp.project"), fine, align_corners=True)
    joined = separable(separable(torch.cat((coarse, fine), dim=1), "decoder.0"), "decoder.1")
    image = torch.zeros(1, 3, 321, 353)
    with torch.inference_mode():
        expected = functional.conv2d(joined, own.weights["logits.weight"], own.weights["logits.bias"])
        torch.testing.assert_close(network(image), enlarged(expected, image, align_corners=True), atol=1e-4, rtol=1e-4)


MOBILE = {
    (16, False): [1] * 13 + [1, 2, 2] + [2],
    (8, False): [1] * 6 + [1, 2, 2, 2] + [2, 2, 2] + [2, 4, 4] + [4],
    (16, True): [1] * 13 + [2, 2, 2] + [2],
    (8, True): [1] * 6 + [2] * 7 + [4] * 4,
}
"""Dilation of the seventeen blocks by output stride, and whether the first of a stage has it too."""


@pytest.mark.parametrize(("stride", "first"), MOBILE)
def test_mobilenet_is_dilated_as_vainf_and_as_smp_have_it(stride: int, first: bool) -> None:
    with torch.device("meta"):
        backbone = (dilated_from_the_first if first else published)("mobilenet_v2", 3, stride)
    filters = [layer for layer in backbone.modules() if isinstance(layer, nn.Conv2d) and layer.groups > 1]
    expected = MOBILE[stride, first]
    assert [layer.dilation[0] for layer in filters] == expected
    paddings = [layer.padding[0] for layer in filters]
    assert paddings == (expected if first else [0] * 17)
    halved = [number for number, layer in enumerate(filters, start=1) if layer.stride == (2, 2)]
    assert halved == ([2, 4, 7] if stride == 16 else [2, 4])


@pytest.mark.parametrize(
    ("stride", "first", "expected"),
    [
        (16, False, [(1, 1), (1, 1), (2, 1), (1, 1), (2, 1), (1, 1), (1, 1), (1, 2)]),
        (8, False, [(1, 1), (1, 1), (2, 1), (1, 1), (1, 1), (1, 2), (1, 2), (1, 4)]),
        (16, True, [(1, 1), (1, 1), (2, 1), (1, 1), (2, 1), (1, 1), (1, 2), (1, 2)]),
        (8, True, [(1, 1), (1, 1), (2, 1), (1, 1), (1, 2), (1, 2), (1, 4), (1, 4)]),
    ],
)
def test_resnet_is_dilated_as_torchvision_and_as_smp_have_it(
    stride: int, first: bool, expected: list[tuple[int, int]]
) -> None:
    """Stride and dilation of the first convolution of the eight blocks of a ResNet-18; padding is as the dilation."""
    with torch.device("meta"):
        backbone = (dilated_from_the_first if first else published)("resnet18", 3, stride)
    layers = [layer for name, layer in backbone.named_modules() if name.endswith(".conv1")]
    assert [(layer.stride[0], layer.dilation[0]) for layer in layers if isinstance(layer, nn.Conv2d)] == expected
    assert all(layer.padding == layer.dilation for layer in layers)
