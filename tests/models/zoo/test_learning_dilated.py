"""Each network with a dilated backbone or branches learns two images by heart, narrowed where it is wide."""

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
