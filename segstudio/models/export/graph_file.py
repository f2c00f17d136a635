"""The files of networks that are ONNX graphs, read again: they must still be those that were loaded."""

from typing import Any

from torch import nn

from segstudio.models.loaders.onnx_file.session import GraphNetwork
from segstudio.models.programs import Program


def graph_of(network: nn.Module) -> GraphNetwork | None:
    """Return a network that is an ONNX graph in a file, None for any other."""
    inner = network.network if isinstance(network, Program) else network
    return inner if isinstance(inner, GraphNetwork) else None


def read_whole(onnx: Any, graph: GraphNetwork) -> Any:
    """Return the model in the file of a graph, with the weights that lie beside it.

    Raises ``UnreadableFile`` where they are no longer those that were loaded.
    """
    model = onnx.load(str(graph.file))
    _ = graph.file  # so that it cannot have been another one for the moment in between
    return model
