"""Adaptive average pooling in ONNX, which has no such operator: as products with two matrices, for any size.

torch's exporter writes it only where the parts do not overlap and the size of the features is known.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

import torch
from torch.onnx import symbolic_helper
from torch.onnx.utils import register_custom_op_symbolic, unregister_custom_op_symbolic

_OPERATOR: Final = "aten::adaptive_avg_pool2d"
_FLOAT: Final = 1
"""float32, by ONNX's number of its kind."""


@contextmanager
def adaptive_pooling(opset: int) -> Iterator[None]:
    """Let what is exported within pool to any number of parts."""
    register_custom_op_symbolic(_OPERATOR, _means, opset)
    try:
        yield
    finally:
        unregister_custom_op_symbolic(_OPERATOR, opset)


@symbolic_helper.parse_args("v", "is")
def _means(graph: Any, features: Any, parts: Sequence[int]) -> Any:
    """Write down the means of features (N, C, H, W) over ``parts`` (rows, columns): (N, C, rows, columns)."""
    if set(parts) == {1}:
        return graph.op("GlobalAveragePool", features)
    rows, columns = (_taken_in(graph, features, axis, count) for axis, count in zip((2, 3), parts, strict=True))
    return graph.op("MatMul", graph.op("MatMul", rows, features), graph.op("Transpose", columns, perm_i=[1, 0]))


def _taken_in(graph: Any, features: Any, axis: int, count: int) -> Any:
    """Return (count, side): 1 / n where a part takes in a place along ``axis``, n places in all; else 0.

    Part i of ``count`` begins at floor(i side / count) and ends before ceil((i + 1) side / count), as in torch.
    """

    def constant(value: Any) -> Any:
        return graph.op("Constant", value_t=torch.tensor(value))

    def op(name: str, *values: Any, **attributes: int) -> Any:
        return graph.op(name, *values, **attributes)

    side = op("Gather", op("Shape", features), constant(axis), axis_i=0)
    place = op("Range", constant(0), side, constant(1))
    begins = op("Mul", constant([[i] for i in range(count)]), side)
    ends = op("Mul", constant([[i + 1] for i in range(count)]), side)
    first = op("Div", begins, constant(count))
    last = op("Div", op("Add", ends, constant(count - 1)), constant(count))
    inside = op("And", op("GreaterOrEqual", place, first), op("Less", place, last))
    return op("Div", op("Cast", inside, to_i=_FLOAT), op("Cast", op("Sub", last, first), to_i=_FLOAT))
