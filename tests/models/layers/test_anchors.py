"""Anchors by hand, and as torchvision lays them out."""

import torch

from segstudio.models.layers.anchors import cell_anchors, grid_anchors
from tests.models.peers import torchvision


def test_anchors_of_a_place_by_hand() -> None:
    """Ratio is height over width, the area is kept: 32 / sqrt(0.5) = 45.25 wide and 22.63 high, halved and rounded."""
    assert cell_anchors((32,), (0.5, 1, 2)).tolist() == [[-23, -11, 23, 11], [-16, -16, 16, 16], [-11, -23, 11, 23]]
    assert len(cell_anchors((32, 64), (0.5, 1, 2))) == 6


def test_places_go_row_by_row_from_the_corner() -> None:
    grid = grid_anchors(torch.tensor([[-1.0, -1, 1, 1], [-2, -2, 2, 2]]), 2, 3, (8, 4))
    assert grid[:, :2].tolist() == [
        [-1, -1], [-2, -2], [3, -1], [2, -2], [7, -1], [6, -2],
        [-1, 7], [-2, 6], [3, 7], [2, 6], [7, 7], [6, 6],
    ]  # fmt: skip


def test_torchvision_lays_out_the_same() -> None:
    utils, images = torchvision("models.detection.anchor_utils"), torchvision("models.detection.image_list")
    sizes, ratios, strides = (32, 64), (0.5, 1.0, 2.0), ((4, 4), (8, 9))
    maps = [torch.zeros(1, 1, 24, 25), torch.zeros(1, 1, 12, 11)]
    generator = utils.AnchorGenerator(tuple((size,) for size in sizes), (ratios,) * 2)
    peer = generator(images.ImageList(torch.zeros(1, 3, 96, 100), [(96, 100)]), maps)[0]
    ours = [
        grid_anchors(cell_anchors((size,), ratios), level.shape[2], level.shape[3], stride)
        for size, level, stride in zip(sizes, maps, strides, strict=True)
    ]
    torch.testing.assert_close(torch.cat(ours), peer)
