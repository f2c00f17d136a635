"""RefineNet: what a block joins, and at which resolution."""

import torch
from torch.nn import functional

from segstudio.models.zoo.refinenet import RefineNet, RefineNetBlock
from tests.models.peers import settle


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
