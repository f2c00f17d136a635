"""DeepLab v3+ with two 3x3 convolutions in its decoder, the best of table 2 in its paper, as jfzhang95 has it."""

import torch
from torch import Tensor, nn

from segstudio.models.layers.aspp import ASPP, CHANNELS, rates_for
from segstudio.models.layers.conv import ConvNorm
from segstudio.models.layers.sizes import resized
from segstudio.models.zoo.deeplab_backbones import with_grid
from segstudio.models.zoo.deeplabv3plus_xception import PROJECTED


class DeepLabV3PlusTwo(nn.Module):
    """A backbone kept fine by dilation, ASPP without separable convolutions, and a decoder; all upsampling is from
    corner to corner. Input (N, in_channels, H, W) float, output (N, classes, H, W) logits, for any H and W.
    """

    def __init__(self, in_channels: int, classes: int, backbone: str, output_stride: int) -> None:
        super().__init__()
        self.backbone = with_grid(backbone, in_channels, output_stride)
        _, low, *_, high = self.backbone.channels
        self.aspp = ASPP(high, rates_for(output_stride))
        self.project = ConvNorm(low, PROJECTED, 1)
        self.decoder = nn.Sequential(
            *ConvNorm(CHANNELS + PROJECTED, CHANNELS), nn.Dropout(0.5),
            *ConvNorm(CHANNELS, CHANNELS), nn.Dropout(0.1),
            nn.Conv2d(CHANNELS, classes, 1),
        )  # fmt: skip

    def forward(self, image: Tensor) -> Tensor:
        low, high = self.backbone(image, (1, 4))
        fine = self.project(low)
        coarse = resized(self.aspp(high), fine, align_corners=True)
        return resized(self.decoder(torch.cat((coarse, fine), dim=1)), image, align_corners=True)
