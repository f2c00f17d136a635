"""TorchScript (``.pt``): a program with its weights. It runs as it was saved, and only where it is trusted."""

import warnings
from collections.abc import Generator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from segstudio.core.errors import UnreadableFile, first_line
from segstudio.models.loaders.inspection import Inspection
from segstudio.models.loaders.kin import kin_of
from segstudio.models.loaders.program_description import METADATA, program_description
from segstudio.models.loaders.script_archive import read_script
from segstudio.models.segmenter import LoadStep

if TYPE_CHECKING:
    from segstudio.models.loaders.loaded import Loaded
    from segstudio.models.programs import Told

FORMAT: Final = "torchscript"
_CHANNELS: Final = (3, 1)
"""Numbers of channels that a network may take, in the order in which they are tried."""
_UNKNOWN: Final = "Unknown builtin op: "
"""What torch begins with where a program has an operator that no library here brought along."""
_ELSEWHERE: Final = "Export it to ONNX where it was made, or load its weights (model.state_dict()): both are read."


def load(path: Path, copy: Path) -> "Generator[LoadStep | Loaded, None, None]":
    """Load the ``copy`` of a trusted file; raises ``UnreadableFile`` of ``path`` for what torch cannot open, and for a
    program that runs on no image.
    """
    from segstudio.models.loaders.loaded import Loaded
    from segstudio.models.programs import Program

    script = read_script(copy, path)
    yield LoadStep("Opening the program", 0, 0)
    module, metadata = _opened(path, copy)
    yield LoadStep("Finding out what it takes", 0, 0)
    told, channels = found_out(path, module)
    said = program_description(
        path, script.title or "TorchScript", "TorchScript", (told.classes, channels), told.sides,
        metadata=metadata, labels=told.output == "labels", note=told.note,
    )  # fmt: skip
    kin = kin_of({name: tensor.shape for name, tensor in module.state_dict().items()})
    yield Loaded(FORMAT, Program.of(module, told, said.classes), said, kin=kin)


def inspect(found: Inspection) -> Inspection:
    """Add what the table of contents tells: files of code, counts of weights, and our own metadata."""
    script = read_script(found.file)
    return replace(found, tensors=script.tensors, parameters=script.parameters, executes=script.executes)


def found_out(
    path: Path, run: Any, size: tuple[int, int] | None = None, takes: int | None = None
) -> "tuple[Told, int]":
    """Return what a program was found to take and to return, and how many channels: so many as it ``takes``, where that
    is known, else three or one. Raises ``UnreadableFile``.
    """
    from segstudio.models.programs import tried

    fault: ValueError | None = None
    for channels in _CHANNELS if takes is None else (takes,):
        try:
            return tried(run, channels, size), channels
        except ValueError as error:
            fault = fault or error
    raise UnreadableFile(
        path, str(fault), "A network that takes one image, gray or in colour, can be loaded."
    ) from fault


def _opened(path: Path, copy: Path) -> tuple[Any, str]:
    """Return the program, and our own metadata where it has them."""
    import torch

    extra = {METADATA: ""}
    try:
        with warnings.catch_warnings():  # torch's words on TorchScript are for those who write it
            warnings.simplefilter("ignore")
            module = torch.jit.load(str(copy), map_location="cpu", _extra_files=extra)  # type: ignore[no-untyped-call]
            module.eval()
    except (RuntimeError, ValueError, TypeError, AttributeError, LookupError) as error:
        said = first_line(error, "it says nothing")
        if said.startswith(_UNKNOWN):
            reason = f"it calls {said.removeprefix(_UNKNOWN)}, an operator of another library"
            raise UnreadableFile(path, reason, _ELSEWHERE) from error
        raise UnreadableFile(
            path, f"torch cannot open it: {said}", "Save it anew with the torch of this machine."
        ) from error
    found: Any = extra[METADATA]
    return module, found.decode() if isinstance(found, bytes) else found
