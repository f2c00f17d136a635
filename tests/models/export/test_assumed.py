"""What is assumed of a model is assumed of every file that is made from it, until somebody says what is."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import torch

from segstudio.core.schema import LabelSchema
from segstudio.models import load_model
from segstudio.models.description import Description
from segstudio.models.export import EXPORTERS, exported
from segstudio.models.export.subject import subject_of
from segstudio.models.loaders.inspection import inspect
from segstudio.models.loaders.sidecar import sidecar_of
from segstudio.models.zoo import build_network
from segstudio.models.zoo.unet import UNet
from segstudio.services.adopting import offered_classes
from segstudio.services.class_mapping import map_classes
from segstudio.services.inspection import to_json, to_text
from segstudio.services.model_facts import facts

NORMALISATION = "version = 1\n[preprocess]\nmean = [0.5, 0.5, 0.5]\nstd = [0.5, 0.5, 0.5]\n"


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """Weights alone, of a network of four classes."""
    torch.manual_seed(0)
    torch.save(UNet(3, 4, 2, 4).state_dict(), tmp_path / "bare.pth")
    return tmp_path / "bare.pth"


def made(model: Path, to: str) -> Path:
    out = model.with_name(f"made.{EXPORTERS[to].suffix}")
    out.write_bytes(exported(subject_of(load_model(model, "cpu")), to))
    return out


@pytest.mark.parametrize("to", EXPORTERS)
def test_an_exported_file_says_what_was_assumed(bare: Path, to: str) -> None:
    out = made(bare, to)
    found, info = inspect(out), load_model(out, "cpu").info
    assert info.assumed == ("classes", "preprocess")
    assert to_text(found).count("(assumed)") == 2
    assert "Assumed:" not in to_text(found)
    assert json.loads(to_json(found))["assumed"] == ["class_names", "preprocess"]
    theirs = LabelSchema(tuple(c for c in offered_classes(info).classes if c.id < 2))
    assert map_classes(info, theirs).unchecked  # by their ids: no name is the file's own


@pytest.mark.parametrize("to", EXPORTERS)
def test_a_correction_before_or_after_ends_it(bare: Path, to: str) -> None:
    sidecar_of(bare).write_text(NORMALISATION)
    out = made(bare, to)
    assert load_model(out, "cpu").info.assumed == ("classes",)
    names = "".join(f'[[class]]\nid = {i}\nname = "{n}"\ncolor = "#00000{i}"\n' for i, n in enumerate("abcd"))
    sidecar_of(out).write_text(f"version = 1\n{names}")
    info = load_model(out, "cpu").info
    assert (info.assumed, info.corrected) == ((), ("classes",))
    assert (info.preprocess.mean, info.classes.classes[3].name) == ((0.5, 0.5, 0.5), "d")
    assert "(assumed)" not in to_text(inspect(out))


def test_an_option_that_was_assumed_stays_open_where_the_network_is_built_here(tmp_path: Path) -> None:
    network = build_network("deeplabv3plus", 3, 4, backbone="mobilenet_v2", separable=True)
    torch.save(network.state_dict(), tmp_path / "plus.pth")
    before = load_model(tmp_path / "plus.pth", "cpu").info
    out = made(before.file, "segstudio")
    info = load_model(out, "cpu").info
    assert (info.assumed, info.choices) == (before.assumed, before.choices)
    assert "Assumed: output_stride = 16, not 8" in to_text(inspect(out))
    sidecar_of(out).write_text("version = 1\n[options]\noutput_stride = 8\n")
    info = load_model(out, "cpu").info
    assert (info.assumed, info.options["output_stride"]) == (("classes", "preprocess"), 8)


def test_an_option_that_a_program_was_written_down_with_is_marked_and_no_more_open(tmp_path: Path) -> None:
    network = build_network("deeplabv3plus", 3, 4, backbone="mobilenet_v2", separable=True)
    torch.save(network.state_dict(), tmp_path / "plus.pth")
    out = made(tmp_path / "plus.pth", "onnx")
    assert "Assumed: output_stride = 16, when it was exported" in to_text(inspect(out))
    (stride,) = (fact for fact in facts(load_model(out, "cpu").info) if fact.name == "Output stride")
    assert (stride.value, stride.mark) == ("16", "assumed")
    assert "[options]" not in to_text(inspect(out))


@pytest.mark.parametrize(
    ("said", "assumed"),
    [
        ({}, ()),
        ({"assumed": []}, ()),
        ({"assumed": ["preprocess", "width", "moon", 3, None, "preprocess"]}, ("preprocess", "width")),
    ],
)
def test_files_that_say_nothing_or_more_are_read_too(
    description: Description, said: Mapping[str, Any], assumed: tuple[str, ...]
) -> None:
    assert "assumed" not in description.to_json()
    assert Description.from_json({**description.to_json(), **said}).assumed == assumed
