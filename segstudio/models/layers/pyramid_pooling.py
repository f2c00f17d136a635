"""The pyramid pooling module of PSPNet."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from segstudio.models.layers.conv import ConvNorm
from segstudio.models.layers.sizes import resized


class PyramidPooling(nn.Module):
    """Means over 1x1, 2x2, 3x3 and 6x6 parts of the picture, beside the features: Zhao 2017 (PSPNet), section 3.2.

    (N, C, h, w) to (N, 2 C, h, w): each of the ``bins`` gives C / len(bins) channels, in their order.
    """

    def __init__(self, in_channels: int, bins: Sequence[int] = (1, 2, 3, 6), *, align_corners: bool = True) -> None:
        super().__init__()
        self.align_corners = align_corners
        width = in_channels // len(bins)
        self.features = nn.ModuleList(
            nn.Sequential(nn.AdaptiveAvgPool2d(side), *ConvNorm(in_channels, width, 1)) for side in bins
        )
        self.out_channels = in_channels + width * len(bins)

    def forward(self, features: Tensor) -> Tensor:
        levels = [resized(level(features), features, align_corners=self.align_corners) for level in self.features]
        return torch.cat([features, *levels], dim=1)
