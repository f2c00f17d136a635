"""The U-Nets of nnU-Net: Isensee et al., "nnU-Net: a self-configuring method for deep learning-based biomedical image
segmentation", Nature Methods 2021; with residual blocks: Isensee et al., "nnU-Net revisited", MICCAI 2024.
"""

from dataclasses import dataclass
from itertools import pairwise
from math import lcm, prod
from typing import Final

import torch
from torch import Tensor, nn

from segstudio.models.layers.sizes import cropped, padded
from segstudio.models.zoo.bounds import check

Pair = tuple[int, int]

LARGEST: Final = {"features": 4096, "strides": 8, "kernels": 15, "convolutions": 32, "decoder_convolutions": 32}
"""Of the numbers in each plan."""
MOST_STAGES: Final = 12


@dataclass(frozen=True, slots=True)
class Plan:
    """What each stage has, from fine to coarse: ``convolutions`` counts blocks where the encoder is residual."""

    features: list[int]
    strides: list[Pair]
    kernels: list[Pair]
    convolutions: list[int]
    decoder_convolutions: list[int]

    @property
    def divisor(self) -> int:
        """What both sides of an image have to be a multiple of."""
        return lcm(prod(down for down, _ in self.strides), prod(across for _, across in self.strides))


@dataclass(frozen=True, slots=True)
class Style:
    """Of every convolution: a ``bias``, what normalises it, and whether negative numbers are cut or made small."""

    bias: bool
    batch_norm: bool
    relu: bool

    def norm(self, channels: int) -> nn.Module:
        return nn.BatchNorm2d(channels) if self.batch_norm else nn.InstanceNorm2d(channels, affine=True)

    def activation(self) -> nn.Module:
        return nn.ReLU(inplace=True) if self.relu else nn.LeakyReLU(inplace=True)


class Unit(nn.Module):
    """Convolution, normalisation and, unless it ends a residual block, activation."""

    def __init__(self, channels: Pair, kernel: Pair, stride: Pair, style: Style, *, ends: bool = False,
                 bias: bool | None = None) -> None:  # fmt: skip
        super().__init__()
        padding = ((kernel[0] - 1) // 2, (kernel[1] - 1) // 2)
        self.conv = nn.Conv2d(*channels, kernel, stride, padding, bias=style.bias if bias is None else bias)
        self.norm = style.norm(channels[1])
        self.activation = nn.Identity() if ends else style.activation()

    def forward(self, features: Tensor) -> Tensor:
        found: Tensor = self.activation(self.norm(self.conv(features)))
        return found


class ResidualBlock(nn.Module):
    """Two units and a way around them: means instead of a stride, and a projection where channels differ (ResNet-D)."""

    def __init__(self, channels: Pair, kernel: Pair, stride: Pair, style: Style) -> None:
        super().__init__()
        self.conv1 = Unit(channels, kernel, stride, style)
        self.conv2 = Unit((channels[1], channels[1]), kernel, (1, 1), style, ends=True)
        means = [nn.AvgPool2d(stride, stride)] if stride != (1, 1) else []
        differs = channels[0] != channels[1]
        projection = [Unit(channels, (1, 1), (1, 1), style, ends=True, bias=False)] if differs else []
        self.skip = nn.Sequential(*means, *projection)
        self.activation = style.activation()

    def forward(self, features: Tensor) -> Tensor:
        found: Tensor = self.activation(self.conv2(self.conv1(features)) + self.skip(features))
        return found


class NNUNet(nn.Module):
    """A U-Net whose strides, kernels and widths are planned stage by stage.

    Input (N, in_channels, H, W) float, output (N, classes, H, W) logits, for any H and W: an image is grown to a
    multiple of ``plan.divisor``, and to twice that, since a single pixel has no deviation for its coarsest features to
    be normalised by. The heads that its authors' training has on coarser stages are not built.
    """

    def __init__(self, in_channels: int, classes: int, plan: Plan, style: Style, residual: bool) -> None:
        super().__init__()
        self.divisor = plan.divisor
        first = plan.features[0]
        self.stem = Unit((in_channels, first), plan.kernels[0], (1, 1), style) if residual else nn.Identity()
        entry = [first if residual else in_channels, *plan.features]
        block = ResidualBlock if residual else Unit
        self.encoder = nn.ModuleList(
            nn.Sequential(block(channels, kernel, stride, style),
                          *(block((channels[1],) * 2, kernel, (1, 1), style) for _ in range(count - 1)))
            for channels, kernel, stride, count in zip(
                pairwise(entry), plan.kernels, plan.strides, plan.convolutions, strict=True)
        )  # fmt: skip
        upward = list(zip(pairwise(plan.features[::-1]), plan.strides[:0:-1], plan.kernels[-2::-1], strict=True))
        self.up = nn.ModuleList(
            nn.ConvTranspose2d(*channels, stride, stride, bias=style.bias) for channels, stride, _ in upward
        )
        self.decoder = nn.ModuleList(
            nn.Sequential(Unit((2 * width, width), kernel, (1, 1), style),
                          *(Unit((width, width), kernel, (1, 1), style) for _ in range(count - 1)))
            for ((_, width), _, kernel), count in zip(upward, plan.decoder_convolutions, strict=True)
        )  # fmt: skip
        self.head = nn.Conv2d(first, classes, 1)

    def forward(self, image: Tensor) -> Tensor:
        features = self.stem(padded(image, self.divisor, at_least=2 * self.divisor))
        skipped: list[Tensor] = []
        for stage in self.encoder:
            features = stage(features)
            skipped.append(features)
        skipped.pop()
        for up, stage in zip(self.up, self.decoder, strict=True):
            features = stage(torch.cat([up(features), skipped.pop()], dim=1))
        return cropped(self.head(features), image)


def nnunet(
    in_channels: int,
    classes: int,
    features: str = "32 64 128 256 512 512 512 512",
    strides: str = "1 2 2 2 2 2 2 2",
    kernels: str = "3",
    convolutions: str = "2",
    decoder_convolutions: str = "2",
    residual: bool = False,
    bias: bool = True,
    batch_norm: bool = False,
    relu: bool = False,
) -> NNUNet:
    """Build a U-Net of nnU-Net; raises ``ValueError`` for plans that are none.

    A plan has a number a stage, from fine to coarse, or one for all; "2x1" is one downwards and one across. The decoder
    has a stage less.
    """
    widths = _numbers("features", features, 0)
    stages = len(widths)
    check("number of stages", stages, MOST_STAGES)
    if stages < 2:
        raise ValueError("a U-Net has two stages at least")
    plan = Plan(
        widths,
        _pairs("strides", strides, stages),
        _pairs("kernels", kernels, stages),
        _numbers("convolutions", convolutions, stages),
        _numbers("decoder_convolutions", decoder_convolutions, stages - 1),
    )
    return NNUNet(in_channels, classes, plan, Style(bias, batch_norm, relu), residual)


def _numbers(name: str, text: str, count: int) -> list[int]:
    """Read the whole numbers of a plan; a single one stands for ``count`` of them, and 0 of them for any number."""
    if "x" in text:
        raise ValueError(f"the {name}, '{text}', are single numbers")
    return [number for number, _ in _pairs(name, text, count)]


def _pairs(name: str, text: str, count: int) -> list[Pair]:
    found: list[Pair] = []
    for word in text.split():
        first, _, second = word.partition("x")
        if not first.isdecimal() or not (second or first).isdecimal():
            raise ValueError(f"the {name}, '{text}', are no whole numbers")
        pair = (int(first), int(second or first))
        for value in pair:
            check(f"number among the {name}", value, LARGEST[name])
        found.append(pair)
    found = found * count if len(found) == 1 and count else found
    if count and len(found) != count:
        raise ValueError(f"there are {len(found)} {name.replace('_', ' ')} for {count} stages")
    return found
