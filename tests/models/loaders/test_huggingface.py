"""Hugging Face folders: each kind of network answers as its own library does, and nothing goes online."""

import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from segstudio.core.raster import RgbImage
from segstudio.models import load_model
from segstudio.models.inference import to_input
from segstudio.models.loaders.huggingface import load
from segstudio.models.loaders.huggingface.task import task_tokens
from segstudio.models.loaders.loaded import Loaded
from tests.models.loaders.connections import refuse_connections
from tests.models.loaders.hf_folders import KINDS, make


@pytest.fixture(autouse=True)
def offline(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    return refuse_connections(monkeypatch)


def picture(height: int, width: int) -> RgbImage:
    """Return waves of colour: a picture whose parts differ, and that can be resized."""
    rows, columns = np.mgrid[0:height, 0:width]
    waves = [128 + 127 * np.sin(rows / (5 + i) + columns / (9 - i) + i) for i in range(3)]
    return np.stack(waves, axis=-1).round().astype(np.uint8)


def theirs(kind: str, folder: Path, network: nn.Module, processor: Any, image: RgbImage) -> tuple[Any, Tensor]:
    """Return what the library's own processor and network make of an image: prepared input and answer."""
    with warnings.catch_warnings(), torch.inference_mode():
        warnings.simplefilter("ignore")
        task = {"task_inputs": ["semantic"]} if kind == "oneformer" else {}
        prepared = processor(images=[image], return_tensors="pt", **task)["pixel_values"]
        told = {"task_inputs": torch.tensor([task_tokens(folder, 77)])} if task else {}
        return network(pixel_values=prepared, **told), prepared


def processed(processor: Any, answer: Any, image: RgbImage) -> tuple[NDArray[np.int64], Tensor]:
    """Return what the library's own processor makes of an answer: classes by pixel, and their scores."""
    (found,) = processor.post_process_semantic_segmentation(
        answer, target_sizes=[image.shape[:2]], return_segmentation_scores=True
    )
    return found.segmentation.numpy(), found.segmentation_scores


@pytest.mark.parametrize("kind", KINDS)
def test_a_folder_answers_as_its_own_library_does(kind: str, tmp_path: Path, offline: list[object]) -> None:
    network, processor = make(tmp_path, kind)
    image = picture(384, 384) if kind == "mask2former" else picture(64, 64)
    answer, prepared = theirs(kind, tmp_path, network, processor, image)
    *_, loaded = load(tmp_path)
    assert isinstance(loaded, Loaded)
    assert loaded.description.assumed == ()
    pixels = to_input([image], loaded.description.preprocess, torch.device("cpu"))
    assert torch.allclose(pixels, prepared.float(), atol=1e-5)
    with torch.inference_mode():
        scores = loaded.network.eval()(pixels)
    wanted, their_scores = processed(processor, answer, image)
    if hasattr(answer, "logits"):
        assert (scores - answer.logits).abs().max() <= 1e-4
        assert len(np.unique(wanted)) > 1
    else:
        assert (scores[0].exp() - their_scores).abs().max() <= 1e-4
        assert their_scores.std() > 0.01
    model = load_model(tmp_path, "cpu")
    assert (model.predict([image])[0].labels == wanted).mean() >= 0.999
    assert [c.name for c in model.info.classes.classes[:2]] == ["background", "thing 1"]
    assert offline == []
