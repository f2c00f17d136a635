"""Padding and mirroring, and their inverses."""

import numpy as np
import torch
from hypothesis import given
from hypothesis import strategies as st

from segstudio.models.layers.sizes import cropped, mirrored, padded, resized

SIDE = st.integers(1, 20)


@given(SIDE, SIDE, st.integers(1, 9), st.integers(0, 1), st.integers(1, 25))
def test_padding_grows_least_repeats_the_border_and_is_inverted(
    height: int, width: int, multiple: int, plus: int, least: int
) -> None:
    image = torch.rand(1, 2, height, width)
    grown = padded(image, multiple, plus=plus, at_least=least)
    sides = []
    for side in (height, width):
        wanted = max(side, least)
        while wanted % multiple != plus % multiple:
            wanted += 1
        sides.append(wanted)
    expected = np.pad(image.numpy(), ((0, 0), (0, 0), (0, sides[0] - height), (0, sides[1] - width)), mode="edge")
    np.testing.assert_array_equal(grown.numpy(), expected)
    assert torch.equal(cropped(grown, image), image)


@given(SIDE, SIDE, st.integers(0, 50), st.integers(0, 50), st.integers(0, 50))
def test_mirroring_goes_on_beyond_the_other_side(height: int, width: int, before: int, below: int, right: int) -> None:
    image = torch.rand(1, 2, height, width)
    expected = np.pad(image.numpy(), ((0, 0), (0, 0), (before, below), (before, right)), mode="reflect")
    found = mirrored(image, before, (below, right))
    np.testing.assert_array_equal(found.numpy(), expected)
    assert torch.equal(cropped(found, image, before), image)


def test_resizing_keeps_corner_centres_or_corners() -> None:
    ramp = torch.tensor([[[[0.0, 4]]]])
    wide = torch.zeros(1, 1, 1, 4)
    assert resized(ramp, wide, align_corners=False).flatten().tolist() == [0, 1, 3, 4]
    torch.testing.assert_close(resized(ramp, wide, align_corners=True).flatten(), torch.tensor([0, 4 / 3, 8 / 3, 4]))
