"""What the entries of architectures and backbones say is so: parameters, cost, strides, sizes, the checkpoints."""

from collections.abc import Mapping
from functools import cache
from typing import Any

import pytest
import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from segstudio.models.backbones import BACKBONES, build_backbone
from segstudio.models.references import Option, Reference, translated
from segstudio.models.zoo import ARCHITECTURES, build_network
from segstudio.models.zoo.entries import CHANNELS, CLASSES, SIDE, Variant
from segstudio.services.zoo import nearest
from tests.models.peers import parameters_of, reference_shapes, shapes_of

VARIANTS = [
    pytest.param(name, variant, id=" ".join((name, *map(str, variant.options.values()))))
    for name, architecture in ARCHITECTURES.items()
    for variant in architecture.variants
]
REFERENCES = [
    pytest.param(name, reference, id=reference.name)
    for name, architecture in ARCHITECTURES.items()
    for reference in architecture.references
    if reference.name != "tensorflow_xception_65"  # of which there are names alone, in test_deeplab.py
]
SEGMENTING = [name for name in ARCHITECTURES if name != "mask_rcnn"]


def made(name: str, **options: Any) -> nn.Module:
    """Return a network without memory for its weights, by default of the channels and classes of the figures."""
    return _made(name, tuple({"in_channels": CHANNELS, "classes": CLASSES, **options}.items()))


@cache
def _made(name: str, config: tuple[tuple[str, Any], ...]) -> nn.Module:
    """Build it, once for all tests."""
    with torch.device("meta"):
        return build_network(name, **dict(config)).eval()


@pytest.mark.parametrize(("name", "variant"), VARIANTS)
def test_parameters_and_multiplications_are_as_stated(name: str, variant: Variant) -> None:
    network = made(name, **variant.options)
    assert parameters_of(network) == variant.parameters
    if variant.published is not None:
        parameters, classes = variant.published
        assert parameters_of(made(name, **variant.options, classes=classes)) == parameters
    if variant.gmacs is None:
        return
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        network(torch.zeros(1, CHANNELS, SIDE, SIDE, device="meta"))
    assert counter.get_total_flops() / 2e9 == pytest.approx(variant.gmacs, abs=0.0051)


@pytest.mark.parametrize(("name", "reference"), REFERENCES)
def test_the_tensors_of_a_reference_are_ours_one_by_one(name: str, reference: Reference) -> None:
    assert translated(reference_shapes(reference.name), reference.keys) == shapes_of(made(name, **reference.options))


@pytest.mark.parametrize("name", BACKBONES)
def test_a_backbone_has_its_parameters_and_takes_imagenet_weights(name: str) -> None:
    with torch.device("meta"):
        backbone = build_backbone(name)
    assert parameters_of(backbone) == BACKBONES[name].parameters
    for reference in BACKBONES[name].references:
        assert translated(reference_shapes(reference.name), reference.keys) == shapes_of(backbone)


@pytest.mark.parametrize("name", BACKBONES)
def test_a_backbone_gives_five_maps_of_its_channels_at_its_strides(name: str) -> None:
    for output_stride in BACKBONES[name].output_strides:
        with torch.device("meta"):
            backbone = build_backbone(name, 5, output_stride)
            maps = backbone(torch.zeros(1, 5, 64, 96))
        strides = [min(stride, output_stride) for stride in (2, 4, 8, 16, 32)]
        assert [tuple(m.shape[1:]) for m in maps] == [
            (channels, 64 // stride, 96 // stride) for channels, stride in zip(backbone.channels, strides, strict=True)
        ]


@pytest.mark.parametrize("name", BACKBONES)
def test_a_backbone_refuses_an_output_stride_that_it_has_not(name: str) -> None:
    with pytest.raises(ValueError, match="output stride of"):
        build_backbone(name, output_stride=7)


@pytest.mark.parametrize("name", SEGMENTING)
def test_any_size_of_image_any_channels_and_any_classes(name: str) -> None:
    network = made(name, in_channels=5, classes=7)
    for size in [(1, 1), (33, 2), (97, 130)]:
        assert network(torch.zeros(2, 5, *size, device="meta")).shape == (2, 7, *size)


def test_one_at_another_output_stride_is_not_the_nearest() -> None:
    """Where a table shows a checkpoint beside figures, they are those of the network it was published with."""
    of = {reference.name: reference for reference in ARCHITECTURES["deeplabv3"].references}
    theirs = nearest(ARCHITECTURES["deeplabv3"], of["torchvision_deeplabv3_resnet50"])
    assert theirs is not None
    assert theirs.output_stride == 8
    assert nearest(ARCHITECTURES["deeplabv3"], of["vainf_deeplabv3_resnet50"]) is None
    for reference in ARCHITECTURES["mask_rcnn"].references:
        assert nearest(ARCHITECTURES["mask_rcnn"], reference) is ARCHITECTURES["mask_rcnn"].variants[0]


@pytest.mark.parametrize("name", [name for name in SEGMENTING if ARCHITECTURES[name].backbones])
def test_each_named_backbone_carries_the_architecture(name: str) -> None:
    for backbone in ARCHITECTURES[name].backbones:
        network = made(name, classes=2, backbone=backbone)
        assert network(torch.zeros(1, 3, 65, 64, device="meta")).shape == (1, 2, 65, 64)
    with pytest.raises(ValueError, match="resnet9"):
        made(name, backbone="resnet9")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"architecture": "os"}, "'os' is not known"),
        ({"classes": 0}, "number of classes"),
        ({"classes": 10**9}, "number of classes"),
        ({"in_channels": -1}, "number of input channels"),
    ],
)
def test_what_cannot_be_built_is_said(arguments: Mapping[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        build_network(**{"architecture": "segnet", "in_channels": 3, "classes": 2, **arguments})


def test_an_option_that_is_not_there_is_refused() -> None:
    with pytest.raises(TypeError, match="depth"):
        build_network("segnet", 3, 2, depth=3)


@pytest.mark.parametrize(
    ("name", "options", "said"),
    [
        ("fcn", {"auxiliary": "False"}, "'auxiliary' is true or false, not 'False'"),
        ("fcn8s", {"at_once": "no"}, "'at_once' is true or false"),
        ("fcn32s", {"nearest": 1}, "'nearest' is true or false, not 1"),
        ("unet", {"bilinear": "off"}, "'bilinear' is true or false"),
        ("unet", {"valid": True, "norm": "no"}, "'norm' is true or false"),
        ("deeplabv3plus", {"separable": "no"}, "'separable' is true or false"),
        ("hrnet", {"align_corners": "no"}, "'align_corners' is true or false"),
        ("pspnet", {"finest_first": "no"}, "'finest_first' is true or false"),
        ("deeplabv3", {"output_stride": "8"}, "'output_stride' is a whole number"),
        ("mask_rcnn", {"min_size": True}, "'min_size' is a whole number, not True"),
        ("hrnet", {"size": 48}, "'size' is a name"),
    ],
)
def test_a_value_of_another_kind_is_refused(name: str, options: dict[str, Any], said: str) -> None:
    with pytest.raises(TypeError, match=said):
        build_network(name, 3, 2, **options)


def test_a_backbone_that_an_architecture_does_not_take_is_said_with_those_it_does() -> None:
    with pytest.raises(ValueError, match=r"FCN stands on resnet50, resnet101, .*, not on vgg16"):
        build_network("fcn", 3, 2, backbone="vgg16")


PUBLISHED: list[tuple[str, int, dict[str, Option], int]] = [
    ("fcn32s", 21, {}, 136_152_917),
    ("fcn16s", 21, {}, 134_815_994),
    ("fcn8s", 21, {}, 134_489_759),
    ("fcn16s", 21, {"nearest": True}, 134_357_354),
    ("fcn32s", 21, {"nearest": True}, 134_346_581),
    ("segnet", 21, {}, 29_455_125),
    ("segnet", 11, {}, 29_449_355),
    ("segnet_basic", 11, {}, 1_416_587),
    ("unet", 21, {"valid": True}, 31_033_045),
    ("unet", 2, {}, 31_037_698),
    ("unet", 21, {}, 31_038_933),
    ("unet", 2, {"bilinear": True}, 17_263_042),
    ("unet", 21, {"valid": True, "norm": True}, 31_040_981),
    ("unet", 21, {"valid": True, "norm": True, "width": 16}, 1_943_429),
    ("deconvnet", 21, {}, 251_805_653),
    ("pspnet", 150, {"auxiliary": True}, 49_180_908),
    ("pspnet", 150, {}, 46_782_550),
    ("pspnet", 21, {"auxiliary": True}, 49_081_578),
    ("pspnet", 21, {}, 46_716_373),
    ("pspnet", 19, {"backbone": "resnet101", "auxiliary": True}, 68_072_166),
    ("pspnet", 19, {"backbone": "resnet101"}, 65_707_475),
    ("refinenet", 21, {}, 118_052_437),
    ("refinenet", 21, {"backbone": "resnet50"}, 99_060_309),
    ("fcn", 21, {"backbone": "resnet50"}, 32_957_013),
    ("fcn", 21, {"backbone": "resnet50", "auxiliary": True}, 35_322_218),
    ("fcn", 21, {"backbone": "resnet101"}, 51_949_141),
    ("fcn", 21, {"backbone": "resnet101", "auxiliary": True}, 54_314_346),
    ("deeplabv3", 21, {"backbone": "resnet50", "auxiliary": True}, 42_004_074),
    ("deeplabv3", 21, {"backbone": "resnet101", "auxiliary": True}, 60_996_202),
    ("deeplabv3", 21, {"backbone": "mobilenet_v3_large", "output_stride": 16, "auxiliary": True}, 11_029_328),
    ("deeplabv3", 21, {"backbone": "resnet50"}, 39_638_869),
    ("deeplabv3", 21, {"backbone": "resnet101"}, 58_630_997),
    ("deeplabv3", 21, {"backbone": "mobilenet_v3_large", "output_stride": 16}, 11_025_477),
    ("lraspp", 21, {}, 3_221_538),
    ("deeplabv3plus", 21, {"backbone": "resnet50"}, 39_761_845),
    ("deeplabv3plus", 21, {"backbone": "resnet101"}, 58_753_973),
    ("deeplabv3plus", 21, {"backbone": "mobilenet_v2"}, 5_225_717),
    ("deeplabv3plus", 21, {"backbone": "resnet50", "separable": True}, 26_682_725),
    ("deeplabv3plus", 21, {"backbone": "mobilenet_v2", "separable": True}, 4_383_653),
    ("deeplabv3plus", 19, {"backbone": "xception65"}, 41_054_899),
    ("deeplabv3plus", 21, {"backbone": "xception65"}, 41_055_413),
    ("hrnet", 19, {"size": "w18"}, 9_641_119),
    ("hrnet", 19, {"size": "w32"}, 29_546_515),
    ("hrnet", 19, {"size": "w48"}, 65_859_379),
    ("hrnet", 19, {"size": "w18_small_v1"}, 1_540_819),
    ("hrnet", 19, {"size": "w18_small_v2"}, 3_939_579),
    ("hrnet_ocr", 19, {"size": "w48"}, 70_372_678),
    ("mask_rcnn", 91, {"norm": "frozen_coco"}, 44_401_393),
    ("mask_rcnn", 91, {}, 44_454_513),
]


@pytest.mark.parametrize(("name", "classes", "options", "parameters"), PUBLISHED)
def test_parameters_are_those_of_the_published_networks(
    name: str, classes: int, options: dict[str, Option], parameters: int
) -> None:
    assert parameters_of(made(name, classes=classes, **options)) == parameters


def test_the_unet_of_one_channel_has_the_parameters_of_the_paper() -> None:
    assert parameters_of(made("unet", in_channels=1, classes=2, valid=True)) == 31_030_658


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"features": "8"}, "two stages"),
        ({"features": "8 x"}, "single numbers"),
        ({"features": "8 16", "strides": "1 two"}, "are no whole numbers"),
        ({"features": "8 16", "strides": "1 2 2"}, "3 strides for 2 stages"),
        ({"features": "8 16", "strides": "1 99"}, "number among the strides"),
        ({"features": " ".join(["8"] * 13)}, "number of stages"),
    ],
)
def test_plans_of_nnunet_that_are_none_are_said(options: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        build_network("nnunet", 3, 2, **options)
