"""How much memory a program may take: what networks need for an image of a size, and no more."""

from collections.abc import Mapping
from typing import Any, Final

import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

_ANYHOW: Final = 1 << 28
"""Bytes that every program may take."""
_OF_WEIGHTS: Final = 16
_OF_PIXELS: Final = 1 << 12
"""Bytes for each number of the image: a thousand channels of its size; networks have some hundred."""
_LARGEST: Final = 1 << 34
"""Bytes of one tensor, whatever the image; those that need more do not go through at once."""
_DIMENSIONS: Final = 16
_LIGHT: Final = 1 << 22
"""Bytes of a kernel that may be copied."""
_CONVOLUTIONS: Final = (
    torch.ops.aten.convolution.default, torch.ops.aten.conv2d.default, torch.ops.aten.conv2d.padding,
)  # fmt: skip


class Memory:
    """The bytes that are taken by what the steps of a program have made; views count as if they were copies."""

    def __init__(self, limit: int) -> None:
        self._limit, self._taken = limit, 0

    @staticmethod
    def allowed(weights: int, pixels: int) -> int:
        """Return the bytes for a program whose weights have some bytes, and an image of some numbers."""
        return _ANYHOW + _OF_WEIGHTS * weights + _OF_PIXELS * pixels

    def take(self, name: str, value: Any) -> None:
        """Raise ``ValueError`` where it is more than allowed."""
        if isinstance(value, Tensor):
            self._taken += size_of(value)
            check_size(value, name, self._limit)
            if self._taken > self._limit:
                raise ValueError(f"it would take {self._taken:,} bytes up to {name}, far more than such networks")

    def release(self, value: Any) -> None:
        if isinstance(value, Tensor):
            self._taken -= size_of(value)


class Watch(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Looks at all that operators make on their way, too; raises ``ValueError`` for what is too large."""

    def __init__(self, limit: int) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._limit = limit

    def __torch_dispatch__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: Mapping[str, Any] | None = None
    ) -> Any:
        found = func(*args, **(kwargs or {}))
        for value in tree_leaves(found):
            if isinstance(value, Tensor):
                check_size(value, "a step", self._limit)
        return found


class KernelsAsStored(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Has torch compute without oneDNN where that would copy a kernel which is larger than the image it goes over.

    oneDNN copies each kernel into an order of its own for as long as it computes with it: of FCN-8s three quarters of
    all weights. The setting is that of the process: what another thread computes meanwhile is slower, and no different.
    """

    def __torch_dispatch__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: Mapping[str, Any] | None = None
    ) -> Any:
        usual = torch._C._get_mkldnn_enabled()
        if not usual or func not in _CONVOLUTIONS or not _is_heavy(*args[:2]):
            return func(*args, **(kwargs or {}))
        torch._C._set_mkldnn_enabled(False)
        try:
            return func(*args, **(kwargs or {}))
        finally:
            torch._C._set_mkldnn_enabled(usual)


def _is_heavy(images: Tensor, kernel: Tensor) -> bool:
    """Tell whether a kernel is large, and larger than what it is multiplied with: its window at each place."""
    return size_of(kernel) > max(_LIGHT, size_of(images) * kernel.shape[2:].numel())


def check_size(value: Tensor, name: str, limit: int) -> None:
    """Raise ``ValueError`` for a tensor of more bytes than ``limit``, or of more dimensions than images take."""
    if size_of(value) > min(limit, _LARGEST):
        raise ValueError(f"{name} would have {value.numel():,} numbers")
    if value.ndim > _DIMENSIONS:
        raise ValueError(f"{name} would have {value.ndim} dimensions")


def size_of(value: Tensor) -> int:
    return value.numel() * value.itemsize
