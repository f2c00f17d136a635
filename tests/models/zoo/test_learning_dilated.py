"""Each network with a dilated backbone or branches learns two images by heart, narrowed where it is wide."""

from typing import Any

import pytest
import torch

from segstudio.models.backbones import resnet, xception
from segstudio.models.layers import aspp
from segstudio.models.zoo import build_network, deeplabv3, deeplabv3plus, deeplabv3plus_xception, hrnet_ocr
from tests.models.zoo.learning import overfit


@pytest.fixture(autouse=True)
def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resnet, "WIDTH", 16)
    for module in (aspp, deeplabv3, deeplabv3plus, deeplabv3plus_xception):
        monkeypatch.setattr(module, "CHANNELS", 32)
    monkeypatch.setattr(xception, "MIDDLE", 1)
    monkeypatch.setattr(hrnet_ocr, "CHANNELS", 64)
    monkeypatch.setattr(hrnet_ocr, "KEYS", 32)


@pytest.mark.parametrize(
    ("name", "options", "training"),
    [
        ("deeplabv3", {"backbone": "resnet18", "auxiliary": True}, {"side": 64}),
        ("deeplabv3", {"backbone": "mobilenet_v3_large", "output_stride": 16}, {"side": 64}),
        ("deeplabv3plus", {"backbone": "resnet18"}, {"side": 64}),
        ("deeplabv3plus", {"backbone": "resnet18", "separable": True}, {"side": 64}),
        ("deeplabv3plus", {"backbone": "mobilenet_v2"}, {"side": 64}),
        ("deeplabv3plus", {"backbone": "xception65"}, {"side": 33, "steps": 12, "noisy": 8}),
        ("lraspp", {}, {"side": 64}),
        ("hrnet", {"size": "w18_small_v1"}, {"side": 64}),
        ("hrnet_ocr", {"size": "w18_small_v1"}, {"side": 64}),
    ],
)
def test_two_images_are_learnt_by_heart(name: str, options: dict[str, Any], training: dict[str, Any]) -> None:
    torch.manual_seed(0)
    first, last, iou = overfit(build_network(name, 3, 2, **options), **training)
    assert last < first / 2
    assert iou > 0.8
