"""Adaptive average pooling, which ONNX has not, is written into its graphs for any number of parts."""

import io
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

from segstudio.core.digest import digest_of
from segstudio.models.export.onnx import OPSET
from segstudio.models.export.pooling import adaptive_pooling
from segstudio.services.exporting import Exported, ExportJob, export
from tests.models.loaders.made import ANY, quiet, saved, traced
from tests.models.loaders.made import exported as as_program


class Pyramid(nn.Module):
    """Scores each pixel by itself, and by the means of the part of the picture that it lies in."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.body, self.head = nn.Conv2d(3, 4, 3, padding=1), nn.Conv2d(12, 3, 1)

    def forward(self, image: Tensor) -> Tensor:
        found = self.body(image)
        means = [functional.adaptive_avg_pool2d(found, side) for side in (3, 6)]
        levels = [functional.interpolate(each, found.shape[-2:], mode="bilinear") for each in means]
        scores: Tensor = self.head(torch.cat((found, *levels), dim=1))
        return scores


@pytest.mark.parametrize("parts", [(1, 1), (1, 2), (3, 5), (6, 6), (7, 3)])
def test_means_are_those_of_torch_for_any_size(parts: tuple[int, int]) -> None:
    network, content = nn.AdaptiveAvgPool2d(parts), io.BytesIO()
    with quiet(), adaptive_pooling(OPSET):
        torch.onnx.export(
            network, (torch.zeros(2, 3, 9, 11),), content,  # type: ignore[arg-type]  # the older one takes it
            input_names=["image"], opset_version=OPSET, dynamo=False,
            dynamic_axes={"image": {0: "N", 2: "H", 3: "W"}},
        )  # fmt: skip
    session = onnxruntime.InferenceSession(content.getvalue(), providers=["CPUExecutionProvider"])
    rng = np.random.default_rng(0)
    for height, width in ((1, 1), (2, 9), (5, 4), (12, 18), (31, 17)):
        image = rng.standard_normal((2, 3, height, width), np.float32)
        (found,) = session.run(None, {"image": image})
        np.testing.assert_allclose(found, network(torch.from_numpy(image)).numpy(), atol=1e-6)


@pytest.mark.parametrize("size", [None, (50, 70)])
@pytest.mark.parametrize("make", ["traced", "exported"])
def test_programs_that_pool_so_become_onnx(make: str, size: tuple[int, int] | None, tmp_path: Path) -> None:
    if make == "traced":
        model = traced(Pyramid(), tmp_path / "net.pt")
    else:
        model = saved(as_program(Pyramid(), image=ANY), tmp_path / "net.pt2")
    *_, found = export(ExportJob(model, "onnx", tmp_path / "net.onnx", size), (digest_of(model),))
    assert isinstance(found, Exported)
    assert (found.faithful, found.near.alike) == (True, 1)


def test_outside_of_it_the_exporter_is_as_it_was() -> None:
    with quiet(), adaptive_pooling(OPSET):
        pass
    with quiet(), pytest.raises(torch.onnx.errors.SymbolicValueError, match="adaptive"):
        torch.onnx.export(nn.AdaptiveAvgPool2d(3), (torch.zeros(1, 1, 7, 7),), io.BytesIO(), dynamo=False)  # type: ignore[arg-type]
