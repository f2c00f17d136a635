"""Each network learns two images by heart. Its widths are narrowed where the paper has no small one; its plan stays."""

from typing import Any

import pytest
import torch

from segstudio.models.zoo import build_network
from tests.models.zoo.learning import overfit
from tests.models.zoo.narrow import narrow


@pytest.fixture(autouse=True)
def narrowed(monkeypatch: pytest.MonkeyPatch) -> None:
    narrow(monkeypatch)


@pytest.mark.parametrize(
    ("name", "options", "training"),
    [
        ("fcn32s", {}, {"side": 96, "noisy": 0}),
        ("fcn16s", {}, {"side": 64, "noisy": 0}),
        ("fcn8s", {}, {"side": 64, "noisy": 0}),
        ("fcn8s", {"at_once": True}, {"side": 96, "noisy": 0}),
        ("fcn_alexnet", {}, {"side": 96, "noisy": 0, "rate": 1e-3}),
        ("fcn", {"backbone": "resnet18", "auxiliary": True}, {"side": 64}),
        ("segnet", {}, {"rate": 1e-2}),
        ("segnet_basic", {}, {"side": 16, "rate": 1e-2}),
        ("unet", {"width": 4}, {"rate": 1e-2}),
        ("unet", {"width": 4, "bilinear": True}, {"rate": 1e-2}),
        ("unet", {"width": 4, "valid": True}, {"side": 36, "rate": 1e-2}),
        ("unet", {"backbone": "resnet18"}, {}),
        ("unet", {"backbone": "vgg16_bn"}, {}),
        ("deconvnet", {}, {"side": 224, "rate": 1e-2, "noisy": 10}),
        ("pspnet", {"auxiliary": True}, {"side": 65}),
        ("refinenet", {"backbone": "resnet18"}, {"side": 64}),
    ],
)
def test_two_images_are_learnt_by_heart(name: str, options: dict[str, Any], training: dict[str, Any]) -> None:
    torch.manual_seed(0)
    first, last, iou = overfit(build_network(name, 3, 2, **options), **training)
    assert last < first / 2
    assert iou > 0.8
