"""MobileNetV3-Large: Howard et al., "Searching for MobileNetV3", ICCV 2019."""

from collections.abc import Collection, Iterator
from functools import partial
from typing import Final, NamedTuple

from torch import Tensor, nn

from segstudio.models.backbones.backbone import Backbone
from segstudio.models.layers.conv import ConvNorm, Norm
from segstudio.models.layers.squeeze_excitation import SqueezeExcitation

STAGE_ENDS: Final = (1, 3, 6, 12, 16)
"""Layers after which the features of strides 2 to 32 are taken."""

FIRST_AT_STRIDE_8: Final = 4
"""The layer whose features torchvision's networks take, though two more layers have that stride."""

LAST: Final = 16

_conv_norm = partial(ConvNorm, norm=Norm(1e-3, 0.01))


class Row(NamedTuple):
    kernel: int
    width: int
    channels: int
    squeeze: bool
    hard: bool
    stride: int


_ROWS: Final = (
    Row(3, 16, 16, False, False, 1),
    Row(3, 64, 24, False, False, 2),
    Row(3, 72, 24, False, False, 1),
    Row(5, 72, 40, True, False, 2),
    Row(5, 120, 40, True, False, 1),
    Row(5, 120, 40, True, False, 1),
    Row(3, 240, 80, False, True, 2),
    Row(3, 200, 80, False, True, 1),
    Row(3, 184, 80, False, True, 1),
    Row(3, 184, 80, False, True, 1),
    Row(3, 480, 112, True, True, 1),
    Row(3, 672, 112, True, True, 1),
    Row(5, 672, 160, True, True, 2),
    Row(5, 960, 160, True, True, 1),
    Row(5, 960, 160, True, True, 1),
)
"""Table 1 of the paper: ``width`` is its "exp size", ``hard`` its h-swish instead of ReLU."""


class InvertedResidual(nn.Module):
    """Widen, filter each channel, weigh the channels, narrow without activation: section 3, figure 4."""

    def __init__(self, in_channels: int, row: Row, stride: int, dilation: int) -> None:
        super().__init__()
        activation = nn.Hardswish if row.hard else nn.ReLU
        layers: list[nn.Module] = []
        if row.width != in_channels:
            layers.append(_conv_norm(in_channels, row.width, 1, activation=activation))
        layers.append(_conv_norm(row.width, row.width, row.kernel, stride=stride, dilation=dilation, groups=row.width,
                                 activation=activation))  # fmt: skip
        if row.squeeze:
            layers.append(SqueezeExcitation(row.width, to_eights(row.width / 4)))
        layers.append(_conv_norm(row.width, row.channels, 1, activation=None))
        self.block = nn.Sequential(*layers)
        self.residual = row.stride == 1 and in_channels == row.channels

    def forward(self, features: Tensor) -> Tensor:
        found: Tensor = self.block(features)
        return found.add_(features) if self.residual else found


class MobileNetV3Large(Backbone):
    """A convolution, fifteen inverted residuals and a 1x1 convolution: modules 0 to 16, as in torchvision.

    ``output_stride`` 16 or 8 replaces strides by dilation, from the very block that has the stride (section 6.4).
    """

    channels = (16, 24, 40, 112, 960)

    def __init__(self, in_channels: int = 3, output_stride: int = 32) -> None:
        super().__init__()
        width, reached, dilation = 16, 2, 1
        layers: list[nn.Module] = [_conv_norm(in_channels, width, stride=2, activation=nn.Hardswish)]
        for row in _ROWS:
            stride = row.stride
            if reached * stride > output_stride:
                dilation, stride = dilation * stride, 1
            reached *= stride
            layers.append(InvertedResidual(width, row, stride, dilation))
            width = row.channels
        layers.append(_conv_norm(width, self.channels[-1], 1, activation=nn.Hardswish))
        for number, layer in enumerate(layers):
            self.add_module(str(number), layer)

    def maps(self, image: Tensor) -> Iterator[Tensor]:
        found = image
        for number, layer in enumerate(self.children()):
            found = layer(found)
            if number in STAGE_ENDS:
                yield found

    def taken_after(self, image: Tensor, layers: Collection[int]) -> list[Tensor]:
        """Return what the layers of these numbers give, in their order."""
        found, taken = image, []
        for number, layer in enumerate(self.children()):
            found = layer(found)
            if number in layers:
                taken.append(found)
        return taken


def to_eights(channels: float) -> int:
    """Return the nearest multiple of 8 that is no less than nine tenths of ``channels``, and at least 8."""
    rounded = max(8, int(channels + 4) // 8 * 8)
    return rounded + 8 if rounded < 0.9 * channels else rounded


def mobilenet_v3_large(in_channels: int = 3, output_stride: int = 32) -> MobileNetV3Large:
    return MobileNetV3Large(in_channels, output_stride)
