"""The options of a network, read off the names and shapes of its weights; names are those of the networks here."""

from collections.abc import Callable
from typing import Final

from segstudio.models.loaders.stored import Stored
from segstudio.models.references import Option

Options = dict[str, Option]


class UnknownBackbone(ValueError):
    """Weights whose head is known, and what it stands upon is not."""


_RESNETS: Final = {(2, False): "resnet18", (6, False): "resnet34", (6, True): "resnet50", (23, True): "resnet101"}
_STEMS: Final = (
    "conv1.weight",
    "0.0.weight",
    "features.0.weight",
    "entry_flow.conv1_1.0.weight",
)
"""The first convolutions of the backbones."""


def input_channels(weights: Stored) -> int:
    """Return how many channels the first convolution takes; raises ``UnknownBackbone`` where there is none."""
    for before in ("backbone.body.", "backbone.", "encoder.", ""):
        for stem in _STEMS:
            if (found := weights.get(before + stem)) is not None and len(found.shape) == 4:
                return found.shape[1]
    raise UnknownBackbone("its first convolution is not where it is in networks known here")


def count(weights: Stored, before: str) -> int:
    """Return how many modules are numbered behind ``before``."""
    length = len(before)
    numbers = {name[length:].partition(".")[0] for name in weights if name.startswith(before)}
    return sum(number.isdigit() for number in numbers)


def backbone(weights: Stored, before: str = "backbone.") -> str:
    """Return the name in ``BACKBONES`` of what lies behind ``before``; raises ``UnknownBackbone``."""
    if f"{before}entry_flow.conv1_1.0.weight" in weights:
        return "xception65"
    if f"{before}block20.rep.1.pointwise.weight" in weights:
        return "aligned_xception"
    if f"{before}block12.rep.1.0.weight" in weights:
        return "xception"
    if f"{before}layer3.0.conv1.weight" in weights:
        kind = (count(weights, f"{before}layer3."), f"{before}layer1.0.conv3.weight" in weights)
        if kind in _RESNETS:
            return _RESNETS[kind]
        raise UnknownBackbone(f"it stands on a ResNet with {kind[0]} blocks in its third stage")
    if (stem := weights.get(f"{before}0.0.weight")) is not None:
        return "mobilenet_v2" if stem.shape[0] == 32 else "mobilenet_v3_large"
    if f"{before}features.0.weight" in weights:
        return "vgg16_bn" if f"{before}features.1.running_mean" in weights else "vgg16"
    raise UnknownBackbone("it stands on a backbone that is not known here")


def plain(weights: Stored) -> Options:
    return {}


def on_backbone(weights: Stored) -> Options:
    return {"backbone": backbone(weights)}


def with_auxiliary(weights: Stored) -> Options:
    return _with(on_backbone(weights), auxiliary="aux_classifier.0.weight" in weights)


def corner_to_corner(weights: Stored) -> Options:
    return _with(on_backbone(weights), align_corners=True)


def pspnet(weights: Stored) -> Options:
    return _with(on_backbone(weights), auxiliary="aux.0.weight" in weights)


def pspnet_finest_first(weights: Stored) -> Options:
    return _with(pspnet(weights), finest_first=True)


def pspnet_of_halves(weights: Stored) -> Options:
    return {**pspnet(weights), "align_corners": False}


def deeplabv3plus(weights: Stored) -> Options:
    return _with(on_backbone(weights), separable="classifier.refine.0.0.weight" in weights)


def two_convolutions(weights: Stored) -> Options:
    return _with(on_backbone(weights), two_convolutions=True)


def fcn(weights: Stored) -> Options:
    return _with({}, nearest=not any(name.startswith("upscore") for name in weights))


def hrnet(weights: Stored) -> Options:
    width = weights["stage2.0.branches.0.0.conv1.weight"].shape[0]
    small = {16: "w18_small_v1", 18: "w18_small_v2"}
    full = count(weights, "stage4.") == 3
    return {"size": f"w{width}" if full or width not in small else small[width]}


def mask_rcnn(weights: Stored) -> Options:
    frozen = "backbone.body.bn1.num_batches_tracked" not in weights
    return _with({"backbone": backbone(weights, "backbone.body.")}, norm="frozen_coco" if frozen else False)


def unet(weights: Stored) -> Options:
    """Tell the forms of U-Net apart: over a backbone, as published, and the padded one with its width and depth."""
    if "decoder.0.conv1.0.weight" in weights:
        return {"backbone": backbone(weights, "encoder.")}
    width = weights["encoder.0.0.weight"].shape[0]
    if "decoder.0.1.running_mean" not in weights:
        norm = "encoder.0.1.running_mean" in weights
        return _with({"valid": True}, norm=norm, width=width if width != 64 else False)
    depth = count(weights, "decoder.")
    bilinear = "up.0.weight" not in weights
    return _with({}, width=width if width != 64 else False, depth=depth if depth != 4 else False, bilinear=bilinear)


def milesial_unet(weights: Stored) -> Options:
    return {**unet(weights), "drops_odd": True}


def _with(options: Options, **more: Option) -> Options:
    """Add options that are not False, so that what is usual stays unsaid."""
    return {**options, **{key: value for key, value in more.items() if value is not False}}


Read = Callable[[Stored], Options]
