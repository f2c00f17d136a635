"""Programs with the weights of a network of ours: taken for it only where they say the same, of every picture."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from segstudio.core.digest import digest_of
from segstudio.core.errors import SegstudioError
from segstudio.models import load_model
from segstudio.models.description import Description
from segstudio.models.export import rebuilt
from segstudio.models.loaders.families import assumed_classes
from segstudio.models.programs import Program
from segstudio.models.zoo import build_network
from segstudio.services.exporting import ExportJob, export
from tests.models.export.test_programs import SIZE, Ours, exported, scores_of
from tests.models.loaders.made import quiet, scripted, traced
from tests.models.peers import settle

WAYS: dict[str, Callable[[Tensor], Tensor]] = {
    "held within 0..1": lambda image: image.clamp(0, 1),
    "without a sign": lambda image: image.abs(),
    "of bytes or not": lambda image: torch.where(image.amax() > 1, image / 255, image),
}


class Before(nn.Module):
    """A U-Net of ours, before which a stranger does something to images."""

    def __init__(self, way: str) -> None:
        super().__init__()
        self.model, self._before = Ours().model, WAYS[way]

    def forward(self, image: Tensor) -> Tensor:
        found: Tensor = self.model(self._before(image))
        return found


@pytest.mark.parametrize("way", WAYS)
def test_what_is_done_to_images_before_our_network_is_kept(way: str, tmp_path: Path) -> None:
    model = traced(Before(way), tmp_path / "net.pt")
    with pytest.raises(SegstudioError, match=r"has the weights of U-Net, but says something else"):
        exported(model, "segstudio")
    found = exported(model, "onnx")
    assert found.near.difference < 1e-4
    np.testing.assert_allclose(scores_of(found.out, 71, 203), scores_of(model, 71, 203), atol=1e-4)


class BySize(nn.Module):
    """A U-Net of ours, except for an image that is wide, or low."""

    def __init__(self, wide: int, low: int) -> None:
        super().__init__()
        with quiet():
            self.model = torch.jit.trace(Ours().model.eval(), torch.rand(2, 3, *SIZE))  # type: ignore[no-untyped-call]
        self.wide, self.low = wide, low

    def forward(self, image: Tensor) -> Tensor:
        found: Tensor = self.model(image)
        if image.shape[3] > self.wide or image.shape[2] < self.low:
            found = found.softmax(1)
        return found


@pytest.mark.parametrize(("wide", "low"), [(300, 0), (10_000, 50)])
def test_what_a_script_does_at_other_sizes_is_another_network(wide: int, low: int, tmp_path: Path) -> None:
    model = scripted(BySize(wide, low), tmp_path / "net.pt")
    with pytest.raises(SegstudioError, match=r"has the weights of U-Net, but says something else"):
        exported(model, "segstudio")
    found = exported(model, "onnx")
    assert found.faithful
    assert load_model(found.out, "cpu", 1).info.architecture != "unet"


def test_a_rebuilt_network_that_is_another_one_on_pictures_is_not_exported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What stood under the name stays where nothing that is faithful can be had."""
    monkeypatch.setattr(rebuilt, "ROUNDED", 100.0)  # anything passes for the same of the images there
    model = traced(Ours(lambda scores: 2 * scores), tmp_path / "twice.pt")
    out = tmp_path / "net.safetensors"
    out.write_bytes(b"before")
    with pytest.raises(SegstudioError, match=r"has the weights of U-Net, but says something else"):
        list(export(ExportJob(model, "segstudio", out), (digest_of(model),)))
    assert out.read_bytes() == b"before"
    assert exported(model, "onnx").faithful


@pytest.mark.parametrize("aligned", [True, False])
@pytest.mark.parametrize("bias", [0, -1e4])
def test_a_class_that_is_never_chosen_hides_no_other_option(aligned: bool, bias: float) -> None:
    network = build_network("hrnet", 3, 4, size="w18_small_v1", align_corners=aligned).eval()
    settle(network)
    last = [each for each in network.modules() if isinstance(each, nn.Conv2d)][-1]
    assert last.bias is not None
    with torch.no_grad():
        last.bias[3] = bias
    images = torch.randn(2, 3, 64, 96, generator=torch.Generator().manual_seed(0))
    with quiet():
        made = torch.jit.trace(network, images)  # type: ignore[no-untyped-call]
    said = Description("net", {"classes": 4, "in_channels": 3}, assumed_classes("", 4))
    found = rebuilt.rebuilt(Program(made, "logits", 4), said, [images])
    assert found is not None
    assert found[1].config["align_corners"] is aligned
