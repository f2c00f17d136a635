"""ONNX graphs as they are in their files: in one piece, with weights in half the bytes, and the texts beside them."""

import json
from collections.abc import Collection, Mapping
from typing import Any

import numpy as np

from segstudio.models.export.graph_file import read_whole
from segstudio.models.export.subject import Subject
from segstudio.models.loaders.onnx_file.session import QUIET, GraphNetwork, runtime
from segstudio.models.loaders.onnx_file.yolo_network import YoloNetwork

_NAMES = "names"
"""The text in which a YOLO has the names of its classes."""


def as_one_file(onnx: Any, graph: GraphNetwork, anew: Collection[str]) -> bytes:
    """Return a model with the weights that lie beside it, and without the texts that are written ``anew``."""
    model = read_whole(onnx, graph)
    kept = [entry for entry in model.metadata_props if entry.key not in anew]
    del model.metadata_props[:]
    model.metadata_props.extend(kept)
    return bytes(model.SerializeToString())


def with_sizes(onnx: Any, content: bytes) -> bytes:
    """Return a model made of a script, with the sizes that it reads off its images as they are.

    torch's exporter takes a part of a shape, ``image.shape[-2:]``, for one number when something is enlarged to it, and
    repeats that for height and width: no graph that can be opened.
    """
    model = onnx.load_model_from_string(content)
    made = {name: node for node in model.graph.node for name in node.output}
    for node in model.graph.node:
        repeated = node.op_type == "Concat" and len(node.input) > 1 and len({*node.input}) == 1
        part = _before(made, _before(made, node, "Unsqueeze"), "Slice") if repeated else None
        if part is not None and _before(made, part, "Shape") is not None:
            node.CopyFrom(onnx.helper.make_node("Identity", [part.output[0]], [node.output[0]]))
    return bytes(model.SerializeToString())


def _before(made: Mapping[str, Any], node: Any, kind: str) -> Any:
    """Return the node that makes the first input of another one, where it is of a kind; else None."""
    found = made.get(node.input[0]) if node is not None and node.input else None
    return found if found is not None and found.op_type == kind else None


def check_runs(content: bytes) -> None:
    """Raise what onnxruntime raises of a model that it cannot open."""
    options = runtime().SessionOptions()
    options.log_severity_level = QUIET
    runtime().InferenceSession(content, options, providers=["CPUExecutionProvider"])


def own_texts(subject: Subject) -> dict[str, str]:
    """Return what stands beside a graph of another program by that program's rules: how a YOLO's classes are called."""
    if not isinstance(subject.network, YoloNetwork):
        return {}
    return {_NAMES: json.dumps([c.name for c in subject.description.classes.scored if not c.background])}


def halved(onnx: Any, content: bytes) -> bytes:
    """Return a model with its kernels as float16, and made float32 again at the beginning of the graph.

    What goes beyond the numbers of float16 (65,504) stays as it is.
    """
    model = onnx.load_model_from_string(content)
    graph, casts = model.graph, []
    for tensor in graph.initializer:
        if tensor.data_type == onnx.TensorProto.FLOAT and len(tensor.dims) > 1:
            name = tensor.name
            with np.errstate(over="ignore"):
                half = onnx.numpy_helper.to_array(tensor).astype("float16")
            if not np.isfinite(half).all():
                continue
            tensor.CopyFrom(onnx.numpy_helper.from_array(half, f"{name}:half"))
            casts.append(onnx.helper.make_node("Cast", [tensor.name], [name], to=onnx.TensorProto.FLOAT))
    made = {name for cast in casts for name in cast.output}
    given = [value for value in graph.input if value.name not in made]  # early files name their weights there too
    nodes = [*casts, *graph.node]
    del graph.node[:], graph.input[:]
    graph.node.extend(nodes)
    graph.input.extend(given)
    return bytes(model.SerializeToString())
