"""The backbones of DeepLab as its published weights have them."""

from typing import Final

from segstudio.models.backbones import build_backbone
from segstudio.models.backbones.backbone import Backbone
from segstudio.models.backbones.chollet_xception import vainf_xception
from segstudio.models.backbones.mobilenet_v2 import MobileNetV2
from segstudio.models.backbones.resnet import PLANS, Bottleneck, resnet

OUTPUT_STRIDES: Final = (8, 16)

GRIDDED: Final = ("resnet101", "resnet50", "mobilenet_v2", "aligned_xception")
"""Backbones of the form with two convolutions."""

GRID: Final = (1, 2, 4)
"""Of the paper on DeepLab v3, section 3.2, multi-grid."""

SMALLEST: Final = 3
"""Pixels that VainF's MobileNetV2 needs in either direction."""

LEAST_OF_XCEPTION: Final = 128
"""Pixels that VainF's Xception needs, whose last convolutions make maps smaller."""


def published(name: str, in_channels: int, output_stride: int) -> Backbone:
    """Build a backbone as torchvision and VainF have it; MobileNetV2 and Xception are VainF's, the only ones there are.

    Raises ``ValueError`` for a name that is not known here, and for an output stride other than 8 or 16.
    """
    check_output_stride(output_stride)
    if name == "mobilenet_v2":
        return MobileNetV2(in_channels, output_stride, last=False, pad_first=True, stem_padding=False)
    if name == "xception":
        return vainf_xception(in_channels, output_stride)
    return build_backbone(name, in_channels, output_stride)


def smallest(name: str) -> int:
    """Return how many pixels an image has at least in either direction; smaller ones are grown to it."""
    return LEAST_OF_XCEPTION if name == "xception" else SMALLEST


def dilated_from_the_first(name: str, in_channels: int, output_stride: int) -> Backbone:
    """Build a backbone as smp has it: every convolution of a stage that lost its stride is dilated, the first too.

    Raises ``ValueError`` as ``published`` does, and for a backbone that smp does not dilate.
    """
    check_output_stride(output_stride)
    if name == "mobilenet_v2":
        return MobileNetV2(in_channels, output_stride, dilated_from="first")
    if name not in PLANS:
        known = ", ".join((*PLANS, "mobilenet_v2"))
        raise ValueError(f"as smp has it, it stands on {known}, not {name}")
    return resnet(name, in_channels, output_stride, dilate_first=True)


def with_grid(name: str, in_channels: int, output_stride: int) -> Backbone:
    """Build a backbone as jfzhang95 has it: the blocks of ResNet's last stage have 1, 2 and 4 times its dilation.

    Raises ``ValueError`` as ``published`` does, and for a backbone that is not there.
    """
    check_output_stride(output_stride)
    if name == "mobilenet_v2":
        return MobileNetV2(in_channels, output_stride, last=False, dilated_from="next", pad_first=True)
    if name == "aligned_xception":
        return build_backbone(name, in_channels, output_stride)
    if name not in ("resnet50", "resnet101"):
        raise ValueError(f"the form with two convolutions has {', '.join(GRIDDED)} as backbone, not {name}")
    body = resnet(name, in_channels, output_stride, dilate_first=True)
    for factor, block in zip(GRID, body.layer4, strict=True):
        assert isinstance(block, Bottleneck)
        rate = factor * block.conv2.dilation[0]
        block.conv2.dilation = block.conv2.padding = (rate, rate)
    return body


def check_output_stride(output_stride: int) -> None:
    """Raise ``ValueError`` for an output stride other than those of the paper."""
    if output_stride not in OUTPUT_STRIDES:
        raise ValueError(f"DeepLab has an output stride of 8 or 16, not {output_stride}")
