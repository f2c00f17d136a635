"""RefineNet's units against numpy and scipy in float64."""

import numpy as np
import numpy.typing as npt
import torch
from scipy import ndimage

from segstudio.models.layers.refine import ChainedResidualPooling, ResidualConvUnit

Array = npt.NDArray[np.float64]


def convolved(maps: Array, kernel: torch.Tensor, bias: torch.Tensor | None = None) -> Array:
    """Correlate (C, H, W) with (O, C, 3, 3), zeros around."""
    weights = kernel.detach().numpy()
    found = np.stack(
        [sum(ndimage.correlate(m, w, mode="constant") for m, w in zip(maps, o, strict=True)) for o in weights]
    )
    return found if bias is None else found + bias.detach().numpy()[:, None, None]


def test_a_residual_conv_unit_acts_before_it_convolves() -> None:
    unit = ResidualConvUnit(3).double()
    maps = np.random.default_rng(0).standard_normal((3, 6, 5))
    given = torch.from_numpy(maps.copy())[None]
    inner = convolved(np.maximum(maps, 0), unit.conv1.weight, unit.conv1.bias)
    expected = maps + convolved(np.maximum(inner, 0), unit.conv2.weight)
    np.testing.assert_allclose(unit(given)[0].detach().numpy(), expected, atol=1e-12)
    np.testing.assert_array_equal(given[0].numpy(), maps)


def test_each_pooling_of_the_chain_begins_where_the_one_before_ended() -> None:
    chain = ChainedResidualPooling(2, count=3).double()
    maps = np.abs(np.random.default_rng(1).standard_normal((2, 9, 7)))
    expected, pooled = maps.copy(), maps
    for layer in chain:
        assert isinstance(layer, torch.nn.Conv2d)
        wide = np.stack([ndimage.maximum_filter(m, 5, mode="constant", cval=-np.inf) for m in pooled])
        pooled = convolved(wide, layer.weight)
        expected += pooled
    np.testing.assert_allclose(chain(torch.from_numpy(maps)[None])[0].detach().numpy(), expected, atol=1e-12)
