"""ResNet: where strides become dilation, and the stem of PSPNet."""

import pytest
import torch

from segstudio.models.backbones.resnet import Bottleneck, ResNet, planned


@pytest.mark.parametrize(
    ("output_stride", "dilate_first", "expected"),
    [
        (32, False, [(1, 1, 1), (2, 1, 1), (2, 1, 1), (2, 1, 1)]),
        (16, False, [(1, 1, 1), (2, 1, 1), (2, 1, 1), (1, 1, 2)]),
        (8, False, [(1, 1, 1), (2, 1, 1), (1, 1, 2), (1, 2, 4)]),
        (8, True, [(1, 1, 1), (2, 1, 1), (1, 2, 2), (1, 4, 4)]),
    ],
)
def test_strides_become_dilation(output_stride: int, dilate_first: bool, expected: list[tuple[int, int, int]]) -> None:
    stages = planned((3, 4, 6, 3), output_stride, dilate_first)
    assert [(stage.stride, stage.first_dilation, stage.dilation) for stage in stages] == expected


def test_the_deep_stem_has_three_convolutions_and_twice_the_channels() -> None:
    with torch.device("meta"):
        network = ResNet(Bottleneck, (1, 1, 1, 1), in_channels=4, deep_stem=True)
        assert network.channels == (128, 256, 512, 1024, 2048)
        assert [tuple(m.shape[1:]) for m in network(torch.zeros(1, 4, 64, 64))][:2] == [(128, 32, 32), (256, 16, 16)]
    assert [tuple(network.get_parameter(f"conv{i}.weight").shape) for i in (1, 2, 3)] == [
        (64, 4, 3, 3),
        (64, 64, 3, 3),
        (128, 64, 3, 3),
    ]
