"""A small network with names and colours of its own, and the files it is kept in."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from torch import nn

from segstudio.core.schema import LabelClass, LabelSchema
from segstudio.models.description import Description, Preprocess
from segstudio.models.loaders.loaded import build
from segstudio.models.loaders.segstudio import to_bytes

SCHEMA = LabelSchema(
    (
        LabelClass(0, "background", (0, 0, 0), background=True),
        LabelClass(7, "cell", (230, 25, 75), thing=True, group="tissue"),
        LabelClass(300, "nerve", (1, 2, 3)),
        LabelClass(255, "void", (224, 224, 192), ignore=True),
    )
)


@pytest.fixture
def description() -> Description:
    return Description(
        "unet",
        {"in_channels": 3, "classes": 3, "width": 4, "depth": 2},
        SCHEMA,
        Preprocess(mean=(0.1, 0.2, 0.3), std=(0.4, 0.5, 0.6), divisor=4),
        {"script": "none", "epochs": 0, "mean_iou": 0.25},
    )


@pytest.fixture
def network(description: Description) -> nn.Module:
    torch.manual_seed(0)
    return build(description).eval()


@pytest.fixture
def model_file(tmp_path: Path, network: nn.Module, description: Description) -> Path:
    path = tmp_path / "tiny.safetensors"
    path.write_bytes(to_bytes(network, description))
    return path


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """Keep tiny tensors from being shared out: two threads that wait for busy cores take ten times as long as one."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)
