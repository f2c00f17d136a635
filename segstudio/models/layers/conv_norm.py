"""A convolution, batch normalisation and an activation of one's choice."""

from typing import NamedTuple

from torch import nn

from segstudio.models.layers.conv import conv


class Norm(NamedTuple):
    """How a batch normalisation counts; its ``eps`` belongs to published weights as the weights do."""

    eps: float = 1e-5
    momentum: float = 0.1


USUAL_NORM = Norm()


class ConvNorm(nn.Sequential):
    """A convolution without bias, batch normalisation and, unless None, an activation: modules 0, 1 and 2."""

    def __init__(self, in_channels: int, out_channels: int, kernel: int = 3, *, stride: int = 1, dilation: int = 1,
                 groups: int = 1, activation: type[nn.Module] | None = nn.ReLU,
                 norm: Norm = USUAL_NORM) -> None:  # fmt: skip
        layers: list[nn.Module] = [
            conv(in_channels, out_channels, kernel, stride=stride, dilation=dilation, groups=groups),
            nn.BatchNorm2d(out_channels, norm.eps, norm.momentum),
        ]
        if activation is not None:
            layers.append(activation(inplace=True))
        super().__init__(*layers)
