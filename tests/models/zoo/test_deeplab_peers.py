"""DeepLab and LR-ASPP against torchvision, smp and timm with the same weights.

Maps are larger than the widest rate of ASPP, so that its outer taps read features and not only padding.
"""

from typing import Any

import pytest
import torch
from torch import Tensor

from segstudio.models.backbones import resnet
from segstudio.models.backbones.xception import AlignedXception65
from segstudio.models.references import translated
from segstudio.models.zoo import build_network
from segstudio.models.zoo.deeplabv3 import DeepLabV3
from segstudio.models.zoo.entries.deeplab_keys import SMP
from tests.models.peers import give, settle, smp, timm, torchvision


def images(height: int, width: int) -> Tensor:
    return torch.randn(1, 3, height, width, generator=torch.Generator().manual_seed(5))


def assert_same(ours: Tensor, theirs: Tensor) -> None:
    assert theirs.std() > 0.01
    torch.testing.assert_close(ours, theirs, rtol=0, atol=1e-4)


@pytest.mark.parametrize(("stride", "replaced"), [(8, [False, True, True]), (16, [False, False, True])])
def test_torchvision_says_the_same(monkeypatch: pytest.MonkeyPatch, stride: int, replaced: list[bool]) -> None:
    """A ResNet of two blocks a stage: the second has the dilation of its stage."""
    monkeypatch.setitem(resnet.PLANS, "resnet50", (resnet.Bottleneck, (1, 2, 2, 2)))
    models, deeplab = torchvision("models"), torchvision("models.segmentation.deeplabv3")
    body = models.resnet.ResNet(models.resnet.Bottleneck, [1, 2, 2, 2], replace_stride_with_dilation=replaced)
    peer = deeplab._deeplabv3_resnet(body, 5, aux=True).eval()
    if stride == 16:  # torchvision has its rates for 8 alone
        peer.classifier = deeplab.DeepLabHead(2048, 5, (6, 12, 18)).eval()
    ours = build_network("deeplabv3", 3, 5, output_stride=stride, auxiliary=True).eval()
    settle(ours)
    give(ours.state_dict(), peer)
    image = images(38 * stride + 1, 37 * stride)
    assert isinstance(ours, DeepLabV3)
    with torch.inference_mode():
        said = peer(image)
        logits, guess = ours.with_auxiliary(image)
        assert guess is not None
        assert_same(logits, said["out"])
        assert_same(guess, said["aux"])


@pytest.mark.parametrize(
    ("name", "theirs", "options", "size"),
    [
        ("deeplabv3", "deeplabv3_mobilenet_v3_large", {"backbone": "mobilenet_v3_large"}, (600, 593)),
        ("lraspp", "lraspp_mobilenet_v3_large", {}, (165, 98)),
    ],
)
def test_torchvision_says_the_same_over_mobilenet(
    name: str, theirs: str, options: dict[str, Any], size: tuple[int, int]
) -> None:
    build = getattr(torchvision("models.segmentation"), theirs)
    peer = build(weights=None, weights_backbone=None, num_classes=5).eval()
    ours = build_network(name, 3, 5, output_stride=16, **options).eval()
    settle(ours)
    give(ours.state_dict(), peer)
    with torch.inference_mode():
        assert_same(ours(images(*size)), peer(images(*size))["out"])


@pytest.mark.parametrize("stride", [8, 16])
@pytest.mark.parametrize("backbone", ["resnet34", "mobilenet_v2"])
def test_smp_says_the_same(backbone: str, stride: int) -> None:
    peer = smp().DeepLabV3Plus(backbone, encoder_weights=None, classes=5, encoder_output_stride=stride).eval()
    settle(peer)
    ours = build_network("deeplabv3plus", 3, 5, backbone=backbone, separable=True, output_stride=stride).eval()
    give(translated(peer.state_dict(), SMP), ours)
    image = images(256, 320)
    with torch.inference_mode():
        assert_same(ours(image), peer(image))


TIMM = {
    "stem_0.conv.*": "entry_flow.conv1_1.0.*",
    "stem_0.bn.*": "entry_flow.conv1_1.1.*",
    "stem_1.conv.*": "entry_flow.conv1_2.0.*",
    "stem_1.bn.*": "entry_flow.conv1_2.1.*",
    **{
        f"blocks_{number}.{theirs}": f"{unit}.{ours}"
        for number, unit in enumerate([
            *(f"entry_flow.block{block}.unit_1" for block in (1, 2, 3)),
            *(f"middle_flow.block1.unit_{unit}" for unit in range(1, 17)),
            *(f"exit_flow.block{block}.unit_1" for block in (1, 2)),
        ])
        for theirs, ours in {
            "shortcut.conv.*": "shortcut.0.*",
            "shortcut.bn.*": "shortcut.1.*",
            "stack.conv*.conv_dw.*": "separable_conv*.depthwise.0.*",
            "stack.conv*.bn_dw.*": "separable_conv*.depthwise.1.*",
            "stack.conv*.conv_pw.*": "separable_conv*.pointwise.0.*",
            "stack.conv*.bn_pw.*": "separable_conv*.pointwise.1.*",
        }.items()
    },
}  # fmt: skip


@pytest.mark.parametrize("stride", [8, 16, 32])
def test_timm_has_the_same_xception(stride: int) -> None:
    """Its features are those here after the activation, but for the last."""
    peer = timm().create_model("xception65", pretrained=False, features_only=True, output_stride=stride).eval()
    settle(peer)
    ours = AlignedXception65(3, stride).eval()
    give(translated(peer.state_dict(), TIMM), ours)
    with torch.inference_mode():
        *earlier, last = ours(images(97, 130))
        for mine, theirs in zip([*(level.relu() for level in earlier), last], peer(images(97, 130)), strict=True):
            assert_same(mine, theirs)
