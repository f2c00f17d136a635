"""Folders of segmentation_models_pytorch: networks that are built here, and those that the package builds."""

import json
import re
import sys
import warnings
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import save_file
from torch import Tensor, nn

from segstudio.core.errors import UnreadableFile
from segstudio.models import load_model
from segstudio.models.loaders.inspection import inspect
from segstudio.models.loaders.loaded import Loaded
from segstudio.models.loaders.recognition import Recognised
from segstudio.models.loaders.smp import PACKAGE, load
from segstudio.models.programs import Program
from segstudio.services.inspection import to_text
from tests.models.loaders.connections import refuse_connections
from tests.models.peers import settle, smp

HERE: dict[str, dict[str, Any]] = {
    "Unet": {"encoder_name": "resnet18"},
    "DeepLabV3": {"encoder_name": "resnet18", "encoder_output_stride": 16},
    "DeepLabV3Plus": {"encoder_name": "resnet18", "encoder_output_stride": 8},
}
THERE: dict[str, dict[str, Any]] = {
    "Unet": {"encoder_name": "resnet18", "decoder_attention_type": "scse"},
    "UnetPlusPlus": {"encoder_name": "resnet18", "decoder_channels": [32, 16, 8, 8, 8]},
    "FPN": {"encoder_name": "mobilenet_v2", "activation": "softmax2d"},
    "Linknet": {"encoder_name": "resnet18", "aux_params": {"classes": 2}},
    "PSPNet": {"encoder_name": "resnet18"},
    "Segformer": {"encoder_name": "mit_b0"},
    "UPerNet": {"encoder_name": "tu-mobilenetv3_small_050"},
}


@pytest.fixture(autouse=True)
def tried(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    return refuse_connections(monkeypatch)


def save(folder: Path, name: str, arguments: dict[str, Any]) -> nn.Module:
    """Save a network of five classes as the package does; return it without what comes after the scores."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        network = getattr(smp(), name)(encoder_weights=None, classes=5, **arguments).eval()
        settle(network)
        network.save_pretrained(folder)
    network.segmentation_head[-1] = nn.Identity()
    network.classification_head = None
    return network  # type: ignore[no-any-return]


def answers(folder: Path, network: nn.Module) -> tuple[Loaded, Tensor]:
    """Return the loaded model, and how far its scores are from those of the network that was saved."""
    *_, loaded = load(folder)
    assert isinstance(loaded, Loaded)
    pixels = torch.randn(1, 3, 64, 96, generator=torch.Generator().manual_seed(1))
    with torch.inference_mode():
        wanted, found = network(pixels), loaded.network.eval()(pixels)
    assert wanted.std() > 0.1
    return loaded, (wanted - found).abs().max()


@pytest.mark.parametrize("name", HERE)
def test_a_network_that_is_built_here_answers_as_the_package(name: str, tmp_path: Path, tried: list[object]) -> None:
    network = save(tmp_path, name, HERE[name])
    loaded, difference = answers(tmp_path, network)
    assert not isinstance(loaded.network, Program)
    assert difference <= 1e-4
    assert loaded.description.architecture == name.lower()
    assert loaded.description.assumed == ("classes", "preprocess")
    assert tried == []


@pytest.mark.parametrize("name", THERE)
def test_another_network_is_built_by_the_package(name: str, tmp_path: Path, tried: list[object]) -> None:
    network = save(tmp_path, name, THERE[name])
    loaded, difference = answers(tmp_path, network)
    assert difference <= 1e-4
    assert loaded.description.architecture == name
    found = inspect(tmp_path)
    assert (found.format, found.reason, found.description) == ("smp", None, loaded.description)
    assert load_model(tmp_path, "cpu").info.format == "smp"
    assert tried == []


def written(folder: Path, **entries: Any) -> Path:
    """Write a folder that is in order as far as it can be told without the package, but for ``entries``."""
    config = {"_model_class": "FPN", "encoder_name": "resnet18", "encoder_weights": "imagenet", "in_channels": 3}
    (folder / "config.json").write_text(json.dumps(config | {"classes": 2} | entries))
    save_file({"a": torch.zeros(40)}, folder / "model.safetensors")
    return folder


@pytest.mark.parametrize(
    ("entries", "said"),
    [
        ({"_model_class": "os.system"}, "its network is os.system"),
        ({"_model_class": ["Unet"]}, "'_model_class' is"),
        ({"encoder_name": "tu-hf-hub:evil/repository"}, "would be fetched"),
        ({"encoder_name": "../../encoder"}, "would be fetched"),
        ({"decoder_pyramid_channels": 10**9}, "it says 1000000000"),
        ({"classes": "two"}, "'classes' is two"),
    ],
)
def test_a_folder_that_cannot_be_is_said(tmp_path: Path, entries: dict[str, Any], said: str) -> None:
    with pytest.raises(UnreadableFile, match=re.escape(said)):
        load_model(written(tmp_path, **entries), "cpu")
    assert said in (inspect(tmp_path).reason or "")


def test_classes_without_end_are_said_of_a_network_that_is_built_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its weights tell how many there are, and not its configuration."""
    monkeypatch.setattr(
        "segstudio.models.loaders.smp.recognise",
        lambda weights: Recognised("unet", "smp", {"in_channels": 3, "classes": 5000}, weights, ()),
    )
    folder = written(tmp_path, _model_class="Unet")
    with pytest.raises(UnreadableFile, match="5,000 classes, and 4,096 are the most") as caught:
        load_model(folder, "cpu")
    assert str(folder) in str(caught.value)
    assert inspect(folder).reason == caught.value.sentence()


def test_inspect_says_what_has_to_be_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, PACKAGE, None)
    found = inspect(written(tmp_path))
    assert found.description is not None
    assert "pip install 'segstudio[smp]'" in (found.reason or "")
    assert "Loadable: no. This folder needs the package" in to_text(found)
