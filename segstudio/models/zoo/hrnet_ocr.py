"""OCR: Yuan, Chen and Wang, "Object-contextual representations for semantic segmentation", ECCV 2020."""

import torch
from torch import Tensor, nn

from segstudio.models.backbones.hrnet import HighResolutionNet
from segstudio.models.layers.conv import ConvNorm
from segstudio.models.layers.sizes import resized
from segstudio.models.zoo.auxiliary import AuxiliaryNetwork
from segstudio.models.zoo.hrnet import pixel_classifier, sized

CHANNELS, KEYS = 512, 256


class ConvThenNorm(nn.Sequential):
    """A 1x1 convolution, then normalisation and ReLU as one module, which is how the authors number them."""

    def __init__(self, in_channels: int, out_channels: int) -> None:
        convolution, norm, activation = ConvNorm(in_channels, out_channels, 1)
        super().__init__(convolution, nn.Sequential(norm, activation))


class ObjectContextBlock(nn.Module):
    """What the objects that a pixel resembles are like: equations 3 and 4, an attention of pixels to objects."""

    def __init__(self) -> None:
        super().__init__()
        self.f_pixel = nn.Sequential(*ConvThenNorm(CHANNELS, KEYS), *ConvThenNorm(KEYS, KEYS))
        self.f_object = nn.Sequential(*ConvThenNorm(CHANNELS, KEYS), *ConvThenNorm(KEYS, KEYS))
        self.f_down = ConvThenNorm(CHANNELS, KEYS)
        self.f_up = ConvThenNorm(KEYS, CHANNELS)

    def forward(self, pixels: Tensor, objects: Tensor) -> Tensor:
        """Return (N, CHANNELS, H, W) for ``pixels`` of that shape and ``objects`` (N, CHANNELS, K, 1)."""
        query = self.f_pixel(pixels).flatten(2).transpose(1, 2)
        key, value = self.f_object(objects).flatten(2), self.f_down(objects).flatten(2)
        resemblance = (query @ key * KEYS**-0.5).softmax(-1)
        context = (value @ resemblance.transpose(1, 2)).unflatten(2, pixels.shape[-2:])
        found: Tensor = self.f_up(context)
        return found


class SpatialOCR(nn.Module):
    """Pixels beside their object context, made one: equation 5."""

    def __init__(self) -> None:
        super().__init__()
        self.object_context_block = ObjectContextBlock()
        self.conv_bn_dropout = nn.Sequential(*ConvThenNorm(2 * CHANNELS, CHANNELS), nn.Dropout2d(0.05))

    def forward(self, pixels: Tensor, objects: Tensor) -> Tensor:
        context = self.object_context_block(pixels, objects)
        found: Tensor = self.conv_bn_dropout(torch.cat((context, pixels), dim=1))
        return found


class HRNetOCR(HighResolutionNet, AuxiliaryNetwork):
    """HRNetV2, whose first guess says which pixels make up an object region, and OCR; names as the authors'.

    The first guess is the auxiliary head. Input (N, in_channels, H, W) float, output (N, classes, H, W) logits, for any
    H and W.
    """

    def __init__(self, in_channels: int, classes: int, size: str, align_corners: bool) -> None:
        super().__init__(in_channels, sized(size), align_corners)
        self.aux_head = pixel_classifier(self.channels, classes)
        self.conv3x3_ocr = ConvNorm(self.channels, CHANNELS, bias=True)
        self.ocr_distri_head = SpatialOCR()
        self.cls_head = nn.Conv2d(CHANNELS, classes, 1)

    def forward(self, image: Tensor) -> Tensor:
        return self.with_auxiliary(image)[0]

    def with_auxiliary(self, image: Tensor) -> tuple[Tensor, Tensor]:
        features = self.features(image)
        guess = self.aux_head(features)
        pixels = self.conv3x3_ocr(features)
        logits = self.cls_head(self.ocr_distri_head(pixels, region_means(pixels, guess)))
        return (
            resized(logits, image, align_corners=self.align_corners),
            resized(guess, image, align_corners=self.align_corners),
        )


def region_means(features: Tensor, guess: Tensor) -> Tensor:
    """Return the mean of features (N, C, H, W) over each of K object regions: equation 2, (N, C, K, 1).

    A pixel counts as much as the softmax over all pixels of its logit in ``guess`` (N, K, H, W) says.
    """
    share = guess.flatten(2).softmax(2)
    return (features.flatten(2) @ share.transpose(1, 2)).unsqueeze(3)


def hrnet_ocr(in_channels: int, classes: int, size: str = "w48", align_corners: bool = True) -> HRNetOCR:
    """Build an HRNetV2 with OCR; raises ``ValueError`` for a size that is not known."""
    return HRNetOCR(in_channels, classes, size, align_corners)
