"""HRNetV2: Wang et al., "Deep high-resolution representation learning for visual recognition", 2019."""

from torch import Tensor, nn

from segstudio.models.backbones.hrnet import SIZES, HighResolutionNet, Size
from segstudio.models.layers.sizes import resized


class HRNetV2(HighResolutionNet):
    """All branches side by side, a 1x1 convolution, and another to classes: section 3.3; names as the authors'.

    Input (N, in_channels, H, W) float, output (N, classes, H, W) logits, for any H and W.
    """

    def __init__(self, in_channels: int, classes: int, size: str, align_corners: bool) -> None:
        super().__init__(in_channels, sized(size), align_corners)
        self.last_layer = pixel_classifier(self.channels, classes)

    def forward(self, image: Tensor) -> Tensor:
        return resized(self.last_layer(self.features(image)), image, align_corners=self.align_corners)


def sized(name: str) -> Size:
    """Return a size by its name; raises ``ValueError`` where there is none such."""
    if name not in SIZES:
        raise ValueError(f"HRNet comes as {', '.join(SIZES)}, not as {name}")
    return SIZES[name]


def pixel_classifier(channels: int, classes: int) -> nn.Sequential:
    """Return the two 1x1 convolutions that the authors end with; both have a bias."""
    return nn.Sequential(
        nn.Conv2d(channels, channels, 1), nn.BatchNorm2d(channels), nn.ReLU(inplace=True),
        nn.Conv2d(channels, classes, 1),
    )  # fmt: skip


def hrnet(in_channels: int, classes: int, size: str = "w48", align_corners: bool = True) -> HRNetV2:
    """Build an HRNetV2; raises ``ValueError`` for a size that is not known.

    The authors' networks of 2020 (branch HRNet-OCR) interpolate from corner to corner, the earlier ones do not.
    """
    return HRNetV2(in_channels, classes, size, align_corners)
