"""DeepLab v3+ over aligned Xception-65, as in the TensorFlow release (tensorflow/models, research/deeplab)."""

from typing import Final

import torch
from torch import Tensor, nn

from segstudio.models.backbones.xception import AlignedXception65
from segstudio.models.layers.aspp import ASPP, CHANNELS, rates_for
from segstudio.models.layers.conv import ConvNorm, Norm
from segstudio.models.layers.separable import NormalizedSeparableConv
from segstudio.models.layers.sizes import cropped, padded, resized
from segstudio.models.zoo.deeplab_backbones import check_output_stride

PROJECTED: Final = 48
"""Channels that fine features are brought down to, so that they do not outweigh the coarse ones: section 4.1."""

NORM: Final = Norm(1e-5, 3e-4)
"""Of all but the backbone, in torch's terms; see ``xception.NORM``."""


class DeepLabV3PlusXception(nn.Module):
    """Backbone, separable ASPP, and a decoder of two separable convolutions: sections 3.1 and 3.2, figure 2.

    All upsampling is from corner to corner, for which sizes have to be one more than a multiple of the output stride:
    an image (N, in_channels, H, W) is grown to that, and the logits (N, classes, H, W) are cut.
    """

    def __init__(self, in_channels: int, classes: int, output_stride: int) -> None:
        super().__init__()
        check_output_stride(output_stride)
        self.output_stride = output_stride
        self.backbone = AlignedXception65(in_channels, output_stride)
        _, low, *_, high = self.backbone.channels
        self.aspp = ASPP(high, rates_for(output_stride), branch=_atrous, dropout=0.1, pooling_first=True, norm=NORM)
        self.project = ConvNorm(low, PROJECTED, 1, norm=NORM)
        self.decoder = nn.Sequential(_atrous(CHANNELS + PROJECTED, CHANNELS, 1), _atrous(CHANNELS, CHANNELS, 1))
        self.logits = nn.Conv2d(CHANNELS, classes, 1)

    def forward(self, image: Tensor) -> Tensor:
        whole = padded(image, self.output_stride, plus=1)
        low, high = self.backbone(whole, (1, 4))
        fine = self.project(low)
        coarse = resized(self.aspp(high), fine, align_corners=True)
        logits = self.logits(self.decoder(torch.cat((coarse, fine), dim=1)))
        return cropped(resized(logits, whole, align_corners=True), image)


def _atrous(in_channels: int, out_channels: int, rate: int) -> NormalizedSeparableConv:
    return NormalizedSeparableConv(in_channels, out_channels, dilation=rate, norm=NORM)
