"""How each family prepares pictures, as its own code does it: the numbers, and where they stand there."""

import numpy as np
import pytest
import torch

from segstudio.core.ade20k import ade20k_schema
from segstudio.models.inference import to_input
from segstudio.models.loaders.families import described
from segstudio.models.loaders.preparation import PREPARATIONS, preparation_of
from segstudio.models.loaders.recognition import Recognised
from segstudio.models.loaders.recognition.dialects import DIALECTS
from segstudio.models.references import Option

PIXEL = (200, 100, 50)
"""Red, green and blue."""

IMAGENET = [(200 / 255 - 0.485) / 0.229, (100 / 255 - 0.456) / 0.224, (50 / 255 - 0.406) / 0.225]


def found(family: str, architecture: str = "unet", classes: int = 7, **options: Option) -> Recognised:
    return Recognised(architecture, family, {"classes": classes, "in_channels": 3, **options}, {}, ())


@pytest.mark.parametrize(
    ("network", "numbers"),
    [
        # transforms.Normalize, or what amounts to it, of red, green and blue within 0..1
        (found("torchvision", "deeplabv3"), IMAGENET),
        (found("smp", backbone="resnet34"), IMAGENET),
        (found("VainF", "deeplabv3plus"), IMAGENET),
        (found("jfzhang95", "deeplabv3plus"), IMAGENET),
        (found("hszhao", "pspnet"), IMAGENET),  # there 255 times mean and std are taken of 0..255
        (found("CSAILVision", "pspnet"), IMAGENET),
        (found("HRNet", "hrnet"), IMAGENET),
        (found("DrSleep", "refinenet"), IMAGENET),
        # Cadene's Xception was trained so, in smp/encoders/_xception.py
        (found("smp", backbone="xception"), [(value / 255 - 0.5) / 0.5 for value in PIXEL]),
        # img / 255.0
        (found("milesial"), [value / 255 for value in PIXEL]),
        # img[:, :, ::-1] - mean_bgr
        (found("wkentaro", "fcn8s", 21), [50 - 104.00699, 100 - 116.66877, 200 - 122.67892]),
        # of Caffe's weights: tile_predict of 0..255, without --img_norm
        (found("ptsemseg", "pspnet", 19), [50 - 103.939, 100 - 116.779, 200 - 123.68]),
        (found("ptsemseg", "pspnet", 21), [50 - 103.939, 100 - 116.779, 200 - 123.68]),
        # pascalVOCLoader: transforms.Normalize, alone among its loaders
        (found("ptsemseg", "fcn8s", 21), IMAGENET),
        # cityscapesLoader: mean_rgb["cityscapes"] is zero, then / 255.0
        (found("ptsemseg", "unet", 19), [50 / 255, 100 / 255, 200 / 255]),
        # camvidLoader, and with it SUN RGB-D, NYU and ADE20K
        (found("ptsemseg", "unet", 12), [(50 - 104.00699) / 255, (100 - 116.66877) / 255, (200 - 122.67892) / 255]),
        # (2.0 / 255.0) * inputs - 1.0
        (found("TensorFlow", "deeplabv3plus"), [value / 127.5 - 1 for value in PIXEL]),
    ],
    ids=lambda value: " ".join((value.family, value.architecture)) if isinstance(value, Recognised) else "",
)  # fmt: skip
def test_a_pixel_becomes_what_the_family_makes_of_it(network: Recognised, numbers: list[float]) -> None:
    image = np.full((1, 1, 3), PIXEL, np.uint8)
    pixels = to_input([image], described(network).preprocess, torch.device("cpu"))
    np.testing.assert_allclose(pixels[0, :, 0, 0].numpy(), numbers, atol=2e-5)


def test_each_family_that_is_recognised_is_in_the_table_with_its_source() -> None:
    assert {dialect.family for dialect in DIALECTS} <= {each.family for each in PREPARATIONS}
    for dialect in DIALECTS:
        preparation = preparation_of(found(dialect.family, dialect.architecture))
        assert preparation.source
        assert preparation.preprocess.divisor == 1
    general = [each for each in PREPARATIONS if not (each.architecture or each.backbone or each.classes)]
    assert sorted(each.family for each in general) == sorted({each.family for each in PREPARATIONS})


@pytest.mark.parametrize(
    ("network", "divisor"),
    [
        (found("milesial", drops_odd=True), 16),
        (found("ptsemseg", depth=3), 8),
        (found("smp", backbone="resnet34"), 32),
        (found("smp", "deeplabv3plus", output_stride=16, separable=True), 16),
        (found("torchvision", "deeplabv3", output_stride=8), 8),
        (found("CSAILVision", "pspnet", align_corners=False), 8),
        (found("HRNet", "hrnet"), 32),
    ],
)
def test_the_divisor_is_the_stride_of_the_coarsest_features(network: Recognised, divisor: int) -> None:
    assert described(network).preprocess.divisor == divisor


@pytest.mark.parametrize("family", ["CSAILVision", "hszhao"])
def test_networks_of_150_classes_have_those_of_ade20k(family: str) -> None:
    schema = described(found(family, "pspnet", 150)).classes
    assert schema == ade20k_schema()
    named = [(c.name, c.color) for c in schema.classes]
    assert named[0] == ("wall", (120, 120, 120))
    assert named[2] == ("sky", (6, 230, 230))
    assert named[149] == ("flag", (92, 0, 255))
    assert len({c.name for c in schema.classes}) == 150
