"""What weights do not tell, by the program whose weights they are: how pictures are prepared, and the usual classes."""

from dataclasses import replace
from typing import Final

from segstudio.core import ade20k, coco
from segstudio.core.palettes import cityscapes_schema, numbered_colors, voc_schema
from segstudio.core.schema import LabelClass, LabelSchema
from segstudio.models.description import Description, Preprocess
from segstudio.models.loaders.preparation import preparation_of
from segstudio.models.loaders.recognition import Recognised
from segstudio.models.references import Option
from segstudio.models.zoo.multiples import divisor_of

MOST_CLASSES: Final = 4096
"""Classes of a network; data sets have some hundreds."""

_ON_VOC: Final = ("torchvision", "VainF", "jfzhang95", "hszhao", "DrSleep", "wkentaro", "ptsemseg", "TensorFlow")
_ON_CITYSCAPES: Final = ("HRNet", "VainF", "jfzhang95", "hszhao", "ptsemseg", "TensorFlow")
_ON_ADE20K: Final = ("CSAILVision", "hszhao", "HRNet", "ptsemseg")


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
    usual = replace(preparation_of(found).preprocess, divisor=divisor_of(found.architecture, found.options))
    if found.options["in_channels"] != 1:
        return usual
    return replace(usual, order="gray", mean=(sum(usual.mean) / 3,), std=(sum(usual.std) / 3,))


def assumed_classes(family: str, count: int) -> LabelSchema:
    """Return the classes of the data set that a family's weights are published for, where their number is its own.

    Others are numbered, 0 is background, as in nearly every data set. A single output tells an object from it. Raises
    ``ValueError`` for more than ``MOST_CLASSES``.
    """
    if count > MOST_CLASSES:
        raise ValueError(f"it returns {count:,} classes, and {MOST_CLASSES:,} are the most")
    if count == 21 and family in _ON_VOC:
        return LabelSchema(voc_schema().scored)
    if count == 19 and family in _ON_CITYSCAPES:
        return cityscapes_schema()
    if count == coco.CLASSES and family == "torchvision":
        return coco.coco_schema()
    if count == ade20k.CLASSES and family in _ON_ADE20K:
        return ade20k.ade20k_schema()
    background = LabelClass(0, "background", (0, 0, 0), background=True)
    colors = numbered_colors(max(count, 2) - 1)
    return LabelSchema((background, *(LabelClass(i, f"class {i}", c) for i, c in enumerate(colors, start=1))))


def _whole(value: Option) -> int:
    return value if isinstance(value, int) else 0
