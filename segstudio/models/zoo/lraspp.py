"""LR-ASPP: Howard et al., "Searching for MobileNetV3", ICCV 2019, section 6.4 and figure 10."""

from torch import Tensor, nn

from segstudio.models.backbones.mobilenet_v3 import FIRST_AT_STRIDE_8, LAST, MobileNetV3Large
from segstudio.models.layers.conv import ConvNorm
from segstudio.models.layers.sizes import resized

CHANNELS = 128


class LRASPPHead(nn.Module):
    """Coarse features weighed by what the whole image is like, and fine ones beside them; as in torchvision.

    It takes the mean over the whole image, where the paper takes means over windows of 49 x 49 places.
    """

    def __init__(self, low_channels: int, high_channels: int, classes: int) -> None:
        super().__init__()
        self.cbr = ConvNorm(high_channels, CHANNELS, 1)
        self.scale = nn.Sequential(
            nn.AdaptiveAvgPool2d(1), nn.Conv2d(high_channels, CHANNELS, 1, bias=False), nn.Sigmoid()
        )
        self.low_classifier = nn.Conv2d(low_channels, classes, 1)
        self.high_classifier = nn.Conv2d(CHANNELS, classes, 1)

    def forward(self, low: Tensor, high: Tensor) -> Tensor:
        weighed = resized(self.cbr(high) * self.scale(high), low, align_corners=False)
        logits: Tensor = self.low_classifier(low) + self.high_classifier(weighed)
        return logits


class LRASPP(nn.Module):
    """MobileNetV3-Large, dilated from stride 16 on, and the head; names of modules as in torchvision.

    Input (N, in_channels, H, W) float, output (N, classes, H, W) logits, for any H and W.
    """

    def __init__(self, in_channels: int, classes: int, output_stride: int) -> None:
        super().__init__()
        self.backbone = MobileNetV3Large(in_channels, output_stride)
        self.classifier = LRASPPHead(self.backbone.channels[2], self.backbone.channels[4], classes)

    def forward(self, image: Tensor) -> Tensor:
        low, high = self.backbone.taken_after(image, (FIRST_AT_STRIDE_8, LAST))
        return resized(self.classifier(low, high), image, align_corners=False)


def lraspp(in_channels: int, classes: int, output_stride: int = 16) -> LRASPP:
    """Build an LR-ASPP; raises ``ValueError`` for an output stride other than 16 and 32, those of the paper."""
    if output_stride not in (16, 32):
        raise ValueError(f"LR-ASPP has an output stride of 16 or 32, not {output_stride}")
    return LRASPP(in_channels, classes, output_stride)
