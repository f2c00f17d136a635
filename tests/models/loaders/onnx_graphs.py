"""Small ONNX graphs made by hand, one 1 x 1 convolution each, and what they should return."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

CLASSES = 4
KINDS = {"float32": TensorProto.FLOAT, "float16": TensorProto.FLOAT16, "uint8": TensorProto.UINT8}
WEIGHTS = np.random.default_rng(0).normal(0, 1, (CLASSES, 3, 1, 1)).astype(np.float32)
BIAS = np.random.default_rng(1).normal(0, 1, CLASSES).astype(np.float32)

Sides = Sequence[int | str]


def expected(image: NDArray[np.floating[Any]]) -> NDArray[np.float32]:
    """Return the scores (CLASSES, H, W) of an image (H, W, 3) as it is given to the graph."""
    return np.asarray(np.einsum("oi,hwi->ohw", WEIGHTS[..., 0, 0], image) + BIAS[:, None, None], np.float32)


def write_graph(
    path: Path,
    *,
    kind: str = "float32",
    last: bool = False,
    batch: int | str | None = "N",
    size: Sides = ("H", "W"),
    ending: str = "",
    result: Sides | None = None,
    metadata: Mapping[str, str] = {},
    beside: Sequence[str] = (),
    domain: str = "",
) -> Path:
    """Write a graph that takes ``image`` and returns ``map``, through the operation ``ending`` if there is one.

    ``last`` has channels as the last axis of both. Without ``batch`` there is no axis of images. ``beside`` are names
    of other outputs, single numbers, which come first. ``result`` is what is said of the output's shape.
    """
    axes = [*size, 3] if last else [3, *size]
    given = helper.make_tensor_value_info("image", KINDS[kind], [*([] if batch is None else [batch]), *axes])
    nodes, name = [helper.make_node("Cast", ["image"], ["real"], to=TensorProto.FLOAT)], "real"

    def then(operation: str, *others: str, **attributes: Any) -> None:
        nonlocal name
        nodes.append(helper.make_node(operation, [name, *others], [f"v{len(nodes)}"], **attributes))
        name = f"v{len(nodes) - 1}"

    if batch is None:
        then("Unsqueeze", "zero")
    if last:
        then("Transpose", perm=[0, 3, 1, 2])
    then("Conv", "w", "b")
    if ending == "Softmax":
        then("Softmax", axis=1)
    elif ending == "ArgMax":
        then("ArgMax", axis=1, keepdims=0)
    elif ending:
        then(ending, **({"domain": domain} if domain else {}))
    if last and ending != "ArgMax":
        then("Transpose", perm=[0, 2, 3, 1])
    if batch is None:
        then("Squeeze", "zero")
    nodes[-1].output[0] = "map"
    nodes += [helper.make_node("ReduceMax", ["real"], [each], keepdims=0) for each in beside]
    number = TensorProto.INT64 if ending == "ArgMax" else TensorProto.FLOAT
    outputs = [helper.make_tensor_value_info(each, TensorProto.FLOAT, []) for each in beside]
    outputs.append(helper.make_tensor_value_info("map", number, result))
    stored = {"w": WEIGHTS, "b": BIAS} | ({"zero": np.array([0])} if batch is None else {})
    tensors = [numpy_helper.from_array(value, key) for key, value in stored.items()]
    graph = helper.make_graph(nodes, "net", [given], outputs, tensors)
    opsets = [helper.make_opsetid("", 17), *([helper.make_opsetid(domain, 1)] if domain else [])]
    model = helper.make_model(graph, opset_imports=opsets, ir_version=8, producer_name="by hand")
    helper.set_model_props(model, dict(metadata))
    path.write_bytes(model.SerializeToString())
    return path


def write_external(path: Path, location: str, *, length: int | None = None, data: bytes | None = None) -> Path:
    """Write a graph whose first weights are said to be in another file, with that file where ``data`` is given."""
    model = onnx.load_from_string(write_graph(path).read_bytes())
    (tensor,) = (each for each in model.graph.initializer if each.name == "w")
    size = len(tensor.raw_data) if length is None else length
    tensor.ClearField("raw_data")
    tensor.data_location = TensorProto.EXTERNAL
    for key, value in {"location": location, "offset": "0", "length": str(size)}.items():
        tensor.external_data.add(key=key, value=value)
    path.write_bytes(model.SerializeToString())
    if data is not None:
        (path.parent / location).write_bytes(data)
    return path
