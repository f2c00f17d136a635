"""What an ONNX file says of itself: values, operations, where its weights are, and the texts beside them."""

from dataclasses import dataclass, field
from typing import Final, TypeAlias

RUNTIME: Final = "onnxruntime"
EXTRA: Final = "onnx"
WHAT: Final = "An ONNX model"

Side: TypeAlias = int | None
"""A side of a shape; None where it may be any."""
Shape: TypeAlias = tuple[Side, ...]

KINDS: Final = {
    1: "float32", 2: "uint8", 3: "int8", 4: "uint16", 5: "int16", 6: "int32", 7: "int64", 8: "string", 9: "bool",
    10: "float16", 11: "float64", 12: "uint32", 13: "uint64", 14: "complex64", 15: "complex128", 16: "bfloat16",
}  # fmt: skip
"""Kinds of numbers by their number in the format; what comes after these are floats of 8 bits and smaller ones."""
ITEM_SIZES: Final = {
    "float32": 4, "uint8": 1, "int8": 1, "uint16": 2, "int16": 2, "int32": 4, "int64": 8, "bool": 1, "float16": 2,
    "float64": 8, "uint32": 4, "uint64": 8, "complex64": 8, "complex128": 16, "bfloat16": 2,
}  # fmt: skip
REAL: Final = ("float32", "float16", "float64", "bfloat16")


@dataclass(frozen=True, slots=True)
class Value:
    """An input or output of the graph; ``shape`` is None where the file does not tell even the number of sides."""

    name: str
    kind: str
    shape: Shape | None


@dataclass(frozen=True, slots=True)
class Node:
    """One operation, and the values it takes. ``group`` is into how many parts a convolution divides channels."""

    operation: str
    inputs: tuple[str, ...]
    group: int = 1


@dataclass(frozen=True, slots=True)
class External:
    """Numbers that stand in another file, ``location``, from byte ``offset`` on; at least ``length`` bytes."""

    location: str
    offset: int
    length: int


@dataclass(slots=True)
class OnnxHeader:
    """``inputs`` are those that no stored tensor fills. ``made_by`` has the operation that makes a value, by its name.

    ``shapes`` are those of stored tensors, by name, and ``parameters`` how many real numbers they have together.
    ``makers`` are the operations anywhere in the file that make values as large as their inputs say, and ``numbers``
    the whole numbers stored under a name, where they are few: inputs of these. ``domains`` are those of all operations,
    and ``defined`` those that the file has functions for.
    """

    producer: str = ""
    inputs: list[Value] = field(default_factory=list)
    outputs: list[Value] = field(default_factory=list)
    metadata: dict[str, str] = field(default_factory=dict)
    made_by: dict[str, Node] = field(default_factory=dict)
    shapes: dict[str, tuple[int, ...]] = field(default_factory=dict)
    external: list[External] = field(default_factory=list)
    makers: list[Node] = field(default_factory=list)
    numbers: dict[str, list[tuple[int, ...]]] = field(default_factory=dict)
    domains: dict[str, str] = field(default_factory=dict)
    defined: set[str] = field(default_factory=set)
    parameters: int = 0
