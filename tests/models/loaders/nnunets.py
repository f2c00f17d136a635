"""Folders as nnU-Net of version 2 writes them, with random weights."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from segstudio.models.zoo import build_network
from tests.models.peers import settle

TRAINING = "nnUNetTrainer__nnUNetPlans__2d"
FEATURES, STRIDES, KERNELS = [4, 8, 12], [[1, 1], [2, 2], [2, 1]], [[3, 3], [3, 1], [3, 3]]
DATASET: dict[str, Any] = {
    "channel_names": {"0": "R", "1": "G", "2": "B"},
    "labels": {"background": 0, "cell": 1, "nerve": 2},
    "numTraining": 3,
    "file_ending": ".png",
}


def plans(residual: bool = False, **changes: Any) -> dict[str, Any]:
    """Return plans with one configuration; ``changes`` are of its entries, or with "arch_" before, its arguments."""
    blocks = {"n_blocks_per_stage": [1, 2, 1]} if residual else {"n_conv_per_stage": [2, 1, 2]}
    name = "ResidualEncoderUNet" if residual else "PlainConvUNet"
    arguments = {
        "n_stages": 3,
        "features_per_stage": FEATURES,
        "conv_op": "torch.nn.modules.conv.Conv2d",
        "kernel_sizes": KERNELS,
        "strides": STRIDES,
        **blocks,
        "n_conv_per_stage_decoder": [1, 2],
        "conv_bias": True,
        "norm_op": "torch.nn.modules.instancenorm.InstanceNorm2d",
        "norm_op_kwargs": {"eps": 1e-05, "affine": True},
        "dropout_op": None,
        "dropout_op_kwargs": None,
        "nonlin": "torch.nn.LeakyReLU",
        "nonlin_kwargs": {"inplace": True},
        **{key.removeprefix("arch_"): value for key, value in changes.items() if key.startswith("arch_")},
    }
    configuration = {
        "patch_size": [64, 32],
        "spacing": [1.0, 1.0],
        "normalization_schemes": ["ZScoreNormalization"] * 3,
        "use_mask_for_norm": [False] * 3,
        "architecture": {
            "network_class_name": f"dynamic_network_architectures.architectures.unet.{name}",
            "arch_kwargs": arguments,
            "_kw_requires_import": ["conv_op", "norm_op", "dropout_op", "nonlin"],
        },
        **{key: value for key, value in changes.items() if not key.startswith("arch_")},
    }
    return {"dataset_name": "Dataset001_Cells", "configurations": {"2d": configuration}}


def ours(residual: bool = False, classes: int = 3) -> nn.Module:
    """Return the network of ``plans`` with weights that keep its signal alive."""
    blocks = "1 2 1" if residual else "2 1 2"
    network = build_network(
        "nnunet", 3, classes, features="4 8 12", strides="1 2 2x1", kernels="3 3x1 3", convolutions=blocks,
        decoder_convolutions="1 2", residual=residual,
    ).eval()  # fmt: skip
    settle(network)
    return network


def theirs(network: nn.Module, residual: bool = False) -> dict[str, Tensor]:
    """Return the weights under nnU-Net's names, each as often as its files have it, and a head on another stage."""
    found: dict[str, Tensor] = {}
    for name, tensor in network.state_dict().items():
        for key in _names(name, residual):
            found[key] = tensor
            if key.startswith("encoder."):
                found[f"decoder.{key}"] = tensor
    head = network.get_submodule("head")
    assert isinstance(head, nn.Conv2d)
    found["decoder.seg_layers.0.weight"] = torch.zeros(head.out_channels, 8, 1, 1)
    found["decoder.seg_layers.0.bias"] = torch.zeros(head.out_channels)
    return found


def _names(name: str, residual: bool) -> list[str]:
    part, _, rest = name.partition(".")
    first, _, last = rest.partition(".")
    if part == "head":
        return [f"decoder.seg_layers.1.{rest}"]
    if part == "up":
        return [f"decoder.transpconvs.{rest}"]
    if part == "stem":
        stem = f"encoder.stem.convs.0.{rest}"
        return [stem, stem.replace("convs.0.conv.", "convs.0.all_modules.0.")] if ".conv." in stem else [stem]
    if part == "decoder":
        return [f"decoder.stages.{first}.convs.{last}"]
    plain = f"encoder.stages.{first}.blocks.{last}" if residual else f"encoder.stages.{first}.0.convs.{last}"
    return [plain, plain.replace(".norm.", ".all_modules.1.")] if ".norm." in plain else [plain]


def checkpoint(weights: dict[str, Tensor], said: dict[str, Any], dataset: dict[str, Any]) -> dict[str, Any]:
    """Return what nnU-Net's trainer saves, with numbers of numpy and a device among it."""
    return {
        "network_weights": weights,
        "optimizer_state": {"state": {0: {"momentum_buffer": torch.zeros(3)}}, "param_groups": [{"lr": 0.01}]},
        "grad_scaler_state": {"scale": 65536.0},
        "logging": {"mean_fg_dice": [np.float64(0.5), np.float32(0.25)], "epoch_end_timestamps": [1.5]},
        "_best_ema": np.float64(0.5),
        "current_epoch": 1000,
        "init_args": {
            "plans": said,
            "configuration": "2d",
            "fold": 0,
            "dataset_json": dataset,
            "device": torch.device("cpu"),
        },
        "trainer_name": "nnUNetTrainer",
        "inference_allowed_mirroring_axes": (0, 1),
    }


def written(root: Path, residual: bool = False, dataset: dict[str, Any] = DATASET, **changes: Any) -> Path:
    """Write the folder of a training with one fold into ``root``, and return it."""
    said, folder = plans(residual, **changes), root / TRAINING
    (folder / "fold_0").mkdir(parents=True)
    (folder / "plans.json").write_text(json.dumps(said))
    (folder / "dataset.json").write_text(json.dumps(dataset))
    content = checkpoint(theirs(ours(residual), residual), said, dataset)
    torch.save(content, folder / "fold_0" / "checkpoint_final.pth")
    return folder
