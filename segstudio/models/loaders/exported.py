"""Programs of torch.export (``.pt2``): read as data, checked, and run by ``pt2.network``; no trust is needed."""

from collections.abc import Generator
from dataclasses import replace
from math import prod
from pathlib import Path
from typing import TYPE_CHECKING, Final

from segstudio.core.errors import UnreadableFile, listed
from segstudio.models.loaders.inspection import Inspection
from segstudio.models.loaders.kin import kin_of
from segstudio.models.loaders.program_description import program_description
from segstudio.models.loaders.pt2.archive import Blocked, Export, read_export
from segstudio.models.loaders.stored import ITEM_SIZES, StoredTensor, shape_text
from segstudio.models.segmenter import LoadStep
from segstudio.models.sides import Sides

if TYPE_CHECKING:
    from torch import Tensor

    from segstudio.models.loaders.loaded import Loaded
    from segstudio.models.loaders.pt2.network import ExportedNetwork
    from segstudio.models.programs import Told

FORMAT: Final = "torch_export"
FAMILY: Final = "torch.export"
_TRIED: Final = (16, 60, 125, 250)
"""Heights near which a program is tried; the smallest that it takes."""
_SHARED: Final = 4
"""How often weights may lie over one another in the file: networks share some by views of other shapes."""
_TRIED_LARGEST: Final = 1 << 28
"""Numbers of an image with which a program is tried."""
_CUT: Final = "Copy or download it again."


def load(path: Path) -> "Generator[LoadStep | Loaded, None, None]":
    """Raise ``UnreadableFile`` for a program that calls what is no operator, holds pickles, or runs on no image."""
    from segstudio.models.loaders.loaded import Loaded
    from segstudio.models.loaders.pt2.network import ExportedNetwork
    from segstudio.models.programs import Program

    export = read_export(path)
    tensors = yield from _read(path, {**export.weights, **export.constants})
    network = ExportedNetwork(export.graph, tensors)
    sides = export.graph.taken.rule()
    yield LoadStep("Trying it", 0, 0)
    told = _tried(path, export, network, sides)
    said = program_description(
        path,
        export.graph.title or "exported program",
        FAMILY,
        (told.classes, export.graph.taken.example[1]),
        sides,
        metadata=export.metadata,
        labels=told.output == "labels",
        note=" ".join(filter(None, (told.note, _note(export)))),
    )
    kin = kin_of({stored: export.weights[name].shape for name, stored in export.graph.weights.items()})
    yield Loaded(FORMAT, Program.of(network, told._replace(sides=sides), said.classes), said, kin=kin)


def inspect(found: Inspection) -> Inspection:
    """Add what program and table of weights tell; none of the weights is read, and nothing runs."""
    try:
        export = read_export(found.file)
    except Blocked as error:
        return replace(found, executes=error.executes, reason=error.sentence())
    learnt = sum(tensor.count for tensor in {export.weights[name] for name in export.graph.learnt})
    found = replace(found, tensors=len(export.weights), parameters=learnt)
    graph = export.graph
    classes = graph.shape[1] if len(graph.shape) == 4 else 1
    if "float" not in graph.output:
        return found  # numbers of classes: how many there are is told by running it
    said = program_description(
        found.file, graph.title or "exported program", FAMILY, (classes, graph.taken.example[1]), graph.taken.rule(),
        metadata=export.metadata, note=_note(export),
    )  # fmt: skip
    return replace(found, description=said)


def _note(export: Export) -> str:
    """Return a sentence on what the file holds for nothing, or nothing."""
    if not export.unused:
        return ""
    return f"It holds {listed(export.unused)}, which its program does not name: it is never opened."


def _read(path: Path, stored: dict[str, StoredTensor]) -> "Generator[LoadStep, None, dict[str, Tensor]]":
    """Read tensors as they are stored, from the first byte to the last; after each one it can be stopped."""
    from segstudio.models.loaders.loaded import TensorReader

    places = sorted(set(stored.values()), key=lambda tensor: tensor.position)  # many names may be of one tensor
    if sum(tensor.extent * ITEM_SIZES[tensor.dtype] for tensor in places) > _SHARED * path.stat().st_size:
        raise UnreadableFile(path, "its weights claim to be larger than the file", "It was not loaded.")
    read, done, total = {}, 0, sum(tensor.count for tensor in places)
    try:
        with path.open("rb") as file:
            reader = TensorReader(file)
            for place in places:
                read[place] = reader.exactly(place)
                done += place.count
                yield LoadStep("Reading weights", done, total)
    except (OSError, EOFError) as error:
        raise UnreadableFile(path, "it ends within its weights", _CUT) from error
    except (MemoryError, RuntimeError) as error:
        raise UnreadableFile(path, f"its weights cannot be read: {error}", "It was not loaded.") from error
    return {name: read[place] for name, place in stored.items()}


def _tried(path: Path, export: Export, network: "ExportedNetwork", sides: Sides) -> "Told":
    """Find out what the program returns: first whether it can be run without a surprise, then by running it."""
    from segstudio.models.loaders.pt2.memory import KernelsAsStored
    from segstudio.models.programs import tried

    taken = export.graph.taken
    size = next((near for about in _TRIED if taken.takes(near := sides.near(about))), taken.usual)
    batch = taken.batch(size)
    shape = (batch or 1, taken.example[1], *size)
    if prod(shape) > _TRIED_LARGEST:
        raise UnreadableFile(path, f"it takes {shape_text(shape)} numbers at once", "It was not loaded.")
    try:
        network.tried_without_memory(shape)
        with KernelsAsStored():  # type: ignore[no-untyped-call]
            told = tried(lambda pixels: network(pixels[:1].expand(shape)), taken.example[1], size)
    except (ValueError, MemoryError) as error:
        raise UnreadableFile(path, f"its program cannot be run: {error}", "It was not loaded.") from error
    return told._replace(batch=batch)
