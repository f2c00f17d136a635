"""U-Net: Ronneberger, Fischer and Brox, "U-Net: Convolutional networks for biomedical image segmentation", MICCAI 2015.

Figure 1 of the paper, with the two changes that have become usual: convolutions are padded, so that the output has
the size of the input, and each is followed by batch normalisation. As published it is in ``unet_valid``, over the
backbones of others in ``unet_backbone``.
"""

from typing import Any, Final

from torch import Tensor, nn

from segstudio.models.layers.conv import ConvNorm
from segstudio.models.layers.sizes import cropped, framed, padded
from segstudio.models.zoo.bounds import check, check_kinds
from segstudio.models.zoo.u_shape import UShape
from segstudio.models.zoo.unet_backbone import UNetBackbone
from segstudio.models.zoo.unet_valid import LARGEST_WIDTH, UNetValid

LARGEST_DEPTH: Final = 8


class DoubleConv(nn.Sequential):
    """Two 3x3 convolutions, each with batch normalisation and ReLU: the blue arrows of figure 1."""

    def __init__(self, in_channels: int, out_channels: int, between: int | None = None) -> None:
        between = between or out_channels
        super().__init__(*ConvNorm(in_channels, between), *ConvNorm(between, out_channels))


class UNet(UShape):
    """A contracting path, an expanding path, and at each level a copy from the one to the other.

    ``width`` channels at full resolution, doubled at each of ``depth`` halvings. ``bilinear`` interpolates on the way
    up instead of deconvolving, with half the channels at the coarsest level and in the levels' results, as in
    milesial's. Input (N, in_channels, H, W) float, output (N, classes, H, W) logits, for any H and W from 1.

    Where a side is no multiple of 2 ** ``depth`` the image is grown to one, by repeating its border. With ``drops_odd``
    each pooling drops the odd row instead, and on the way up there are zeros in its place, as in milesial's.
    """

    def __init__(
        self,
        in_channels: int,
        classes: int,
        width: int = 64,
        depth: int = 4,
        bilinear: bool = False,
        drops_odd: bool = False,
    ) -> None:
        super().__init__()
        check("width of a U-Net", width, LARGEST_WIDTH)
        check("depth of a U-Net", depth, LARGEST_DEPTH)
        widths = [width << level for level in range(depth + 1)]
        self.divisor, self.drops_odd = 1 << depth, drops_odd
        if bilinear:
            widths[-1] //= 2
        self.encoder = nn.ModuleList(
            DoubleConv(before, after) for before, after in zip([in_channels, *widths], widths, strict=False)
        )
        self.pool = nn.MaxPool2d(2)
        upwards = widths[-2::-1]
        if bilinear:
            self.up = nn.ModuleList(nn.Upsample(scale_factor=2, mode="bilinear", align_corners=True) for _ in upwards)
            results = [*(w // 2 for w in upwards[:-1]), width]
            self.decoder = nn.ModuleList(DoubleConv(2 * w, r, w) for w, r in zip(upwards, results, strict=True))
        else:
            self.up = nn.ModuleList(nn.ConvTranspose2d(2 * w, w, 2, stride=2) for w in upwards)
            self.decoder = nn.ModuleList(DoubleConv(2 * w, w) for w in upwards)
        self.head = nn.Conv2d(width, classes, 1)

    def forward(self, image: Tensor) -> Tensor:
        multiple, least = (1, self.divisor) if self.drops_odd else (self.divisor, 1)
        return cropped(self.logits(padded(image, multiple, at_least=least)), image)

    def joined(self, skip: Tensor, features: Tensor) -> Tensor:
        return super().joined(skip, framed(features, skip) if self.drops_odd else features)


def unet(in_channels: int, classes: int, backbone: str = "", valid: bool = False, **shape: Any) -> nn.Module:
    """Build a U-Net: padded, ``valid`` as published, or over a ``backbone``; ``shape`` are the options of that form."""
    if backbone:
        return UNetBackbone(in_channels, classes, backbone, **shape)
    form = UNetValid if valid else UNet
    check_kinds(form, shape)
    return form(in_channels, classes, **shape)
