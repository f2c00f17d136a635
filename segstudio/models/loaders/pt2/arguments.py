"""What the calls of a program of torch.export are given: JSON in, plain values out. Without torch."""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

DTYPES: Final = {
    1: "uint8", 2: "int8", 3: "int16", 4: "int32", 5: "int64", 6: "float16", 7: "float32", 8: "float64", 12: "bool",
    13: "bfloat16",
}  # fmt: skip
"""Kinds of numbers, by the numbers that torch.export has for them."""
_LAYOUTS: Final = {1: "contiguous_format", 2: "channels_last", 4: "preserve_format"}
_STRIDED: Final = 7
_ENDLESS: Final = {"Infinity": float("inf"), "-Infinity": float("-inf"), "NaN": float("nan")}


class UnreadableGraph(ValueError):
    """A program that is damaged, or calls what is not allowed; ``blocked`` names that."""

    def __init__(self, reason: str, blocked: tuple[str, ...] = ()) -> None:
        super().__init__(reason)
        self.blocked = blocked


class Ref(NamedTuple):
    """What a step before has left under a name."""

    name: str


class Constant(NamedTuple):
    """One of torch's own: a kind of number, a memory format, the device that the program runs on, a part of it."""

    kind: str
    name: str = ""


def only(union: Mapping[str, Any]) -> tuple[str, Any]:
    """Return the one field that a union of torch's form has."""
    ((kind, value),) = union.items() if len(union) == 1 else [("", None)]
    return str(kind), value


def value_of(union: Mapping[str, Any]) -> Any:
    """Return an argument: plain values, ``Ref`` and ``Constant``, and lists of them; raises ``UnreadableGraph``."""
    kind, value = only(union)
    match kind:
        case "as_none":
            return None
        case "as_int" | "as_bool" | "as_string" | "as_ints" | "as_bools" | "as_strings" | "as_int_lists":
            return value
        case "as_float":
            return _number(value)
        case "as_floats":
            return [_number(each) for each in value]
        case "as_tensor":
            return Ref(str(value["name"]))
        case "as_tensors":
            return [Ref(str(each["name"])) for each in value]
        case "as_sym_int" | "as_sym_float" | "as_sym_bool":
            return _size(value)
        case "as_sym_ints" | "as_sym_floats" | "as_sym_bools":
            return [_size(each) for each in value]
        case "as_optional_tensor":
            return value_of(value)
        case "as_optional_tensors":
            return [value_of(each) for each in value]
        case "as_scalar_type":
            return Constant("dtype", DTYPES[value])
        case "as_memory_format":
            return Constant("memory_format", _LAYOUTS[value])
        case "as_layout" if value == _STRIDED:
            return Constant("layout", "strided")
        case "as_device":
            return Constant("device")
    raise UnreadableGraph(f"it hands over {kind.removeprefix('as_').replace('_', ' ') or 'nothing known'}")


def _size(union: Mapping[str, Any]) -> Any:
    kind, value = only(union)
    return Ref(str(value)) if kind == "as_name" else _number(value)


def _number(value: Any) -> Any:
    return _ENDLESS[value] if isinstance(value, str) else value
