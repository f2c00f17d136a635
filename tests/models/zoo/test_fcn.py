"""FCN: each score lies where the features it was made of lie, whatever is padded and cropped in between."""

import pytest
import torch
from torch import Tensor, nn

from segstudio.models.zoo import build_network, fcn
from tests.models.peers import give, settle, torchvision
from tests.models.zoo.written import normalised_locally

SIZE = (96, 131)


class Ramp(nn.Module):
    """Scores of two classes that tell their own row and column."""

    def forward(self, features: Tensor) -> Tensor:
        height, width = features.shape[-2:]
        rows, columns = torch.arange(height).view(-1, 1), torch.arange(width)
        return torch.stack([rows.expand(height, width), columns.expand(height, width)])[None].float()


class Nothing(nn.Module):
    def forward(self, features: Tensor) -> Tensor:
        return torch.zeros(1, 2, *features.shape[-2:])


class NoScores(nn.Module):
    """Zeros of the size that fc6 leaves."""

    def __init__(self, kernel: int) -> None:
        super().__init__()
        self.kernel = kernel

    def forward(self, features: Tensor) -> Tensor:
        height, width = (side - self.kernel + 1 for side in features.shape[-2:])
        return torch.zeros(1, 2, height, width)


class RampScores(NoScores):
    def forward(self, features: Tensor) -> Tensor:
        scores: Tensor = Ramp()(super().forward(features))
        return scores


def centre(stride: int, padding: int = 100, kernel: int = 1) -> float:
    """The place in the image of the middle of what the first feature after the poolings to ``stride`` has seen.

    Of the convolutions only the first has more padding than keeps the size: it moves all by ``padding`` - 1.
    """
    return (stride - 1) / 2 - (padding - 1) + (kernel - 1) / 2 * stride


@pytest.fixture(autouse=True)
def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fcn, "HIDDEN", 2)


def assert_places(logits: Tensor, stride: int, first: float, border: int = 0) -> None:
    """Check that the scores are a ramp in which the feature i lies at pixel ``first`` + i ``stride``."""
    assert logits.shape == (1, 2, *SIZE)
    within = (slice(border, SIZE[0] - border), slice(border, SIZE[1] - border))
    rows = ((torch.arange(SIZE[0]) - first) / stride).view(-1, 1).expand(SIZE)
    columns = ((torch.arange(SIZE[1]) - first) / stride).expand(SIZE)
    torch.testing.assert_close(logits[0, 0][within], rows[within], atol=1e-3, rtol=0)
    torch.testing.assert_close(logits[0, 1][within], columns[within], atol=1e-3, rtol=0)


def test_fcn32s_puts_each_score_in_the_middle_of_what_it_saw() -> None:
    network = fcn.FCN32s(3, 2).eval()
    network.scorer = RampScores(7)  # type: ignore[assignment]
    with torch.inference_mode():
        # At the border of the picture there is no further score to interpolate with.
        assert_places(network(torch.zeros(1, 3, *SIZE)), 32, centre(32, kernel=7), border=32)


def test_fcn16s_puts_pool4_where_it_saw() -> None:
    network = fcn.FCN16s(3, 2).eval()
    network.scorer, network.score_pool4 = NoScores(7), Ramp()  # type: ignore[assignment]
    with torch.inference_mode():
        assert_places(network(torch.zeros(1, 3, *SIZE)), 16, centre(16), border=8)


def test_fcn8s_puts_pool3_where_it_saw() -> None:
    network = fcn.FCN8s(3, 2).eval()
    network.scorer, network.score_pool4, network.score_pool3 = NoScores(7), Nothing(), Ramp()  # type: ignore[assignment]
    with torch.inference_mode():
        assert_places(network(torch.zeros(1, 3, *SIZE)), 8, centre(8), border=4)


def test_fcn_alexnet_puts_each_score_in_the_middle_of_what_it_saw() -> None:
    """11 x 11 at stride 4, three poolings of 3 x 3 at stride 2, and 6 x 6 of fc6: half of each lies to the left."""
    network = fcn.FCNAlexNet(3, 2).eval()
    network.scorer = RampScores(6)  # type: ignore[assignment]
    first = 10 / 2 - 100 + 2 / 2 * (4 + 8 + 16) + 5 / 2 * 32
    with torch.inference_mode():
        assert_places(network(torch.zeros(1, 3, *SIZE)), 32, first, border=32)


def test_alexnet_normalises_channels_by_their_neighbours() -> None:
    network = fcn.FCNAlexNet(3, 2).backbone
    maps = torch.randn(1, 7, 2, 3, generator=torch.Generator().manual_seed(0)) * 200
    for name in ("norm1", "norm2"):
        torch.testing.assert_close(network.get_submodule(name)(maps), normalised_locally(maps))


@pytest.mark.parametrize("scale", [False, True])
def test_trained_at_once_the_finer_features_are_scaled_down(scale: bool) -> None:
    network = fcn.FCN8s(3, 2, at_once=scale).eval()
    seen: dict[str, float] = {}
    for name in ("score_pool4", "score_pool3"):
        layer = network.get_submodule(name)
        layer.register_forward_hook(lambda _, given, __, name=name: seen.update({name: float(given[0].abs().max())}))
    with torch.inference_mode():
        image = torch.rand(1, 3, 40, 40)
        *_, pool3, pool4, _ = network.pooled(image)
        network(image)
    assert seen["score_pool4"] == pytest.approx(float(pool4.abs().max()) * (0.01 if scale else 1))
    assert seen["score_pool3"] == pytest.approx(float(pool3.abs().max()) * (0.0001 if scale else 1))


def test_a_new_network_scores_nothing() -> None:
    for name in ("fcn32s", "fcn16s", "fcn8s", "fcn_alexnet"):
        with torch.inference_mode():
            assert not build_network(name, 3, 2).eval()(torch.rand(1, 3, 20, 20)).any()


@pytest.mark.parametrize("size", [(30, 47), (64, 64)])
def test_fcn_over_resnet_is_that_of_torchvision(size: tuple[int, int]) -> None:
    theirs = torchvision("models.segmentation").fcn_resnet50(weights=None, weights_backbone=None, aux_loss=True).eval()
    settle(theirs)
    ours = build_network("fcn", 3, 21, backbone="resnet50", auxiliary=True).eval()
    give(theirs.state_dict(), ours)
    image = torch.randn(2, 3, *size, generator=torch.Generator().manual_seed(1))
    with torch.inference_mode():
        expected, (logits, auxiliary) = theirs(image), ours.with_auxiliary(image)  # type: ignore[operator]
        torch.testing.assert_close(ours(image), expected["out"], atol=1e-4, rtol=0)
    torch.testing.assert_close(logits, expected["out"], atol=1e-4, rtol=0)
    torch.testing.assert_close(auxiliary, expected["aux"], atol=1e-4, rtol=0)
