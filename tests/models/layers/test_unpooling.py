"""Pooling that remembers, and unpooling: each maximum is put back where it was."""

import numpy as np
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from segstudio.models.layers.unpooling import decoded, encoded, mirrored_stages, pool_with_indices, unpool


@given(st.integers(0, 999), st.integers(1, 11), st.integers(1, 11))
def test_maxima_go_back_to_their_places_and_all_else_is_zero(seed: int, height: int, width: int) -> None:
    image = np.random.default_rng(seed).permutation(height * width).reshape(height, width) + 1.0
    expected = np.zeros_like(image)
    for y in range(0, height, 2):
        for x in range(0, width, 2):
            square = image[y : y + 2, x : x + 2]
            i, j = np.unravel_index(square.argmax(), square.shape)
            expected[y + i, x + j] = square.max()
    pooled, places = pool_with_indices(torch.from_numpy(image)[None, None])
    assert pooled.shape[-2:] == ((height + 1) // 2, (width + 1) // 2)
    np.testing.assert_array_equal(unpool(pooled, places)[0, 0].numpy(), expected)


def test_by_hand() -> None:
    pooled, places = pool_with_indices(torch.tensor([[[[1.0, 2, 9], [4, 3, 8], [5, 6, 7]]]]))
    assert pooled.tolist() == [[[[4, 9], [6, 7]]]]
    assert unpool(torch.tensor([[[[10.0, 20], [30, 40]]]]), places).tolist() == [
        [[[0, 0, 20], [10, 0, 0], [0, 30, 40]]]
    ]


def test_the_size_of_camvid_comes_back_through_five_levels() -> None:
    image = torch.rand(1, 1, 360, 480)
    coarsest, taken = encoded(image, [nn.Identity()] * 5)
    assert coarsest.shape[-2:] == (12, 15)
    back = decoded(coarsest, [nn.Identity()] * 5, taken)
    assert back.shape == image.shape
    assert torch.equal(back[back > 0], image[back > 0])
    assert int((back > 0).sum()) == coarsest.numel()


def test_a_decoder_mirrors_its_encoder() -> None:
    made: list[tuple[int, int]] = []

    def unit(before: int, after: int) -> nn.Module:
        made.append((before, after))
        return nn.Identity()

    stages = mirrored_stages(((2, 4), (3, 8)), unit)
    assert [len(stage) for stage in stages] == [3, 2]
    assert made == [(8, 8), (8, 8), (8, 4), (4, 4), (4, 4)]
