"""Separable convolution, image pooling, squeeze and excitation, frozen normalisation, pyramids: against plain sums."""

import pytest
import torch
from torch import nn

from segstudio.models.layers.aspp import ASPP, ImagePooling
from segstudio.models.layers.conv import conv
from segstudio.models.layers.fpn import FeaturePyramid
from segstudio.models.layers.frozen_norm import FrozenBatchNorm2d, freeze_norms
from segstudio.models.layers.separable import SeparableConv
from segstudio.models.layers.squeeze_excitation import SqueezeExcitation
from tests.models.peers import settle


def test_a_separable_convolution_is_a_full_one_of_rank_one_kernels() -> None:
    layer, full = SeparableConv(3, 5, 2).double(), conv(3, 5, dilation=2).double()
    depthwise, pointwise = layer.state_dict().values()
    full.weight.data = pointwise * depthwise[:, 0]
    features = torch.randn(1, 3, 8, 7, dtype=torch.float64)
    with torch.no_grad():
        torch.testing.assert_close(layer(features), full(features))


def test_the_pooled_branch_is_the_mean_of_the_image_at_each_place() -> None:
    layer = ImagePooling(3, 4).double().eval()
    features = torch.randn(2, 3, 5, 6, dtype=torch.float64)
    with torch.no_grad():
        found = layer(features)
        mean = layer[1](features.mean((2, 3), keepdim=True))
        expected = (mean / (1 + 1e-5) ** 0.5).clamp(min=0)
    torch.testing.assert_close(found, expected.expand(-1, -1, 5, 6))


def test_pooling_comes_first_or_last() -> None:
    last, first = ASPP(4, (1, 2, 3)).eval(), ASPP(4, (1, 2, 3), pooling_first=True).eval()
    settle(last)
    order = [4, 0, 1, 2, 3]
    for here, there in enumerate(order):
        first.convs[here].load_state_dict(last.convs[there].state_dict())
    first.project.load_state_dict(last.project.state_dict())
    weight = last.project.state_dict()["0.weight"]
    first.project.state_dict()["0.weight"].copy_(torch.cat([weight.split(256, dim=1)[i] for i in order], dim=1))
    features = torch.randn(1, 4, 6, 5)
    with torch.no_grad():
        torch.testing.assert_close(first(features), last(features), rtol=1e-4, atol=1e-5)


def test_a_closed_gate_lets_nothing_through_and_an_open_one_everything() -> None:
    layer = SqueezeExcitation(4, 2)
    features = torch.randn(1, 4, 3, 3)
    with torch.no_grad():
        layer.fc2.weight.zero_()
        for bias, share in ((-3.0, 0.0), (3.0, 1.0), (0.0, 0.5)):
            layer.get_parameter("fc2.bias").fill_(bias)
            torch.testing.assert_close(layer(features), share * features)


@pytest.mark.parametrize("eps", [0.0, 1e-5])
def test_a_frozen_norm_is_one_that_does_not_learn(eps: float) -> None:
    network = nn.Sequential(nn.Conv2d(3, 4, 1), nn.Sequential(nn.BatchNorm2d(4, eps)))
    settle(network)
    weights = network.state_dict()
    features = torch.randn(2, 3, 5, 5)
    with torch.no_grad():
        expected = network.eval()(features)
        freeze_norms(network, eps)
        network.load_state_dict({name: value for name, value in weights.items() if "tracked" not in name})
        torch.testing.assert_close(network.train()(features), expected)
    assert isinstance(network.get_submodule("1.0"), FrozenBatchNorm2d)
    assert len(list(network.parameters())) == 2


def test_a_pyramid_adds_the_coarser_level_enlarged() -> None:
    pyramid = FeaturePyramid((1, 1), 1)
    with torch.no_grad():
        for name, weight in pyramid.state_dict().items():
            weight.zero_()
            if name.endswith("weight"):
                weight[0, 0, weight.shape[2] // 2, weight.shape[3] // 2] = 1
        fine, coarse = torch.randn(1, 1, 5, 4), torch.randn(1, 1, 3, 2)
        levels = pyramid((fine, coarse))
    rows, columns = torch.tensor([0, 0, 1, 1, 2]), torch.tensor([0, 0, 1, 1])
    torch.testing.assert_close(levels[0], fine + coarse[:, :, rows][..., columns])
    torch.testing.assert_close(levels[1], coarse)
    torch.testing.assert_close(levels[2], coarse[:, :, ::2, ::2])
