"""ONNX graphs (``.onnx``): run by onnxruntime, an extra; what they are is told without it."""

from collections.abc import Callable, Generator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from segstudio.core.errors import SegstudioError, UnreadableFile
from segstudio.core.late import absent_extra, imported_extra
from segstudio.models.description import Description
from segstudio.models.loaders.inspection import Inspection
from segstudio.models.loaders.kin import kin_of
from segstudio.models.loaders.onnx_file.external import check_external
from segstudio.models.loaders.onnx_file.graph import Plan, Taken, planned, taken
from segstudio.models.loaders.onnx_file.header import EXTRA, RUNTIME, WHAT, OnnxHeader
from segstudio.models.loaders.onnx_file.names import named_classes
from segstudio.models.loaders.onnx_file.objects import ObjectsPlan, objects_description, objects_planned
from segstudio.models.loaders.onnx_file.reading import read_onnx
from segstudio.models.loaders.onnx_file.unchanged import Unchanged
from segstudio.models.loaders.onnx_file.yolo import YoloPlan, yolo_description, yolo_planned
from segstudio.models.loaders.program_description import assumed_preparation, program_description
from segstudio.models.loaders.sidecar import with_sidecar
from segstudio.models.segmenter import LoadStep
from segstudio.models.sides import Sides

if TYPE_CHECKING:
    from segstudio.models.loaders.loaded import Loaded
    from segstudio.models.loaders.onnx_file.finder import GraphFinder
    from segstudio.models.loaders.onnx_file.session import GraphNetwork, OnnxNetwork
    from segstudio.models.programs import Told

FORMAT: Final = "onnx"
METADATA: Final = "segstudio"
"""The text beside a graph of ours that has its description."""
LONGEST: Final = 60.0
"""Seconds that one image of the trial may take: networks take some."""
_PAUSE: Final = 0.1
"""Seconds between two places where a trial can be cancelled."""
_UNREAD: Final = "It was not loaded."

_Found = TypeVar("_Found")


def load(path: Path) -> "Generator[LoadStep | Loaded, None, None]":
    """Raise ``UnreadableFile`` for a graph that needs other files than those beside it, or other programs' operations.

    And for one that takes no image, or returns no map; ``SegstudioError`` without onnxruntime.
    """
    from segstudio.models.loaders.loaded import Loaded
    from segstudio.models.loaders.onnx_file.session import OnnxNetwork, devices
    from segstudio.models.loaders.onnx_file.trial import check_finds
    from segstudio.models.programs import Program

    files = Unchanged.of(path)
    header = _checked(path)
    files = files.also(path.parent / each.location for each in header.external)
    plan, finder = _planned(path, header)
    imported_extra(RUNTIME, EXTRA, WHAT)
    yield LoadStep("Building the graph", 0, 0)
    if finder is not None:
        said = _finder_described(path, header, plan, finder)
        found = _finder(files, plan, finder, said)
        yield from _within_bounds(path, found, lambda: check_finds(found, plan))
        yield Loaded(FORMAT, found, said, header.parameters, devices())
        return
    assert isinstance(plan, Plan)
    network = OnnxNetwork(files, plan)
    told = yield from _tried(path, network, plan)
    said = _described(path, header, plan, told.classes, told.sides, labels=told.output == "labels")
    kin = kin_of(header.shapes)
    yield Loaded(FORMAT, Program.of(network, told, said.classes), said, header.parameters, devices(), kin)


def inspect(found: Inspection) -> Inspection:
    """Add what the header tells; neither a weight nor onnxruntime is needed, but it is said where that is missing."""
    header = _checked(found.file)
    missing = absent_extra(RUNTIME, EXTRA, WHAT)
    found = replace(found, tensors=len(header.shapes), parameters=header.parameters, reason=missing)
    plan, finder = _planned(found.file, header)
    if finder is not None:
        return replace(found, description=_finder_described(found.file, header, plan, finder))
    assert isinstance(plan, Plan)
    if plan.classes is None and METADATA not in header.metadata:
        return found  # how many there are is told by running it
    labels, classes = plan.meaning == "labels", plan.classes or 0
    return replace(found, description=_described(found.file, header, plan, classes, Sides(plan.size), labels))


def _checked(path: Path) -> OnnxHeader:
    header = read_onnx(path)
    check_external(path, header.external)
    return header


def _planned(path: Path, header: OnnxHeader) -> tuple[Taken, YoloPlan | ObjectsPlan | None]:
    """Return how the graph is run: by a ``Plan`` where it returns a map, else by how objects are read."""
    try:
        given = taken(header)
        finder = yolo_planned(header) or objects_planned(header, given)
        return (planned(header) if finder is None else given), finder
    except ValueError as error:
        raise UnreadableFile(path, str(error), _UNREAD) from error


def _finder_described(path: Path, header: OnnxHeader, given: Taken, finder: YoloPlan | ObjectsPlan) -> Description:
    if isinstance(finder, YoloPlan):
        return with_sidecar(path, yolo_description(header, finder))
    return objects_description(path, header, given, finder, header.metadata.get(METADATA, ""))


def _finder(files: Unchanged, given: Taken, finder: YoloPlan | ObjectsPlan, said: Description) -> "GraphFinder":
    from segstudio.models.loaders.onnx_file.objects_network import ObjectsNetwork
    from segstudio.models.loaders.onnx_file.yolo_network import YoloNetwork

    if isinstance(finder, YoloPlan):
        return YoloNetwork(files, given, finder)
    return ObjectsNetwork(files, given, finder, len(said.classes.scored))


def _within_bounds(path: Path, network: "GraphNetwork", run: Callable[[], _Found]) -> Generator[LoadStep, None, _Found]:
    """Return what running a graph tells. Raises ``UnreadableFile`` where that takes longer than ``LONGEST``, or fails.

    Between steps it can be given up, which stops the graph.
    """
    from segstudio.models.loaders.onnx_file.trial import Trial

    trial = Trial(network, run)
    try:
        while not trial.done.wait(_PAUSE):
            if network.seconds > LONGEST:
                reason = f"it has made nothing of one image within {LONGEST:.0f} seconds"
                raise UnreadableFile(path, reason, "It was stopped and not loaded.")
            yield LoadStep("Trying it", 0, 0)
        return trial.found()
    except SegstudioError:
        raise
    except ValueError as error:
        raise UnreadableFile(path, str(error), _UNREAD) from error
    finally:
        trial.stop()


def _tried(path: Path, network: "OnnxNetwork", plan: Plan) -> "Generator[LoadStep, None, Told]":
    """Find out by running it what the header does not tell, and whether it is as its header says."""
    from segstudio.models.loaders.onnx_file.trial import map_told

    told = yield from _within_bounds(path, network, lambda: map_told(network, plan))
    if told.output == "labels" or plan.meaning == "labels":
        return told._replace(
            output="labels", classes=max(plan.classes or 0, told.classes, 2), batch=plan.batch or told.batch
        )
    if plan.stated and plan.classes != told.classes:
        raise UnreadableFile(path, f"it returns {told.classes} channels, and its header says {plan.classes}", _UNREAD)
    return told._replace(output=plan.meaning or told.output, batch=plan.batch or told.batch)


def _described(
    path: Path, header: OnnxHeader, plan: Plan, classes: int, sides: Sides, labels: bool = False
) -> Description:
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
        classes_told=named_classes(header.metadata, None if labels else classes or None),
        preprocess=usual,
        labels=labels,
    )
