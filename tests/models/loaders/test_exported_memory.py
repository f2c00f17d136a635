"""What a program takes of memory while it is tried."""

import pytest
import torch
from torch import nn

from segstudio.models.loaders.pt2.memory import KernelsAsStored

pytestmark = pytest.mark.skipif(not torch._C._get_mkldnn_enabled(), reason="this torch has no oneDNN")


@pytest.mark.parametrize("layer", [nn.Conv2d(512, 512, 3, padding=1), nn.Conv2d(512, 512, 3, padding="same")])
@torch.inference_mode()
def test_a_heavy_kernel_is_computed_with_as_it_is_stored(layer: nn.Module, monkeypatch: pytest.MonkeyPatch) -> None:
    set_to: list[bool] = []
    switch = torch._C._set_mkldnn_enabled

    def noted(on: bool) -> None:
        set_to.append(on)
        switch(on)

    monkeypatch.setattr(torch._C, "_set_mkldnn_enabled", noted)
    image = torch.randn(1, 512, 3, 5)
    usual = layer(image)
    with KernelsAsStored():  # type: ignore[no-untyped-call]
        assert torch.allclose(layer(image), usual, atol=1e-5)
    assert set_to == [False, True]
    assert torch._C._get_mkldnn_enabled()


@torch.inference_mode()
def test_others_are_computed_as_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(on: bool) -> None:
        raise AssertionError("it was switched")

    monkeypatch.setattr(torch._C, "_set_mkldnn_enabled", never)
    with KernelsAsStored():  # type: ignore[no-untyped-call]
        nn.Conv2d(512, 512, 3)(torch.randn(1, 512, 64, 64))
        nn.Conv2d(8, 8, 3)(torch.randn(1, 8, 3, 3))
