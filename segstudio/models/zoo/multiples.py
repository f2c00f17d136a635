"""Which sides of an image networks take. Data only, without torch; a test holds it against the networks."""

from collections.abc import Mapping
from typing import Final

from segstudio.models.references import Option

_DEEPEST: Final = 16
"""Halvings; no U-Net that can be built has more."""

SHORTER: Final = 800
LONGER: Final = 1333
"""Sides that Mask R-CNN brings images to, where nothing else is said: as torchvision."""

_STRIDES: Final = {"fcn": 8, "pspnet": 8, "lraspp": 16}


def divisor_of(architecture: str, options: Mapping[str, Option]) -> int:
    """Return the stride of a network's coarsest features, to multiples of which images are best brought."""
    if architecture == "unet" and "backbone" not in options:
        return 1 << min(_whole(options.get("depth", 4)), _DEEPEST)
    return _whole(options.get("output_stride", _STRIDES.get(architecture, 32)))


def multiple_of(architecture: str, options: Mapping[str, Option]) -> int | None:
    """Return what a network grows the sides of an image to multiples of; 1 where it takes them as they are.

    That is no matter of the stride of its features: most networks round that, and enlarge their scores to the image.
    It is 1 too where sides become k * n + 1, or are grown by a margin. None where the options do not tell.
    """
    backbone, stride = options.get("backbone", ""), _whole(options.get("output_stride", 16))
    match architecture:
        case "unet" if backbone:
            return 32
        case "unet" if not options.get("valid", False):
            return 1 if options.get("drops_odd", False) else 1 << min(_whole(options.get("depth", 4)), _DEEPEST)
        case "deconvnet" | "mask_rcnn":
            return 32
        case "pspnet":
            return 1 if options.get("align_corners", True) else 8
        case "deeplabv3":
            return _whole(options.get("output_stride", 8)) if options.get("align_corners", False) else 1
        case "deeplabv3plus":
            return stride if options.get("separable", False) and backbone != "xception65" else 1
        case "nnunet":
            return None
    return 1


def sides_of(architecture: str, options: Mapping[str, Option]) -> tuple[int, int] | None:
    """Return what a network itself brings the shorter side to, and the longer one at most; None for all others."""
    if architecture != "mask_rcnn":
        return None
    return _whole(options.get("min_size", SHORTER)), _whole(options.get("max_size", LONGER))


def _whole(value: Option) -> int:
    return value if isinstance(value, int) else 1
