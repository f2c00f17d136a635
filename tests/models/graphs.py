"""What is written as a graph of ONNX, run by onnxruntime."""

import io
import warnings
from collections.abc import Callable
from typing import Any

import onnxruntime
import torch
from torch import Tensor, nn


class _Calling(nn.Module):
    def __init__(self, function: Callable[..., Tensor]) -> None:
        super().__init__()
        self._function = function

    def forward(self, *given: Tensor) -> Tensor:
        return self._function(*given)


def graph_of(function: Callable[..., Tensor], *example: Tensor) -> Callable[..., Tensor]:
    """Export a function, following it with an example; of each tensor the first axis is free."""
    content, names = io.BytesIO(), [f"given{number}" for number in range(len(example))]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            _Calling(function), example, content,  # type: ignore[arg-type]  # the older one takes it
            input_names=names, output_names=["found"],
            dynamic_axes={name: {0: name} for name in (*names, "found")}, opset_version=17, dynamo=False,
        )  # fmt: skip
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    session: Any = onnxruntime.InferenceSession(content.getvalue(), options)

    def run(*given: Tensor) -> Tensor:
        (found,) = session.run(None, {name: each.numpy() for name, each in zip(names, given, strict=True)})
        return torch.from_numpy(found)

    return run
