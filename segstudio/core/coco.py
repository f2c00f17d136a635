"""The classes of COCO as detectors are trained on them: Lin et al., "Microsoft COCO: Common objects in context", 2014.

By category id, 1 to 90; eleven of these were never used, and 0 is what is no object.
"""

from typing import Final

from segstudio.core.palettes import numbered_colors
from segstudio.core.schema import LabelClass, LabelSchema

_NAMES: Final = (
    "person", "bicycle", "car", "motorcycle", "airplane", "bus", "train", "truck", "boat", "traffic light",
    "fire hydrant", "", "stop sign", "parking meter", "bench", "bird", "cat", "dog", "horse", "sheep", "cow",
    "elephant", "bear", "zebra", "giraffe", "", "backpack", "umbrella", "", "", "handbag", "tie", "suitcase", "frisbee",
    "skis", "snowboard", "sports ball", "kite", "baseball bat", "baseball glove", "skateboard", "surfboard",
    "tennis racket", "bottle", "", "wine glass", "cup", "fork", "knife", "spoon", "bowl", "banana", "apple", "sandwich",
    "orange", "broccoli", "carrot", "hot dog", "pizza", "donut", "cake", "chair", "couch", "potted plant", "bed", "",
    "dining table", "", "", "toilet", "", "tv", "laptop", "mouse", "remote", "keyboard", "cell phone", "microwave",
    "oven", "toaster", "sink", "refrigerator", "", "book", "clock", "vase", "scissors", "teddy bear", "hair drier",
    "toothbrush",
)  # fmt: skip

CLASSES: Final = len(_NAMES) + 1
"""With what is no object."""


def coco_schema() -> LabelSchema:
    """Return the classes by category id; those that were never used are numbered."""
    background = LabelClass(0, "background", (0, 0, 0), background=True)
    named = zip(range(1, CLASSES), _NAMES, numbered_colors(len(_NAMES)), strict=True)
    return LabelSchema((background, *(LabelClass(i, name or f"class {i}", color) for i, name, color in named)))
