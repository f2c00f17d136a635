"""A network that a stranger's configuration describes is built under a bound, before it takes any memory."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

import torch
from torch import Tensor, nn
from torch.nn.modules.module import (
    register_module_buffer_registration_hook,
    register_module_module_registration_hook,
    register_module_parameter_registration_hook,
)

_MODULES_A_TENSOR: Final = 8
"""Modules that a network may have for each of its tensors: activations and containers have none."""
_LEAST: Final = 1000
_SHARED: Final = 3
"""How often a weight is counted at most: where two layers share it, and once it is replaced by another."""
_BUFFERS: Final = 1 << 28
"""Numbers in tables that networks make for themselves: of positions, for each layer anew."""


class TooLarge(ValueError):
    """A network that is larger than the weights that are there for it."""


@dataclass(slots=True)
class _Spent:
    """Counts what networks that are built in this thread take."""

    modules: int
    weights: int
    buffers: int = _BUFFERS
    thread: int = field(default_factory=threading.get_ident)

    def module(self, _parent: nn.Module, _name: str, _module: nn.Module) -> None:
        self.modules -= self._here()
        self._check(self.modules)

    def parameter(self, _parent: nn.Module, _name: str, parameter: Tensor | None) -> None:
        self.weights -= parameter.numel() * self._here() if parameter is not None else 0
        self._check(self.weights)

    def buffer(self, _parent: nn.Module, _name: str, buffer: Tensor | None) -> None:
        self.buffers -= buffer.numel() * self._here() if buffer is not None else 0
        self._check(self.buffers)

    def _here(self) -> bool:
        return self.thread == threading.get_ident()

    def _check(self, left: int) -> None:
        if left < 0 and self._here():
            raise TooLarge("its configuration describes a network larger than its weights")


@contextmanager
def bounded(tensors: int, numbers: int) -> Iterator[None]:
    """Stop what is built within as soon as it outgrows weights of so many ``tensors`` and ``numbers``: ``TooLarge``."""
    spent = _Spent(_LEAST + _MODULES_A_TENSOR * tensors, _SHARED * numbers + _LEAST)
    hooks: list[tuple[Callable[..., torch.utils.hooks.RemovableHandle], Callable[..., None]]] = [
        (register_module_module_registration_hook, spent.module),
        (register_module_parameter_registration_hook, spent.parameter),
        (register_module_buffer_registration_hook, spent.buffer),
    ]
    handles = [register(hook) for register, hook in hooks]
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()
