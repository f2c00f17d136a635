"""PSPNet's pyramid against means in numpy, in float64."""

import numpy as np
import torch

from segstudio.models.layers.pyramid_pooling import PyramidPooling


def test_the_pyramid_has_means_of_parts_beside_the_features() -> None:
    pyramid = PyramidPooling(8, (1, 2)).double().eval()
    maps = np.random.default_rng(2).standard_normal((8, 4, 6))
    found = pyramid(torch.from_numpy(maps)[None])[0].detach().numpy()
    assert found.shape == (16, 4, 6)
    np.testing.assert_array_equal(found[:8], maps)
    for level, side in enumerate((1, 2)):
        parts = maps.reshape(8, side, 4 // side, side, 6 // side).mean((2, 4))
        weights = pyramid.get_parameter(f"features.{level}.1.weight")[..., 0, 0].detach().numpy()
        small = np.maximum(np.tensordot(weights, parts, axes=1) / np.sqrt(1 + 1e-5), 0)
        own = found[8 + 4 * level : 12 + 4 * level]
        np.testing.assert_allclose(own[:, [0, 0, -1, -1], [0, -1, 0, -1]], small[:, [0, 0, -1, -1], [0, -1, 0, -1]])
