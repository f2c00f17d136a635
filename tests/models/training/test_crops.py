"""How small crops may be: by the stride of the coarsest features, whatever the architecture."""

from dataclasses import replace

import pytest
import torch

from segstudio.core.errors import SegstudioError
from segstudio.models.backbones import resnet
from segstudio.models.description import Description
from segstudio.models.references import Option
from segstudio.models.training.crops import coarsest_stride
from segstudio.models.training.trainer import Trainer
from segstudio.models.zoo import build_network, refinenet
from tests.models.training.discs import DISCS, EXAMPLES, PLAN, SCHEMA, UNSEEN


@pytest.mark.parametrize(
    ("architecture", "options", "stride"),
    [
        ("fcn8s", {}, 32), ("fcn_alexnet", {}, 32), ("segnet", {}, 16), ("unet", {"width": 2, "depth": 3}, 8),
        ("unet", {"width": 2, "valid": True}, 16), ("unet", {"backbone": "resnet18"}, 32),
        ("deconvnet", {}, 32), ("pspnet", {"backbone": "resnet50"}, 8), ("refinenet", {"backbone": "resnet18"}, 32),
        ("deeplabv3", {"backbone": "resnet50", "output_stride": 16}, 16), ("lraspp", {}, 16),
    ],
)  # fmt: skip
def test_strides(architecture: str, options: dict[str, Option], stride: int) -> None:
    """Pooling over the whole image, as in PSPNet, DeepLab and LR-ASPP, is no stride; nor is what padding adds."""
    with torch.device("meta"):
        network = build_network(architecture, 3, 2, **options)
    assert coarsest_stride(network, 3) == stride


def test_crops_that_are_too_small_for_a_network_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    for module, name, width in ((resnet, "WIDTH", 8), (refinenet, "WIDTH", 8), (refinenet, "COARSEST", 16)):
        monkeypatch.setattr(module, name, width)
    thin = Description("refinenet", {"in_channels": 3, "classes": 2, "backbone": "resnet18"}, SCHEMA)
    with pytest.raises(SegstudioError, match=r"Crops of 4 x 4 pixels are too small for refinenet: .* for 32 x 32"):
        Trainer(thin, replace(PLAN, crop=4), "cpu")
    with pytest.raises(SegstudioError, match="too small for unet"):
        Trainer(DISCS, replace(PLAN, crop=3), "cpu")
    list(Trainer(DISCS, replace(PLAN, crop=4), "cpu").run(EXAMPLES, UNSEEN))


def test_large_crops_are_not_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> int:
        raise AssertionError

    monkeypatch.setattr("segstudio.models.training.crops.coarsest_stride", refuse)
    Trainer(DISCS, replace(PLAN, crop=256), "cpu")
