"""The colour map and names of PASCAL VOC, which many tools write whatever the classes are."""

from segstudio.core.schema import Color, LabelClass, LabelSchema

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


def voc_schema() -> LabelSchema:
    """Return the 21 classes of PASCAL VOC and its ignored border."""
    named = [LabelClass(i, name, voc_color(i), background=i == 0) for i, name in enumerate(VOC_NAMES)]
    return LabelSchema((*named, LabelClass(VOC_VOID, "void", voc_color(VOC_VOID), ignore=True)))
