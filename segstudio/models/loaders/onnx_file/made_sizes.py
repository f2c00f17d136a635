"""Values that a graph makes as large as numbers in it say: a file of some bytes can ask for all the memory there is."""

from math import prod
from typing import Final

from segstudio.models.loaders.onnx_file.header import Node, OnnxHeader

MOST: Final = 1 << 28
"""Numbers that one operation may make of stored sizes: a gigabyte of float32."""
_BY_SHAPE: Final = {"ConstantOfShape": 0, "Expand": 1, "Tile": 1, "OneHot": 1, "Resize": 3, "Upsample": 1}
"""Operations, and which of their inputs says how large, or how often, or for Range how far."""
MAKERS: Final = (*_BY_SHAPE, "Range")


def check_made(header: OnnxHeader) -> None:
    """Raise ``ValueError`` for an operation that would make more than ``MOST`` numbers; a sentence's end.

    Only of sizes that stand in the file; those that are computed are met by the limits of the trial.
    """
    for node in header.makers:
        if (count := _largest(header, node)) > MOST:
            raise ValueError(f"its operation {node.operation} makes {count:,} numbers, and {MOST:,} are the most")


def _largest(header: OnnxHeader, node: Node) -> int:
    if node.operation == "Range":
        starts, limits, steps = (_stored(header, node, place) for place in range(3))
        spans = [abs(b[0] - a[0]) // max(abs(c[0]), 1) for a in starts for b in limits for c in steps if a and b and c]
        return max(spans, default=0)
    sizes = _stored(header, node, _BY_SHAPE[node.operation])
    return max((prod(max(side, 1) for side in each) for each in sizes), default=0)


def _stored(header: OnnxHeader, node: Node, place: int) -> list[tuple[int, ...]]:
    return header.numbers.get(node.inputs[place], []) if place < len(node.inputs) else []
