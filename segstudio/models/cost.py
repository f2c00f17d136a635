"""What an image costs a network, counted on tensors without memory."""

import copy
import weakref
from itertools import chain
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from segstudio.models.description import Preprocess
from segstudio.models.programs import Program
from segstudio.models.segmenter import Cost

_PLANES = 3
"""Arrays of the size of the scores that lie beside each other while one finds out how sure they are."""


def counted(network: nn.Module, preprocess: Preprocess, height: int, width: int) -> Cost | None:
    """Count an image's multiplications and the memory it takes at once; in any thread, and none of it is computed.

    The network is copied without its weights and run on shapes alone. What is counted of memory are the tensors that
    exist at one time, the scores at the size of the image included; what libraries take for their own work is not.
    None for a program that cannot be looked into, and for networks whose steps depend on what is in the image.
    """
    if _opaque(network):
        return None
    from torch.utils.flop_counter import FlopCounterMode

    size = preprocess.target(height, width)
    pixels = torch.empty((1, preprocess.channels, *size), device="meta")
    living = _Living()
    try:
        bare = without_weights(network)
        with torch.no_grad(), FlopCounterMode(display=False) as counter, living:
            scores = bare(pixels)
    except (
        RuntimeError,
        NotImplementedError,
        ValueError,
        TypeError,
    ):  # whatever it reads of numbers that are not there
        return None
    at_full_size = _PLANES * scores.shape[1] * height * width * 4
    inputs = pixels.numel() * pixels.itemsize
    stride = max(round(size[0] / scores.shape[-2]), 1)
    # FlopCounterMode counts a multiplication and an addition.
    return Cost(counter.get_total_flops() / 2e9, stride, inputs + max(living.peak, at_full_size))


def _opaque(network: nn.Module) -> bool:
    compiled = any(isinstance(part, torch.jit.ScriptModule) for part in network.modules())
    return compiled or (isinstance(network, Program) and not any(True for _ in network.children()))


def without_weights(network: nn.Module) -> nn.Module:
    """Return a copy whose weights and buffers have shapes alone; those of the network are not read."""
    kept = chain(network.parameters(), network.buffers())
    known: dict[int, Any] = {id(tensor): _bare(tensor) for tensor in kept}
    return copy.deepcopy(network, known)


def _bare(tensor: Tensor) -> Tensor:
    bare = torch.empty_like(tensor, device="meta")
    return nn.Parameter(bare, requires_grad=False) if isinstance(tensor, nn.Parameter) else bare


class _Living(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Adds up the bytes of the tensors that operations made and that are still held by somebody."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._held: dict[int, int] = {}
        self.now = self.peak = 0

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        found = func(*args, **(kwargs or {}))
        for leaf in tree_leaves(found):
            if isinstance(leaf, Tensor):
                self._count(leaf.untyped_storage())
        return found

    def _count(self, storage: torch.UntypedStorage) -> None:
        key = storage._cdata
        if key not in self._held:
            self._held[key] = storage.nbytes()
            self.now += storage.nbytes()
            self.peak = max(self.peak, self.now)
            weakref.finalize(storage, self._free, key)

    def _free(self, key: int) -> None:
        self.now -= self._held.pop(key)
