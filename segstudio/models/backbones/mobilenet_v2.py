"""MobileNetV2: Sandler et al., "MobileNetV2: Inverted residuals and linear bottlenecks", CVPR 2018."""

from collections.abc import Iterator
from typing import Final, Literal

from torch import Tensor, nn
from torch.nn import functional

from segstudio.models.backbones.backbone import Backbone
from segstudio.models.layers.conv import ConvNorm, conv

LAST: Final = 1280

STAGE_ENDS: Final = (1, 3, 6, 13, 18)
"""Layers after which the features of strides 2 to 32 are taken."""


class InvertedResidual(nn.Module):
    """Widen by 1x1, filter each channel, narrow without activation: section 3.3, table 1.

    ``pad_first`` puts the zeros of the padding before the widening, so that they become what its normalisation makes
    of them.
    """

    def __init__(self, in_channels: int, out_channels: int, expansion: int, stride: int, dilation: int,
                 pad_first: bool) -> None:  # fmt: skip
        super().__init__()
        width = expansion * in_channels
        widen = [ConvNorm(in_channels, width, 1, activation=nn.ReLU6)] if expansion > 1 else []
        depthwise = conv(width, width, stride=stride, dilation=dilation, groups=width)
        self.border = dilation if pad_first else 0
        if pad_first:
            depthwise.padding = (0, 0)
        filters = nn.Sequential(depthwise, nn.BatchNorm2d(width), nn.ReLU6(inplace=True))
        narrow = ConvNorm(width, out_channels, 1, activation=None)
        self.conv = nn.Sequential(*widen, filters, *narrow)
        self.residual = stride == 1 and in_channels == out_channels

    def forward(self, features: Tensor) -> Tensor:
        padded = functional.pad(features, (self.border,) * 4) if self.border else features
        found: Tensor = self.conv(padded)
        return features + found if self.residual else found


class MobileNetV2(Backbone):
    """A convolution, seventeen inverted residuals, and unless ``last`` is False one more convolution: table 2.

    Modules 0 to 18, as in torchvision below ``features``. ``output_stride`` 16 or 8 replaces strides by dilation; the
    blocks of a row that lost its stride have the new dilation from the ``dilated_from`` one on; "next" is the row after
    it. Without the last convolution the coarsest features have 320 channels. ``pad_first`` pads in each block before
    the widening, and without ``stem_padding`` the first convolution has none: an image is 3 x 3 pixels at least.
    """

    def __init__(self, in_channels: int = 3, output_stride: int = 32, *, last: bool = True,
                 dilated_from: Literal["first", "second", "next"] = "second", pad_first: bool = False,
                 stem_padding: bool = True) -> None:  # fmt: skip
        super().__init__()
        width, reached, dilation = 32, 2, 1
        stem = conv(in_channels, width, stride=2)
        if not stem_padding:
            stem.padding = (0, 0)
        layers: list[nn.Module] = [nn.Sequential(stem, nn.BatchNorm2d(width), nn.ReLU6(inplace=True))]
        for expansion, channels, blocks, stride in _ROWS:
            before = dilation
            if reached * stride > output_stride:
                dilation, stride = dilation * stride, 1
            reached *= stride
            first = dilation if dilated_from == "first" else before
            others = before if dilated_from == "next" else dilation
            layers.append(InvertedResidual(width, channels, expansion, stride, first, pad_first))
            for _ in range(1, blocks):
                layers.append(InvertedResidual(channels, channels, expansion, 1, others, pad_first))
            width = channels
        if last:
            layers.append(ConvNorm(width, LAST, 1, activation=nn.ReLU6))
        self.channels = (16, 24, 32, 96, LAST if last else width)
        for number, layer in enumerate(layers):
            self.add_module(str(number), layer)

    def maps(self, image: Tensor) -> Iterator[Tensor]:
        found = image
        for number, layer in enumerate(self.children()):
            found = layer(found)
            if number in STAGE_ENDS[:-1]:
                yield found
        yield found


_ROWS: Final = (
    (1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1),
)  # fmt: skip
"""Expansion, channels, blocks and stride of the first: table 2."""


def mobilenet_v2(in_channels: int = 3, output_stride: int = 32) -> MobileNetV2:
    return MobileNetV2(in_channels, output_stride)
