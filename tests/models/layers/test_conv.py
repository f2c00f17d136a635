"""Convolutions and deconvolutions against the plain sums that define them, in float64."""

import itertools

import numpy as np
import numpy.typing as npt
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn
from torch.nn import functional

from segstudio.models.layers.conv import ConvNorm, conv
from segstudio.models.layers.deconv import BilinearDeconv, DeconvBNReLU, bilinear_kernel

Array = npt.NDArray[np.float64]


def values(seed: int, *shape: int) -> Array:
    return np.random.default_rng(seed).standard_normal(shape)


def convolved(image: Array, kernel: Array, stride: int, dilation: int) -> Array:
    """The sum over the taps that lie in the picture, place by place: image (C, H, W), kernel (O, C, K, K)."""
    _, height, width = image.shape
    side = kernel.shape[-1]
    rows, columns = (height - 1) // stride + 1, (width - 1) // stride + 1
    found = np.zeros((len(kernel), rows, columns))
    for y, x, i, j in itertools.product(range(rows), range(columns), range(side), range(side)):
        at_y, at_x = y * stride + (i - side // 2) * dilation, x * stride + (j - side // 2) * dilation
        if 0 <= at_y < height and 0 <= at_x < width:
            found[:, y, x] += kernel[:, :, i, j] @ image[:, at_y, at_x]
    return found


def deconvolved(image: Array, kernel: Array, stride: int) -> Array:
    """Each place of the image (C, H, W) lays the kernel (C, O, K, K) down, ``stride`` apart; what overlaps is added."""
    _, height, width = image.shape
    side = kernel.shape[-1]
    found = np.zeros((kernel.shape[1], (height - 1) * stride + side, (width - 1) * stride + side))
    for y, x in itertools.product(range(height), range(width)):
        place = np.s_[:, y * stride : y * stride + side, x * stride : x * stride + side]
        found[place] += np.tensordot(image[:, y, x], kernel, axes=1)
    return found


@given(
    st.integers(0, 99), st.integers(1, 9), st.integers(1, 9), st.sampled_from([1, 3, 5]), st.integers(1, 2),
    st.integers(1, 4),
)  # fmt: skip
def test_atrous_convolution_is_the_sum_over_its_taps(
    seed: int, height: int, width: int, side: int, stride: int, dilation: int
) -> None:
    image, kernel = values(seed, 2, height, width), values(seed + 1, 3, 2, side, side)
    layer = conv(2, 3, side, stride=stride, dilation=dilation).double()
    layer.weight.data = torch.from_numpy(kernel)
    found = layer(torch.from_numpy(image)[None])[0].detach().numpy()
    np.testing.assert_allclose(found, convolved(image, kernel, stride, dilation), atol=1e-12)


@given(st.integers(0, 99), st.integers(1, 5), st.integers(1, 5), st.integers(1, 5), st.integers(1, 3))
def test_deconvolution_lays_its_kernel_down_at_each_place(
    seed: int, height: int, width: int, side: int, stride: int
) -> None:
    image, kernel = values(seed, 2, height, width), values(seed + 1, 2, 2, side, side)
    layer = BilinearDeconv(2, side, stride).double()
    layer.weight.data = torch.from_numpy(kernel)
    found = layer(torch.from_numpy(image)[None])[0].detach().numpy()
    np.testing.assert_allclose(found, deconvolved(image, kernel, stride), atol=1e-12)


@pytest.mark.parametrize("size", [1, 2, 3, 4, 16, 32, 63, 64])
def test_the_bilinear_kernel_falls_off_from_its_centre(size: int) -> None:
    factor = (size + 1) // 2
    centre = factor - 1 if size % 2 == 1 else factor - 0.5
    ramp = [1 - abs(place - centre) / factor for place in range(size)]
    np.testing.assert_allclose(bilinear_kernel(size).numpy(), np.outer(ramp, ramp), atol=1e-7)


@pytest.mark.parametrize(("kernel", "stride"), [(4, 2), (16, 8), (32, 16), (63, 32), (64, 32)])
def test_a_new_deconvolution_keeps_a_constant_within_and_mixes_no_classes(kernel: int, stride: int) -> None:
    image = torch.tensor([2.0, -3.0]).view(1, 2, 1, 1).expand(1, 2, 5, 4)
    with torch.no_grad():
        found = BilinearDeconv(2, kernel, stride)(image)[..., kernel:-kernel, kernel:-kernel]
    assert found.numel()
    torch.testing.assert_close(found, image[..., :1, :1].expand_as(found))


@pytest.mark.parametrize("stride", [2, 8, 16, 32])
def test_a_new_deconvolution_of_twice_its_stride_is_bilinear_interpolation(stride: int) -> None:
    image = torch.rand(1, 3, 4, 5)
    with torch.no_grad():
        found = BilinearDeconv(3, 2 * stride, stride)(image)
    half, within = stride // 2, np.s_[..., stride:-stride, stride:-stride]
    expected = functional.interpolate(image, scale_factor=stride, mode="bilinear", align_corners=False)
    torch.testing.assert_close(found[..., half:-half, half:-half][within], expected[within])


@pytest.mark.parametrize("layer", [ConvNorm(2, 3), DeconvBNReLU(2, 3)])
def test_normalisation_and_relu_follow_and_the_size_stays(layer: nn.Sequential) -> None:
    image = torch.randn(4, 2, 6, 5)
    found = layer.train()(image)
    centred = layer[0](image)
    mean, variance = centred.mean((0, 2, 3), keepdim=True), centred.var((0, 2, 3), unbiased=False, keepdim=True)
    torch.testing.assert_close(found, ((centred - mean) / (variance + 1e-5).sqrt()).clamp(min=0))
    assert found.shape == (4, 3, 6, 5)


def test_a_deconvolution_makes_seven_by_seven_of_one_place() -> None:
    assert DeconvBNReLU(2, 3, kernel=7, padding=0).eval()(torch.rand(1, 2, 1, 1)).shape == (1, 3, 7, 7)
