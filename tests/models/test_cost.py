"""What an image costs: the figures of the zoo, and the memory that tensors really take."""

from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from segstudio.models import load_model
from segstudio.models.cost import counted
from segstudio.models.description import Preprocess
from segstudio.models.programs import Program
from segstudio.models.zoo import ARCHITECTURES, build_network
from segstudio.services.resources import resource

KNOWN = [
    pytest.param(name, variant, id=f"{name}-{i}")
    for name in ("fcn8s", "unet", "deeplabv3", "lraspp", "segnet_basic")
    for i, variant in enumerate(ARCHITECTURES[name].variants)
]


@pytest.mark.parametrize(("name", "variant"), KNOWN)
def test_multiplications_are_those_of_the_zoo(name: str, variant: object) -> None:
    with torch.device("meta"):
        network = build_network(name, 3, 21, **variant.options).eval()  # type: ignore[attr-defined]
    cost = counted(network, Preprocess(), 512, 512)
    assert cost is not None
    assert cost.gmacs == pytest.approx(variant.gmacs, abs=0.01)  # type: ignore[attr-defined]


class Doubling(nn.Module):
    """Two arrays of 16 channels live at once, never three; the scores are a quarter of the picture."""

    def __init__(self) -> None:
        super().__init__()
        self.grow, self.same, self.scores = nn.Conv2d(3, 16, 1), nn.Conv2d(16, 16, 1), nn.Conv2d(16, 2, 4, 4)

    def forward(self, pixels: Tensor) -> Tensor:
        maps: Tensor = self.grow(pixels)
        for _ in range(3):
            maps = self.same(maps)
        found: Tensor = self.scores(maps)
        return found


def test_memory_is_what_lives_at_once_and_a_stride_is_told() -> None:
    cost = counted(Doubling(), Preprocess(), 64, 128)
    assert cost is not None
    assert cost.stride == 4
    pixels, maps = 3 * 64 * 128 * 4, 16 * 64 * 128 * 4
    assert cost.activations == pixels + 2 * maps


def test_the_size_that_a_network_insists_on_is_counted() -> None:
    small, whole = (counted(Doubling(), p, 64, 128) for p in (Preprocess(size=(32, 64)), Preprocess()))
    assert small is not None
    assert whole is not None
    assert whole.gmacs == pytest.approx(4 * small.gmacs)


def test_weights_are_neither_read_nor_moved() -> None:
    network = Doubling()
    before = {name: tensor.clone() for name, tensor in network.state_dict().items()}
    counted(network, Preprocess(), 32, 32)
    assert all(torch.equal(tensor, before[name]) for name, tensor in network.state_dict().items())


def test_programs_are_not_looked_into() -> None:
    assert counted(Program(lambda pixels: pixels, "logits", 3), Preprocess(), 32, 32) is None


class Deciding(nn.Module):
    def forward(self, pixels: Tensor) -> Tensor:
        return pixels if pixels.sum().item() > 0 else -pixels


def test_what_depends_on_the_image_is_not_known() -> None:
    assert counted(Deciding(), Preprocess(), 32, 32) is None


def test_a_loaded_model_tells_its_cost() -> None:
    model = load_model(Path(resource("demo_unet.safetensors")), "cpu")
    small, large = model.cost(64, 64), model.cost(128, 128)
    assert small is not None
    assert large is not None
    assert large.gmacs == pytest.approx(4 * small.gmacs)
    assert large.activations == pytest.approx(4 * small.activations, rel=0.01)
