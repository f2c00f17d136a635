"""Xception: Chollet, "Xception: Deep learning with depthwise separable convolutions", CVPR 2017."""

from collections.abc import Iterator
from itertools import pairwise

from torch import Tensor, nn

from segstudio.models.backbones.backbone import Backbone
from segstudio.models.layers.conv import conv
from segstudio.models.layers.separable import SeparableConv


class XceptionBlock(nn.Module):
    """ReLU, a separable convolution and normalisation, for each step of ``channels``; a way around them: figure 5.

    ``halves`` ends with pooling, and what goes around is brought to as many channels. The first block has no ReLU
    before its first convolution. Its convolutions have the dilation ``dilated``; without ``pools`` the size stays.
    """

    def __init__(self, *channels: int, halves: bool, first: bool = False, dilated: int = 1,
                 pools: bool = True) -> None:  # fmt: skip
        super().__init__()
        layers: list[nn.Module] = []
        for before, after in pairwise(channels):
            # The first ReLU reads what the way around reads too, and leaves it as it is.
            layers += [nn.ReLU(inplace=bool(layers)), SeparableConv(before, after, dilated), nn.BatchNorm2d(after)]
        if halves and pools:
            layers.append(nn.MaxPool2d(3, stride=2, padding=1))
        self.rep = nn.Sequential(*layers[first:])
        self.skip: nn.Module = nn.Identity()
        self.skipbn: nn.Module = nn.Identity()
        if halves:
            self.skip = conv(channels[0], channels[-1], 1, stride=2 if pools else 1)
            self.skipbn = nn.BatchNorm2d(channels[-1])

    def forward(self, features: Tensor) -> Tensor:
        found: Tensor = self.rep(features) + self.skipbn(self.skip(features))
        return found


class Xception(Backbone):
    """Entry, middle and exit flow; names of modules as in Cadene's, which smp has.

    As there, the first two convolutions are padded, and there is no ReLU after the last.
    """

    channels = (64, 128, 256, 728, 2048)

    def __init__(self, in_channels: int = 3, output_stride: int = 32, exit_padding: int | None = None) -> None:
        super().__init__()
        stem, first, second, middle, last = self.channels
        third = 1 if output_stride >= 16 else 2
        fourth = third if output_stride >= 32 else 2 * third
        self.conv1, self.bn1 = conv(in_channels, 32, stride=2), nn.BatchNorm2d(32)
        self.conv2, self.bn2 = conv(32, stem), nn.BatchNorm2d(stem)
        self.block1 = XceptionBlock(stem, first, first, halves=True, first=True)
        self.block2 = XceptionBlock(first, second, second, halves=True)
        self.block3 = XceptionBlock(second, middle, middle, halves=True, dilated=third, pools=third == 1)
        for number in range(4, 12):
            self.add_module(f"block{number}", XceptionBlock(*[middle] * 4, halves=False, dilated=third))
        self.block12 = XceptionBlock(middle, middle, 1024, halves=True, dilated=fourth, pools=fourth == third)
        self.conv3, self.bn3 = SeparableConv(1024, 1536, fourth, exit_padding), nn.BatchNorm2d(1536)
        self.conv4 = SeparableConv(1536, last, fourth, exit_padding)
        self.bn4: nn.Module = nn.BatchNorm2d(last)
        self.relu = nn.ReLU(inplace=True)

    def maps(self, image: Tensor) -> Iterator[Tensor]:
        found = self.relu(self.bn1(self.conv1(image)))
        found = self.relu(self.bn2(self.conv2(found)))
        yield found
        for number in range(1, 12):
            found = self.get_submodule(f"block{number}")(found)
            if number in (1, 2, 11):
                yield found
        found = self.relu(self.bn3(self.conv3(self.block12(found))))
        yield self.bn4(self.conv4(found))


def xception(in_channels: int = 3) -> Xception:
    return Xception(in_channels)


def vainf_xception(in_channels: int, output_stride: int) -> Xception:
    """Build what VainF's DeepLab stands on, of output stride 8 or 16.

    Its first two convolutions are not padded; its last two are by one pixel whatever their dilation, which makes maps
    smaller, and the last is neither normalised nor activated.
    """
    backbone = Xception(in_channels, output_stride, exit_padding=1)
    backbone.conv1.padding = backbone.conv2.padding = (0, 0)
    backbone.bn4 = nn.Identity()
    return backbone
