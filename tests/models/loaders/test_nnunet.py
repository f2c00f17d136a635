"""nnU-Net: folders and checkpoints as its trainer writes them, and what is refused of them."""

import importlib
import json
import os
import warnings
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from segstudio.core.errors import UnreadableFile
from segstudio.models import load_model
from segstudio.models.inference import to_input
from segstudio.models.loaders import loader_for, loading
from segstudio.models.loaders.inspection import inspect
from segstudio.models.loaders.loaded import Loaded
from segstudio.models.references import translated
from segstudio.models.zoo.entries.nnunet import keys
from tests.models.loaders.nnunets import DATASET, TRAINING, checkpoint, ours, plans, theirs, written
from tests.models.peers import settle


def loaded(path: Path) -> Loaded:
    *_, found = loading(loader_for(path), path)
    assert isinstance(found, Loaded)
    return found


def refused(path: Path) -> str:
    with pytest.raises(UnreadableFile) as caught:
        loaded(path)
    said = inspect(path).reason
    assert said == caught.value.sentence()
    return said


@pytest.mark.parametrize("residual", [False, True])
@pytest.mark.parametrize("place", ["", "fold_0", "fold_0/checkpoint_final.pth", ".."])
def test_any_part_of_a_training_is_the_same_network(tmp_path: Path, residual: bool, place: str) -> None:
    path = (written(tmp_path, residual) / place).resolve()
    found, network = loaded(path), ours(residual)
    image = torch.randn(1, 3, 24, 30)
    with torch.inference_mode():
        torch.testing.assert_close(found.network.eval()(image), network(image))
    said = found.description
    assert (found.format, said.architecture, said.family, said.assumed) == ("nnunet", "nnunet", "nnU-Net", ())
    assert [c.name for c in said.classes.classes] == ["background", "cell", "nerve"]
    assert said.preprocess.divisor == 4
    assert said.training == {"trainer": "nnUNetTrainer", "epochs": 1000, "fold": "fold_0", "folds": 1}
    told = inspect(path)
    assert (told.format, told.reason, told.missing, told.unexpected) == ("nnunet", None, (), ())
    assert told.parameters == sum(parameter.numel() for parameter in network.parameters())
    assert told.executes == ()


def test_a_checkpoint_by_itself_says_what_it_is(tmp_path: Path) -> None:
    path = tmp_path / "best.pth"
    torch.save(checkpoint(theirs(ours()), plans(), DATASET), path)
    assert loaded(path).format == inspect(path).format == "nnunet"


def test_a_picture_is_normalised_by_itself(tmp_path: Path) -> None:
    image = np.random.default_rng(0).integers(30, 200, (20, 28, 3), np.uint8)
    planes = image.astype(np.float32).transpose(2, 0, 1)
    flat = planes.reshape(3, -1)
    expected = {
        "ZScoreNormalization": (planes - planes.mean((1, 2), keepdims=True)) / flat.std(1).reshape(3, 1, 1),
        "RescaleTo01Normalization": (planes - flat.min(1).reshape(3, 1, 1))
        / (flat.max(1) - flat.min(1)).reshape(3, 1, 1),
        "RGBTo01Normalization": planes / 255,
        "NoNormalization": planes,
    }
    for number, (scheme, numbers) in enumerate(expected.items()):
        folder = written(tmp_path / str(number), normalization_schemes=[scheme] * 3)
        pixels = to_input([image, image // 2], loaded(folder).description.preprocess, torch.device("cpu"))
        np.testing.assert_allclose(pixels[0].numpy(), numbers, atol=1e-4)
    model = load_model(tmp_path / "0" / TRAINING, "cpu")
    assert model.predict([image])[0].labels.shape == (20, 28)
    assert (model.predict([image])[0].labels == model.predict([image // 2 * 2])[0].labels).mean() > 0.9


def test_a_flat_channel_becomes_zeros(tmp_path: Path) -> None:
    said = loaded(written(tmp_path)).description.preprocess
    assert not to_input([np.full((4, 4, 3), 9, np.uint8)], said, torch.device("cpu")).any()


def test_plans_of_before_2_3_say_the_same(tmp_path: Path) -> None:
    folder = written(tmp_path)
    said = json.loads((folder / "plans.json").read_text())
    configuration = said["configurations"]["2d"]
    new = configuration.pop("architecture")["arch_kwargs"]
    configuration |= {
        "UNet_class_name": "PlainConvUNet", "UNet_base_num_features": 4, "unet_max_num_features": 12,
        "n_conv_per_stage_encoder": new["n_conv_per_stage"], "n_conv_per_stage_decoder": [1, 2],
        "num_pool_per_axis": [2, 1], "pool_op_kernel_sizes": new["strides"], "conv_kernel_sizes": new["kernel_sizes"],
    }  # fmt: skip
    said["configurations"]["2d_small"] = {"inherits_from": "2d"}
    (folder / "plans.json").write_text(json.dumps(said))
    said["configurations"]["2d"]["unet_max_num_features"] = 12
    image = torch.randn(1, 3, 16, 16)
    with torch.inference_mode():
        features = loaded(folder).description.config["features"]
        assert features == "4 8 12"
        torch.testing.assert_close(loaded(folder).network.eval()(image), ours()(image))


def test_folds_of_all_data_are_preferred_then_the_first(tmp_path: Path) -> None:
    folder = written(tmp_path)
    final = folder / "fold_0" / "checkpoint_final.pth"
    for fold in ("fold_1", "fold_all"):
        (folder / fold).mkdir()
        (folder / fold / "checkpoint_best.pth").write_bytes(final.read_bytes())
    assert loaded(folder).description.training["fold"] == "fold_all"
    (folder / "fold_all" / "checkpoint_best.pth").unlink()
    assert loaded(folder).description.training == {
        "trainer": "nnUNetTrainer", "epochs": 1000, "fold": "fold_0", "folds": 3,
    }  # fmt: skip


def test_a_file_beside_the_folder_names_the_classes(tmp_path: Path) -> None:
    folder = written(tmp_path)
    rows = "".join(f'[[class]]\nid = {i}\nname = "{name}"\ncolor = "#00000{i}"\n' for i, name in enumerate("abc"))
    folder.with_name(f"{folder.name}.segstudio.toml").write_text(f"version = 1\n{rows}")
    assert [c.name for c in loaded(folder).description.classes.classes] == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("changes", "dataset", "said"),
    [
        ({"patch_size": [8, 8, 8], "arch_conv_op": "torch.nn.Conv3d"}, {}, "is of volumes"),
        ({"arch_norm_op": "torch.nn.GroupNorm"}, {}, "has GroupNorm"),
        ({"arch_nonlin": "os.system"}, {}, "has system"),
        ({"arch_nonlin_kwargs": {"negative_slope": 0.2}}, {}, "negative_slope = 0.2"),
        ({"arch_norm_op_kwargs": {"eps": 1e-3}}, {}, "eps = 0.001"),
        ({"arch_squeeze_excitation": True}, {}, "the argument squeeze_excitation"),
        ({"arch_features_per_stage": [4, 8, 10**9]}, {}, "no network can be built"),
        ({"arch_strides": "rm -rf"}, {}, "not as nnU-Net writes them"),
        ({"use_mask_for_norm": [True] * 3}, {}, "what is not black"),
        ({"normalization_schemes": ["CTNormalization"] * 3}, {}, "CTNormalization"),
        ({"normalization_schemes": ["NoNormalization", "ZScoreNormalization", "ZScoreNormalization"]}, {}, "different"),
        ({"normalization_schemes": ["ZScoreNormalization"] * 2}, {"channel_names": {"0": "a", "1": "b"}}, "2 channels"),
        ({}, {"labels": {"background": 0, "whole": [1, 2], "core": 2}, "regions_class_order": [1, 2]}, "regions"),
        ({}, {"labels": {"background": 0, "cell": 2}}, "not numbered from 0"),
        ({}, {"labels": {"background": 0, "cell": 1}}, r"head.weight \(3 x 4 x 1 x 1, not 2 x 4 x 1 x 1\)"),
        ({"architecture": {"network_class_name": "x.y.MyNet", "arch_kwargs": {"conv_op": "Conv2d"}}}, {}, "MyNet"),
        ({"architecture": []}, {}, "not as nnU-Net writes them"),
    ],
)
def test_what_is_not_built_here_is_named(tmp_path: Path, changes: Any, dataset: Any, said: str) -> None:
    folder = written(tmp_path, dataset={**DATASET, **dataset}, **changes)
    with pytest.raises(UnreadableFile, match=said):
        loaded(folder)
    assert inspect(folder).reason is not None


def test_what_is_missing_is_named(tmp_path: Path) -> None:
    folder = written(tmp_path)
    (folder / "dataset.json").rename(tmp_path / "away")
    assert "dataset.json is missing" in refused(folder / "fold_0" / "checkpoint_final.pth")
    (tmp_path / "away").rename(folder / "dataset.json")
    (folder / "fold_0" / "checkpoint_final.pth").rename(tmp_path / "away")
    assert "no checkpoint_final.pth or checkpoint_best.pth" in refused(folder)
    (folder / "fold_0" / "checkpoint_final.pth").symlink_to(tmp_path / "away")
    assert "leads out of its folder" in refused(folder)
    (folder / "fold_0" / "checkpoint_final.pth").unlink()
    (tmp_path / "away").rename(folder / "fold_0" / "checkpoint_final.pth")
    (folder / "plans.json").write_text("{")
    assert "no JSON" in refused(folder)


def test_a_head_of_other_classes_is_no_other_architecture(tmp_path: Path) -> None:
    path = written(tmp_path, dataset={**DATASET, "labels": {"background": 0, "cell": 1}})
    said = refused(path / "fold_0" / "checkpoint_final.pth")
    assert "its weights do not fit what it says of its network (nnunet lacks or differs in" in said
    assert "Known here" not in said


def test_of_several_trainings_one_has_to_be_chosen(tmp_path: Path) -> None:
    written(tmp_path)
    (tmp_path / TRAINING).rename(tmp_path / TRAINING.replace("2d", "3d_fullres"))
    assert "of volumes" in refused(tmp_path)
    written(tmp_path)
    assert loaded(tmp_path).format == "nnunet"
    (tmp_path / TRAINING).rename(tmp_path / TRAINING.replace("__2d", "Small__2d"))
    written(tmp_path)
    assert "several networks" in refused(tmp_path)


@pytest.mark.parametrize("place", [f"{TRAINING}/fold_0", TRAINING])
def test_a_link_that_leads_out_of_the_chosen_folder_is_not_followed(tmp_path: Path, place: str) -> None:
    dataset, other = tmp_path / "dataset", tmp_path / "other"
    dataset.mkdir()
    written(dataset)
    (dataset / place).rename(other)
    (dataset / place).symlink_to(other, target_is_directory=True)
    assert "leads out of the chosen folder" in refused(dataset)
    assert loaded(dataset / place).format == "nnunet", "it was chosen itself"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"spacing": [10**400, 1]}, "not as nnU-Net writes them"),
        ({"arch_strides": [[4096, 4096]] * 100_000}, "it has 100,000 stages"),
        ({"arch_strides": [[64, 64], [64, 64], [64, 64]]}, "smaller by more than any network"),
        ({"arch_strides": [[0, 0], [1, 1], [1, 1]]}, "smaller by more than any network"),
    ],
)
def test_numbers_that_no_network_has_are_said(tmp_path: Path, changes: dict[str, Any], said: str) -> None:
    path = tmp_path / "best.pth"
    torch.save(checkpoint(theirs(ours()), plans(**changes), DATASET), path)
    assert said in refused(path)


def test_a_checkpoint_that_wants_to_run_something_is_named_and_runs_nothing(tmp_path: Path) -> None:
    class Malice:
        def __reduce__(self) -> tuple[Any, ...]:
            return os.mkdir, (str(tmp_path / "trace"),)

    folder = written(tmp_path)
    content = checkpoint(theirs(ours()), plans(), DATASET) | {"hook": Malice()}
    torch.save(content, folder / "fold_0" / "checkpoint_final.pth")
    assert "mkdir" in refused(folder)
    assert inspect(folder).executes == (f"{os.mkdir.__module__}.mkdir",)
    assert not (tmp_path / "trace").exists()


@pytest.mark.parametrize("residual", [False, True])
def test_the_library_says_the_same(residual: bool) -> None:
    if find_spec("dynamic_network_architectures") is None:
        pytest.skip("dynamic_network_architectures is not installed")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        module = importlib.import_module("dynamic_network_architectures.architectures.unet")
    arguments = dict(plans(residual)["configurations"]["2d"]["architecture"]["arch_kwargs"])
    arguments |= {"conv_op": nn.Conv2d, "norm_op": nn.InstanceNorm2d, "nonlin": nn.LeakyReLU}
    build = module.ResidualEncoderUNet if residual else module.PlainConvUNet
    peer = build(input_channels=3, num_classes=3, deep_supervision=False, **arguments).eval()
    settle(peer)
    assert set(theirs(ours(residual), residual)) <= set(peer.state_dict())
    network = ours(residual)
    network.load_state_dict(translated(peer.state_dict(), keys(residual, 3)))
    image = torch.randn(2, 3, 32, 40)
    with torch.inference_mode():
        said = peer(image)
        assert said.std() > 0.01
        torch.testing.assert_close(network(image), said, rtol=0, atol=1e-4)
