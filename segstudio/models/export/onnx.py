"""ONNX, by following the network with an example: torch's older exporter.

The newer one, ``dynamo=True``, takes a package more and twenty times as long (8 s for a U-Net of 7,600 weights), and
fails at the mirrored margin of the first U-Net. What either makes is checked against the network afterwards.
"""

import io
from typing import Any, Final, TypeAlias

import torch
from torch import Tensor, nn
from torch.onnx import TrainingMode

from segstudio.core.errors import SegstudioError
from segstudio.core.late import imported_extra
from segstudio.models.export.following import following
from segstudio.models.export.graph_file import graph_of
from segstudio.models.export.graphs import as_one_file, check_runs, halved, own_texts, with_sizes
from segstudio.models.export.objects import FREE, finder
from segstudio.models.export.pooling import adaptive_pooling
from segstudio.models.export.subject import Subject
from segstudio.models.loaders.onnx_file import METADATA

OPSET: Final = 17
_SIDES: Final = {0: "N", 2: "H", 3: "W"}
INPUT: Final = "image"
OUTPUT: Final = "logits"

Free: TypeAlias = dict[str, dict[int, str]]
"""Names of sides that may have any length, by their number, by the name of the value."""


def to_bytes(subject: Subject) -> bytes:
    """Return an ONNX model of any number of images, of any size where none is wanted, with our description beside.

    Raises ``SegstudioError`` where torch cannot follow the network, or the package onnx is missing.
    """
    onnx: Any = imported_extra("onnx", "onnx", "Exporting to ONNX")
    graph, texts = graph_of(subject.network), {METADATA: subject.metadata, **own_texts(subject)}
    try:
        content = _followed(onnx, subject) if graph is None else as_one_file(onnx, graph, texts)
        if subject.half:
            content = halved(onnx, content)
    except SegstudioError:
        raise
    except Exception as error:  # torch and onnx raise what they like
        raise subject.refused("ONNX", error) from error
    entries = [onnx.StringStringEntryProto(key=key, value=value) for key, value in texts.items()]
    # Messages of Protocol Buffers that follow each other are one, so nothing has to be read and written anew.
    return content + bytes(onnx.ModelProto(metadata_props=entries).SerializeToString())


def _followed(onnx: Any, subject: Subject) -> bytes:
    network, example, free = _of_objects(subject) if subject.finds_objects else _of_scores(subject)
    content = io.BytesIO()
    with following(), adaptive_pooling(OPSET):
        torch.onnx.export(
            network, (example,), content,  # type: ignore[arg-type]  # the older one takes it
            input_names=[INPUT], output_names=[name for name in free if name != INPUT],
            dynamic_axes=free, opset_version=OPSET, dynamo=False,
            # What is stored as float16 is to be the weights, and not those times what normalises their results.
            training=TrainingMode.PRESERVE if subject.half else TrainingMode.EVAL,
        )  # fmt: skip
    if not isinstance(network, torch.jit.ScriptModule):
        return content.getvalue()
    found = with_sizes(onnx, content.getvalue())
    check_runs(found)  # what it decides on its way is not always understood
    return found


def _of_scores(subject: Subject) -> tuple[nn.Module, Tensor, Free]:
    """Return what is followed, with which example, and which sides of its input and outputs are free."""
    free = {axis: _SIDES[axis] for axis in subject.free}
    return subject.traceable("ONNX"), subject.example(), {INPUT: free, OUTPUT: free}


def _of_objects(subject: Subject) -> tuple[nn.Module, Tensor, Free]:
    """Return the same of a network that finds objects: one image, without an axis of images, as torchvision has it."""
    return finder(subject), subject.example()[0], {INPUT: {1: "H", 2: "W"}, **FREE}
