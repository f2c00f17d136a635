"""A Mask R-CNN small enough for tests: thin layers, and few proposals."""

import pytest

from segstudio.models.backbones import resnet
from segstudio.models.zoo import mask_rcnn, mask_rcnn_heads, mask_rcnn_rpn


def make_small(monkeypatch: pytest.MonkeyPatch, learnt: int = 40, judged: int = 20) -> None:
    """Let networks that are built from now on be thin; of proposals so many are kept in training, and else."""
    monkeypatch.setattr(resnet, "WIDTH", 16)
    monkeypatch.setattr(mask_rcnn, "CHANNELS", 32)
    monkeypatch.setattr(mask_rcnn_heads, "HIDDEN", 64)
    monkeypatch.setattr(mask_rcnn_rpn, "MOST", {True: learnt, False: judged})
