"""The classes of data sets that many programs know: PASCAL VOC, whose colours stand for any classes, and Cityscapes.

Of ADE20K, whose classes models name themselves, the colours.
"""

from collections.abc import Sequence

from segstudio.core import ade20k
from segstudio.core.schema import DEFAULT_COLORS, Color, LabelClass, LabelSchema

VOC_VOID = 255
VOC_NAMES = (
    "background", "aeroplane", "bicycle", "bird", "boat", "bottle", "bus", "car", "cat", "chair", "cow",
    "diningtable", "dog", "horse", "motorbike", "person", "pottedplant", "sheep", "sofa", "train", "tvmonitor",
)  # fmt: skip


def voc_color(index: int) -> Color:
    """Return the colour of an index, 0..255: its bits dealt out to red, green and blue, the lowest to the highest."""
    red = green = blue = 0
    for bit in range(8):
        red |= (index >> (3 * bit) & 1) << (7 - bit)
        green |= (index >> (3 * bit + 1) & 1) << (7 - bit)
        blue |= (index >> (3 * bit + 2) & 1) << (7 - bit)
    return red, green, blue


def numbered_colors(count: int) -> tuple[Color, ...]:
    """Return colours for so many classes that have none: the usual ones where there are enough, else those of VOC."""
    if count <= len(DEFAULT_COLORS):
        return DEFAULT_COLORS[:count]
    return tuple(voc_color(1 + i % 255) for i in range(count))


def voc_schema() -> LabelSchema:
    """Return the 21 classes of PASCAL VOC and its ignored border."""
    named = [LabelClass(i, name, voc_color(i), background=i == 0) for i, name in enumerate(VOC_NAMES)]
    return LabelSchema((*named, LabelClass(VOC_VOID, "void", voc_color(VOC_VOID), ignore=True)))


_CITYSCAPES: tuple[tuple[str, Color], ...] = (
    ("road", (128, 64, 128)), ("sidewalk", (244, 35, 232)), ("building", (70, 70, 70)), ("wall", (102, 102, 156)),
    ("fence", (190, 153, 153)), ("pole", (153, 153, 153)), ("traffic light", (250, 170, 30)),
    ("traffic sign", (220, 220, 0)), ("vegetation", (107, 142, 35)), ("terrain", (152, 251, 152)),
    ("sky", (70, 130, 180)), ("person", (220, 20, 60)), ("rider", (255, 0, 0)), ("car", (0, 0, 142)),
    ("truck", (0, 0, 70)), ("bus", (0, 60, 100)), ("train", (0, 80, 100)), ("motorcycle", (0, 0, 230)),
    ("bicycle", (119, 11, 32)),
)  # fmt: skip


def cityscapes_schema() -> LabelSchema:
    """Return the 19 classes of Cityscapes that are scored, by their training ids."""
    return LabelSchema(tuple(LabelClass(i, name, color) for i, (name, color) in enumerate(_CITYSCAPES)))


def known_colors(names: Sequence[str]) -> tuple[Color, ...] | None:
    """Return the colours of the data set whose classes are as many and begin in the same way; None for no such set."""
    begin, count = [name.casefold() for name in names[:3]], len(names)
    if begin == list(VOC_NAMES[:3]) and count == len(VOC_NAMES):
        return tuple(voc_color(i) for i in range(count))
    if begin == [name for name, _ in _CITYSCAPES[:3]] and count == len(_CITYSCAPES):
        return tuple(color for _, color in _CITYSCAPES)
    if begin == ["wall", "building", "sky"] and count == ade20k.CLASSES:
        return tuple(c.color for c in ade20k.ade20k_schema().classes)
    return None
