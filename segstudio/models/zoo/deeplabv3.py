"""DeepLab v3: Chen et al., "Rethinking atrous convolution for semantic image segmentation", 2017."""

from typing import Final

from torch import Tensor, nn

from segstudio.models.backbones.mobilenet_v3 import FIRST_AT_STRIDE_8, LAST, MobileNetV3Large
from segstudio.models.layers.aspp import ASPP, CHANNELS, rates_for
from segstudio.models.layers.conv import ConvNorm
from segstudio.models.layers.fcn_head import FCNHead
from segstudio.models.layers.sizes import cropped, padded, resized
from segstudio.models.zoo.auxiliary import AuxiliaryNetwork
from segstudio.models.zoo.deeplab_backbones import dilated_from_the_first, published, smallest

_FINE_RATES: Final = (12, 24, 36)
"""Of torchvision's MobileNetV3 and of smp, whatever the output stride."""


class DeepLabV3(AuxiliaryNetwork):
    """A backbone kept fine by dilation, ASPP, and a 3x3 and a 1x1 convolution; names of modules as in torchvision.

    Input (N, in_channels, H, W) float, output (N, classes, H, W) logits, for any H and W. With ``align_corners`` it is
    the network of smp: dilation from the first block of a stage on, the rates of ASPP that the paper has at output
    stride 8, logits enlarged from corner to corner, and sides that are multiples of the output stride.
    """

    def __init__(self, in_channels: int, classes: int, backbone: str, output_stride: int, auxiliary: bool,
                 align_corners: bool) -> None:  # fmt: skip
        super().__init__()
        self.align_corners = align_corners
        self.divisor, self.smallest = output_stride if align_corners else 1, smallest(backbone)
        build = dilated_from_the_first if align_corners else published
        self.backbone = build(backbone, in_channels, output_stride)
        mobile = isinstance(self.backbone, MobileNetV3Large)
        rates = _FINE_RATES if mobile or align_corners else rates_for(output_stride)
        self.classifier = nn.Sequential(
            ASPP(self.backbone.channels[-1], rates), *ConvNorm(CHANNELS, CHANNELS), nn.Conv2d(CHANNELS, classes, 1)
        )
        earlier = self.backbone.channels[2 if mobile else 3]
        self.aux_classifier = FCNHead(earlier, earlier // 4, classes) if auxiliary else None

    def forward(self, image: Tensor) -> Tensor:
        whole = padded(image, self.divisor, at_least=self.smallest)
        (last,) = self._features(whole, auxiliary=False)
        return cropped(resized(self.classifier(last), whole, align_corners=self.align_corners), image)

    def with_auxiliary(self, image: Tensor) -> tuple[Tensor, Tensor | None]:
        whole = padded(image, self.divisor, at_least=self.smallest)
        earlier, last = self._features(whole, auxiliary=True)
        logits = cropped(resized(self.classifier(last), whole, align_corners=self.align_corners), image)
        if self.aux_classifier is None:
            return logits, None
        return logits, cropped(resized(self.aux_classifier(earlier), whole, align_corners=self.align_corners), image)

    def _features(self, image: Tensor, auxiliary: bool) -> list[Tensor]:
        """Return what the auxiliary head sees, where it is asked for, and what the classifier does."""
        if isinstance(self.backbone, MobileNetV3Large):
            return self.backbone.taken_after(image, (FIRST_AT_STRIDE_8, LAST) if auxiliary else (LAST,))
        features: list[Tensor] = self.backbone(image, (3, 4) if auxiliary else (4,))
        return features


def deeplabv3(
    in_channels: int,
    classes: int,
    backbone: str = "resnet50",
    output_stride: int = 8,
    auxiliary: bool = False,
    align_corners: bool = False,
) -> DeepLabV3:
    """Build a DeepLab v3; raises ``ValueError`` for a backbone that is not known or a stride other than 8 or 16."""
    return DeepLabV3(in_channels, classes, backbone, output_stride, auxiliary, align_corners)
