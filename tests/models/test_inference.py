"""Images in, label maps out."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from segstudio.core.errors import SegstudioError
from segstudio.core.raster import RgbImage
from segstudio.core.records import Keep
from segstudio.models import load_model
from segstudio.models.description import Description
from segstudio.models.device import available_devices, choose_device
from segstudio.models.inference import TorchSegmenter, to_input


@pytest.fixture
def segmenter(model_file: Path) -> TorchSegmenter:
    loaded = load_model(model_file, "cpu")
    assert isinstance(loaded, TorchSegmenter)
    return loaded


def picture(height: int, width: int, seed: int = 0) -> RgbImage:
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8)


def test_labels_are_the_ids_of_the_likeliest_channels(
    segmenter: TorchSegmenter, network: nn.Module, description: Description
) -> None:
    image, said = picture(13, 22), description.preprocess
    pixels = (image / 255 - np.array(said.mean)) / np.array(said.std)
    with torch.inference_mode():
        logits = network(torch.from_numpy(pixels).float().permute(2, 0, 1)[None])[0]
    expected = np.array([0, 7, 300])[logits.argmax(0).numpy()]
    labels = segmenter.predict([image])[0].labels
    assert labels.dtype == np.uint16
    assert (labels == expected).mean() > 0.99  # rounding may tip a pixel between two equal channels


def test_a_batch_of_mixed_sizes_gives_in_order_what_single_images_give(segmenter: TorchSegmenter) -> None:
    images = [picture(9, 16, 1), picture(17, 5, 2), picture(9, 16, 3), picture(1, 1, 4), picture(17, 5, 5)]
    together = segmenter.predict(images)
    for image, prediction in zip(images, together, strict=True):
        alone = segmenter.predict([image])[0]
        assert prediction.labels.shape == image.shape[:2]
        np.testing.assert_array_equal(prediction.labels, alone.labels)
        assert set(prediction.seconds) == {"preprocess", "forward", "postprocess"}


def test_what_is_kept_is_the_softmax_in_8_bits(segmenter: TorchSegmenter, network: nn.Module) -> None:
    images = [picture(9, 16, 1), picture(9, 16, 3), picture(5, 7, 2)]
    kept = segmenter.predict(images, Keep(confidence=True, probabilities=True))
    for image, prediction in zip(images, kept, strict=True):
        with torch.inference_mode():
            scores = network(to_input([image], segmenter.info.preprocess, torch.device("cpu")))[0].double()
        exact = (scores.softmax(0) * 255).numpy()
        assert prediction.probabilities is not None
        assert prediction.confidence is not None
        assert prediction.probabilities.dtype == prediction.confidence.dtype == np.uint8
        assert np.abs(prediction.probabilities - exact).max() <= 0.5 + 1e-3
        np.testing.assert_array_equal(prediction.confidence, prediction.probabilities.max(0))
        alone = segmenter.predict([image])[0]
        np.testing.assert_array_equal(alone.labels, prediction.labels)
        assert (alone.confidence, alone.probabilities) == (None, None)


def test_no_images_give_no_predictions(segmenter: TorchSegmenter) -> None:
    assert segmenter.predict([]) == []


class Cramped(nn.Module):
    """A network on a device with room for ``room`` images at a time."""

    def __init__(self, room: int) -> None:
        super().__init__()
        self.room, self.seen = room, list[int]()

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        if len(images) > self.room:
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2 GiB")
        self.seen.append(len(images))
        return images


@pytest.mark.parametrize(("room", "seen"), [(5, [5]), (3, [2, 3]), (1, [1, 1, 1, 1, 1])])
def test_batches_are_halved_until_they_fit(segmenter: TorchSegmenter, room: int, seen: list[int]) -> None:
    segmenter._network = cramped = Cramped(room)
    assert len(segmenter.predict([picture(8, 8, seed) for seed in range(5)])) == 5
    assert cramped.seen == seen


def test_one_image_too_large_for_the_device_is_said(segmenter: TorchSegmenter) -> None:
    segmenter._network = Cramped(0)
    with pytest.raises(SegstudioError, match=r"CPU.* has not enough memory for an image of 6 x 8 pixels"):
        segmenter.predict([picture(8, 6)])


def test_a_fault_that_is_not_memory_stays_a_bug(segmenter: TorchSegmenter, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any) -> None:
        raise RuntimeError("expected scalar type Float")

    monkeypatch.setattr(segmenter, "_network", broken)
    with pytest.raises(RuntimeError, match="scalar type"):
        segmenter.predict([picture(8, 6)])


def test_the_device_is_named_for_people(segmenter: TorchSegmenter) -> None:
    assert segmenter.info.device.startswith("CPU, ")


def test_auto_is_the_best_device_there_is() -> None:
    assert str(choose_device("auto")) == available_devices()[0]
    assert available_devices()[-1] == "cpu"


@pytest.mark.parametrize("name", ["cuda:99", "tpu", "", "cpu:x"])
def test_an_absent_device_is_said_with_those_that_are_there(model_file: Path, name: str) -> None:
    with pytest.raises(SegstudioError, match="no device") as caught:
        load_model(model_file, name)
    assert "cpu" in caught.value.hint


def test_threads_are_bounded_where_asked(model_file: Path) -> None:
    assert load_model(model_file, "cpu", threads=2).info.device == "CPU, 2 threads"
    assert torch.get_num_threads() == 2
    assert load_model(model_file, "cpu", threads=1).info.device == "CPU, 1 thread"
