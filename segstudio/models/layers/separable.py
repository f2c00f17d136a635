"""Depthwise separable convolution: Chollet 2017 (Xception), section 2; atrous: Chen 2018 (DeepLab v3+), section 3.1."""

from torch import nn

from segstudio.models.layers.conv import USUAL_NORM, ConvNorm, Norm, conv


class SeparableConv(nn.Sequential):
    """A 3x3 convolution of each channel by itself, then a 1x1 convolution across channels: modules 0 and 1.

    ``padding`` is by default what keeps the size.
    """

    def __init__(self, in_channels: int, out_channels: int, dilation: int = 1, padding: int | None = None) -> None:
        depthwise = conv(in_channels, in_channels, dilation=dilation, groups=in_channels)
        if padding is not None:
            depthwise.padding = (padding, padding)
        super().__init__(depthwise, conv(in_channels, out_channels, 1))


class NormalizedSeparableConv(nn.Sequential):
    """The same with batch normalisation, and unless None an activation, after either of the two convolutions.

    So it is in the TensorFlow release of DeepLab, "motivated by the design of MobileNetv1" as its source says.
    """

    def __init__(self, in_channels: int, out_channels: int, *, stride: int = 1, dilation: int = 1,
                 activation: type[nn.Module] | None = nn.ReLU, norm: Norm = USUAL_NORM) -> None:  # fmt: skip
        super().__init__()
        self.depthwise = ConvNorm(in_channels, in_channels, stride=stride, dilation=dilation, groups=in_channels,
                                  activation=activation, norm=norm)  # fmt: skip
        self.pointwise = ConvNorm(in_channels, out_channels, 1, activation=activation, norm=norm)
