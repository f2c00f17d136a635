"""The networks that others are built upon. Data only: torch is imported by the first that is built."""

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

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
    "resnet18": _resnet(18, 11_176_512),
    "resnet34": _resnet(34, 21_284_672),
    "resnet50": _resnet(50, 23_508_032),
    "resnet101": _resnet(101, 42_500_160),
}


def build_backbone(name: str, in_channels: int = 3, output_stride: int = 32) -> "Backbone":
    """Build a backbone with random weights; raises ``ValueError`` for a name or an output stride that it has not."""
    if name not in BACKBONES:
        raise ValueError(f"the backbone '{name}' is not known here")
    entry = BACKBONES[name]
    if output_stride not in entry.output_strides:
        possible = " or ".join(map(str, entry.output_strides))
        raise ValueError(f"{entry.title} has an output stride of {possible}, not {output_stride}")
    module, _, function = entry.build.partition(":")
    stride = {"output_stride": output_stride} if len(entry.output_strides) > 1 else {}
    backbone: Backbone = getattr(import_module(module), function)(in_channels=in_channels, **stride)
    return backbone
