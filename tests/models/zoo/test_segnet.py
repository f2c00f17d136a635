"""SegNet and DeconvNet: layer by layer what the authors' Caffe networks list."""

import pytest
import torch
from torch import nn
from torch.nn import functional

from segstudio.models.zoo.deconvnet import DeconvNet
from segstudio.models.zoo.segnet import SegNet, SegNetBasic
from tests.models.peers import settle
from tests.models.zoo.written import Written, normalised_locally

DOWN = [(3, 64), (64, 64), (64, 128), (128, 128), (128, 256), (256, 256), (256, 256), (256, 512)] + [(512, 512)] * 5
UP = [(512, 512)] * 5 + [(512, 256), (256, 256), (256, 256), (256, 128), (128, 128), (128, 64), (64, 64)]


def made(network: type[nn.Module], classes: int) -> nn.Module:
    with torch.device("meta"):
        return network(3, classes)


def channels(network: nn.Module, kind: type[nn.Conv2d] | type[nn.ConvTranspose2d]) -> list[tuple[int, int]]:
    layers = [layer for layer in network.modules() if isinstance(layer, kind)]
    assert all(layer.bias is not None for layer in layers)
    return [(layer.in_channels, layer.out_channels) for layer in layers]


def test_segnet_goes_up_as_it_came_down() -> None:
    network = made(SegNet, 11)
    assert channels(network, nn.Conv2d) == [*DOWN, *UP, (64, 11)]
    assert sum(isinstance(layer, nn.BatchNorm2d) for layer in network.modules()) == 25


def test_deconvnet_goes_up_by_deconvolution() -> None:
    network = made(DeconvNet, 21)
    assert channels(network, nn.Conv2d) == [*DOWN, (512, 4096), (4096, 4096), (64, 21)]
    assert channels(network, nn.ConvTranspose2d) == [(4096, 512), *UP, (64, 64)]
    assert sum(isinstance(layer, nn.BatchNorm2d) for layer in network.modules()) == 29


def test_the_small_one_bends_nothing_on_its_way_up() -> None:
    network = made(SegNetBasic, 11)
    assert channels(network, nn.Conv2d) == [(3, 64)] + [(64, 64)] * 7 + [(64, 11)]
    assert sum(isinstance(layer, nn.ReLU) for layer in network.modules()) == 4
    assert sum(isinstance(layer, nn.BatchNorm2d) for layer in network.modules()) == 8


@pytest.mark.parametrize("size", [(360, 480), (45, 61)])
def test_no_size_is_lost_where_pooling_halves_an_odd_one(size: tuple[int, int]) -> None:
    network = SegNetBasic(3, 2).to("meta")
    assert network(torch.zeros(1, 3, *size, device="meta")).shape == (1, 2, *size)


def test_the_small_one_written_a_second_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """The image is as bright as Caffe's, so that its local normalisation is seen."""
    monkeypatch.setattr(SegNetBasic, "WIDTH", 5)
    network = SegNetBasic(3, 2).eval()
    settle(network)
    own, image = Written(network), torch.rand(1, 3, 45, 61) * 255
    maps, taken = normalised_locally(image), []
    for level in range(4):
        maps = own.unit(maps, f"encoder.{level}")
        size = maps.shape
        maps, places = functional.max_pool2d(maps, 2, 2, ceil_mode=True, return_indices=True)
        taken.append((places, size))
    for level, (places, size) in enumerate(reversed(taken)):
        maps = functional.max_unpool2d(maps, places, (2, 2), (2, 2), output_size=size)
        maps = own.norm(own.conv(maps, f"decoder.{level}.0"), f"decoder.{level}.1")
    with torch.inference_mode():
        torch.testing.assert_close(network(image), own.conv(maps, "classifier"), atol=1e-4, rtol=1e-4)
