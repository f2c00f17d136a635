"""ResNet: He, Zhang, Ren and Sun, "Deep residual learning for image recognition", CVPR 2016."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Final, TypeAlias

from torch import Tensor, nn

from segstudio.models.backbones.backbone import Backbone
from segstudio.models.layers.conv import conv


class BasicBlock(nn.Module):
    """Two 3x3 convolutions and a way around them: figure 5, left."""

    expansion = 1

    def __init__(self, in_channels: int, width: int, stride: int, dilation: int) -> None:
        super().__init__()
        self.conv1 = conv(in_channels, width, stride=stride, dilation=dilation)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2 = conv(width, width, dilation=dilation)
        self.bn2 = nn.BatchNorm2d(width)
        self.relu = nn.ReLU(inplace=True)
        self.downsample = shortcut(in_channels, width, stride)

    def forward(self, features: Tensor) -> Tensor:
        found = self.relu(self.bn1(self.conv1(features)))
        found = self.bn2(self.conv2(found))
        found += self.downsample(features)
        result: Tensor = self.relu(found)
        return result


class Bottleneck(nn.Module):
    """1x1, 3x3 and 1x1 convolutions and a way around them: figure 5, right.

    The 3x3 convolution has the stride, not the first 1x1 as in the paper: so are all weights that people share.
    """

    expansion = 4

    def __init__(self, in_channels: int, width: int, stride: int, dilation: int) -> None:
        super().__init__()
        self.conv1 = conv(in_channels, width, 1)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2 = conv(width, width, stride=stride, dilation=dilation)
        self.bn2 = nn.BatchNorm2d(width)
        self.conv3 = conv(width, self.expansion * width, 1)
        self.bn3 = nn.BatchNorm2d(self.expansion * width)
        self.relu = nn.ReLU(inplace=True)
        self.downsample = shortcut(in_channels, self.expansion * width, stride)

    def forward(self, features: Tensor) -> Tensor:
        found = self.relu(self.bn1(self.conv1(features)))
        found = self.relu(self.bn2(self.conv2(found)))
        found = self.conv3(found)  # alone, so that what it read is freed before the next
        found = self.bn3(found)
        found += self.downsample(features)
        result: Tensor = self.relu(found)
        return result


WIDTH = 64
"""Of the first stage; each of the others has twice that of the one before."""

Block: TypeAlias = type[BasicBlock] | type[Bottleneck]


def shortcut(in_channels: int, out_channels: int, stride: int) -> nn.Sequential:
    """Return the way around a block: nothing where sizes agree, else a projection (section 3.3, option B)."""
    if stride == 1 and in_channels == out_channels:
        return nn.Sequential()
    return nn.Sequential(conv(in_channels, out_channels, 1, stride=stride), nn.BatchNorm2d(out_channels))


@dataclass(frozen=True, slots=True)
class Stage:
    """``first_dilation`` is that of the first block, ``dilation`` that of the others."""

    blocks: int
    width: int
    stride: int
    first_dilation: int
    dilation: int


class ResNet(Backbone):
    """A stem at stride 4 and four stages of blocks; names of modules as in torchvision.

    ``output_stride`` 16 or 8 replaces the strides of the last stages by dilation (Yu 2017, "Dilated residual
    networks"). The first block of such a stage keeps the dilation of the one before, as there and in torchvision,
    unless ``dilate_first``: then it has that of its stage, as in the reference of PSPNet. ``deep_stem`` has three 3x3
    convolutions in the place of one 7x7, and twice the channels, also as in PSPNet.
    """

    def __init__(self, block: Block, blocks: tuple[int, int, int, int], in_channels: int = 3, output_stride: int = 32,
                 *, deep_stem: bool = False, dilate_first: bool = False) -> None:  # fmt: skip
        super().__init__()
        self.deep_stem = deep_stem
        stem = 2 * WIDTH if deep_stem else WIDTH
        if deep_stem:
            self.conv1, self.bn1 = conv(in_channels, WIDTH, stride=2), nn.BatchNorm2d(WIDTH)
            self.conv2, self.bn2 = conv(WIDTH, WIDTH), nn.BatchNorm2d(WIDTH)
            self.conv3, self.bn3 = conv(WIDTH, stem), nn.BatchNorm2d(stem)
        else:
            self.conv1, self.bn1 = conv(in_channels, stem, 7, stride=2), nn.BatchNorm2d(stem)
        self.relu = nn.ReLU(inplace=True)
        self.maxpool = nn.MaxPool2d(3, stride=2, padding=1)
        stages = planned(blocks, output_stride, dilate_first)
        widths = [stem, *(block.expansion * stage.width for stage in stages)]
        self.channels = (widths[0], widths[1], widths[2], widths[3], widths[4])
        self.layer1, self.layer2, self.layer3, self.layer4 = (
            built(block, before, stage) for before, stage in zip(widths, stages, strict=False)
        )

    def maps(self, image: Tensor) -> Iterator[Tensor]:
        found = self.relu(self.bn1(self.conv1(image)))
        if self.deep_stem:
            found = self.relu(self.bn2(self.conv2(found)))
            found = self.relu(self.bn3(self.conv3(found)))
        yield found
        found = self.maxpool(found)
        for layer in (self.layer1, self.layer2, self.layer3, self.layer4):
            found = layer(found)
            yield found


def planned(blocks: tuple[int, int, int, int], output_stride: int, dilate_first: bool) -> list[Stage]:
    """Return the four stages: each halves the size until ``output_stride`` is reached, then doubles the dilation."""
    stages: list[Stage] = []
    reached, dilation = 4, 1
    for index, count in enumerate(blocks):
        stride, before = (1 if index == 0 else 2), dilation
        if reached * stride > output_stride:
            stride, dilation = 1, 2 * dilation
        reached *= stride
        stages.append(Stage(count, WIDTH << index, stride, dilation if dilate_first else before, dilation))
    return stages


def built(block: Block, in_channels: int, stage: Stage) -> nn.Sequential:
    """Return the blocks of a stage, the first with its stride."""
    out_channels = block.expansion * stage.width
    others = (block(out_channels, stage.width, 1, stage.dilation) for _ in range(stage.blocks - 1))
    return nn.Sequential(block(in_channels, stage.width, stage.stride, stage.first_dilation), *others)


PLANS: Final[dict[str, tuple[Block, tuple[int, int, int, int]]]] = {
    "resnet18": (BasicBlock, (2, 2, 2, 2)),
    "resnet34": (BasicBlock, (3, 4, 6, 3)),
    "resnet50": (Bottleneck, (3, 4, 6, 3)),
    "resnet101": (Bottleneck, (3, 4, 23, 3)),
}
"""Block, and how many of it each stage has: table 1 of the paper."""


def resnet(
    name: str, in_channels: int = 3, output_stride: int = 32, *, deep_stem: bool = False, dilate_first: bool = False
) -> ResNet:
    """Build a ResNet of ``PLANS``; raises ``KeyError`` for a name that is not there."""
    block, blocks = PLANS[name]
    return ResNet(block, blocks, in_channels, output_stride, deep_stem=deep_stem, dilate_first=dilate_first)


resnet18, resnet34, resnet50, resnet101 = (partial(resnet, name) for name in PLANS)
