"""Networks that came as programs, as torch's exporters can follow them."""

from pathlib import Path
from typing import Final

import torch
from torch import Tensor, nn

from segstudio.core.errors import SegstudioError
from segstudio.models.export import NotInTorch, SizesItself
from segstudio.models.export.followed import Followed
from segstudio.models.export.scripts import converted, flattened, traced
from segstudio.models.loaders.onnx_file.finder import GraphFinder
from segstudio.models.loaders.onnx_file.session import OnnxNetwork
from segstudio.models.loaders.pt2.network import ExportedNetwork
from segstudio.models.programs import Program

AT_ONCE: Final = 1
"""Images that a script takes when it is written down for one size."""


def images_of(network: nn.Module, size: tuple[int, int] | None) -> int | None:
    """Return how many images at once a network takes where it is exported for a ``size``; None for any number."""
    if not isinstance(network, Program):
        return None
    scripted = size is not None and isinstance(network.network, torch.jit.ScriptModule)
    return network.batch or (AT_ONCE if scripted else None)


def check_size(file: Path, network: nn.Module, size: tuple[int, int] | None) -> None:
    """Raise ``SegstudioError`` where the network in a file takes images of another size alone, or sizes them itself."""
    if size is not None and isinstance(network, GraphFinder):
        raise SizesItself(file)
    fixed = network.sides.size if isinstance(network, Program) else None
    if fixed is not None and size not in (None, fixed):
        raise SegstudioError(
            f"{file.name} takes images of {fixed[0]}x{fixed[1]} (height x width) alone.", "Export it without a size."
        )


def followable(file: Path, program: Program, images: Tensor, *, one_size: bool, in_torch: bool) -> nn.Module:
    """Return what gives the logits of a program, of ``images`` as it is to be followed with.

    ``in_torch`` asks for what becomes a program of torch.export, and not ONNX. Raises ``SegstudioError`` for a graph
    that is not in torch, and for a script what torch raises.
    """
    network = program.network
    if isinstance(network, OnnxNetwork):
        raise NotInTorch(file)
    with torch.no_grad():
        program(images)  # of this size, with all checks, before it is followed without them
        if isinstance(network, ExportedNetwork):
            return program.run_by(Followed(network))
        if not isinstance(network, torch.jit.ScriptModule):
            return program
        if one_size or in_torch:
            return program.run_by((flattened if one_size else converted)(network, program.grown(images)))
        return traced(program, images)
