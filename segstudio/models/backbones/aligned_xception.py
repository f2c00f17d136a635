"""Aligned Xception as in jfzhang95's DeepLab v3+, which began with the weights of Chollet's Xception.

Chen et al., "Encoder-decoder with atrous separable convolution for semantic image segmentation", ECCV 2018, figure 4;
otherwise than there and in the TensorFlow release, there is no normalisation between a block's halves but one after
the depthwise convolution, and the last three convolutions stand outside of blocks.
"""

from collections.abc import Iterator
from itertools import pairwise

from torch import Tensor, nn

from segstudio.models.backbones.backbone import Backbone
from segstudio.models.layers.conv import conv


class Separable(nn.Module):
    """A 3x3 convolution of each channel by itself, batch normalisation, and a 1x1 convolution across channels."""

    def __init__(self, in_channels: int, out_channels: int, stride: int = 1, dilation: int = 1) -> None:
        super().__init__()
        self.conv1 = conv(in_channels, in_channels, stride=stride, dilation=dilation, groups=in_channels)
        self.bn = nn.BatchNorm2d(in_channels)
        self.pointwise = conv(in_channels, out_channels, 1)

    def forward(self, features: Tensor) -> Tensor:
        found: Tensor = self.pointwise(self.bn(self.conv1(features)))
        return found


class AlignedBlock(nn.Module):
    """ReLU, a separable convolution and normalisation, for each step of ``channels``, and a way around them.

    The last step has the ``stride``, the others the ``dilation``; in the ``middle`` flow all have it, and what goes
    around is not projected. It has been through the first ReLU, which in its source works in place. What is given to an
    ``activated`` block has been through one already.
    """

    def __init__(self, *channels: int, stride: int = 1, dilation: int = 1, middle: bool = False,
                 activated: bool = False) -> None:  # fmt: skip
        super().__init__()
        layers: list[nn.Module] = []
        rates = [dilation, dilation, dilation if middle else 1]
        for (before, after), rate, step in zip(pairwise(channels), rates, (1, 1, stride), strict=True):
            layers += [nn.ReLU(inplace=bool(layers)), Separable(before, after, step, rate), nn.BatchNorm2d(after)]
        self.activated = activated
        self.rep = nn.Sequential(*layers[activated:])
        self.skip = nn.Identity() if middle else conv(channels[0], channels[-1], 1, stride=stride)
        self.skipbn = nn.Identity() if middle else nn.BatchNorm2d(channels[-1])

    def forward(self, features: Tensor) -> Tensor:
        layers = list(self.rep)
        around = features if self.activated else layers.pop(0)(features)
        found = around
        for layer in layers:
            found = layer(found)
        result: Tensor = found + self.skipbn(self.skip(around))
        return result


class AlignedXception(Backbone):
    """Entry, middle and exit flow; names of modules as in jfzhang95's. ``output_stride`` is 32, 16 or 8.

    The features of stride 4 are those after the first block's activation.
    """

    channels = (64, 128, 256, 728, 2048)

    def __init__(self, in_channels: int = 3, output_stride: int = 32) -> None:
        super().__init__()
        stem, first, second, middle, last = self.channels
        rate = 1 if output_stride >= 16 else 2
        self.conv1, self.bn1 = conv(in_channels, 32, stride=2), nn.BatchNorm2d(32)
        self.conv2, self.bn2 = conv(32, stem), nn.BatchNorm2d(stem)
        self.relu = nn.ReLU(inplace=True)
        self.block1 = AlignedBlock(stem, first, first, first, stride=2, activated=True)
        self.block2 = AlignedBlock(first, second, second, second, stride=2, activated=True)
        self.block3 = AlignedBlock(second, middle, middle, middle, stride=3 - rate)
        for number in range(4, 20):
            self.add_module(f"block{number}", AlignedBlock(*[middle] * 4, dilation=rate, middle=True))
        halves = output_stride >= 32
        self.block20 = AlignedBlock(middle, middle, 1024, 1024, stride=2 if halves else 1, dilation=rate)
        rate = 1 if halves else 2 * rate
        self.conv3, self.bn3 = Separable(1024, 1536, dilation=rate), nn.BatchNorm2d(1536)
        self.conv4, self.bn4 = Separable(1536, 1536, dilation=rate), nn.BatchNorm2d(1536)
        self.conv5, self.bn5 = Separable(1536, last, dilation=rate), nn.BatchNorm2d(last)

    def maps(self, image: Tensor) -> Iterator[Tensor]:
        found = self.relu(self.bn1(self.conv1(image)))
        found = self.relu(self.bn2(self.conv2(found)))
        yield found
        found = self.relu(self.block1(found))
        yield found
        found = self.block2(found)
        yield found
        for number in range(3, 20):
            found = self.get_submodule(f"block{number}")(found)
        yield found
        found = self.relu(self.block20(found))
        for number in (3, 4, 5):
            convolve, norm = self.get_submodule(f"conv{number}"), self.get_submodule(f"bn{number}")
            found = self.relu(norm(convolve(found)))
        yield found


def aligned_xception(in_channels: int = 3, output_stride: int = 32) -> AlignedXception:
    return AlignedXception(in_channels, output_stride)
