"""Tensors that lie in a file: where, of what shape and kind, told by its header alone. Without torch."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from math import prod
from pathlib import Path
from typing import Any, Final, TypeAlias

from segstudio.core.errors import listed

ITEM_SIZES: Final = {
    "float64": 8, "float32": 4, "float16": 2, "bfloat16": 2,
    "int64": 8, "int32": 4, "int16": 2, "int8": 1, "uint8": 1, "bool": 1,
}  # fmt: skip
"""Bytes of a number, by torch's name of its kind. Complex, quantised and 8-bit floats are in no network here."""

LARGEST_SIDE: Final = 1 << 48
MOST_SIDES: Final = 64
"""Of one tensor: more than torch has."""
LONGEST_NAME: Final = 1024
"""Characters of the name of a tensor, or of what a pickle imports."""


@dataclass(frozen=True, slots=True)
class StoredTensor:
    """``position`` is the byte in the file at which the first number stands; ``strides`` count numbers, not bytes.

    ``file`` is another file than the one opened, where weights lie in several.
    """

    dtype: str
    shape: tuple[int, ...]
    strides: tuple[int, ...]
    position: int
    file: Path | None = None

    @property
    def count(self) -> int:
        return prod(self.shape)

    @property
    def extent(self) -> int:
        """How many numbers of the file it reaches over."""
        if not self.count:
            return 0
        return 1 + sum((side - 1) * stride for side, stride in zip(self.shape, self.strides, strict=True))


Stored: TypeAlias = dict[str, StoredTensor]


@dataclass(frozen=True, slots=True)
class Header:
    """``content`` is what the file holds, its tensors as ``StoredTensor``; ``imports`` are what it wants to import.

    ``metadata`` are the texts of a safetensors file.
    """

    content: Any
    imports: tuple[str, ...] = ()
    metadata: Mapping[str, str] = field(default_factory=dict)


def placed(
    dtype: str, shape: Sequence[object], strides: Sequence[object], offset: object, storage: tuple[int, int]
) -> StoredTensor:
    """Return a tensor that begins ``offset`` numbers within ``storage``, its first byte and its count of bytes.

    Raises ``ValueError`` for a kind that is not known, and for what does not lie within the storage.
    """
    if dtype not in ITEM_SIZES:
        raise ValueError(f"it holds numbers of the kind {dtype}")
    sizes = (*sizes_of(shape), *sizes_of(strides), _size(offset))
    begin, length = storage
    size = ITEM_SIZES[dtype]
    found = StoredTensor(dtype, sizes[: len(shape)], sizes[len(shape) : -1], begin + sizes[-1] * size)
    if len(found.shape) != len(found.strides):
        raise ValueError("a shape has not as many sides as steps")
    if (sizes[-1] + found.extent) * size > length or found.count > found.extent:
        raise ValueError("its weights claim to be larger than the file")
    return found


def sizes_of(values: Sequence[object]) -> tuple[int, ...]:
    """Return sides or steps of a tensor; raises ``ValueError`` for more, or larger ones, than any tensor has.

    So their product is soon made: that of a million large ones takes hours.
    """
    if len(values) > MOST_SIDES:
        raise ValueError("a tensor has more sides than any")
    return tuple(map(_size, values))


def packed(shape: Sequence[int]) -> tuple[int, ...]:
    """Return the strides of a tensor whose numbers stand one behind the other, the last side first."""
    return tuple(accumulate(shape[:0:-1], lambda a, b: a * b, initial=1))[::-1] if shape else ()


def shape_text(shape: Sequence[int]) -> str:
    return " x ".join(map(str, shape)) or "one number"


def some(tensors: Mapping[str, StoredTensor]) -> str:
    """Return the first few names with their shapes, and how many there are beside them."""
    return listed([f"{name} {shape_text(tensor.shape)}" for name, tensor in tensors.items()])


def _size(value: object) -> int:
    if type(value) is not int or not 0 <= value <= LARGEST_SIDE:
        raise ValueError("a size of its weights is none")
    return value
