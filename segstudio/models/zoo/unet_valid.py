"""U-Net as published: convolutions without padding, so that every output pixel has seen only true pixels around it."""

from typing import Final

from torch import Tensor, nn

from segstudio.models.layers.conv import start_as_he
from segstudio.models.layers.sizes import cropped, mirrored
from segstudio.models.zoo.bounds import check
from segstudio.models.zoo.u_shape import UShape

LARGEST_WIDTH: Final = 1024
DEPTH: Final = 4
MARGIN: Final = 92
"""Pixels that the convolutions take off each side: 572 x 572 gives 388 x 388 (figure 1)."""


DROPPED: Final = 2
"""Levels at the end of the contracting path that end with dropout (section 3.1), in the authors' Caffe network."""


class ValidDoubleConv(nn.Sequential):
    """Two 3x3 convolutions without padding and with bias, each with ReLU.

    ``norm`` adds batch normalisation, ``drop`` ends with dropout of a half.
    """

    def __init__(self, in_channels: int, out_channels: int, norm: bool = False, drop: bool = False) -> None:
        layers: list[nn.Module] = []
        for before in (in_channels, out_channels):
            layers.append(nn.Conv2d(before, out_channels, 3))
            layers += [nn.BatchNorm2d(out_channels)] if norm else []
            layers.append(nn.ReLU(inplace=True))
        super().__init__(*layers, *([nn.Dropout()] if drop else []))


class UNetValid(UShape):
    """The network of figure 1. Around the image its mirror image is added (section 2, figure 2), so that the output
    has the size of the input: (N, in_channels, H, W) float to (N, classes, H, W) logits, for any H and W from 1.

    ``logits`` takes sides of 16 k + 188 and gives ``MARGIN`` fewer pixels on each.

    ``norm`` has batch normalisation on the contracting path, and no dropout, as in ptsemseg.
    """

    def __init__(self, in_channels: int, classes: int, width: int = 64, norm: bool = False) -> None:
        super().__init__()
        check("width of a U-Net", width, LARGEST_WIDTH)
        widths = [width << level for level in range(DEPTH + 1)]
        self.encoder = nn.ModuleList(
            ValidDoubleConv(before, after, norm, drop=not norm and level >= DEPTH - DROPPED + 1)
            for level, (before, after) in enumerate(zip([in_channels, *widths], widths, strict=False))
        )
        self.pool = nn.MaxPool2d(2)
        self.up = nn.ModuleList(nn.ConvTranspose2d(2 * w, w, 2, stride=2) for w in reversed(widths[:-1]))
        self.decoder = nn.ModuleList(ValidDoubleConv(2 * w, w) for w in reversed(widths[:-1]))
        self.head = nn.Conv2d(width, classes, 1)
        start_as_he(self)

    def forward(self, image: Tensor) -> Tensor:
        height, width = image.shape[-2:]
        # The output has 16 k + 4 rows, so that every pooling halves an even number.
        below, right = MARGIN + (4 - height) % 16, MARGIN + (4 - width) % 16
        return cropped(self.logits(mirrored(image, MARGIN, (below, right))), image)
