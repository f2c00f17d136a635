"""PSPNet: what is padded inside, the order of the pyramid, and the auxiliary head."""

from typing import Any

import pytest
import torch
from torch.nn import functional

from segstudio.models.backbones import resnet
from segstudio.models.zoo import pspnet
from segstudio.models.zoo.auxiliary import AuxiliaryNetwork
from segstudio.models.zoo.pspnet import PSPNet
from tests.models.peers import settle
from tests.models.zoo.written import Written, enlarged


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(resnet.PLANS, "resnet50", (resnet.Bottleneck, (1, 1, 1, 1)))
    monkeypatch.setattr(pspnet, "HIDDEN", 8)


def settled(**options: Any) -> PSPNet:
    network = PSPNet(3, 2, **options).eval()
    settle(network)
    return network


def test_an_image_is_padded_to_sides_whose_corners_stay() -> None:
    network, image = settled(), torch.randn(1, 3, 33, 38)
    with torch.inference_mode():
        grown = functional.pad(image, (0, 3, 0, 0), mode="replicate")
        assert network.backbone(grown)[-1].shape[-2:] == (5, 6)
        torch.testing.assert_close(network(image), network(grown)[..., :38])


def test_the_auxiliary_head_stands_on_the_third_stage() -> None:
    network, image = settled(auxiliary=True), torch.randn(1, 3, 33, 41)
    assert isinstance(network, AuxiliaryNetwork)
    assert network.aux is not None
    with torch.inference_mode():
        logits, auxiliary = network.with_auxiliary(image)
        expected = network.aux(network.backbone(image)[3])
        torch.testing.assert_close(logits, network(image))
    assert auxiliary is not None
    torch.testing.assert_close(auxiliary[..., ::8, ::8], expected, atol=1e-5, rtol=1e-5)
    with torch.inference_mode():
        assert settled().with_auxiliary(image)[1] is None


def test_the_pyramid_may_lie_the_other_way_round() -> None:
    """As in the authors' Caffe network: the same sums, when the head's weights lie so too."""
    network, other = settled(), settled(finest_first=True)
    weights = network.state_dict()
    for level in range(4):
        for name in [name for name in weights if name.startswith(f"ppm.features.{level}.")]:
            other.state_dict()[name.replace(f".{level}.", f".{3 - level}.", 1)].copy_(weights[name])
    whole, *levels = weights["cls.0.weight"].split([2048, 512, 512, 512, 512], dim=1)
    other.state_dict()["cls.0.weight"].copy_(torch.cat([whole, *levels[::-1]], dim=1))
    image = torch.randn(1, 3, 49, 49)
    with torch.inference_mode():
        torch.testing.assert_close(other(image), network(image), atol=1e-4, rtol=1e-4)


def test_the_same_written_a_second_time() -> None:
    """Three convolutions at the stem, dilation from the first block of a stage on, the pyramid beside the features."""
    network, image = settled(auxiliary=True), torch.randn(1, 3, 97, 97)
    own = Written(network)
    maps = own.norm(own.conv(image, "backbone.conv1", stride=2), "backbone.bn1").relu()
    for number in (2, 3):
        maps = own.norm(own.conv(maps, f"backbone.conv{number}"), f"backbone.bn{number}").relu()
    maps = functional.max_pool2d(maps, 3, 2, padding=1)
    for stage, stride, dilation in ((1, 1, 1), (2, 2, 1), (3, 1, 2), (4, 1, 4)):
        maps, third = own.bottleneck(maps, f"backbone.layer{stage}.0", stride=stride, dilation=dilation), maps
    pyramid = [maps]
    for level, side in enumerate((1, 2, 3, 6)):
        means = functional.adaptive_avg_pool2d(maps, side)
        means = own.norm(own.conv(means, f"ppm.features.{level}.1"), f"ppm.features.{level}.2").relu()
        pyramid.append(enlarged(means, maps, align_corners=True))

    def head(features: torch.Tensor, name: str) -> torch.Tensor:
        return enlarged(own.conv(own.unit(features, name), f"{name}.4"), image, align_corners=True)

    with torch.inference_mode():
        logits, auxiliary = network.with_auxiliary(image)
    assert maps.shape[-1] == 13
    torch.testing.assert_close(logits, head(torch.cat(pyramid, 1), "cls"), atol=1e-4, rtol=1e-4)
    torch.testing.assert_close(auxiliary, head(third, "aux"), atol=1e-4, rtol=1e-4)
