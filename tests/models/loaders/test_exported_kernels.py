"""Programs whose operators are on the list, and whose arguments would make torch read or write beyond its memory."""

import json
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

from segstudio.core.errors import UnreadableFile
from segstudio.models import load_model
from segstudio.models.loaders.inspection import inspect
from segstudio.models.loaders.pt2.calls import computed, operator_called
from tests.models.loaders.made import ANY, Net, exported, rewritten, saved

PROGRAM, WEIGHTS = "models/model.json", "data/weights/model_weights_config.json"
IMAGE, WHOLE = torch.zeros(1, 8, 4, 4), torch.zeros(4, dtype=torch.int64)
FEW, EIGHT = torch.ones(1), torch.ones(8)
SPREAD = FEW.expand(8)
Given = Mapping[str, Any]


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return saved(exported(Net(), image=ANY), tmp_path_factory.mktemp("clean") / "net.pt2")


def changed(clean: Path, path: Path, entry: str, change: Callable[[Any], object]) -> Path:
    def within(entries: dict[str, bytes]) -> None:
        data = json.loads(entries[entry])
        change(data)
        entries[entry] = json.dumps(data).encode()

    return rewritten(clean, path, within)


def normal(image: torch.Tensor = IMAGE, mean: Any = EIGHT, variance: Any = EIGHT, weight: Any = EIGHT) -> Given:
    return {
        "input": image, "weight": weight, "bias": EIGHT, "running_mean": mean, "running_var": variance,
        "momentum": 0.1, "eps": 1e-5,
    }  # fmt: skip


def resize(**scales: float) -> Given:
    return {"self": IMAGE, "output_size": [8, 8], "align_corners": False, **scales}


def attention(keys: int, values: int) -> Given:
    return {"query": torch.zeros(1, 1, 4, 8), "key": torch.zeros(1, 1, keys, 8), "value": torch.zeros(1, 1, values, 8)}


UNSAFE: tuple[tuple[str, Given], ...] = (
    ("_native_batch_norm_legit_no_training.default", normal(mean=FEW)),
    ("_native_batch_norm_legit_no_training.default", normal(mean=SPREAD)),
    ("_native_batch_norm_legit_no_training.default", normal(weight=EIGHT.double())),
    ("_native_batch_norm_legit.default", {**normal(mean=FEW, variance=FEW), "training": True}),
    ("native_group_norm.default", {"input": IMAGE, "weight": SPREAD, "bias": None, "N": 1, "C": 8, "HxW": 16,
                                   "group": 2, "eps": 0.1}),
    ("native_group_norm.default", {"input": IMAGE, "weight": None, "bias": None, "N": 1, "C": 800, "HxW": 16,
                                   "group": 2, "eps": 0.1}),
    ("div.Tensor_mode", {"self": WHOLE, "other": WHOLE, "rounding_mode": "trunc"}),
    ("div_.Tensor_mode", {"self": WHOLE, "other": WHOLE, "rounding_mode": "floor"}),
    ("div.Scalar_mode", {"self": WHOLE, "other": -1, "rounding_mode": "trunc"}),
    ("div.Scalar_mode", {"self": WHOLE.int(), "other": (1 << 32) - 1, "rounding_mode": "trunc"}),
    ("floor_divide.default", {"self": WHOLE, "other": WHOLE}),
    ("remainder.Tensor", {"self": WHOLE, "other": WHOLE}),
    ("fmod.Scalar", {"self": WHOLE, "other": 0}),
    ("_upsample_bilinear2d_aa.default", resize(scales_h=1e-30, scales_w=1e-30)),
    ("upsample_bilinear2d.default", resize(scales_h=2.0, scales_w=3.0)),
    ("upsample_nearest2d.vec", {"input": IMAGE, "output_size": None, "scale_factors": [1e30, 1.0]}),
    ("upsample_bicubic2d.default", {**resize(), "self": IMAGE.byte()}),
    ("avg_pool2d.default", {"self": IMAGE.long(), "kernel_size": [2, 2], "divisor_override": -1}),
    ("max_pool2d.default", {"self": IMAGE, "kernel_size": [2, 2], "dilation": [1 << 30, 1]}),
    ("conv2d.default", {"input": IMAGE, "weight": torch.zeros(1, 8, 1, 1), "groups": 0}),
    ("pixel_unshuffle.default", {"self": IMAGE, "downscale_factor": 0}),
    ("reflection_pad2d.default", {"self": IMAGE, "padding": [-2, 3, 0, 0]}),
    ("pad.default", {"self": IMAGE, "pad": [1, 1], "mode": "circular"}),
    ("scaled_dot_product_attention.default", attention(400, 4)),
    ("grid_sampler_2d.default", {"input": IMAGE, "grid": torch.zeros(1, 2, 2, 2), "interpolation_mode": 9,
                                 "padding_mode": 0, "align_corners": False}),
    ("split.Tensor", {"self": torch.zeros(1).expand(1 << 20), "split_size": 1}),
    ("unbind.int", {"self": torch.zeros(1).expand(1 << 20)}),
    ("chunk.default", {"self": torch.zeros(1).expand(1 << 20), "chunks": 1 << 20}),
    ("gather.default", {"self": WHOLE, "dim": 0, "index": WHOLE.int()}),
    ("scatter_.src", {"self": WHOLE, "dim": 0, "index": WHOLE.int(), "src": WHOLE}),
    ("view.dtype", {"self": IMAGE, "dtype": torch.bool}),
    ("add.out", {"self": IMAGE, "other": IMAGE, "out": EIGHT}),
    ("mul.left_t", {"l": [1], "n": 1 << 40}),
    ("relu.default", {"self": IMAGE, "nothing": 1}),
)  # fmt: skip


@pytest.mark.parametrize(("name", "given"), UNSAFE, ids=[f"{name} {at}" for at, (name, _) in enumerate(UNSAFE)])
def test_what_kernels_do_not_look_at_is_looked_at(name: str, given: Given) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        operator_called(f"torch.ops.aten.{name}", given)


SAFE: tuple[tuple[str, Given], ...] = (
    ("_native_batch_norm_legit_no_training.default", normal()),
    ("batch_norm.default", {**normal(), "training": False, "cudnn_enabled": False}),
    ("div.Scalar_mode", {"self": WHOLE, "other": 2, "rounding_mode": "floor"}),
    ("div.Tensor", {"self": WHOLE, "other": WHOLE}),
    ("upsample_bilinear2d.default", resize(scales_h=2.0, scales_w=2.0)),
    ("avg_pool2d.default", {"self": IMAGE, "kernel_size": [2, 2]}),
    ("pad.default", {"self": IMAGE, "pad": [-1, -1]}),
    ("scaled_dot_product_attention.default", attention(5, 5)),
    ("split.Tensor", {"self": IMAGE, "split_size": 4, "dim": 1}),
    ("gather.default", {"self": WHOLE, "dim": 0, "index": WHOLE}),
)


@pytest.mark.parametrize(("name", "given"), SAFE, ids=[name for name, _ in SAFE])
def test_what_networks_do_is_done(name: str, given: Given) -> None:
    operator_called(f"torch.ops.aten.{name}", given)(**given)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("mul", ["A" * 9, 9]),
        ("mod", ["%5000000000d", 5]),
        ("mul", [1 << 61, 1 << 61]),
        ("add", [1 << 62, 1]),
        ("mul", [[0], 9]),
        ("truediv", [1, float("nan")]),
    ],
)
def test_sizes_are_computed_with_numbers_alone(name: str, values: list[Any]) -> None:
    with pytest.raises(ValueError, match="what is no size"):
        computed(f"_operator.{name}", values)


def called(clean: Path, path: Path, target: str, arguments: Mapping[str, Any], names: tuple[str, ...]) -> Path:
    inputs = [{"name": name, "arg": value, "kind": 1} for name, value in arguments.items()]
    outputs = [{"as_tensor": {"name": name}} for name in names]
    node = {"target": target, "inputs": inputs, "outputs": outputs, "metadata": {}, "name": "evil"}
    return changed(clean, path, PROGRAM, lambda data: data["graph_module"]["graph"]["nodes"].insert(0, node))


@pytest.mark.parametrize(
    ("target", "arguments", "said"),
    [
        ("torch.ops.aten.repeat_interleave.Tensor", {"repeats": {"as_tensor": {"name": "image"}}}, "no operator"),
        ("torch.ops.aten.relu.default", {"": {"as_tensor": {"name": "image"}}}, "without a name"),
        ("torch.ops.aten.zeros.default", {"size": {"as_ints": [1 << 31]}}, "2,147,483,648 numbers"),
        ("torch.ops.aten.zeros.default", {"size": {"as_ints": [1] * 40}}, "40 dimensions"),
        ("_operator.mul", {"a": {"as_string": "A" * 999}, "b": {"as_int": 10**7}}, "no size"),
    ],
)
def test_such_programs_are_refused_in_a_sentence(
    clean: Path, tmp_path: Path, target: str, arguments: Mapping[str, Any], said: str
) -> None:
    called(clean, tmp_path / "net.pt2", target, arguments, ("evil",))
    with pytest.raises(UnreadableFile, match=said):
        load_model(tmp_path / "net.pt2", "cpu")


def test_statistics_that_are_fewer_than_channels_are_not_read_beyond(clean: Path, tmp_path: Path) -> None:
    """torch's own normalisations for exported programs do not look: they would read what lies behind in memory."""

    def change(data: Any) -> None:
        graph = data["graph_module"]["graph"]
        node = next(node for node in graph["nodes"] if "batch_norm" in node["target"])
        node["target"] = "torch.ops.aten._native_batch_norm_legit_no_training.default"
        node["inputs"] = [each for each in node["inputs"] if each["name"] not in ("training", "cudnn_enabled")]
        node["inputs"][1]["arg"]["as_tensor"]["name"] = "p_head_bias"
        node["outputs"] += [{"as_none": True}, {"as_none": True}]

    changed(clean, tmp_path / "net.pt2", PROGRAM, change)
    with pytest.raises(UnreadableFile, match="not as many statistics as channels"):
        load_model(tmp_path / "net.pt2", "cpu")


def test_what_operators_make_on_their_way_counts(tmp_path: Path) -> None:
    class Wide(nn.Module):
        def forward(self, image: torch.Tensor) -> torch.Tensor:
            rows = torch.ones(1).expand(1 << 16)
            return image * torch.einsum("i,j->ij", rows, rows).sum()

    path = saved(exported(Wide(), (1, 3, 64, 96)), tmp_path / "net.pt2")
    with pytest.raises(UnreadableFile, match="a step would have 4,294,967,296 numbers"):
        load_model(path, "cpu")


def test_many_names_of_one_weight_are_one_weight(clean: Path, tmp_path: Path) -> None:
    class Tied(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.first = nn.Parameter(torch.ones(3, 1, 1))
            self.second = nn.Parameter(torch.ones(3, 1, 1))

        def forward(self, image: torch.Tensor) -> torch.Tensor:
            return image * self.first + self.second

    def tie(data: Any) -> None:
        data["config"]["second"] = data["config"]["first"]

    tied = changed(saved(exported(Tied()), tmp_path / "two.pt2"), tmp_path / "net.pt2", WEIGHTS, tie)
    assert load_model(tied, "cpu").info.parameters == inspect(tied).parameters == 3


def test_weights_that_lie_over_one_another_are_not_believed(tmp_path: Path) -> None:
    class Rows(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.rows = nn.ParameterList(torch.ones(100_000 - at) for at in range(8))

        def forward(self, image: torch.Tensor) -> torch.Tensor:
            return image * torch.stack([row.sum() for row in self.rows]).sum()

    def overlap(entries: dict[str, bytes]) -> None:
        data = json.loads(entries[WEIGHTS])
        first, *others = data["config"].values()
        for other in others:
            del entries[f"data/weights/{other['path_name']}"]
            other["path_name"] = first["path_name"]
        entries[WEIGHTS] = json.dumps(data).encode()

    rewritten(saved(exported(Rows()), tmp_path / "rows.pt2"), tmp_path / "net.pt2", overlap)
    with pytest.raises(UnreadableFile, match="larger than the file"):
        load_model(tmp_path / "net.pt2", "cpu")


def test_archives_within_are_not_unpacked(clean: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "bomb.pt", "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("a/data.pkl", b"\x80\x02" + b"}" * 100_000 + b".")
    content = (tmp_path / "bomb.pt").read_bytes()
    rewritten(clean, tmp_path / "net.pt2", lambda entries: entries.update({"data/sample_inputs/model.pt": content}))
    with pytest.raises(UnreadableFile, match="compressed"):
        load_model(tmp_path / "net.pt2", "cpu")
