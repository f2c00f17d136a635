"""VGG-16: Simonyan and Zisserman, "Very deep convolutional networks for large-scale image recognition", ICLR 2015."""

from collections.abc import Iterator
from typing import Final

from torch import Tensor, nn

from segstudio.models.backbones.backbone import Backbone
from segstudio.models.layers.conv import start_as_he

STAGES: Final = ((2, 64), (2, 128), (3, 256), (3, 512), (3, 512))
"""Convolutions and their channels between the poolings: table 1 of the paper, configuration D."""


class VGG16(Backbone):
    """The thirteen convolutions; names of modules as in torchvision.

    ``first_padding`` is that of the first convolution, ``ceil_mode`` whether pooling keeps an odd last row and column.
    """

    def __init__(
        self, in_channels: int = 3, *, batch_norm: bool = False, first_padding: int = 1, ceil_mode: bool = False
    ) -> None:
        super().__init__()
        second, third, fourth, fifth = (width for _, width in STAGES[1:])
        self.channels = (second, third, fourth, fifth, fifth)
        layers: list[nn.Module] = []
        before = in_channels
        for count, width in STAGES:
            for _ in range(count):
                layers.append(nn.Conv2d(before, width, 3, padding=1 if layers else first_padding))
                layers += [nn.BatchNorm2d(width)] if batch_norm else []
                layers.append(nn.ReLU(inplace=True))
                before = width
            layers.append(nn.MaxPool2d(2, stride=2, ceil_mode=ceil_mode))
        self.features = nn.Sequential(*layers)
        start_as_he(self)

    def stages(self) -> Iterator[tuple[nn.Sequential, nn.MaxPool2d]]:
        """Give the layers of each stage, and the pooling after them."""
        start = 0
        for index, layer in enumerate(self.features):
            if isinstance(layer, nn.MaxPool2d):
                yield nn.Sequential(*list(self.features)[start:index]), layer
                start = index + 1

    def maps(self, image: Tensor) -> Iterator[Tensor]:
        found = image
        for number, (layers, pool) in enumerate(self.stages()):
            found = layers(found)
            if number:  # the first is of the size of the image
                yield found
            found = pool(found)
        yield found


def vgg16(in_channels: int = 3) -> VGG16:
    return VGG16(in_channels)


def vgg16_bn(in_channels: int = 3) -> VGG16:
    return VGG16(in_channels, batch_norm=True)
