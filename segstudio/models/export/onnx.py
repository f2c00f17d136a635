"""ONNX, by following the network with an example: torch's older exporter.

The newer one, ``dynamo=True``, takes a package more and twenty times as long (8 s for a U-Net of 7,600 weights), and
fails at the mirrored margin of the first U-Net. What either makes is checked against the network afterwards.
"""

import io
import warnings
from typing import Any, Final

import torch
from torch.onnx import TrainingMode

from segstudio.core.late import imported_extra
from segstudio.models.export.subject import Subject
from segstudio.models.loaders.onnx_file import METADATA

OPSET: Final = 17
INPUT: Final = "image"
OUTPUT: Final = "logits"


def to_bytes(subject: Subject) -> bytes:
    """Return an ONNX model of any number of images, of any size where none is wanted, with our description beside.

    Raises ``SegstudioError`` where torch cannot follow the network, or the package onnx is missing.
    """
    onnx: Any = imported_extra("onnx", "onnx", "Exporting to ONNX")
    network, content = subject.traceable(), io.BytesIO()
    free = {0: "N"} if subject.size else {0: "N", 2: "H", 3: "W"}
    try:
        with warnings.catch_warnings(), torch.no_grad():
            warnings.simplefilter("ignore")  # that it is the older one, and which sizes are compared on the way
            torch.onnx.export(
                network, (subject.example(),), content,  # type: ignore[arg-type]  # the older one takes it
                input_names=[INPUT], output_names=[OUTPUT],
                dynamic_axes={INPUT: free, OUTPUT: free}, opset_version=OPSET, dynamo=False,
                # What is stored as float16 is to be the weights, and not those times what normalises their results.
                training=TrainingMode.PRESERVE if subject.half else TrainingMode.EVAL,
            )  # fmt: skip
    except Exception as error:  # torch raises what it likes
        raise subject.refused("ONNX", error) from error
    if subject.half:
        content = io.BytesIO(_halved(onnx, content.getvalue()))
        content.seek(0, io.SEEK_END)
    entry = onnx.StringStringEntryProto(key=METADATA, value=subject.metadata)
    # Messages of Protocol Buffers that follow each other are one, so nothing has to be read and written anew.
    content.write(onnx.ModelProto(metadata_props=[entry]).SerializeToString())
    return content.getvalue()


def _halved(onnx: Any, content: bytes) -> bytes:
    """Return the model with its weights as float16, and made float32 again at the beginning of the graph."""
    model = onnx.load_model_from_string(content)
    graph, casts = model.graph, []
    for tensor in graph.initializer:
        if tensor.data_type == onnx.TensorProto.FLOAT and len(tensor.dims):
            name = tensor.name
            half = onnx.numpy_helper.to_array(tensor).astype("float16")
            tensor.CopyFrom(onnx.numpy_helper.from_array(half, f"{name}:half"))
            casts.append(onnx.helper.make_node("Cast", [tensor.name], [name], to=onnx.TensorProto.FLOAT))
    nodes = [*casts, *graph.node]
    del graph.node[:]
    graph.node.extend(nodes)
    return bytes(model.SerializeToString())
