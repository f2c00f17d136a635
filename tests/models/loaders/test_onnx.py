"""ONNX graphs of every kind of input and output give what they compute, through our loader."""

import json
import sys
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import nn

from segstudio.cli import main
from segstudio.core.errors import SegstudioError, UnreadableFile
from segstudio.core.late import absent_extra
from segstudio.core.records import Keep
from segstudio.models import load_model
from segstudio.models.description import Description
from segstudio.models.loaders.inspection import inspect
from segstudio.models.loaders.onnx_file.names import names_in
from segstudio.models.loaders.sidecar import sidecar_of
from tests.models.loaders.onnx_graphs import CLASSES, WEIGHTS, expected, write_external, write_graph

IMAGE = np.random.default_rng(2).integers(0, 256, (67, 93, 3), np.uint8)


def prepared(image: NDArray[np.uint8], kind: str = "float32") -> NDArray[np.floating[Any]]:
    if kind == "uint8":
        return image.astype(np.float64)
    return (image / 255 - [0.485, 0.456, 0.406]) / [0.229, 0.224, 0.225]


def softmax(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    grown = np.exp(scores - scores.max(0))
    return np.asarray(grown / grown.sum(0), np.float32)


@pytest.mark.parametrize("last", [False, True])
@pytest.mark.parametrize("kind", ["float32", "float16", "uint8"])
@pytest.mark.parametrize("batch", ["N", 1, 2, None])
def test_scores_are_those_of_the_graph(tmp_path: Path, last: bool, kind: str, batch: int | str | None) -> None:
    path = write_graph(tmp_path / "net.onnx", last=last, kind=kind, batch=batch)
    model = load_model(path, "cpu")
    wanted = expected(prepared(IMAGE, kind))
    tolerance = {"float32": 1e-5, "float16": 5e-3, "uint8": 1e-3}[kind]
    np.testing.assert_allclose(model.scores(IMAGE), wanted, atol=tolerance, rtol=1e-3 if kind == "float16" else 1e-5)
    if kind != "float16":
        found = model.predict([IMAGE, IMAGE[::-1].copy(), IMAGE])
        assert [each.labels.shape for each in found] == [(67, 93)] * 3
        assert (found[0].labels == wanted.argmax(0)).mean() > 0.999
        assert (found[1].labels == wanted[:, ::-1].argmax(0)).mean() > 0.999


def test_a_size_that_is_fixed_is_what_images_are_brought_to(tmp_path: Path) -> None:
    model = load_model(write_graph(tmp_path / "net.onnx", batch=1, size=(64, 96)), "cpu")
    assert model.info.preprocess.size == (64, 96)
    assert model.predict([IMAGE])[0].labels.shape == IMAGE.shape[:2]
    exact = IMAGE[:64, :64].repeat(2, 1)[:, :96]
    np.testing.assert_allclose(model.scores(exact), expected(prepared(exact)), atol=1e-5)


def test_probabilities_and_labels_are_told_from_scores(tmp_path: Path) -> None:
    wanted = expected(prepared(IMAGE))
    for ending in ("Softmax", "ArgMax"):
        path = write_graph(tmp_path / f"{ending}.onnx", ending=ending)
        model = load_model(path, "cpu")
        assert len(model.info.classes.scored) == CLASSES
        (found,) = model.predict([IMAGE], Keep(probabilities=True))
        assert (found.labels == wanted.argmax(0)).mean() > 0.999
        assert found.probabilities is not None
        if ending == "Softmax":
            np.testing.assert_allclose(found.probabilities / 255, softmax(wanted), atol=3e-3)


def test_a_sigmoid_of_each_class_keeps_the_order_of_scores(tmp_path: Path) -> None:
    model = load_model(write_graph(tmp_path / "net.onnx", ending="Sigmoid", last=True), "cpu")
    (found,) = model.predict([IMAGE // 8 + 100])  # of large scores sigmoids are equal
    assert (found.labels == expected(prepared(IMAGE // 8 + 100)).argmax(0)).mean() > 0.999


def test_the_output_that_is_a_map_is_taken(tmp_path: Path) -> None:
    path = write_graph(tmp_path / "net.onnx", beside=("most", "again"), result=["N", CLASSES, "H", "W"])
    np.testing.assert_allclose(load_model(path, "cpu").scores(IMAGE), expected(prepared(IMAGE)), atol=1e-5)


def test_a_network_that_torch_exported_is_run(tmp_path: Path, network: nn.Module) -> None:
    path = tmp_path / "net.onnx"
    free = {0: "N", 2: "H", 3: "W"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # torch has another way beside this
        torch.onnx.export(
            network, (torch.rand(2, 3, 68, 92),), str(path), input_names=["x"], output_names=["y"],
            dynamic_axes={"x": free, "y": free}, dynamo=False,
        )  # fmt: skip
    model = load_model(path, "cpu")
    assert (model.info.family, model.info.preprocess.divisor) == ("pytorch", 1)
    assert model.info.assumed == ("classes", "preprocess")
    pixels = torch.from_numpy(prepared(IMAGE[:68, :92])).float().permute(2, 0, 1)[None]
    with torch.inference_mode():
        wanted = network(pixels)[0].numpy()
    np.testing.assert_allclose(model.scores(IMAGE[:68, :92]), wanted, atol=1e-4)


@pytest.mark.parametrize(
    ("metadata", "named"),
    [
        ({"names": "{0: 'sky', 1: \"bird's nest\", 2: 'sea', 3: 'x'}"}, ["sky", "bird's nest", "sea", "x"]),
        ({"class_names": '["a", "b", "c", "d"]'}, ["a", "b", "c", "d"]),
        ({"id2label": '{"0": "a", "1": "b", "2": "c", "3": "d"}'}, ["a", "b", "c", "d"]),
        ({"names": '["too", "few"]'}, None),
        ({"names": "__import__('os').getcwd()"}, None),
        ({"names": "[" * 5000}, None),
        ({}, None),
    ],
)
def test_names_of_classes_beside_the_graph(tmp_path: Path, metadata: dict[str, str], named: list[str] | None) -> None:
    path = write_graph(tmp_path / "net.onnx", metadata=metadata)
    for said in (load_model(path, "cpu").info, inspect(path).description):
        assert said is not None
        assert ("classes" in said.assumed) == (named is None)
        if named is not None:
            assert [c.name for c in said.classes.scored] == named


def test_names_are_read_and_not_run() -> None:
    assert names_in("-" * 60_000) == ()
    assert names_in("{0: 'a', 5: 'b'}") == ()
    assert names_in("['a', ['b']]") == ()


def test_what_we_know_of_a_model_stands_beside_its_graph(tmp_path: Path, description: Description) -> None:
    said = description.to_json() | {"config": {"classes": 4, "in_channels": 3}}
    said["classes"].append({"id": 9, "name": "vein", "color": "#112233"})
    path = write_graph(tmp_path / "net.onnx", metadata={"segstudio": json.dumps(said)})
    for found in (load_model(path, "cpu").info, inspect(path).description):
        assert found is not None
        assert (found.architecture, found.assumed) == ("unet", ())
        assert [c.name for c in found.classes.scored] == ["background", "cell", "nerve", "vein"]
        assert found.preprocess.mean == (0.1, 0.2, 0.3)
    path = write_graph(tmp_path / "cut.onnx", metadata={"segstudio": json.dumps(said)[:50]})
    with pytest.raises(UnreadableFile, match="damaged"):
        load_model(path, "cpu")


def test_a_sidecar_counts(tmp_path: Path) -> None:
    path = write_graph(tmp_path / "net.onnx")
    sidecar_of(path).write_text("version = 1\n[preprocess]\nmean = [0, 0, 0]\nstd = [1, 1, 1]\n", encoding="utf-8")
    np.testing.assert_allclose(load_model(path, "cpu").scores(IMAGE), expected(IMAGE / 255), atol=1e-5)
    assert inspect(path).description == inspect(path).description
    assert inspect(path).description.preprocess.std == (1, 1, 1)  # type: ignore[union-attr]


def test_weights_beside_the_file_are_read(tmp_path: Path) -> None:
    path = write_external(tmp_path / "net.onnx", "net.onnx.data", data=WEIGHTS.tobytes())
    np.testing.assert_allclose(load_model(path, "cpu").scores(IMAGE), expected(prepared(IMAGE)), atol=1e-5)
    (tmp_path / "net.onnx.data").unlink()
    with pytest.raises(UnreadableFile, match=r"'net\.onnx\.data', which is missing"):
        load_model(path, "cpu")


def test_inspecting_needs_no_onnxruntime(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_graph(tmp_path / "net.onnx", result=["N", CLASSES, "H", "W"])
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    found = inspect(path)
    assert (found.format, found.tensors, found.parameters) == ("onnx", 2, 4 * 3 + 4)
    assert found.description is not None
    assert found.reason == absent_extra("onnxruntime", "onnx", "An ONNX model"), "so that loading it is no surprise"
    assert found.description is not None
    assert found.description.config == {"classes": CLASSES, "in_channels": 3}
    assert found.description.family == "by hand"
    with pytest.raises(SegstudioError, match="onnxruntime, which is not installed") as caught:
        load_model(path, "cpu")
    assert "segstudio[onnx]" in caught.value.hint


def test_a_device_that_onnxruntime_has_not_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("segstudio.models.device.available_devices", lambda: ("mps", "cpu"))
    path = write_graph(tmp_path / "net.onnx")
    assert load_model(path, "auto").info.device.startswith("CPU")
    with pytest.raises(SegstudioError, match="does not run on 'mps'"):
        load_model(path, "mps")


def test_the_command_line_predicts_and_inspects(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write_graph(tmp_path / "net.onnx", last=True, ending="ArgMax")
    (tmp_path / "images").mkdir()
    Image.fromarray(IMAGE).save(tmp_path / "images" / "a.png")
    assert (
        main(["predict", str(path), str(tmp_path / "images"), "--out", str(tmp_path / "run"), "--device", "cpu"]) == 0
    )
    labels = np.array(Image.open(tmp_path / "run" / "a.png"))
    assert (labels == expected(prepared(IMAGE)).argmax(0)).mean() > 0.999
    capsys.readouterr()
    assert main(["inspect", str(path), "--json", "-"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["format"], found["classes"], found["input_channels"], found["executes"]) == ("onnx", CLASSES, 3, [])
    assert found["assumed"] == ["class_names", "preprocess"]
