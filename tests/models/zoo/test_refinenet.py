"""RefineNet: what a block joins, and at which resolution."""

import pytest
import torch
from torch import Tensor
from torch.nn import functional

from segstudio.models.backbones import resnet
from segstudio.models.zoo import refinenet
from segstudio.models.zoo.refinenet import RefineNet, RefineNetBlock
from tests.models.peers import settle
from tests.models.zoo.written import Written, enlarged


def test_a_block_adds_the_coarser_features_at_its_own_resolution_before_it_pools() -> None:
    block = RefineNetBlock(3, 4, joins=True, ends=True).eval()
    settle(block)
    features, coarser = torch.randn(1, 3, 9, 7), torch.randn(1, 4, 5, 4)
    with torch.inference_mode():
        own = block.join(block.adapt(block.reduce(features)))
        both = own + functional.interpolate(coarser, (9, 7), mode="bilinear", align_corners=True)
        torch.testing.assert_close(block(features, coarser), block.refine(block.pool(both.clamp(min=0))))
        torch.testing.assert_close(block(features), block.refine(block.pool(own.clamp(min=0))))


def test_blocks_go_from_coarse_to_fine() -> None:
    with torch.device("meta"):
        network = RefineNet(3, 2, backbone="resnet18").eval()
    seen: list[tuple[int, ...]] = []
    for number in (1, 2, 3, 4):
        block = network.get_submodule(f"refine{number}")
        block.register_forward_hook(lambda _, __, result: seen.append(tuple(result.shape)))
    network(torch.zeros(1, 3, 64, 96, device="meta"))
    assert seen == [(1, 256, 2, 3), (1, 256, 4, 6), (1, 256, 8, 12), (1, 256, 16, 24)]


def test_the_same_written_a_second_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refinenet, "WIDTH", 6)
    monkeypatch.setattr(refinenet, "COARSEST", 9)
    monkeypatch.setattr(resnet, "WIDTH", 4)
    network = RefineNet(3, 2, backbone="resnet18").eval()
    settle(network)
    own, image = Written(network), torch.randn(1, 3, 75, 98)

    def unit(maps: Tensor, name: str) -> Tensor:
        return maps + own.conv(own.conv(maps.relu(), f"{name}.conv1").relu(), f"{name}.conv2")

    def block(maps: Tensor, name: str, coarser: Tensor | None) -> Tensor:
        maps = own.conv(maps, f"{name}.reduce")
        for number in (0, 1):
            maps = unit(maps, f"{name}.adapt.{number}")
        if coarser is not None:
            maps = own.conv(maps, f"{name}.join") + enlarged(coarser, maps, align_corners=True)
        maps = chained = maps.relu()
        for number in range(4):
            chained = own.conv(functional.max_pool2d(chained, 5, 1, padding=2), f"{name}.pool.{number}")
            maps = maps + chained
        for number in range(3):
            maps = unit(maps, f"{name}.refine.{number}")
        return own.conv(maps, f"{name}.widen") if f"{name}.widen.weight" in own.weights else maps

    with torch.inference_mode():
        found: Tensor | None = None
        for number, features in enumerate(reversed(network.backbone(image, (1, 2, 3, 4))), start=1):
            found = block(features, f"refine{number}", found)
        assert found is not None
        expected = enlarged(own.conv(found, "classifier"), image, align_corners=True)
        torch.testing.assert_close(network(image), expected, atol=1e-4, rtol=1e-4)
