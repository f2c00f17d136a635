"""Weights and scores that are not numbers are refused, and never become masks."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from segstudio.core.errors import SegstudioError, UnreadableFile
from segstudio.models import load_model
from segstudio.models.description import Description
from segstudio.models.finite import check_weights
from segstudio.models.inference import TorchSegmenter
from segstudio.models.loaders.loaded import Loaded
from segstudio.models.loaders.segstudio import to_bytes


def spoilt(network: nn.Module, value: float) -> str:
    """Spoil a single weight of the network, and return whose it is."""
    name, weight = list(network.named_parameters())[-2]
    with torch.no_grad():
        weight.view(-1)[-1] = value
    return name


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
def test_a_file_with_one_weight_that_is_no_number_is_refused(
    tmp_path: Path, network: nn.Module, description: Description, value: float
) -> None:
    name, path = spoilt(network, value), tmp_path / "diverged.safetensors"
    path.write_bytes(to_bytes(network, description))
    with pytest.raises(UnreadableFile, match=r"diverged\.safetensors") as error:
        load_model(path, "cpu")
    assert "1 of its " in str(error.value)
    assert name in str(error.value)
    assert "earlier checkpoint" in error.value.hint


def test_what_is_infinite_by_intent_and_what_has_no_values_is_let_through(tmp_path: Path) -> None:
    network = nn.BatchNorm2d(2)
    network.register_buffer("mask", torch.full((2, 2), -float("inf"), dtype=torch.float16))
    network.register_buffer("none", torch.empty(0))
    network.register_buffer("small", torch.zeros(2).to(torch.float8_e4m3fn))
    check_weights(tmp_path, network)
    check_weights(tmp_path, nn.Conv2d(1, 1, 1, device="meta"))
    assert network.running_var is not None
    network.running_var[0] = float("nan")
    with pytest.raises(UnreadableFile, match="running_var"):
        check_weights(tmp_path, network)


class Spoiling(nn.Module):
    """Returns scores of which one is no number."""

    def forward(self, pixels: Tensor) -> Tensor:
        scores = pixels.clone()
        scores[:, 1, 0, 0] = float("nan")
        return scores


def test_scores_that_are_no_numbers_become_no_mask(tmp_path: Path, description: Description) -> None:
    loaded = Loaded("onnx", Spoiling(), replace(description, preprocess=replace(description.preprocess, divisor=1)))
    model = TorchSegmenter(tmp_path / "net.onnx", loaded, "cpu", None)
    with pytest.raises(SegstudioError, match=r"net\.onnx returns are not numbers"):
        model.predict([np.zeros((4, 5, 3), np.uint8)])
