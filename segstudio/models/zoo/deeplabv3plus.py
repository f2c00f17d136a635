"""DeepLab v3+.

Chen et al., "Encoder-decoder with atrous separable convolution for semantic image segmentation", ECCV 2018.
"""

from typing import Final

import torch
from torch import Tensor, nn

from segstudio.models.layers.aspp import ASPP, CHANNELS, rates_for
from segstudio.models.layers.conv import ConvNorm
from segstudio.models.layers.separable import SeparableConv
from segstudio.models.layers.sizes import cropped, padded, resized
from segstudio.models.zoo.deeplab_backbones import dilated_from_the_first, published, smallest
from segstudio.models.zoo.deeplabv3plus_two import DeepLabV3PlusTwo
from segstudio.models.zoo.deeplabv3plus_xception import PROJECTED, DeepLabV3PlusXception

SEPARABLE_RATES: Final = (12, 24, 36)
"""Of smp's ASPP, whatever the output stride."""


class Decoder(nn.Module):
    """ASPP brought to stride 4, beside fine features, and a 3x3 and a 1x1 convolution: figure 2, with one 3x3."""

    def __init__(self, low_channels: int, high_channels: int, classes: int, output_stride: int) -> None:
        super().__init__()
        self.project = ConvNorm(low_channels, PROJECTED, 1)
        self.aspp = ASPP(high_channels, rates_for(output_stride), dropout=0.1)
        self.classifier = nn.Sequential(*ConvNorm(PROJECTED + CHANNELS, CHANNELS), nn.Conv2d(CHANNELS, classes, 1))

    def forward(self, low: Tensor, high: Tensor) -> Tensor:
        fine = self.project(low)
        coarse = resized(self.aspp(high), fine, align_corners=False)
        logits: Tensor = self.classifier(torch.cat((fine, coarse), dim=1))
        return logits


class SeparableDecoder(nn.Module):
    """The same of separable convolutions, and one more after ASPP, as in smp."""

    def __init__(self, low_channels: int, high_channels: int, classes: int) -> None:
        super().__init__()
        self.project = ConvNorm(low_channels, PROJECTED, 1)
        self.aspp = ASPP(high_channels, SEPARABLE_RATES, branch=_separable)
        self.refine = _separable(CHANNELS, CHANNELS, 1)
        self.classifier = nn.Sequential(*_separable(PROJECTED + CHANNELS, CHANNELS, 1), nn.Conv2d(CHANNELS, classes, 1))

    def forward(self, low: Tensor, high: Tensor) -> Tensor:
        fine = self.project(low)
        coarse = resized(self.refine(self.aspp(high)), fine, align_corners=True)
        logits: Tensor = self.classifier(torch.cat((coarse, fine), dim=1))
        return logits


def _separable(in_channels: int, out_channels: int, rate: int) -> nn.Sequential:
    return nn.Sequential(
        SeparableConv(in_channels, out_channels, rate), nn.BatchNorm2d(out_channels), nn.ReLU(inplace=True)
    )


class DeepLabV3Plus(nn.Module):
    """A backbone kept fine by dilation, and a decoder; names of modules as in VainF.

    ``separable`` is the network of smp: separable convolutions, all upsampling from corner to corner, dilation from the
    first block of a stage on, and at either output stride the rates of ASPP that the paper has at 8. Input
    (N, in_channels, H, W) float, output (N, classes, H, W) logits, for any H and W; the separable form grows an image
    to a multiple of its output stride and cuts the result.
    """

    def __init__(self, in_channels: int, classes: int, backbone: str, output_stride: int, separable: bool) -> None:
        super().__init__()
        self.separable = separable
        self.divisor, self.smallest = output_stride if separable else 1, smallest(backbone)
        build = dilated_from_the_first if separable else published
        self.backbone = build(backbone, in_channels, output_stride)
        _, low, *_, high = self.backbone.channels
        self.classifier = (
            SeparableDecoder(low, high, classes) if separable else Decoder(low, high, classes, output_stride)
        )

    def forward(self, image: Tensor) -> Tensor:
        whole = padded(image, self.divisor, at_least=self.smallest)
        low, high = self.backbone(whole, (1, 4))
        logits = resized(self.classifier(low, high), whole, align_corners=self.separable)
        return cropped(logits, image)


def deeplabv3plus(
    in_channels: int,
    classes: int,
    backbone: str = "resnet50",
    output_stride: int = 16,
    separable: bool = False,
    two_convolutions: bool = False,
) -> DeepLabV3Plus | DeepLabV3PlusXception | DeepLabV3PlusTwo:
    """Build a DeepLab v3+; raises ``ValueError`` for a backbone that is not known or a stride other than 8 or 16.

    ``xception65`` is the network of the TensorFlow release, which is separable in any case. With ``two_convolutions``
    it is jfzhang95's, which is not.
    """
    if two_convolutions:
        if separable:
            raise ValueError("the form with two convolutions is not separable")
        return DeepLabV3PlusTwo(in_channels, classes, backbone, output_stride)
    if backbone == "xception65":
        return DeepLabV3PlusXception(in_channels, classes, output_stride)
    return DeepLabV3Plus(in_channels, classes, backbone, output_stride, separable)
