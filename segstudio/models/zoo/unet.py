"""U-Net: Ronneberger, Fischer and Brox, "U-Net: Convolutional Networks for Biomedical Image Segmentation", MICCAI 2015.

Figure 1 of the paper, with the two changes that have become usual: convolutions are padded, so that the output has
the size of the input, and each is followed by batch normalisation.
"""

from typing import Final

import torch
from torch import Tensor, nn
from torch.nn import functional

LARGEST: Final = {"in_channels": 1024, "classes": 4096, "width": 1024, "depth": 8}
"""Bounds of the configuration: beyond them a file's numbers are taken for damage, not for a network."""


class DoubleConv(nn.Sequential):
    """Two 3x3 convolutions, each with batch normalisation and ReLU: the blue arrows of figure 1."""

    def __init__(self, in_channels: int, out_channels: int) -> None:
        super().__init__(
            nn.Conv2d(in_channels, out_channels, 3, padding=1, bias=False),
            nn.BatchNorm2d(out_channels),
            nn.ReLU(inplace=True),
            nn.Conv2d(out_channels, out_channels, 3, padding=1, bias=False),
            nn.BatchNorm2d(out_channels),
            nn.ReLU(inplace=True),
        )


class UNet(nn.Module):
    """A contracting path, an expanding path, and at each level a copy from the one to the other.

    ``width`` channels at full resolution, doubled at each of ``depth`` halvings. Input (N, in_channels, H, W) float,
    output (N, classes, H, W) logits, for any H and W from 1.
    """

    def __init__(self, in_channels: int, classes: int, width: int = 64, depth: int = 4) -> None:
        super().__init__()
        for name, value in {"in_channels": in_channels, "classes": classes, "width": width, "depth": depth}.items():
            if not 1 <= value <= LARGEST[name]:
                raise ValueError(f"{name} of a U-Net lies within 1..{LARGEST[name]}, not {value}")
        widths = [width << level for level in range(depth + 1)]
        self.divisor = 1 << depth
        self.encoder = nn.ModuleList(
            DoubleConv(before, after) for before, after in zip([in_channels, *widths], widths, strict=False)
        )
        self.pool = nn.MaxPool2d(2)
        self.up = nn.ModuleList(nn.ConvTranspose2d(2 * w, w, 2, stride=2) for w in reversed(widths[:-1]))
        self.decoder = nn.ModuleList(DoubleConv(2 * w, w) for w in reversed(widths[:-1]))
        self.head = nn.Conv2d(width, classes, 1)

    def forward(self, image: Tensor) -> Tensor:
        height, width = image.shape[-2:]
        features = self._padded(image)
        skipped: list[Tensor] = []
        for level, encode in enumerate(self.encoder):
            features = encode(self.pool(features) if level else features)
            skipped.append(features)
        skipped.pop()
        for up, decode in zip(self.up, self.decoder, strict=True):
            features = decode(torch.cat([skipped.pop(), up(features)], dim=1))
        logits: Tensor = self.head(features)
        return logits[..., :height, :width]

    def _padded(self, image: Tensor) -> Tensor:
        """Grow an image below and to the right to a multiple of the divisor.

        The border is repeated rather than mirrored, for that works from a single pixel up, and rather than
        filled with zeros, for a dark frame is an object to a network that was trained without one.
        """
        below, right = -image.shape[-2] % self.divisor, -image.shape[-1] % self.divisor
        return functional.pad(image, (0, right, 0, below), mode="replicate") if below or right else image


def unet(in_channels: int, classes: int, width: int = 64, depth: int = 4) -> UNet:
    """Build a U-Net with random weights; raises ``ValueError`` for a configuration out of bounds."""
    return UNet(in_channels, classes, width, depth)
