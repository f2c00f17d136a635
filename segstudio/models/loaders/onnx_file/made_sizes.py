"""Values that a graph makes as large as numbers in it say: a file of some bytes can ask for all the memory there is."""

from dataclasses import dataclass, field
from math import prod
from operator import itemgetter
from typing import Final

from segstudio.models.loaders.onnx_file.header import Node, OnnxHeader

MOST: Final = 1 << 28
"""Numbers that one operation may make of stored sizes: a gigabyte of float32."""
_BY_SHAPE: Final = {"ConstantOfShape": 0, "Expand": 1, "Tile": 1, "OneHot": 1, "Resize": 3, "Upsample": 1}
"""Operations, and which of their inputs says how large, or how often, or for Range how far."""
_PASSING: Final = ("Cast", "Identity", "Squeeze", "Unsqueeze", "Reshape")
"""Operations that leave whole numbers as they are."""
_FARTHEST: Final = 4
"""Operations in a row that are looked through."""
_MOST_PARTS: Final = 16
"""Sides of one shape; a graph of a stranger may have any number of them."""
MAKERS: Final = (*_BY_SHAPE, "Range")


def check_made(header: OnnxHeader) -> None:
    """Raise ``ValueError`` for an operation that would make more than ``MOST`` numbers; a sentence's end.

    Only of sizes that stand in the file, also in parts that are joined or multiplied; those that are computed of what
    is in the image are met by the limits of the trial.
    """
    sizes = _Sizes(header)
    for node in header.makers:
        if (count := sizes.made_by(node)) > MOST:
            raise ValueError(f"its operation {node.operation} makes {count:,} numbers, and {MOST:,} are the most")


@dataclass(slots=True)
class _Sizes:
    """``known`` are numbers that were looked for already: values may be taken by any number of operations."""

    header: OnnxHeader
    known: dict[tuple[str, int], list[tuple[int, ...]]] = field(default_factory=dict)

    def made_by(self, node: Node) -> int:
        """Return how many numbers an operation makes at the most, 0 where nothing tells."""
        if node.operation == "Range":
            starts, limits, steps = (self._taken(node, place) for place in range(3))
            return max(
                (abs(b[0] - a[0]) // max(abs(c[0]), 1) for a in starts for b in limits for c in steps), default=0
            )
        return max(map(_product, self._taken(node, _BY_SHAPE[node.operation])), default=0)

    def _taken(self, node: Node, place: int) -> list[tuple[int, ...]]:
        return self._of(node.inputs[place], _FARTHEST) if place < len(node.inputs) else []

    def _of(self, name: str, farther: int) -> list[tuple[int, ...]]:
        """Return the whole numbers that a value may be, as far as they are stored; none where nothing is known."""
        if (name, farther) not in self.known:
            self.known[name, farther] = _extremes(self.header.numbers.get(name) or self._computed(name, farther))
        return self.known[name, farther]

    def _computed(self, name: str, farther: int) -> list[tuple[int, ...]]:
        node = self.header.made_by.get(name)
        if node is None or not farther or not 0 < len(node.inputs) <= _MOST_PARTS:
            return []
        if node.operation in _PASSING:
            return self._of(node.inputs[0], farther - 1)
        if node.operation not in ("Concat", "Mul"):
            return []
        # What is not known counts as one: the image's own sides, most often.
        parts = [max(self._of(each, farther - 1), key=_product, default=()) for each in node.inputs]
        return [tuple(side for part in parts for side in part)[:_MOST_PARTS]]


def _extremes(found: list[tuple[int, ...]]) -> list[tuple[int, ...]]:
    """Return those that make most, in any place of any operation: any number may be stored under one name."""
    told = [numbers for numbers in found if numbers]
    if not told:
        return []
    first = itemgetter(0)
    return [min(told, key=first), max(told, key=first), min(told, key=_nearest_zero), max(told, key=_product)]


def _nearest_zero(numbers: tuple[int, ...]) -> int:
    return abs(numbers[0])


def _product(sides: tuple[int, ...]) -> int:
    return prod(max(side, 1) for side in sides)
