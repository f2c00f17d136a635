"""U-Net in its three forms."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from segstudio.models.zoo.unet import UNet


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
        UNet(**({"in_channels": 3, "classes": 2, "width": 2, "depth": 1} | {name: value}))
