"""HRNet and OCR: branches exchange at any size, and object regions are weighted means."""

import pytest
import torch

from segstudio.models.backbones.hrnet import ExchangeUnit
from segstudio.models.zoo import build_network
from segstudio.models.zoo.hrnet_ocr import HRNetOCR, region_means
from tests.models.peers import settle


def test_a_branch_becomes_the_sum_of_all() -> None:
    """With blocks that pass on what they get and paths of one weight, the sum is known."""
    unit = ExchangeUnit([1, 1, 1], 1, align_corners=False).eval()
    for name, tensor in unit.state_dict().items():
        if tensor.is_floating_point():
            tensor.zero_()
        if name.startswith("fuse_layers") and tensor.dim() == 4:
            tensor[..., tensor.shape[2] // 2, tensor.shape[3] // 2] = 1
        elif name.startswith("fuse_layers") and name.endswith(("1.weight", "running_var")):
            tensor.fill_(1)
    branches = [torch.full((1, 1, side, side), value) for side, value in ((8, 1.0), (4, 10.0), (2, 100.0))]
    with torch.inference_mode():
        found = unit(branches)
    for branch, result in zip(branches, found, strict=True):
        torch.testing.assert_close(result, torch.full_like(branch, 111), rtol=1e-4, atol=0)


def test_a_size_that_is_not_published_is_refused() -> None:
    for name in ("hrnet", "hrnet_ocr"):
        with pytest.raises(ValueError, match="w18, w32"):
            build_network(name, 3, 2, size="w40")


def test_an_object_region_is_what_its_pixels_are_like_in_the_mean() -> None:
    features = torch.randn(2, 3, 4, 5, dtype=torch.float64)
    guess = torch.full((2, 2, 4, 5), -99.0, dtype=torch.float64)
    guess[:, 0, :2], guess[:, 1, 3, 4] = 99, 99
    means = region_means(features, guess)
    assert means.shape == (2, 3, 2, 1)
    torch.testing.assert_close(means[:, :, 0, 0], features[:, :, :2].mean((2, 3)))
    torch.testing.assert_close(means[:, :, 1, 0], features[:, :, 3, 4])


def test_the_first_guess_is_the_auxiliary_head() -> None:
    network = build_network("hrnet_ocr", 3, 4, size="w18_small_v1").eval()
    assert isinstance(network, HRNetOCR)
    settle(network)
    images = torch.randn(1, 3, 33, 50)
    with torch.inference_mode():
        logits, guess = network.with_auxiliary(images)
        torch.testing.assert_close(network(images), logits)
    assert guess.shape == logits.shape == (1, 4, 33, 50)
    assert not torch.allclose(guess, logits)
