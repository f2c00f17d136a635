"""ONNX graphs (``.onnx``): run by onnxruntime, an extra; what they are is told without it."""

from collections.abc import Generator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from segstudio.core.errors import UnreadableFile
from segstudio.models.description import Description
from segstudio.models.loaders.inspection import Inspection
from segstudio.models.loaders.onnx_file.external import check_external
from segstudio.models.loaders.onnx_file.graph import Plan, planned
from segstudio.models.loaders.onnx_file.header import OnnxHeader
from segstudio.models.loaders.onnx_file.names import named_classes
from segstudio.models.loaders.onnx_file.reading import read_onnx
from segstudio.models.loaders.onnx_file.yolo import YoloPlan, yolo_description, yolo_planned
from segstudio.models.loaders.program_description import assumed_preparation, program_description
from segstudio.models.loaders.sidecar import with_sidecar
from segstudio.models.segmenter import LoadStep
from segstudio.models.sides import Sides

if TYPE_CHECKING:
    from segstudio.models.loaders.loaded import Loaded
    from segstudio.models.loaders.onnx_file.session import OnnxNetwork
    from segstudio.models.programs import Told

FORMAT: Final = "onnx"
METADATA: Final = "segstudio"
"""The text beside a graph of ours that has its description."""
_UNREAD: Final = "It was not loaded."


def load(path: Path) -> "Generator[LoadStep | Loaded, None, None]":
    """Raise ``UnreadableFile`` for a graph that needs other files than those beside it, or other programs' operations.

    And for one that takes no image, or returns no map; ``SegstudioError`` without onnxruntime.
    """
    from segstudio.models.loaders.loaded import Loaded
    from segstudio.models.loaders.onnx_file.session import OnnxNetwork, devices, runtime
    from segstudio.models.programs import Program

    header = _checked(path)
    plan, yolo = _planned(path, header)
    runtime()
    yield LoadStep("Building the graph", 0, 0)
    if yolo is not None:
        from segstudio.models.loaders.onnx_file.yolo_network import YoloNetwork

        said = with_sidecar(path, yolo_description(header, yolo))
        yield Loaded(FORMAT, YoloNetwork(path, plan, yolo), said, header.parameters, devices())
        return
    network = OnnxNetwork(path, plan)
    told = _tried(path, network, plan)
    program = Program(network, told.output, told.classes, told.sides, told.batch)
    said = _described(path, header, plan, told.classes, told.sides)
    yield Loaded(FORMAT, program, said, header.parameters, devices())


def inspect(found: Inspection) -> Inspection:
    """Add what the header tells; neither a weight nor onnxruntime is needed."""
    header = _checked(found.file)
    found = replace(found, tensors=len(header.shapes), parameters=header.parameters)
    plan, yolo = _planned(found.file, header)
    if yolo is not None:
        return replace(found, description=with_sidecar(found.file, yolo_description(header, yolo)))
    if plan.classes is None:
        return found  # how many there are is told by running it
    return replace(found, description=_described(found.file, header, plan, plan.classes, Sides(plan.size)))


def _checked(path: Path) -> OnnxHeader:
    header = read_onnx(path)
    check_external(path, header.external)
    return header


def _planned(path: Path, header: OnnxHeader) -> tuple[Plan, YoloPlan | None]:
    try:
        yolo = yolo_planned(header)
        return planned(header), yolo
    except ValueError as error:
        raise UnreadableFile(path, str(error), _UNREAD) from error


def _tried(path: Path, network: "OnnxNetwork", plan: Plan) -> "Told":
    """Find out by running it what the header does not tell; what the header tells counts."""
    from segstudio.models.programs import tried

    try:
        told = tried(
            lambda images: network(images.expand(plan.batch or len(images), -1, -1, -1)), plan.channels, plan.size
        )
    except ValueError as error:
        raise UnreadableFile(path, str(error), _UNREAD) from error
    classes = plan.classes or (max(told.classes, 2) if told.output == "labels" else told.classes)
    return told._replace(output=plan.meaning or told.output, classes=classes, batch=plan.batch or told.batch)


def _described(path: Path, header: OnnxHeader, plan: Plan, classes: int, sides: Sides) -> Description:
    usual = assumed_preparation(plan.channels, sides.size, sides.multiple)
    if plan.kind == "uint8":  # such a graph prepares bytes by itself
        zeros, ones = (0.0,) * plan.channels, (1.0,) * plan.channels
        usual = replace(usual, scale=1, mean=zeros, std=ones)
    return program_description(
        path,
        "ONNX graph",
        header.producer or "ONNX",
        (classes, plan.channels),
        sides,
        metadata=header.metadata.get(METADATA, ""),
        classes_told=named_classes(header.metadata, classes),
        preprocess=usual,
    )
