"""The plainest head: what turns feature maps into scores in FCN, PSPNet and the auxiliary branches."""

from torch import nn

from segstudio.models.layers.conv import ConvNorm


class FCNHead(nn.Sequential):
    """3x3 convolution to ``hidden`` channels with batch normalisation and ReLU, dropout, 1x1 convolution to classes."""

    def __init__(self, in_channels: int, hidden: int, classes: int, dropout: nn.Module | None = None) -> None:
        super().__init__(
            *ConvNorm(in_channels, hidden), dropout or nn.Dropout(0.1), nn.Conv2d(hidden, classes, kernel_size=1)
        )
