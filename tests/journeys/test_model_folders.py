"""Folders dropped on the window that are models, that only look like ones, and that are none."""

import json
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import nn

from segstudio.models.references import renamed
from segstudio.models.zoo import build_network
from segstudio.models.zoo.entries.unet import SMP
from tests.journeys.user import User
from tests.models.peers import reference_shapes, settle

SAVED = {
    "_model_class": "Unet", "activation": None, "aux_params": None, "classes": 21, "decoder_attention_type": None,
    "decoder_channels": [256, 128, 64, 32, 16], "decoder_interpolation": "nearest", "decoder_use_norm": "batchnorm",
    "encoder_depth": 5, "encoder_name": "mobilenet_v2", "encoder_weights": "imagenet", "in_channels": 3,
}  # fmt: skip


def write_smp(folder: Path) -> nn.Module:
    """Write a folder as segmentation_models_pytorch saves it, of a network that is built here; return that."""
    network = build_network("unet", 3, 21, backbone="mobilenet_v2").eval()
    settle(network)
    ours = network.state_dict()
    weights = {key: ours[renamed(key, SMP)].contiguous() for key in reference_shapes("smp_Unet_mobilenet_v2")}
    folder.mkdir()
    (folder / "config.json").write_text(json.dumps(SAVED))
    save_file(weights, folder / "model.safetensors")
    return network


def test_a_folder_of_smp_is_loaded_and_predicts(user: User, tiny_project: Path, tmp_path: Path) -> None:
    write_smp(tmp_path / "saved")
    user.open(tiny_project)
    bench = user.window.bench
    bench.open(tmp_path / "saved")
    user.wait(lambda: bench.predictor.model is not None)
    assert bench.predictor.model is not None
    info = bench.predictor.model.info
    assert (info.format, info.architecture, info.assumed) == ("smp", "unet", ("classes", "preprocess"))
    assert user.window.session.project is not None
    assert user.window.session.project.root == tiny_project
    bench.predictor.predict_current()
    user.wait(lambda: user.window.session.current.prediction is not None)  # type: ignore[union-attr]
    assert user.errors() == []


def test_a_program_in_a_folder_is_refused_by_the_window(user: User, tmp_path: Path) -> None:
    folder, trace = tmp_path / "saved", tmp_path / "trace"
    folder.mkdir()
    (folder / "modeling_own.py").write_text(f"import os\nos.mkdir({str(trace)!r})\n")
    own = {"AutoModelForSemanticSegmentation": "modeling_own.Own"}
    (folder / "config.json").write_text(json.dumps({"model_type": "segformer", "auto_map": own}))
    save_file({"a": torch.zeros(1)}, folder / "model.safetensors")
    user.window.bench.open(folder)
    user.wait(user.errors)
    assert "modeling_own.Own" in user.errors()[0].title
    assert user.window.bench.predictor.model is None
    assert not trace.exists()


def test_images_beside_a_configuration_are_no_model(user: User, tiny_project: Path) -> None:
    (tiny_project / "config.json").write_text(json.dumps({"learning_rate": 0.1}))
    user.open(tiny_project)
    assert user.window.bench.predictor.model is None
