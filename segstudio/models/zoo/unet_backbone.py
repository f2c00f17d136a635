"""U-Net's expanding path over a backbone that was made, and often trained, for classification."""

from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional

from segstudio.models.backbones import build_backbone
from segstudio.models.layers.conv import ConvNorm, conv
from segstudio.models.layers.sizes import cropped, padded

WIDTHS = (256, 128, 64, 32, 16)
"""Channels of the five levels, from stride 16 to 1."""


class DecoderBlock(nn.Module):
    """Features enlarged by repetition, beside those of the backbone at that size, and two convolutions."""

    def __init__(self, in_channels: int, skip_channels: int, out_channels: int) -> None:
        super().__init__()
        self.conv1 = ConvNorm(in_channels + skip_channels, out_channels)
        self.conv2 = ConvNorm(out_channels, out_channels)

    def forward(self, features: Tensor, skip: Tensor | None) -> Tensor:
        features = functional.interpolate(features, scale_factor=2, mode="nearest")
        if skip is not None:
            features = torch.cat([features, skip], dim=1)
        found: Tensor = self.conv2(self.conv1(features))
        return found


class UNetBackbone(nn.Module):
    """As segmentation_models.pytorch has it. Input (N, in_channels, H, W) float, output (N, classes, H, W) logits, for
    any H and W from 1: an image is padded to a multiple of 32.
    """

    def __init__(self, in_channels: int, classes: int, backbone: str) -> None:
        super().__init__()
        self.encoder = build_backbone(backbone, in_channels)
        *skips, coarsest = self.encoder.channels
        before = pairwise([coarsest, *WIDTHS])
        self.decoder = nn.ModuleList(
            DecoderBlock(width, skip, after) for (width, after), skip in zip(before, [*reversed(skips), 0], strict=True)
        )
        self.head = conv(WIDTHS[-1], classes, bias=True)

    def forward(self, image: Tensor) -> Tensor:
        *skips, features = self.encoder(padded(image, 32))
        for decode in self.decoder:
            features = decode(features, skips.pop() if skips else None)
        return cropped(self.head(features), image)
