"""A plain ``.pth`` of weights: everything that can be read off them is, and what cannot is said to be assumed."""

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn

from segstudio.core.errors import UnreadableFile
from segstudio.core.records import Keep
from segstudio.models import load_model
from segstudio.models.inference import to_input
from segstudio.models.zoo.unet import UNet


@pytest.mark.parametrize("legacy", [False, True])
@pytest.mark.parametrize(("width", "depth", "classes"), [(2, 1, 2), (4, 2, 3), (3, 4, 12)])
def test_the_configuration_is_read_off_the_weights(
    tmp_path: Path, width: int, depth: int, classes: int, legacy: bool
) -> None:
    network = UNet(3, classes, width, depth).eval()
    path = tmp_path / "weights.bin"
    torch.save(network.state_dict(), path, _use_new_zipfile_serialization=not legacy)
    segmenter = load_model(path, "cpu")
    assert (segmenter.info.format, segmenter.info.architecture) == ("state_dict", "unet")
    assert [c.id for c in segmenter.info.classes.classes] == list(range(classes))
    assert segmenter.info.assumed == ("classes", "preprocess")
    assert segmenter.info.parameters == sum(p.numel() for p in network.parameters())
    image = np.random.default_rng(0).integers(0, 256, (20, 30, 3), np.uint8)
    with torch.inference_mode():
        said = segmenter.info.preprocess
        pixels = (torch.tensor(image) / 255 - torch.tensor(said.mean)) / torch.tensor(said.std)
        expected = network(pixels.permute(2, 0, 1)[None])[0].argmax(0).numpy()
    assert (segmenter.predict([image])[0].labels == expected).mean() > 0.99


def test_the_file_may_be_replaced_while_its_model_is_in_use(tmp_path: Path, network: nn.Module) -> None:
    path = tmp_path / "weights.pth"
    torch.save(network.state_dict(), path)
    segmenter = load_model(path, "cpu")
    image = np.zeros((8, 8, 3), np.uint8)
    before = segmenter.predict([image])[0].labels
    path.write_bytes(b"")
    np.testing.assert_array_equal(segmenter.predict([image])[0].labels, before)


def test_a_single_output_is_the_probability_of_an_object(tmp_path: Path) -> None:
    network = UNet(3, 1, 2, 1).eval()
    torch.save(network.state_dict(), tmp_path / "binary.pth")
    segmenter = load_model(tmp_path / "binary.pth", "cpu")
    assert [c.name for c in segmenter.info.classes.classes] == ["background", "class 1"]
    image = np.random.default_rng(0).integers(0, 256, (12, 9, 3), np.uint8)
    (found,) = segmenter.predict([image], Keep(probabilities=True))
    with torch.inference_mode():
        sure = network(to_input([image], segmenter.info.preprocess, torch.device("cpu")))[0, 0].sigmoid().numpy()
    assert found.probabilities is not None
    assert np.abs(found.probabilities[1] / 255 - sure).max() < 0.004
    np.testing.assert_array_equal(found.labels[np.abs(sure - 0.5) > 0.01], (sure > 0.5)[np.abs(sure - 0.5) > 0.01])


def test_one_channel_is_given_luminance(tmp_path: Path) -> None:
    network = UNet(1, 2, 2, 1).eval()
    torch.save(network.state_dict(), tmp_path / "gray.pth")
    segmenter = load_model(tmp_path / "gray.pth", "cpu")
    assert segmenter.info.preprocess.order == "gray"
    image = np.random.default_rng(0).integers(0, 256, (12, 9, 3), np.uint8)
    pixels = to_input([image], segmenter.info.preprocess, torch.device("cpu"))
    gray = np.array(Image.fromarray(image).convert("L"), np.float32)
    (mean,), (std,) = segmenter.info.preprocess.mean, segmenter.info.preprocess.std
    assert np.abs(pixels[0, 0].numpy() * std + mean - gray / 255).max() < 1 / 255
    assert segmenter.predict([image])[0].labels.shape == (12, 9)


def refusal(path: Path, content: object) -> str:
    torch.save(content, path)
    with pytest.raises(UnreadableFile) as caught:
        load_model(path, "cpu")
    return caught.value.sentence()


def test_another_architecture_is_told_by_a_few_of_its_tensors(tmp_path: Path) -> None:
    other = nn.Sequential(nn.Conv2d(3, 8, 3), nn.Conv2d(8, 2, 1))
    said = refusal(tmp_path / "other.pth", other.state_dict())
    assert "0.weight 8 x 3 x 3 x 3" in said
    assert "unet" in said
    assert "Export it to ONNX or TorchScript" in said


def test_a_file_that_lacks_a_few_tensors_is_incomplete_and_of_no_other_network(tmp_path: Path) -> None:
    weights = UNet(3, 2, 2, 4).state_dict()
    count = len(weights)
    del weights["decoder.0.0.weight"]
    said = refusal(tmp_path / "near.pth", weights)
    assert f"it is incomplete: of the {count} tensors of U-Net it lacks one, decoder.0.0.weight." in said
    weights |= {"attention.weight": torch.zeros(3), "head.bias": torch.zeros(7)}
    said = refusal(tmp_path / "near.pth", weights)
    assert "lacks one, decoder.0.0.weight; it has one, attention.weight, of which U-Net knows nothing" in said
    assert "but for the shape of one, head.bias (7, not 2)" in said
    assert "another architecture" not in said
    more = {f"attention.{i}.weight": torch.zeros(3) for i in range(5)}
    said = refusal(tmp_path / "more.pth", UNet(3, 2, 2, 4).state_dict() | more)
    assert "it has 5: attention.0.weight, " in said
    assert "Export it to ONNX or TorchScript" in said


def test_weights_that_fit_in_part_are_of_another_architecture(tmp_path: Path) -> None:
    weights = UNet(3, 2, 2, 4).state_dict()
    said = refusal(tmp_path / "other.pth", {k: v for k, v in weights.items() if not k.endswith(("bias", "mean"))})
    assert "another architecture" in said
    assert "(missing)" in said


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ({}, "holds a dict and no weights"),
        ([torch.zeros(2)], "holds a list and no weights"),
        (torch.zeros(2), "holds a Tensor and no weights"),
        ({"optimizer": {"state": {0: {"a": torch.zeros(2)}}}, "epoch": 3}, "state of an optimiser"),
        ({"state": {0: {"exp_avg": torch.zeros(2)}}, "param_groups": [{"lr": 0.1}]}, "state of an optimiser"),
        ({0: torch.zeros(2)}, "holds no weights, but 0"),
        ({"encoder.0.0.weight": torch.zeros(0, 3, 3, 3), "head.weight": torch.zeros(()), "up.0.weight": torch.zeros(1)},
         "another architecture"),
        ({"encoder.0.0.weight": torch.zeros(0, 3, 3, 3), "head.weight": torch.zeros(2), "up.0.weight": torch.zeros(1),
          "encoder.1.0.weight": torch.zeros(1)}, "width of a U-Net"),
    ],
)  # fmt: skip
def test_what_is_not_weights_alone_is_said(tmp_path: Path, content: object, said: str) -> None:
    torch.save(content, tmp_path / "odd.pth")
    with pytest.raises(UnreadableFile) as caught:
        load_model(tmp_path / "odd.pth", "cpu")
    assert said in caught.value.sentence()
