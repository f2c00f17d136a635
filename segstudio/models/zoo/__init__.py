"""The architectures that can be built. Data only: torch is imported by the first that is built."""

from typing import TYPE_CHECKING

from segstudio.core.late import imported
from segstudio.models.references import Option
from segstudio.models.zoo.bounds import LARGEST_CHANNELS, LARGEST_CLASSES, check, check_kinds
from segstudio.models.zoo.entries import Architecture
from segstudio.models.zoo.entries.decoders import DECONVNET, REFINENET, SEGNET
from segstudio.models.zoo.entries.deeplab import DEEPLAB
from segstudio.models.zoo.entries.fcn import FCN, FCN_RESNET
from segstudio.models.zoo.entries.hrnet import HRNET
from segstudio.models.zoo.entries.mask_rcnn import MASK_RCNN
from segstudio.models.zoo.entries.nnunet import NNUNET
from segstudio.models.zoo.entries.pspnet import PSPNET
from segstudio.models.zoo.entries.unet import UNET

if TYPE_CHECKING:
    from torch import nn

ARCHITECTURES: dict[str, Architecture] = {
    **FCN,
    **FCN_RESNET,
    **SEGNET,
    **UNET,
    **DECONVNET,
    **PSPNET,
    **REFINENET,
    **DEEPLAB,
    **HRNET,
    **MASK_RCNN,
    **NNUNET,
}
"""By the name that files and the command line use, in the order of their papers."""


def build_network(architecture: str, in_channels: int, classes: int, **options: Option) -> "nn.Module":
    """Build a network with random weights.

    Raises ``ValueError`` for an architecture or a value that is not known here, ``TypeError`` for another option or
    a value of another kind.
    """
    if architecture not in ARCHITECTURES:
        raise ValueError(f"the architecture '{architecture}' is not known here")
    check("number of input channels", in_channels, LARGEST_CHANNELS)
    check("number of classes", classes, LARGEST_CLASSES)
    entry = ARCHITECTURES[architecture]
    backbone = options.get("backbone", "")
    if entry.backbones and backbone and backbone not in entry.backbones:
        raise ValueError(f"{entry.title} stands on {', '.join(entry.backbones)}, not on {backbone}")
    build = imported(entry.build)
    check_kinds(build, options)
    network: nn.Module = build(in_channels=in_channels, classes=classes, **options)
    return network
