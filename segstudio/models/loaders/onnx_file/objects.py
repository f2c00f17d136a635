"""Graphs that return objects as torchvision's Mask R-CNN does: what their headers tell.

Its outputs are boxes, labels, scores and masks (torchvision, models/detection/mask_rcnn.py). They have these names, or,
where they were exported without any, are told apart by their kinds and by how many sides they have.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from segstudio.models.description import Description, Preprocess
from segstudio.models.loaders.onnx_file.graph import Taken, check_classes
from segstudio.models.loaders.onnx_file.header import REAL, OnnxHeader, Value
from segstudio.models.loaders.onnx_file.names import named_classes
from segstudio.models.loaders.program_description import program_description
from segstudio.models.sides import Sides

OUTPUTS: Final = ("boxes", "labels", "scores", "masks")
FAMILY: Final = "torchvision"
ARCHITECTURE: Final = "mask_rcnn"
_SCORES: Final = "roi_heads.box_predictor.cls_score.weight"
"""The weights in networks of torchvision that have a row for each class, the background among them."""


@dataclass(frozen=True, slots=True)
class ObjectsPlan:
    """``outputs`` are the names of those in ``OUTPUTS``. ``in_boxes`` says that masks lie in their boxes, else in the
    image. ``classes`` counts the background, None where the header does not tell it.
    """

    outputs: tuple[str, ...]
    in_boxes: bool
    classes: int | None


def objects_planned(header: OnnxHeader, given: Taken) -> ObjectsPlan | None:
    """Return how a graph is read that returns objects with masks; None for any other.

    Raises ``ValueError`` for classes without end, and for one that takes several images at once; a sentence's end.
    """
    found = _named(header.outputs) or _by_kind(header.outputs)
    if found is None:
        return None
    if given.batch not in (None, 1):
        raise ValueError(f"it finds objects in {given.batch} images at once, and one is given to it")
    sides = (found[-1].shape or ())[-2:]
    in_boxes = len(sides) == 2 and None not in sides and sides != given.size
    classes = next(_rows(header), None)
    check_classes(classes or 0)
    return ObjectsPlan(tuple(value.name for value in found), in_boxes, classes)


def objects_description(
    path: Path, header: OnnxHeader, given: Taken, plan: ObjectsPlan, metadata: str = ""
) -> Description:
    """Return what is known of the network; class 0 is the background.

    Torchvision's prepares images by itself, which are given to it as they are, within 0..1. Of classes that the header
    does not count there are as many as are named. Raises what ``program_description`` raises.
    """
    of_torchvision = plan.classes is not None
    zeros, ones = (0.0,) * given.channels, (1.0,) * given.channels
    order = "RGB" if given.channels == len("RGB") else "gray"
    return program_description(
        path,
        ARCHITECTURE if of_torchvision else "ONNX graph",
        FAMILY if of_torchvision else header.producer or "ONNX",
        (plan.classes or 2, given.channels),
        Sides(given.size),
        metadata=metadata,
        classes_told=named_classes(header.metadata, plan.classes),
        preprocess=Preprocess(order, 1 if given.kind == "uint8" else 255, zeros, ones),
        labels=plan.classes is None,
    )


def _named(outputs: Sequence[Value]) -> tuple[Value, ...] | None:
    by_name = {value.name: value for value in outputs}
    return tuple(by_name[name] for name in OUTPUTS) if by_name.keys() >= set(OUTPUTS) else None


def _by_kind(outputs: Sequence[Value]) -> tuple[Value, ...] | None:
    """Return the outputs in the order of ``OUTPUTS``; None where they are others than those."""
    if len(outputs) != len(OUTPUTS):
        return None
    found = [[value for value in outputs if _is(value, name)] for name in OUTPUTS]
    return tuple(values[0] for values in found) if all(len(values) == 1 for values in found) else None


def _is(value: Value, name: str) -> bool:
    shape, real = value.shape or (), value.kind in REAL
    if name == "boxes":
        return real and len(shape) == 2 and shape[1] in (4, None)
    if name == "masks":
        return real and len(shape) == 4 and shape[1] in (1, None)
    return len(shape) == 1 and real == (name == "scores")


def _rows(header: OnnxHeader) -> Iterator[int]:
    """Give how many rows the weights have that score classes."""
    return (shape[0] for name, shape in header.shapes.items() if _SCORES in name and shape)
