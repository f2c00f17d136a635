"""Transposed convolutions, which the field calls deconvolutions: the way up."""

import torch
from torch import Tensor, nn


def bilinear_kernel(size: int) -> Tensor:
    """Return the (size, size) float32 weights by which a transposed convolution of stride (size + 1) // 2 interpolates
    bilinearly: Long 2015 (FCN), section 3.3.
    """
    factor = (size + 1) // 2
    centre = factor - 1 if size % 2 else factor - 0.5
    ramp = 1 - (torch.arange(size) - centre).abs() / factor
    return ramp[:, None] * ramp[None, :]


class BilinearDeconv(nn.ConvTranspose2d):
    """A transposed convolution without bias that begins as bilinear interpolation of each channel, and may learn."""

    def __init__(self, channels: int, kernel: int, stride: int) -> None:
        super().__init__(channels, channels, kernel, stride, bias=False)
        with torch.no_grad():
            self.weight.zero_()
            index = torch.arange(channels)
            self.weight[index, index] = bilinear_kernel(kernel)


class DeconvBNReLU(nn.Sequential):
    """A transposed convolution at stride 1, batch normalisation and ReLU: Noh 2015 (DeconvNet), section 3.2.

    ``padding`` shrinks the result: 1 keeps the size under a kernel of 3; 0 makes 7 x 7 of one place under one of 7.
    """

    def __init__(self, in_channels: int, out_channels: int, kernel: int = 3, padding: int = 1) -> None:
        super().__init__(
            nn.ConvTranspose2d(in_channels, out_channels, kernel, padding=padding),
            nn.BatchNorm2d(out_channels),
            nn.ReLU(inplace=True),
        )
