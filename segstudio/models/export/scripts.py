"""TorchScript programs as what torch's exporters can follow. That runs them: only trusted ones are ever loaded.

A program that decides on its way what to compute, as one that was scripted does, can be written down only as it
computes an image of one size.
"""

from typing import Any

import torch
from torch import Tensor, nn
from torch.fx.experimental.proxy_tensor import make_fx

from segstudio.core.errors import SegstudioError
from segstudio.models.export.following import following
from segstudio.models.outputs import main_output


def flattened(script: torch.jit.ScriptModule, images: Tensor) -> nn.Module:
    """Return what a program computes of just so many images of just that size, operation by operation."""
    with following():
        # Sizes that a trace has made tensors of are numbers here, of which it may be told what they are.
        follow = make_fx(lambda each: main_output(script(each)), pre_dispatch=True, _error_on_data_dependent_ops=False)
        found = follow(images)
    found.graph.eliminate_dead_code()  # what was asked of sizes, which are numbers now
    found.recompile()
    return found


def traced(program: nn.Module, images: Tensor) -> nn.Module:
    """Return a network with a script in it as one script, for any size."""
    with following():
        found: nn.Module = torch.jit.trace(program, images, check_trace=False)  # type: ignore[no-untyped-call]
    return found


def converted(script: torch.jit.ScriptModule, images: Tensor) -> nn.Module:
    """Return the same for any size, of a program that decides nothing on its way; else torch raises what it likes."""
    try:
        from torch._export.converter import TS2EPConverter  # not for everybody's use: it may go
    except ImportError as error:
        raise SegstudioError(
            "This version of torch cannot make a torch.export program of TorchScript for any size.",
            "Give a size, such as --size 512x512, or export to ONNX.",
        ) from error
    with following():
        program: Any = TS2EPConverter(script, (images,)).convert()
        found: nn.Module = program.module()
    return found
