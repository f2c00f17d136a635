"""U-Net in its three forms."""

from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.nn import functional

from segstudio.models.references import translated
from segstudio.models.zoo import build_network
from segstudio.models.zoo.entries.unet import SMP
from segstudio.models.zoo.unet import UNet
from segstudio.models.zoo.unet_valid import MARGIN, UNetValid
from tests.models.peers import give, settle, smp


@settings(max_examples=25, deadline=None)
@given(
    height=st.integers(1, 40), width=st.integers(1, 40), depth=st.integers(1, 3),
    channels=st.integers(1, 4), classes=st.integers(1, 5),
)  # fmt: skip
def test_unet_gives_logits_of_the_size_of_any_image(
    height: int, width: int, depth: int, channels: int, classes: int
) -> None:
    network = UNet(channels, classes, width=2, depth=depth).eval()
    with torch.inference_mode():
        assert network(torch.rand(2, channels, height, width)).shape == (2, classes, height, width)


def test_padding_is_inside_and_repeats_the_border() -> None:
    network = UNet(3, 2, width=2, depth=2).eval()
    image = torch.rand(1, 3, 10, 13)
    padded = nn.functional.pad(image, (0, 3, 0, 2), mode="replicate")
    with torch.inference_mode():
        torch.testing.assert_close(network(image), network(padded)[..., :10, :13])


@pytest.mark.parametrize(("name", "value"), [("depth", 0), ("depth", 9), ("width", 0), ("width", 10**9)])
def test_a_configuration_out_of_bounds_is_refused(name: str, value: int) -> None:
    with pytest.raises(ValueError, match=name):
        build_network("unet", 3, 2, **{name: value})


def test_as_published_the_contracting_path_ends_with_dropout() -> None:
    def dropped(norm: bool) -> list[bool]:
        network = UNetValid(1, 2, width=1, norm=norm)
        assert not any(isinstance(layer, nn.Dropout) for level in network.decoder for layer in level.modules())
        return [any(isinstance(layer, nn.Dropout) for layer in level.modules()) for level in network.encoder]

    assert dropped(norm=False) == [False, False, False, True, True]
    assert not any(dropped(norm=True))


def test_as_published_572_gives_388() -> None:
    with torch.device("meta"):
        network = UNetValid(1, 2)
        assert network.logits(torch.zeros(1, 1, 572, 572)).shape == (1, 2, 388, 388)


@given(st.integers(1, 40), st.integers(1, 40))
@settings(max_examples=10)
def test_as_published_the_image_is_mirrored_around_it(height: int, width: int) -> None:
    network = UNetValid(2, 3, width=1).eval()
    image = torch.randn(1, 2, height, width)
    far = [MARGIN + (4 - side) % 16 for side in (height, width)]
    mirrored = np.pad(image.numpy(), ((0, 0), (0, 0), (MARGIN, far[0]), (MARGIN, far[1])), mode="reflect")
    with torch.inference_mode():
        expected = network.logits(torch.from_numpy(mirrored))[..., :height, :width]
        torch.testing.assert_close(network(image), expected)


def test_as_published_the_result_does_not_depend_on_the_tile() -> None:
    """The overlap-tile strategy (figure 2): a tile gives what the whole image gives there."""
    network = UNetValid(1, 2, width=2).eval()
    settle(network)
    image = torch.randn(1, 1, 16 * 2 + 188, 16 * 3 + 188)
    with torch.inference_mode():
        whole = network.logits(image)
        torch.testing.assert_close(
            network.logits(image[..., 16 : 16 + 188 + 16, 16 : 16 + 204]), whole[..., 16:36, 16:36]
        )


@pytest.mark.parametrize(("height", "width"), [(8, 12), (9, 14), (11, 7), (6, 5)])
@pytest.mark.parametrize("bilinear", [False, True])
def test_the_padded_form_is_milesials(bilinear: bool, height: int, width: int) -> None:
    """The same sums written down once more, with torch's functions and the weights by name."""
    network = UNet(3, 2, width=4, depth=2, bilinear=bilinear, drops_odd=True).eval()
    settle(network)
    weights = network.state_dict()

    def double(maps: torch.Tensor, name: str) -> torch.Tensor:
        for conv, norm in ((0, 1), (3, 4)):
            maps = functional.conv2d(maps, weights[f"{name}.{conv}.weight"], padding=1)
            mean, var, gain, shift = (
                weights[f"{name}.{norm}.{part}"] for part in ("running_mean", "running_var", "weight", "bias")
            )
            maps = functional.relu(functional.batch_norm(maps, mean, var, gain, shift))
        return maps

    def up(maps: torch.Tensor, level: int, like: torch.Tensor) -> torch.Tensor:
        if bilinear:
            size = [2 * side for side in maps.shape[-2:]]
            maps = functional.interpolate(maps, size, mode="bilinear", align_corners=True)
        else:
            bias = weights[f"up.{level}.bias"]
            maps = functional.conv_transpose2d(maps, weights[f"up.{level}.weight"], bias, stride=2)
        framed = maps.new_zeros((*maps.shape[:2], *like.shape[2:]))  # in the middle; what is left over is behind it
        top, left = ((whole - part) // 2 for whole, part in zip(like.shape[2:], maps.shape[2:], strict=True))
        framed[..., top : top + maps.shape[2], left : left + maps.shape[3]] = maps
        return framed

    image = torch.randn(1, 3, height, width)
    fine = double(image, "encoder.0")
    middle = double(functional.max_pool2d(fine, 2), "encoder.1")
    maps = double(functional.max_pool2d(middle, 2), "encoder.2")
    maps = double(torch.cat([middle, up(maps, 0, middle)], 1), "decoder.0")
    maps = double(torch.cat([fine, up(maps, 1, fine)], 1), "decoder.1")
    expected = functional.conv2d(maps, weights["head.weight"], weights["head.bias"])
    with torch.inference_mode():
        torch.testing.assert_close(network(image), expected)
        if height % 4 == width % 4 == 0:
            network.drops_odd = False
            torch.testing.assert_close(network(image), expected)


@pytest.mark.parametrize("backbone", ["resnet34", "resnet50", "mobilenet_v2", "xception"])
def test_over_a_backbone_it_is_that_of_segmentation_models_pytorch(backbone: str) -> None:
    theirs = smp().Unet(backbone, encoder_weights=None, classes=21).eval()
    settle(theirs)
    ours = build_network("unet", 3, 21, backbone=backbone).eval()
    give(translated(theirs.state_dict(), SMP), ours)
    image = torch.randn(2, 3, 64, 96, generator=torch.Generator().manual_seed(1))
    with torch.inference_mode():
        torch.testing.assert_close(ours(image), theirs(image), atol=1e-4, rtol=0)


@pytest.mark.parametrize(
    "options", [{"backbone": "resnet18", "depth": 3}, {"valid": True, "bilinear": True}, {"norm": True}]
)
def test_an_option_of_another_form_is_refused(options: dict[str, Any]) -> None:
    with pytest.raises(TypeError, match="unexpected keyword"):
        build_network("unet", 3, 2, **options)
