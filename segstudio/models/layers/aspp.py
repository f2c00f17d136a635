"""Atrous spatial pyramid pooling: Chen 2017, "Rethinking atrous convolution" (DeepLab v3), section 3.3."""

from collections.abc import Callable, Sequence

import torch
from torch import Tensor, nn

from segstudio.models.layers.conv import USUAL_NORM, ConvNorm, Norm

CHANNELS = 256

Branch = Callable[[int, int, int], nn.Module]
"""Makes an atrous branch of in_channels, out_channels and a rate."""


class ImagePooling(nn.Sequential):
    """What the whole image is like, at each of its places: the mean over places, through a 1x1 convolution."""

    def __init__(self, in_channels: int, out_channels: int, norm: Norm = USUAL_NORM) -> None:
        super().__init__(nn.AdaptiveAvgPool2d(1), *ConvNorm(in_channels, out_channels, 1, norm=norm))

    def forward(self, features: Tensor) -> Tensor:
        pooled = features
        for layer in self:
            pooled = layer(pooled)
        return pooled.expand(-1, -1, *features.shape[-2:])


class ASPP(nn.Module):
    """A 1x1 convolution, an atrous branch a rate, and the image's mean, beside one another, then made one.

    ``norm`` is that of all but a ``branch`` of its own. ``pooling_first`` has the mean before the others in the joined
    channels, as in the TensorFlow release.
    """

    def __init__(self, in_channels: int, rates: Sequence[int], *, branch: Branch | None = None, dropout: float = 0.5,
                 pooling_first: bool = False, norm: Norm = USUAL_NORM) -> None:  # fmt: skip
        super().__init__()
        atrous = branch or atrous_branch
        branches: list[nn.Module] = [ConvNorm(in_channels, CHANNELS, 1, norm=norm)]
        branches.extend(atrous(in_channels, CHANNELS, rate) for rate in rates)
        branches.insert(0 if pooling_first else len(branches), ImagePooling(in_channels, CHANNELS, norm))
        self.convs = nn.ModuleList(branches)
        self.project = nn.Sequential(*ConvNorm(len(branches) * CHANNELS, CHANNELS, 1, norm=norm), nn.Dropout(dropout))

    def forward(self, features: Tensor) -> Tensor:
        projected: Tensor = self.project(torch.cat([branch(features) for branch in self.convs], dim=1))
        return projected


def atrous_branch(in_channels: int, out_channels: int, rate: int) -> nn.Module:
    """Return a 3x3 atrous convolution with normalisation and ReLU."""
    return ConvNorm(in_channels, out_channels, dilation=rate)


def rates_for(output_stride: int) -> tuple[int, int, int]:
    """Return the rates of the paper: 6, 12 and 18 at output stride 16, doubled at 8."""
    return (12, 24, 36) if output_stride == 8 else (6, 12, 18)
