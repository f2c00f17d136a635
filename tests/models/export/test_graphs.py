"""ONNX graphs that others have made, exported: the same graph, or a network of ours where it is one."""

import warnings
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch

from segstudio.core.errors import SegstudioError
from segstudio.models import load_model
from segstudio.models.export import EXPORTERS
from segstudio.models.loaders.sidecar import sidecar_of
from tests.models.export.test_programs import SIZE, Ours, exported
from tests.models.loaders.onnx_graphs import expected, write_external, write_graph
from tests.models.loaders.test_onnx_yolo import METADATA
from tests.models.loaders.test_onnx_yolo import write as write_yolo


@pytest.mark.parametrize("half", [False, True])
def test_a_graph_stays_that_graph_with_what_is_known_of_it(half: bool, tmp_path: Path) -> None:
    model = write_external(tmp_path / "net.onnx", "weights.bin", data=np.zeros(48, np.uint8).tobytes())
    write_graph(tmp_path / "whole.onnx", metadata={"names": "['a', 'b', 'c', 'd']", "segstudio": "", "author": "me"})
    sidecar_of(tmp_path / "whole.onnx").write_text("version = 1\n[preprocess]\nscale = 100\n")
    found = exported(tmp_path / "whole.onnx", "onnx", half=half)
    assert found.faithful
    assert (found.near.difference == 0) is not half
    texts = {each.key: each.value for each in onnx.load(str(found.out)).metadata_props}
    assert (texts["author"], texts["names"]) == ("me", "['a', 'b', 'c', 'd']")
    info = load_model(found.out, "cpu", 1).info
    assert (info.preprocess.scale, [c.name for c in info.classes.classes], info.assumed) == (100, [*"abcd"], ())
    merged = exported(model, "onnx", half=half)
    assert not onnx.load(str(merged.out), load_external_data=False).graph.initializer[0].external_data


def test_a_graph_that_is_another_one_while_it_is_read_is_not_exported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model, other = write_graph(tmp_path / "net.onnx"), write_graph(tmp_path / "other.onnx", metadata={"a": "b"})
    load = onnx.load
    monkeypatch.setattr(onnx, "load", lambda path: load(str(other.replace(path))))
    with pytest.raises(SegstudioError, match="it was changed since it was loaded"):
        exported(model, "onnx")
    assert not list((tmp_path / "out").iterdir())


def test_a_graph_is_of_its_own_sizes_and_operations(tmp_path: Path) -> None:
    model = write_graph(tmp_path / "net.onnx", size=SIZE)
    with pytest.raises(SegstudioError, match="64x96"):
        exported(model, "onnx", (96, 64))
    for to in ("pt2", "segstudio"):
        with pytest.raises(SegstudioError, match=r"net\.onnx is an ONNX model: .*") as caught:
            exported(model, to)
        assert "or to ONNX" in caught.value.hint
    image = np.random.default_rng(0).integers(0, 256, (*SIZE, 3), np.uint8)
    found = load_model(exported(model, "onnx", SIZE).out, "cpu", 1)
    prepared = (image / 255 - found.info.preprocess.mean) / found.info.preprocess.std
    np.testing.assert_allclose(found.scores(image), expected(prepared), atol=1e-4)


def test_a_graph_that_finds_objects_keeps_the_names_that_a_person_gave(tmp_path: Path) -> None:
    model = write_yolo(tmp_path / "yolo.onnx", METADATA)
    named = ("nothing", "mug", "spoon")
    rows = "\n".join(f'[[class]]\nid = {i}\nname = "{name}"\ncolor = "#00000{i}"' for i, name in enumerate(named))
    sidecar_of(model).write_text(
        f"version = 1\n{rows}\nthing = true\n".replace('"nothing"', '"nothing"\nbackground = true')
    )
    found = exported(model, "onnx")
    assert (found.near.difference, found.near.alike) == (0, 1)
    names = [c.name for c in load_model(found.out, "cpu", 1).info.classes.scored]
    assert names == ["background", "mug", "spoon"]
    with pytest.raises(SegstudioError, match="brings images to a size of its own"):
        exported(model, "onnx", SIZE)


@pytest.mark.parametrize("to", list(EXPORTERS))
def test_a_graph_with_our_names_and_weights_is_our_network(to: str, tmp_path: Path) -> None:
    path, network = tmp_path / "net.onnx", Ours().eval()
    free = {0: "N", 2: "H", 3: "W"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            network, (torch.rand(2, 3, 33, 47),), str(path),
            input_names=["x"], output_names=["y"], dynamic_axes={"x": free, "y": free},
            training=torch.onnx.TrainingMode.PRESERVE, do_constant_folding=False, dynamo=False,
        )  # fmt: skip
    found = exported(path, to)
    assert found.near.difference < 1e-4
    assert (found.near.difference == 0) is (to == "onnx"), "a graph stays that graph"
    assert (load_model(found.out, "cpu", 1).info.architecture == "unet") is (to != "onnx")
