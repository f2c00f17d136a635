"""A Mask R-CNN small enough for tests: thin layers, and few proposals."""

from pathlib import Path
from typing import Any, Final

import pytest

from segstudio.models.backbones import resnet
from segstudio.models.description import Description, Preprocess
from segstudio.models.loaders.families import assumed_classes
from segstudio.models.loaders.segstudio import to_bytes
from segstudio.models.references import Option
from segstudio.models.zoo import build_network, mask_rcnn, mask_rcnn_heads, mask_rcnn_rpn
from segstudio.models.zoo.mask_rcnn import MaskRCNN
from tests.models.peers import settle

CLASSES: Final = 4
CONFIG: Final[dict[str, Option]] = {
    "classes": CLASSES, "in_channels": 3, "backbone": "resnet18", "min_size": 96, "max_size": 160,
}  # fmt: skip
DESCRIPTION: Final = Description(
    "mask_rcnn", CONFIG, assumed_classes("", CLASSES), Preprocess(divisor=mask_rcnn.DIVISOR)
)


def make_small(monkeypatch: pytest.MonkeyPatch, learnt: int = 40, judged: int = 20) -> None:
    """Let networks that are built from now on be thin; of proposals so many are kept in training, and else."""
    monkeypatch.setattr(resnet, "WIDTH", 16)
    monkeypatch.setattr(mask_rcnn, "CHANNELS", 32)
    monkeypatch.setattr(mask_rcnn_heads, "HIDDEN", 64)
    monkeypatch.setattr(mask_rcnn_rpn, "MOST", {True: learnt, False: judged})


def lively(background: float = 0) -> MaskRCNN:
    """Return a network with weights by which classes differ between regions; ``background`` is of its score."""
    options: dict[str, Any] = dict(CONFIG)
    network = build_network("mask_rcnn", **options).eval()
    assert isinstance(network, MaskRCNN)
    settle(network)
    weights = network.state_dict()
    weights["roi_heads.box_predictor.cls_score.weight"].mul_(4)
    weights["roi_heads.box_predictor.cls_score.bias"][0] = background
    return network


def small_file(path: Path) -> Path:
    """Write a lively one as our own model file."""
    path.write_bytes(to_bytes(lively(), DESCRIPTION))
    return path
