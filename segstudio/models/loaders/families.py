"""What weights do not tell, by the program whose weights they are: how pictures are prepared, and the usual classes."""

from collections.abc import Mapping
from typing import Final

from segstudio.core.palettes import cityscapes_schema, voc_schema
from segstudio.core.schema import DEFAULT_COLORS, LabelClass, LabelSchema
from segstudio.models.description import Description, Preprocess
from segstudio.models.loaders.recognition import Recognised
from segstudio.models.references import Option

_IMAGENET: Final = Preprocess()
_UNITS: Final = Preprocess(mean=(0.0, 0.0, 0.0), std=(1.0, 1.0, 1.0))
_CAFFE: Final = (104.00699, 116.66877, 122.67892)
_CAFFE_ROUNDED: Final = (103.939, 116.779, 123.68)

PREPROCESS: Final[Mapping[str, Preprocess]] = {
    "segstudio": _IMAGENET,
    "torchvision": _IMAGENET,
    "smp": _IMAGENET,
    "VainF": _IMAGENET,
    "hszhao": _IMAGENET,
    "HRNet": _IMAGENET,
    "DrSleep": _IMAGENET,
    "milesial": _UNITS,
    "wkentaro": Preprocess("BGR", 1, _CAFFE, (1.0, 1.0, 1.0)),
    "ptsemseg": Preprocess("BGR", 255, tuple(value / 255 for value in _CAFFE_ROUNDED), (1.0, 1.0, 1.0)),
    "TensorFlow": Preprocess("RGB", 127.5, (1.0, 1.0, 1.0), (1.0, 1.0, 1.0)),
}
"""How each program prepares pictures, in its own code."""

_ON_VOC: Final = ("torchvision", "VainF", "hszhao", "DrSleep", "wkentaro", "ptsemseg", "TensorFlow")
_ON_CITYSCAPES: Final = ("HRNet", "VainF", "hszhao", "ptsemseg", "TensorFlow")
_DIVISORS: Final = {"fcn": 8, "pspnet": 8, "lraspp": 16}


def described(found: Recognised) -> Description:
    """Return the description of recognised weights; what they do not tell is filled in and named as assumed."""
    classes = _whole(found.options["classes"])
    return Description(
        found.architecture,
        found.options,
        assumed_classes(found.family, classes),
        assumed_preprocess(found),
        assumed=(*(choice.option for choice in found.choices), "classes", "preprocess"),
        family=found.family,
        choices=found.choices,
    )


def assumed_preprocess(found: Recognised) -> Preprocess:
    """Return how the family prepares pictures; one channel takes luminance, with the mean of the three numbers."""
    usual = PREPROCESS[found.family]
    divisor = divisor_of(found.architecture, found.options)
    if found.options["in_channels"] != 1:
        return Preprocess(usual.order, usual.scale, usual.mean, usual.std, None, divisor)
    return Preprocess("gray", usual.scale, (sum(usual.mean) / 3,), (sum(usual.std) / 3,), None, divisor)


def divisor_of(architecture: str, options: Mapping[str, Option]) -> int:
    """Return what the sides of a picture are padded to a multiple of by a network, or the stride of its features."""
    if architecture == "unet" and "backbone" not in options:
        return 1 << min(_whole(options.get("depth", 4)), 16)
    return _whole(options.get("output_stride", _DIVISORS.get(architecture, 32)))


def assumed_classes(family: str, count: int) -> LabelSchema:
    """Return the classes of the data set that a family's weights are published for, where their number is its own.

    Others are numbered, 0 is background, as in nearly every data set. A single output tells an object from it.
    """
    if count == 21 and family in _ON_VOC:
        return LabelSchema(voc_schema().scored)
    if count == 19 and family in _ON_CITYSCAPES:
        return cityscapes_schema()
    background = LabelClass(0, "background", (0, 0, 0), background=True)
    colors = (DEFAULT_COLORS[i % len(DEFAULT_COLORS)] for i in range(max(count, 2) - 1))
    return LabelSchema((background, *(LabelClass(i, f"class {i}", c) for i, c in enumerate(colors, start=1))))


def _whole(value: Option) -> int:
    return value if isinstance(value, int) else 0
