"""Which operator of torch a call means, and what it is given: every argument by its name, checked before it is made."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Final

import torch

from segstudio.models.loaders.pt2.checks import check
from segstudio.models.loaders.pt2.operators import ARITHMETIC, FACTORIES

_LARGEST: Final = 1 << 62
"""Numbers beyond are no sizes; products of them would take all memory."""


def operator_called(target: str, given: Mapping[str, Any]) -> Callable[..., Any]:
    """Return an operator of ATen for arguments by name; raises ``ValueError`` where they do not bind, or are unsafe."""
    operator = _operator(target)
    schema = operator._schema
    if unknown := given.keys() - {argument.name for argument in schema.arguments}:
        raise ValueError(f"{target} has no argument {min(unknown)}")
    arguments = {argument.name: argument.default_value for argument in schema.arguments}
    check(target.split(".")[3], {**arguments, **given})
    return operator


def computed(target: str, values: list[Any]) -> Any:
    """Compute with sizes; raises ``ValueError`` for anything but numbers, which an operator of Python would take."""
    found = ARITHMETIC[target](*map(_number, values))
    return _number(found)


def _number(value: Any) -> Any:
    if type(value) not in (int, float, bool) or not abs(value) < _LARGEST:
        raise ValueError("it computes with what is no size")
    return value


@cache
def _operator(target: str) -> torch._ops.OpOverload:
    """Return an operator; those of TorchScript on texts and lists, and those that write into others, are none."""
    name, overload = target.split(".")[3:]
    found = getattr(getattr(torch.ops.aten, name), overload, None)
    if not isinstance(found, torch._ops.OpOverload) or not torch._C._dispatch_has_kernel(
        f"aten::{name}.{overload}".removesuffix(".default")
    ):
        raise ValueError(f"{target} is no operator of this torch")
    arguments = found._schema.arguments
    tensors = any("Tensor" in str(argument.type) for argument in arguments) or name in FACTORIES
    reinterprets = name in ("view", "view_copy") and overload.startswith("dtype")
    if not tensors and not name.startswith("sym_") and name != "_assert_scalar":
        raise ValueError(f"{target} takes no tensor")
    if reinterprets or any(argument.is_out for argument in arguments):
        raise ValueError(f"{target} writes or reads memory as something else")
    return found
