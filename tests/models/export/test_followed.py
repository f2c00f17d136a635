"""Programs of torch.export as torch's exporters follow them: every step gives what the loaded program gives."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

from segstudio.models import load_model
from segstudio.models.export.followed import Followed
from segstudio.models.export.programs import followable
from segstudio.models.loaders import exported as loader
from segstudio.models.loaders.loaded import Loaded
from segstudio.models.loaders.pt2.network import ExportedNetwork
from segstudio.models.programs import Program, ProgramFailed
from tests.models.export.test_programs import exported as exported_to
from tests.models.export.test_programs import scores_of
from tests.models.loaders.made import ANY, Net, exported, saved

SIZE = (2, 3, 8, 8)
Way = Callable[[Tensor], Any]
WAYS: dict[str, Way] = {
    "index": lambda x: x[:, [2, 1, 0]],
    "index of two": lambda x: x[:, torch.tensor([2, 1]), torch.tensor([0, 3])][..., None],
    "index of rows": lambda x: x[:, :, [0, 2]],
    "constant": lambda x: x * torch.tensor([1.0, 2.0, 3.0]).view(3, 1, 1),
    "alias": lambda x: torch.ops.aten.alias(x) + 1,
    "index_put": lambda x: x.index_put((torch.tensor([0]),), torch.zeros(3, 8, 8)),
    "gather": lambda x: x.gather(1, torch.zeros(2, 1, 8, 8, dtype=torch.int64)),
    "scatter": lambda x: x.scatter(1, torch.zeros(2, 1, 8, 8, dtype=torch.int64), 1.0),
    "select_scatter": lambda x: x.select_scatter(x[:, 0], 1, 1),
    "var": lambda x: x.var(1, keepdim=True) + x,
    "std_mean": lambda x: torch.std_mean(x, 1, keepdim=True)[0],
    "where": lambda x: torch.where(x > 0.5, x, 0.0),
    "max": lambda x: x.max(1, keepdim=True)[0] + x,
    "argmax": lambda x: x.argmax(1),
    "topk": lambda x: x.topk(2, 1)[0],
    "sort": lambda x: x.sort(1)[0],
    "split": lambda x: torch.cat(torch.split(x, [1, 2], 1)[::-1], 1),
    "chunk": lambda x: torch.cat(x.chunk(3, 1), 1),
    "unbind": lambda x: torch.stack(x.unbind(1), 1),
    "clamp": lambda x: x.clamp(min=0.2),
    "div": lambda x: torch.div(x, 0.3, rounding_mode="floor"),
    "logsumexp": lambda x: x.logsumexp(1, keepdim=True),
    "normalize": functional.normalize,
    "flip": lambda x: x.flip(1).rot90(1, (2, 3)),
    "slice": lambda x: x[:, :, ::2],
    "expand": lambda x: x[:, :1].expand(-1, 3, -1, -1) + x,
    "repeat": lambda x: x.repeat(1, 2, 1, 1),
    "tril": lambda x: x.tril(),
    "to": lambda x: x.to(torch.float64).float(),
    "full": lambda x: torch.full((8,), 2.0) + x.new_full((8,), 2.0) + x,
    "meshgrid": lambda x: torch.meshgrid(torch.arange(8), torch.arange(8), indexing="ij")[0] + x,
    "nearest": lambda x: functional.interpolate(x, scale_factor=2.0),
    "bilinear": lambda x: functional.interpolate(x, size=(9, 7), mode="bilinear"),
    "bicubic": lambda x: functional.interpolate(x, scale_factor=0.5, mode="bicubic", antialias=True),
    "reflected": lambda x: functional.pad(x, (1, 1, 2, 2), mode="reflect"),
    "replicated": lambda x: functional.pad(x, (1, 1, 2, 2), mode="replicate"),
    "padded": lambda x: functional.pad(x, (1, 1)),
    "group_norm": lambda x: functional.group_norm(x, 3),
    "layer_norm": lambda x: functional.layer_norm(x, x.shape[-1:]),
    "instance_norm": functional.instance_norm,
    "attention": lambda x: functional.scaled_dot_product_attention(x, x, x),
    "einsum": lambda x: torch.einsum("nchw,ndhw->ncdh", x, x),
    "grid_sample": lambda x: functional.grid_sample(x, torch.zeros(2, 5, 5, 2), align_corners=False),
    "avg_pool": lambda x: functional.avg_pool2d(x, 2),
    "adaptive": lambda x: functional.adaptive_avg_pool2d(x, 3),
    "max_pool": lambda x: functional.max_pool2d(x, 2, ceil_mode=True),
    "unshuffle": lambda x: functional.pixel_unshuffle(x, 2),
    "transposed": lambda x: functional.conv_transpose2d(x, torch.ones(3, 2, 2, 2), stride=2),
}


class Calling(nn.Module):
    def __init__(self, way: Way) -> None:
        super().__init__()
        self._way, self.weight = way, nn.Parameter(torch.ones(1))

    def forward(self, image: Tensor) -> Any:
        return self._way(image * self.weight)


def program_of(path: Path) -> Program:
    *_, found = loader.load(path)
    assert isinstance(found, Loaded)
    assert isinstance(found.network, Program)
    return found.network


@torch.no_grad()
@pytest.mark.parametrize("way", WAYS)
def test_every_kernel_is_followed(way: str, tmp_path: Path) -> None:
    network = program_of(saved(exported(Calling(WAYS[way]), SIZE), tmp_path / "net.pt2")).network
    assert isinstance(network, ExportedNetwork)
    image = torch.rand(SIZE, generator=torch.Generator().manual_seed(0))
    torch.testing.assert_close(Followed(network)(image), network(image), rtol=0, atol=0)


class Reversed(nn.Module):
    """Takes channels in the other order, by a list."""

    def __init__(self) -> None:
        super().__init__()
        self.net = Net()

    def forward(self, image: Tensor) -> Tensor:
        found: Tensor = self.net(image[:, [2, 1, 0]])["out"]
        return found


@pytest.mark.parametrize("to", ["onnx", "pt2"])
def test_a_program_that_indexes_by_a_list_becomes_another_one(to: str, tmp_path: Path) -> None:
    model = saved(exported(Reversed(), image=ANY), tmp_path / "program.pt2")
    found = exported_to(model, to)
    assert found.near.difference < 1e-4
    np.testing.assert_allclose(scores_of(found.out, 71, 203), scores_of(model, 71, 203), atol=1e-5)
    assert load_model(found.out, "cpu", 1).info.preprocess.size is None


@pytest.mark.parametrize("in_torch", [True, False])
def test_what_is_followed_without_checks_was_run_with_them_before(in_torch: bool, tmp_path: Path) -> None:
    """Kernels read as many statistics as there are channels, beyond the end of fewer."""
    program = program_of(saved(exported(Net(), image=ANY), tmp_path / "net.pt2"))
    network = program.network
    assert isinstance(network, ExportedNetwork)
    few = {name: each[:1] if each.shape == (8,) else each for name, each in network.tensors().items()}
    assert sum(each.shape == (1,) for each in few.values()) >= 4
    hostile = program.run_by(ExportedNetwork(network.graph, few))
    with pytest.raises(ProgramFailed, match="as many statistics as channels"):
        followable(Path("net.pt2"), hostile, torch.rand(1, 3, 33, 47), one_size=False, in_torch=in_torch)
