"""Convolutions with what always goes with them."""

from typing import NamedTuple

from torch import nn


def conv(in_channels: int, out_channels: int, kernel: int = 3, *, stride: int = 1, dilation: int = 1,
         groups: int = 1, bias: bool = False) -> nn.Conv2d:  # fmt: skip
    """Return a convolution that is padded so that at stride 1 it keeps the size; ``kernel`` is odd.

    ``dilation`` above 1 is the atrous convolution of Chen 2018 (DeepLab), section 3.1: the kernel's taps lie so many
    pixels apart, which widens what it sees without another weight.
    """
    padding = dilation * (kernel - 1) // 2
    return nn.Conv2d(in_channels, out_channels, kernel, stride, padding, dilation, groups, bias)


def start_as_he(network: nn.Module) -> None:
    """Give every convolution the weights that He 2015 ("Delving deep into rectifiers", section 2.2) begins with.

    Their variance keeps a signal as large from layer to layer as it was, which torch's own beginning does not; a
    network without normalisation needs it to learn from nothing.
    """
    for layer in network.modules():
        if isinstance(layer, nn.Conv2d):
            nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")


class Norm(NamedTuple):
    """How a batch normalisation counts; its ``eps`` belongs to published weights as the weights do."""

    eps: float = 1e-5
    momentum: float = 0.1


USUAL_NORM = Norm()


class ConvNorm(nn.Sequential):
    """A convolution, batch normalisation (Ioffe and Szegedy 2015) and, unless None, an activation: modules 0, 1, 2."""

    def __init__(self, in_channels: int, out_channels: int, kernel: int = 3, *, stride: int = 1, dilation: int = 1,
                 groups: int = 1, bias: bool = False, activation: type[nn.Module] | None = nn.ReLU,
                 norm: Norm = USUAL_NORM) -> None:  # fmt: skip
        layers: list[nn.Module] = [
            conv(in_channels, out_channels, kernel, stride=stride, dilation=dilation, groups=groups, bias=bias),
            nn.BatchNorm2d(out_channels, norm.eps, norm.momentum),
        ]
        if activation is not None:
            layers.append(activation(inplace=True))
        super().__init__(*layers)
