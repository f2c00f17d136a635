"""HRNet's body: Wang et al., "Deep high-resolution representation learning for visual recognition", 2019, section 3."""

from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor, nn
from torch.nn import functional

from segstudio.models.backbones.resnet import BasicBlock, Bottleneck
from segstudio.models.layers.conv import ConvNorm, conv


@dataclass(frozen=True, slots=True)
class Size:
    """``modules`` are the exchange units of the stages of two, three and four branches; ``width`` is the finest's."""

    stem_blocks: int
    stem_width: int
    width: int
    modules: tuple[int, int, int]
    blocks: int


SIZES: Final = {
    "w18": Size(4, 64, 18, (1, 4, 3), 4),
    "w32": Size(4, 64, 32, (1, 4, 3), 4),
    "w48": Size(4, 64, 48, (1, 4, 3), 4),
    "w18_small_v1": Size(1, 32, 16, (1, 1, 1), 2),
    "w18_small_v2": Size(2, 64, 18, (1, 3, 2), 2),
}


class ExchangeUnit(nn.Module):
    """Branches that each have residual blocks of their own, and then each the sum of all: figure 3.

    A coarser branch comes by 1x1 convolution and interpolation, a finer one by 3x3 convolutions of stride 2.
    """

    def __init__(self, widths: list[int], blocks: int, align_corners: bool) -> None:
        super().__init__()
        self.align_corners = align_corners
        self.branches = nn.ModuleList(
            nn.Sequential(*(BasicBlock(width, width, 1, 1) for _ in range(blocks))) for width in widths
        )
        self.fuse_layers = nn.ModuleList(
            nn.ModuleList(_path(widths, source, target) for source in range(len(widths)))
            for target in range(len(widths))
        )

    def forward(self, branches: list[Tensor]) -> list[Tensor]:
        found = [own(features) for own, features in zip(self.branches, branches, strict=True)]
        return [functional.relu(self._sum(paths, found, at)) for paths, at in zip(self.fuse_layers, found, strict=True)]

    def _sum(self, paths: nn.Module, branches: list[Tensor], at: Tensor) -> Tensor:
        arrived = [path(branch) for path, branch in zip(paths.children(), branches, strict=True)]
        return sum(
            (brought(one, at, self.align_corners) for one in arrived[1:]), brought(arrived[0], at, self.align_corners)
        )


def brought(features: Tensor, at: Tensor, align_corners: bool) -> Tensor:
    """Return features at the size of another branch's, bilinearly where they differ."""
    if features.shape[-2:] == at.shape[-2:]:
        return features
    return functional.interpolate(features, at.shape[-2:], mode="bilinear", align_corners=align_corners)


def _path(widths: list[int], source: int, target: int) -> nn.Module:
    if source == target:
        return nn.Identity()
    if source > target:
        return ConvNorm(widths[source], widths[target], 1, activation=None)
    steps = [ConvNorm(widths[source], widths[source], stride=2) for _ in range(target - source - 1)]
    return nn.Sequential(*steps, ConvNorm(widths[source], widths[target], stride=2, activation=None))


class HighResolutionNet(nn.Module):
    """A stem at stride 4, then two, three and four branches that keep exchanging; names of modules as the authors'.

    ``channels`` is the number of all four branches' channels, which ``features`` puts beside one another.
    """

    def __init__(self, in_channels: int, size: Size, align_corners: bool) -> None:
        super().__init__()
        self.align_corners = align_corners
        self.conv1, self.bn1 = conv(in_channels, 64, stride=2), nn.BatchNorm2d(64)
        self.conv2, self.bn2 = conv(64, 64, stride=2), nn.BatchNorm2d(64)
        self.relu = nn.ReLU(inplace=True)
        stem = Bottleneck.expansion * size.stem_width
        self.layer1 = nn.Sequential(
            Bottleneck(64, size.stem_width, 1, 1),
            *(Bottleneck(stem, size.stem_width, 1, 1) for _ in range(1, size.stem_blocks)),
        )
        widths = [size.width << branch for branch in range(4)]
        self.transition1 = nn.ModuleList([
            ConvNorm(stem, widths[0]), nn.Sequential(ConvNorm(stem, widths[1], stride=2)),
        ])  # fmt: skip
        self.transition2 = _another_branch(widths, 2)
        self.transition3 = _another_branch(widths, 3)
        self.stage2, self.stage3, self.stage4 = (
            nn.Sequential(*(ExchangeUnit(widths[:branches], size.blocks, align_corners) for _ in range(modules)))
            for branches, modules in zip((2, 3, 4), size.modules, strict=True)
        )
        self.channels = sum(widths)

    def features(self, image: Tensor) -> Tensor:
        """Return (N, channels, H / 4, W / 4), rounded up, of an image (N, in_channels, H, W)."""
        stem = self.relu(self.bn1(self.conv1(image)))
        stem = self.layer1(self.relu(self.bn2(self.conv2(stem))))
        branches: list[Tensor] = self.stage2([transition(stem) for transition in self.transition1])
        for transitions, stage in ((self.transition2, self.stage3), (self.transition3, self.stage4)):
            branches = stage([*branches, transitions[-1](branches[-1])])
        return torch.cat([brought(branch, branches[0], self.align_corners) for branch in branches], dim=1)


def _another_branch(widths: list[int], branches: int) -> nn.ModuleList:
    """Return the transition to one more branch: those there are go on as they are."""
    added = nn.Sequential(ConvNorm(widths[branches - 1], widths[branches], stride=2))
    return nn.ModuleList([*(nn.Identity() for _ in range(branches)), added])
