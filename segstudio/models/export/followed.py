"""A program of torch.export as a module that torch's exporters can follow: of sizes that are not numbers yet.

It calls what people call, ``torch.conv2d`` and not ``torch.ops.aten.conv2d``: while a graph is traced, only these know
that a side of theirs is one of the image. The check of each call is left out, for it asks for numbers; whoever follows
the network has run it on images of that size before, with all checks.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

import torch
from torch import Tensor, nn

from segstudio.models.export.tree import planted
from segstudio.models.loaders.pt2.graph import Part, Step
from segstudio.models.loaders.pt2.network import ExportedNetwork, as_returned, kept, resolved
from segstudio.models.loaders.pt2.operators import ARITHMETIC

_CPU: Final = torch.device("cpu")
_AS_WRITTEN: Final[Mapping[str, Callable[..., Any]]] = {
    "sym_size": lambda image, dim: image.shape[dim],
    "sym_numel": lambda image: image.numel(),
    "sym_stride": lambda image, dim: image.stride(dim),
    "index": lambda image, places: image[tuple(slice(None) if place is None else place for place in places)],
    **dict.fromkeys(("lift_fresh_copy", "lift_fresh", "lift", "alias"), torch.clone),
}
"""What people write where no function of torch has the name of the operator, or one that does something else."""
_ASSERTIONS: Final = ("_assert", "sym_constrain")
"""Beginnings of operators that return nothing, and only stop a program."""


class Followed(nn.Module):
    """The same network with its tensors under the names that they have in the file."""

    def __init__(self, network: ExportedNetwork) -> None:
        super().__init__()
        self._graph, tensors = network.graph, network.tensors()
        self._names = {**self._graph.weights, **self._graph.constants}
        for name, stored in self._names.items():
            planted(self, stored, tensors[name])

    def forward(self, pixels: Tensor) -> Any:
        graph = self._graph
        known = {name: self.get_buffer(stored) for name, stored in self._names.items()} | dict(graph.given)
        pixels = pixels.to(getattr(torch, graph.taken.dtype))
        known |= {name: pixels for name in graph.part.inputs if name not in known}
        return as_returned(graph, _followed(graph.part, known))


def _followed(part: Part, known: dict[str, Any]) -> list[Any]:
    for step in part.steps:
        kept(step, _called(step, known), known)
    return [resolved(output, known, _CPU) for output in part.outputs]


def _called(step: Step, known: Mapping[str, Any]) -> Any:
    arguments = [resolved(value, known, _CPU) for value in step.arguments]
    if step.parts:
        part = step.parts[0]
        found = _followed(part, dict(zip(part.inputs, arguments[1:], strict=True)))
        return found[0] if step.single else found
    if step.target in ARITHMETIC:
        return ARITHMETIC[step.target](*arguments)
    name, overload = step.target.split(".")[3:]
    if name.startswith(_ASSERTIONS):
        return None
    given = {key: resolved(value, known, _CPU) for key, value in step.keywords.items()}
    operator = getattr(getattr(torch.ops.aten, name), overload)
    return _function(name, operator)(*_in_order(operator, given), **_by_name(operator, given))


def _function(name: str, operator: Any) -> Callable[..., Any]:
    """Return what people call for an operator; the operator itself where there is no such function."""
    homes = (torch._C._VariableFunctions, torch._C._nn, torch.Tensor)
    return _AS_WRITTEN.get(name) or next((getattr(home, name) for home in homes if hasattr(home, name)), operator)


def _in_order(operator: Any, given: Mapping[str, Any]) -> list[Any]:
    """Return the arguments that have a place, up to the last one that is given."""
    placed = [argument for argument in operator._schema.arguments if not argument.kwarg_only]
    last = max((i for i, argument in enumerate(placed) if argument.name in given), default=-1)
    return [given.get(argument.name, argument.default_value) for argument in placed[: last + 1]]


def _by_name(operator: Any, given: Mapping[str, Any]) -> dict[str, Any]:
    return {a.name: given[a.name] for a in operator._schema.arguments if a.kwarg_only and a.name in given}
