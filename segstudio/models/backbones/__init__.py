"""The networks that others are built upon. Data only: torch is imported by the first that is built."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from segstudio.core.late import imported
from segstudio.models.references import Reference

if TYPE_CHECKING:
    from segstudio.models.backbones.backbone import Backbone


@dataclass(frozen=True, slots=True)
class BackboneEntry:
    """``build`` is ``module:function``: it returns a ``Backbone``, and takes ``in_channels`` and, where
    ``output_strides`` has more than 32, one of them as ``output_stride``.

    ``parameters`` counts what is learnt for three channels, without a classifier; references are ImageNet weights,
    whose classifier is left out.
    """

    title: str
    paper: str
    build: str
    parameters: int
    output_strides: tuple[int, ...] = (32,)
    references: tuple[Reference, ...] = ()


_VGG = 'Simonyan and Zisserman, "Very deep convolutional networks for large-scale image recognition", ICLR 2015'
_XCEPTION = (
    "Chen, Zhu, Papandreou, Schroff and Adam, "
    '"Encoder-decoder with atrous separable convolution for semantic image segmentation", ECCV 2018'
)
_RESNET = 'He, Zhang, Ren and Sun, "Deep residual learning for image recognition", CVPR 2016'


def _resnet(depth: int, parameters: int) -> BackboneEntry:
    return BackboneEntry(
        f"ResNet-{depth}",
        _RESNET,
        f"segstudio.models.backbones.resnet:resnet{depth}",
        parameters,
        (32, 16, 8),
        (Reference(f"torchvision_resnet{depth}", keys={"fc.*": ""}),),
    )


BACKBONES: dict[str, BackboneEntry] = {
    "vgg16": BackboneEntry(
        "VGG-16",
        _VGG,
        "segstudio.models.backbones.vgg:vgg16",
        14_714_688,
        references=(Reference("torchvision_vgg16", keys={"classifier.**": ""}),),
    ),
    "vgg16_bn": BackboneEntry(
        "VGG-16-BN",
        _VGG,
        "segstudio.models.backbones.vgg:vgg16_bn",
        14_723_136,
        references=(Reference("torchvision_vgg16_bn", keys={"classifier.**": ""}),),
    ),
    "resnet18": _resnet(18, 11_176_512),
    "resnet34": _resnet(34, 21_284_672),
    "resnet50": _resnet(50, 23_508_032),
    "resnet101": _resnet(101, 42_500_160),
    "mobilenet_v2": BackboneEntry(
        "MobileNetV2",
        'Sandler et al., "MobileNetV2: Inverted residuals and linear bottlenecks", CVPR 2018',
        "segstudio.models.backbones.mobilenet_v2:mobilenet_v2",
        2_223_872,
        (32, 16, 8),
        (Reference("torchvision_mobilenet_v2", keys={"features.**": "**", "classifier.**": ""}),),
    ),
    "mobilenet_v3_large": BackboneEntry(
        "MobileNetV3-Large",
        'Howard et al., "Searching for MobileNetV3", ICCV 2019',
        "segstudio.models.backbones.mobilenet_v3:mobilenet_v3_large",
        2_971_952,
        (32, 16, 8),
        (Reference("torchvision_mobilenet_v3_large", keys={"features.**": "**", "classifier.**": ""}),),
    ),
    "xception": BackboneEntry(
        "Xception",
        'Chollet, "Xception: Deep learning with depthwise separable convolutions", CVPR 2017',
        "segstudio.models.backbones.chollet_xception:xception",
        20_806_952,
    ),
    "aligned_xception": BackboneEntry(
        "Aligned Xception of jfzhang95",
        _XCEPTION,
        "segstudio.models.backbones.aligned_xception:aligned_xception",
        37_867_312,
        (32, 16, 8),
    ),
    "xception65": BackboneEntry(
        "Aligned Xception-65",
        _XCEPTION,
        "segstudio.models.backbones.xception:xception65",
        37_867_312,
        (32, 16, 8),
    ),
}


def build_backbone(name: str, in_channels: int = 3, output_stride: int = 32) -> "Backbone":
    """Build a backbone with random weights; raises ``ValueError`` for a name or an output stride that it has not."""
    if name not in BACKBONES:
        raise ValueError(f"the backbone '{name}' is not known here")
    entry = BACKBONES[name]
    if output_stride not in entry.output_strides:
        possible = " or ".join(map(str, entry.output_strides))
        raise ValueError(f"{entry.title} has an output stride of {possible}, not {output_stride}")
    stride = {"output_stride": output_stride} if len(entry.output_strides) > 1 else {}
    backbone: Backbone = imported(entry.build)(in_channels=in_channels, **stride)
    return backbone
