"""Aligned Xception-65 as in the TensorFlow release of DeepLab.

Chollet, "Xception: Deep learning with depthwise separable convolutions", CVPR 2017, deeper, without pooling and with
more normalisation: Chen et al., "Encoder-decoder with atrous separable convolution for semantic image segmentation",
ECCV 2018, section 3.2 and figure 4.
"""

from collections.abc import Iterator
from functools import partial
from typing import Final

from torch import Tensor, nn
from torch.nn import functional

from segstudio.models.backbones.backbone import Backbone
from segstudio.models.layers.conv import ConvNorm, Norm
from segstudio.models.layers.separable import NormalizedSeparableConv

NORM: Final = Norm(1e-3, 3e-4)
"""Of the release, in torch's terms: its "decay" is 1 - momentum."""

_conv_norm = partial(ConvNorm, norm=NORM)

MIDDLE: Final = 16
"""Units of the middle flow."""


class XceptionModule(nn.Module):
    """Three separable convolutions, the last with the stride, and a way around them: ``shortcut`` or the sum as it is.

    The activation comes before each separable convolution; ``inside``, as in the last block, after either half of each,
    and there is no way around.
    """

    def __init__(self, in_channels: int, channels: tuple[int, int, int], stride: int, dilation: int,
                 inside: bool = False) -> None:  # fmt: skip
        super().__init__()
        separable = partial(
            NormalizedSeparableConv, dilation=dilation, activation=nn.ReLU if inside else None, norm=NORM
        )
        first, second, third = channels
        self.separable_conv1 = separable(in_channels, first)
        self.separable_conv2 = separable(first, second)
        self.separable_conv3 = separable(second, third, stride=stride)
        self.inside = inside
        projects = not inside and in_channels != third
        self.shortcut = _conv_norm(in_channels, third, 1, stride=stride, activation=None) if projects else None

    def forward(self, features: Tensor) -> tuple[Tensor, Tensor]:
        """Return the features, and what the second separable convolution gave."""
        first = self.separable_conv1(self._activated(features))
        second = self.separable_conv2(self._activated(first))
        found: Tensor = self.separable_conv3(self._activated(second))
        if self.inside:
            return found, second
        return found + (features if self.shortcut is None else self.shortcut(features)), second

    def _activated(self, features: Tensor) -> Tensor:
        return features if self.inside else functional.relu(features)


class AlignedXception65(Backbone):
    """Entry, middle and exit flow; names of modules as in the release, without its ``xception_65`` and slashes.

    The features of strides 2, 4 and 8 are those before the strided convolution of each block, that is of its second
    separable convolution, as the release's decoder takes them. ``output_stride`` 16 or 8 replaces strides by dilation.
    """

    channels = (128, 256, 728, 1024, 2048)

    def __init__(self, in_channels: int = 3, output_stride: int = 32) -> None:
        super().__init__()
        exit_stride = 2 if output_stride >= 32 else 1
        third_stride = 2 if output_stride >= 16 else 1
        middle = 1 if third_stride == 2 else 2
        last = middle if exit_stride == 2 else 2 * middle
        self.entry_flow = nn.ModuleDict({
            "conv1_1": _conv_norm(in_channels, 32, stride=2),
            "conv1_2": _conv_norm(32, 64),
            "block1": _units(XceptionModule(64, (128, 128, 128), 2, 1)),
            "block2": _units(XceptionModule(128, (256, 256, 256), 2, 1)),
            "block3": _units(XceptionModule(256, (728, 728, 728), third_stride, 1)),
        })  # fmt: skip
        self.middle_flow = nn.ModuleDict({
            "block1": _units(*(XceptionModule(728, (728, 728, 728), 1, middle) for _ in range(MIDDLE))),
        })  # fmt: skip
        self.exit_flow = nn.ModuleDict({
            "block1": _units(XceptionModule(728, (728, 1024, 1024), exit_stride, middle)),
            "block2": _units(XceptionModule(1024, (1536, 1536, 2048), 1, last, inside=True)),
        })  # fmt: skip

    def maps(self, image: Tensor) -> Iterator[Tensor]:
        found = self.entry_flow["conv1_2"](self.entry_flow["conv1_1"](image))
        units = self._modules_in_order()
        for number, unit in enumerate(units):
            found, second = unit(found)
            if number < 3 or number == len(units) - 2:
                yield second
        yield found

    def _modules_in_order(self) -> list[XceptionModule]:
        return [unit for unit in self.modules() if isinstance(unit, XceptionModule)]


def _units(*modules: XceptionModule) -> nn.ModuleDict:
    return nn.ModuleDict({f"unit_{number}": module for number, module in enumerate(modules, start=1)})


def xception65(in_channels: int = 3, output_stride: int = 32) -> AlignedXception65:
    return AlignedXception65(in_channels, output_stride)
