"""Networks whose papers have no small one, narrowed: their plan stays, with a few channels."""

import pytest

from segstudio.models.backbones import resnet, vgg, xception
from segstudio.models.layers import aspp
from segstudio.models.zoo import (
    deconvnet,
    deeplabv3,
    deeplabv3plus,
    deeplabv3plus_xception,
    fcn,
    hrnet_ocr,
    pspnet,
    refinenet,
    segnet,
)

STAGES = ((2, 8), (2, 8), (3, 16), (3, 16), (3, 16))


def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let all architectures be built with few channels, until the test is over."""
    for module in (vgg, segnet, deconvnet):
        monkeypatch.setattr(module, "STAGES", STAGES)
    for name, width in {"HIDDEN": 32, "POOL3": 16, "POOL4": 16, "POOL5": 16}.items():
        monkeypatch.setattr(fcn, name, width)
    monkeypatch.setattr(deconvnet, "HIDDEN", 32)
    monkeypatch.setitem(resnet.PLANS, "resnet50", (resnet.Bottleneck, (1, 1, 1, 1)))
    monkeypatch.setattr(pspnet, "HIDDEN", 32)
    monkeypatch.setattr(refinenet, "WIDTH", 16)
    monkeypatch.setattr(refinenet, "COARSEST", 32)
    monkeypatch.setattr(resnet, "WIDTH", 16)
    for module in (aspp, deeplabv3, deeplabv3plus, deeplabv3plus_xception):
        monkeypatch.setattr(module, "CHANNELS", 32)
    monkeypatch.setattr(xception, "MIDDLE", 1)
    monkeypatch.setattr(hrnet_ocr, "CHANNELS", 64)
    monkeypatch.setattr(hrnet_ocr, "KEYS", 32)
