"""Our own file: what is written comes back, and damage is said."""

import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from safetensors.torch import load_file, save_file
from torch import nn

from segstudio.core.errors import UnreadableFile
from segstudio.core.schema import LabelClass, LabelSchema
from segstudio.models import load_model
from segstudio.models.description import Description, Preprocess
from segstudio.models.loaders import segstudio
from segstudio.models.loaders.loaded import Loaded
from segstudio.models.segmenter import LoadStep


def last(steps: Iterable[LoadStep | Loaded]) -> Loaded:
    *_, loaded = steps
    assert isinstance(loaded, Loaded)
    return loaded


def test_round_trip_keeps_every_weight_and_word(model_file: Path, network: nn.Module, description: Description) -> None:
    loaded = last(segstudio.load(model_file))
    assert loaded.description == description
    for name, tensor in network.state_dict().items():
        torch.testing.assert_close(loaded.network.state_dict()[name], tensor, rtol=0, atol=0)


def test_half_precision_is_loaded_as_float32(tmp_path: Path, network: nn.Module, description: Description) -> None:
    path = tmp_path / "half"
    path.write_bytes(segstudio.to_bytes(network, description, half=True))
    for name, tensor in last(segstudio.load(path)).network.state_dict().items():
        torch.testing.assert_close(tensor, network.state_dict()[name], rtol=1e-3, atol=1e-3)
        assert tensor.dtype in (torch.float32, torch.int64)


def test_what_is_known_of_a_model(model_file: Path, network: nn.Module, description: Description) -> None:
    info = load_model(model_file, "cpu").info
    assert (info.file, info.format, info.architecture) == (model_file, "segstudio", "unet")
    assert info.parameters == sum(p.numel() for p in network.parameters())
    assert (info.classes, info.preprocess) == (description.classes, description.preprocess)
    assert (info.assumed, info.training) == ((), description.training)


def test_what_it_pads_to_is_told_as_of_a_bare_state_dict_and_not_by_the_file(
    tmp_path: Path, network: nn.Module, description: Description
) -> None:
    ours, bare = tmp_path / "ours.safetensors", tmp_path / "bare.pth"
    untold = replace(description, preprocess=replace(description.preprocess, divisor=1))
    ours.write_bytes(segstudio.to_bytes(network, untold))
    torch.save(network.state_dict(), bare)
    told = [load_model(path, "cpu").info.preprocess.divisor for path in (ours, bare)]
    assert told == [network.divisor] * 2 == [4, 4]


classes = st.lists(
    st.builds(
        LabelClass,
        id=st.integers(0, 65535),
        name=st.text(max_size=20),
        color=st.tuples(*[st.integers(0, 255)] * 3),
        thing=st.booleans(),
        ignore=st.booleans(),
        background=st.booleans(),
        group=st.text(max_size=5),
    ),
    max_size=5,
    unique_by=lambda c: c.id,
)
number = st.floats(0.01, 10)


@given(classes, st.tuples(number, number, number), st.dictionaries(st.text(max_size=5), st.integers(1, 9), max_size=3))
def test_a_description_survives_json(table: list[LabelClass], std: tuple[float, ...], config: dict[str, int]) -> None:
    said = Description("x", config, LabelSchema(tuple(table)), Preprocess(std=std), {"minutes": 1.5})
    assert Description.from_json(json.loads(json.dumps(said.to_json()))) == said


def described(path: Path, change: Callable[[dict[str, Any]], object]) -> Path:
    """Rewrite the description in a model file."""
    description = json.loads(segstudio_text(path))
    change(description)
    save_file(load_file(path), path, {"segstudio": json.dumps(description)})
    return path


def segstudio_text(path: Path) -> str:
    data = path.read_bytes()
    header = json.loads(data[8 : 8 + int.from_bytes(data[:8], "little")])
    return str(header["__metadata__"]["segstudio"])


DAMAGED: list[tuple[Callable[[dict[str, Any]], object], str]] = [
    (lambda d: d.pop("classes"), "description is damaged"),
    (lambda d: d.update(version=2), "it has version 2"),
    (lambda d: d.update(classes=3), "description is damaged"),
    (lambda d: d["classes"][0].update(color="red"), "description is damaged"),
    (lambda d: d["classes"][0].update(id=-1), "0..65535"),
    (lambda d: d["config"].update(width=10**9), "width of a U-Net"),
    (lambda d: d["config"].update(width="4"), "whole number"),
    (lambda d: d["config"].update(depth=True), "whole number"),
    (lambda d: d["config"].update(surprise=1), "surprise"),
    (lambda d: d["config"].update(classes=2), "tells 2 classes apart, and 3 are named"),
    (lambda d: d["config"].update(in_channels=1), "it takes 1 channels"),
    (lambda d: d["preprocess"].update(order="HSV"), "RGB"),
    (lambda d: d["preprocess"].update(order="gray"), "one number each"),
    (lambda d: d["preprocess"].update(std=[0, 1, 1]), "may be 0"),
    (lambda d: d["preprocess"].update(mean=[float("nan"), 1, 1]), "three numbers"),
    (lambda d: d.update(architecture="os"), "architecture 'os' is not known"),
    (lambda d: d["config"].update(width=8), r"encoder\.0\.0\.weight \(4 x 3 x 3 x 3, not 8 x 3 x 3 x 3\)"),
]


@pytest.mark.parametrize(("change", "said"), DAMAGED)
def test_a_damaged_description_is_said(model_file: Path, change: Callable[[dict[str, Any]], object], said: str) -> None:
    with pytest.raises(UnreadableFile, match=said) as caught:
        load_model(described(model_file, change), "cpu")
    assert str(model_file) in str(caught.value)
    assert caught.value.hint


def test_description_that_is_no_json(model_file: Path) -> None:
    save_file(load_file(model_file), model_file, {"segstudio": "[" * 100_000})
    with pytest.raises(UnreadableFile, match="description is damaged"):
        load_model(model_file, "cpu")
