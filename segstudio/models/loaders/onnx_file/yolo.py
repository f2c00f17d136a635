"""Ultralytics' YOLO with masks, as an ONNX graph: what its header tells. The network itself is in ``yolo_network``.

Its two outputs are by https://docs.ultralytics.com/modes/export: for each place a box, a score by class and
coefficients; and prototypes, of which coefficients make masks: Bolya 2019, "YOLACT", section 3.
"""

import json
from dataclasses import dataclass
from typing import Final

from segstudio.core.palettes import numbered_colors
from segstudio.core.schema import LabelClass, LabelSchema
from segstudio.models.description import Description, Preprocess
from segstudio.models.loaders.families import MOST_CLASSES
from segstudio.models.loaders.onnx_file.header import OnnxHeader, Value
from segstudio.models.loaders.onnx_file.names import names_in

FAMILY: Final = "Ultralytics"
ARCHITECTURE: Final = "yolo_seg"
_OTHER_TASKS: Final = ("detect", "pose", "obb", "classify")
_BOX: Final = 4
_RANKED: Final = 6
"""Numbers before the coefficients where the graph has chosen the boxes by itself: a box, a score, a class."""
_USUAL_SIDE: Final = 640
_USUAL_STRIDE: Final = 32


@dataclass(frozen=True, slots=True)
class YoloPlan:
    """``found`` and ``prototypes`` are the outputs; ``chosen`` says that boxes were suppressed within the graph.

    ``size`` (height, width) is what it insists on; without one an image is made to fit ``side``, and its sides
    multiples of ``stride``.
    """

    found: str
    prototypes: str
    classes: int
    coefficients: int
    chosen: bool
    size: tuple[int, int] | None
    side: int
    stride: int


def yolo_planned(header: OnnxHeader) -> YoloPlan | None:
    """Return how a graph with the outputs of a YOLO with masks is read; None for any other.

    Raises ``ValueError`` for a network of Ultralytics that has no masks; the end of a sentence.
    """
    task = header.metadata.get("task", "")
    if task in _OTHER_TASKS and "stride" in header.metadata:
        raise ValueError(f"it is a network of Ultralytics for the task '{task}', which has no masks")
    outputs = [_shaped(each) for each in header.outputs]
    found = next((name for name, shape in outputs if len(shape) == 3), "")
    prototypes = next((name for name, shape in outputs if len(shape) == 4), "")
    if len(outputs) != 2 or not found or not prototypes or len(header.inputs) != 1:
        return None
    shapes = dict(outputs)
    _, rows, columns = shapes[found]
    coefficients = shapes[prototypes][1] or 32
    names = names_in(header.metadata.get("names", ""))
    chosen = columns == _RANKED + coefficients
    classes = len(names) if chosen or rows is None else rows - _BOX - coefficients
    if classes < 1 or (names and len(names) != classes):
        return None
    if max(classes, coefficients) > MOST_CLASSES:
        raise ValueError(f"it finds objects of {classes:,} classes, and {MOST_CLASSES:,} are the most")
    _, _, height, width = (*(header.inputs[0].shape or ()), None, None, None, None)[:4]
    size = None if height is None or width is None else (height, width)
    side, stride = _number(header, "imgsz", _USUAL_SIDE), _number(header, "stride", _USUAL_STRIDE)
    return YoloPlan(found, prototypes, classes, coefficients, chosen, size, side, stride)


def yolo_description(header: OnnxHeader, plan: YoloPlan) -> Description:
    """Return what is known of the network: class 0 is the background, which it does not name."""
    names = names_in(header.metadata.get("names", ""))
    known = bool(names) and "task" in header.metadata
    named = names or tuple(f"class {i}" for i in range(1, plan.classes + 1))
    colors = numbered_colors(len(named))
    things = (LabelClass(i + 1, name, colors[i], thing=True) for i, name in enumerate(named))
    return Description(
        ARCHITECTURE,
        {"classes": plan.classes + 1, "in_channels": 3},
        LabelSchema((LabelClass(0, "background", (0, 0, 0), background=True), *things)),
        Preprocess(mean=(0.0, 0.0, 0.0), std=(1.0, 1.0, 1.0)),
        assumed=() if known else ("classes", "preprocess"),
        family=FAMILY if known else header.producer or "ONNX",
    )


def _shaped(value: Value) -> tuple[str, tuple[int | None, ...]]:
    return value.name, value.shape or ()


def _number(header: OnnxHeader, key: str, usual: int) -> int:
    """Return a number beside the graph, the largest of several; the usual one where there is none that can be meant."""
    try:
        found = json.loads(header.metadata.get(key, ""))
    except (ValueError, RecursionError):
        return usual
    numbers = found if isinstance(found, list) else [found]
    whole = [each for each in numbers if type(each) is int and 0 < each <= 1 << 14]
    return max(whole, default=usual)
