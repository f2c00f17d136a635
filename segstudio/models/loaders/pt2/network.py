"""A program of torch.export, run step by step on any device; each step calls one operator from the list."""

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from segstudio.core.errors import first_line
from segstudio.models.loaders.pt2.arguments import Constant, Ref
from segstudio.models.loaders.pt2.calls import computed, operator_called
from segstudio.models.loaders.pt2.graph import Graph, Part, Step
from segstudio.models.loaders.pt2.memory import Memory, Watch, size_of
from segstudio.models.loaders.pt2.operators import ARITHMETIC, FACTORIES


class ExportedNetwork(nn.Module):
    """Takes one (N, channels, H, W) float32 image and returns what the program returns: a tensor, several, or a dict.

    ``tensors`` are by the names that the graph has for them.
    """

    def __init__(self, graph: Graph, tensors: Mapping[str, Tensor]) -> None:
        super().__init__()
        self._graph = graph
        self._kind: torch.dtype = getattr(torch, graph.taken.dtype)
        self._places: dict[str, str] = {}  # names of a file may have dots, which names of modules have not
        self._foreseen: set[tuple[int, ...]] = set()
        shared: dict[int, str] = {}  # one tensor may have many names: it goes to a device once
        for index, (name, tensor) in enumerate(tensors.items()):
            self._places[name] = shared.setdefault(id(tensor), f"tensor {index}")
            if self._places[name] != f"tensor {index}":
                continue
            if tensor.dtype is torch.bool:
                tensor = tensor.view(torch.uint8) != 0  # a file may have others, with which kernels count wrongly
            if name in graph.learnt and tensor.is_floating_point():
                self.register_parameter(self._places[name], nn.Parameter(tensor, requires_grad=False))
            else:
                self.register_buffer(self._places[name], tensor)

    @property
    def graph(self) -> Graph:
        return self._graph

    def tensors(self) -> dict[str, Tensor]:
        """Return weights and constants by the names that the graph has for them."""
        return {name: getattr(self, place) for name, place in self._places.items()}

    def forward(self, pixels: Tensor) -> Any:
        """Raise ``RuntimeError`` or ``ValueError`` where a step cannot be done, or what it makes is too large.

        An image of another shape than those before is gone through without computing anything first.
        """
        if not pixels.is_meta and tuple(pixels.shape) not in self._foreseen:
            self.tried_without_memory(pixels.shape)
        part = self._graph.part
        known: dict[str, Any] = {**self.tensors(), **self._graph.given}
        known |= {name: pixels.to(self._kind) for name in part.inputs if name not in known}
        found = _run(part, known, pixels.device, Memory(self._allowance(pixels.numel())))
        return as_returned(self._graph, found)

    def tried_without_memory(self, shape: Sequence[int]) -> None:
        """Go through the program without computing anything, for an image of a shape (N, channels, H, W).

        Raises ``ValueError`` where a step cannot be done, its result cannot be foreseen, or is too large.
        """
        without = {name: tensor.to("meta") for name, tensor in self.state_dict().items()}
        image = torch.empty(tuple(shape), device="meta")
        try:
            with Watch(self._allowance(image.numel())):
                torch.func.functional_call(self, without, (image,), strict=True)
        except (
            MemoryError,
            RuntimeError,
            TypeError,
            LookupError,
            AttributeError,
            ArithmeticError,
            AssertionError,
        ) as error:
            raise ValueError(first_line(error)) from error
        self._foreseen.add(tuple(shape))

    def _allowance(self, pixels: int) -> int:
        weights = sum(size_of(tensor) for tensor in (*self.parameters(), *self.buffers()))
        return Memory.allowed(weights, pixels)


def as_returned(graph: Graph, found: list[Any]) -> Any:
    """Return outputs as the program does: a dict, several, or the only one."""
    if graph.names:
        return dict(zip(graph.names, found, strict=True))
    return found if len(found) > 1 else found[0]


def _run(part: Part, known: dict[str, Any], device: torch.device, memory: Memory) -> list[Any]:
    last, made = _last_uses(part), set[str]()
    for index, step in enumerate(part.steps):
        kept(step, _called(step, known, device, memory), known)
        for name in _names(step.results):
            memory.take(name, known.get(name))
            made.add(name)
        for name in last.get(index, ()):  # so that there is no more in memory than the program still needs
            gone = known.pop(name, None)
            if name in made:
                memory.release(gone)
    return [resolved(output, known, device) for output in part.outputs]


def _called(step: Step, known: Mapping[str, Any], device: torch.device, memory: Memory) -> Any:
    arguments = [resolved(value, known, device) for value in step.arguments]
    if step.parts:
        part = step.parts[0]
        found = _run(part, dict(zip(part.inputs, arguments[1:], strict=True)), device, memory)
        return found[0] if step.single else found
    if step.target in ARITHMETIC:
        return computed(step.target, arguments)
    keywords = {key: resolved(value, known, device) for key, value in step.keywords.items()}
    if "device" in keywords or step.target.split(".")[3] in FACTORIES:
        keywords["device"] = device
    return operator_called(step.target, keywords)(**keywords)


def kept(step: Step, found: Any, known: dict[str, Any]) -> None:
    """Add what a step has left to what is ``known``, by its names."""
    values = [found] if step.single else list(found) if step.results else []
    for result, value in zip(step.results, values, strict=False):
        _named(result, value, known)


def _named(result: Any, value: Any, known: dict[str, Any]) -> None:
    if isinstance(result, Ref):
        known[result.name] = value
    elif isinstance(result, list):
        for inner, part in zip(result, value, strict=False):
            _named(inner, part, known)


def resolved(value: Any, known: Mapping[str, Any], device: torch.device) -> Any:
    """Return an argument of a step with the values of the names in it."""
    if isinstance(value, Ref):
        return known[value.name]
    if isinstance(value, Constant):
        return device if value.kind == "device" else getattr(torch, value.name)
    if isinstance(value, list):
        return [resolved(each, known, device) for each in value]
    return value


def _last_uses(part: Part) -> dict[int, list[str]]:
    """Return, by the number of a step, the names that nothing after it needs."""
    last: dict[str, int] = {}
    for index, step in enumerate(part.steps):
        for name in _names((step.arguments, list(step.keywords.values()), step.results)):
            last[name] = index
    for name in _names(part.outputs):
        last.pop(name, None)
    found: dict[int, list[str]] = {}
    for name, index in last.items():
        found.setdefault(index, []).append(name)
    return found


def _names(value: Any) -> set[str]:
    if isinstance(value, Ref):
        return {value.name}
    if isinstance(value, list | tuple) and not isinstance(value, Constant):
        return set().union(*map(_names, value))
    return set()
