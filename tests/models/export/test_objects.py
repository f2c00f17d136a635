"""Mask R-CNN as ONNX: what is loaded again finds the same in images of any size, also nothing."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import pytest
from numpy.typing import NDArray

from segstudio.core.errors import SegstudioError
from segstudio.core.records import Keep, Prediction
from segstudio.models import Segmenter, load_model
from segstudio.models.export import exported
from segstudio.models.export.subject import Subject
from segstudio.models.loaders.inspection import inspect
from segstudio.models.loaders.segstudio import to_bytes
from tests.models.small_rcnn import CLASSES, CONFIG, DESCRIPTION, lively, make_small

SIZES = ((60, 80), (75, 50), (130, 41))
NOTHING = 100
"""Of the background's score, by which nothing is an object."""


def subject(background: float = 0, half: bool = False) -> Subject:
    return Subject(Path("net.pth"), lively(background), DESCRIPTION, half)


def both(found: Subject, folder: Path) -> tuple[Segmenter, Segmenter]:
    """Return the model as our own file, and as ONNX."""
    (folder / "net.safetensors").write_bytes(to_bytes(found.network, found.description))
    (folder / "net.onnx").write_bytes(exported(found, "onnx"))
    return load_model(folder / "net.safetensors", "cpu"), load_model(folder / "net.onnx", "cpu")


def image(height: int, width: int) -> NDArray[np.uint8]:
    return np.random.default_rng(height).integers(0, 256, (height, width, 3), np.uint8)


def boxes(found: Prediction) -> NDArray[np.float64]:
    return np.array([each.box for each in found.objects], np.float64).reshape(-1, 4)


def scores(found: Prediction) -> list[float]:
    return [each.score for each in found.objects]


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    make_small(monkeypatch)


def test_a_graph_finds_the_same(tmp_path: Path) -> None:
    ours, graph = both(subject(), tmp_path)
    for size in SIZES:
        expected, found = (model.predict([image(*size)], Keep(confidence=True))[0] for model in (ours, graph))
        assert len(expected.objects) > 10
        assert [each.class_id for each in found.objects] == [each.class_id for each in expected.objects]
        np.testing.assert_allclose(boxes(found), boxes(expected), rtol=0, atol=1e-2)
        np.testing.assert_allclose(scores(found), scores(expected), rtol=0, atol=1e-4)
        assert (found.labels == expected.labels).all()
        assert found.instances is not None
        assert (found.instances == expected.instances).all()
        assert found.confidence is not None
        assert expected.confidence is not None
        assert int(np.abs(found.confidence.astype(int) - expected.confidence).max()) <= 1


def test_a_graph_finds_nothing_where_there_is_nothing(tmp_path: Path) -> None:
    """And something where there is, although it was followed with an image of nothing."""
    _, graph = both(subject(NOTHING), tmp_path)
    for size in SIZES:
        (found,) = graph.predict([image(*size)])
        assert not found.objects
        assert not found.labels.any()
        assert found.labels.shape == size
    model = onnx.load(str(tmp_path / "net.onnx"))
    (bias,) = (each for each in model.graph.initializer if each.name.endswith("cls_score.bias"))
    bias.CopyFrom(onnx.numpy_helper.from_array(np.zeros(CLASSES, np.float32), bias.name))
    onnx.save(model, str(tmp_path / "more.onnx"))
    assert load_model(tmp_path / "more.onnx", "cpu").predict([image(*SIZES[0])])[0].objects


def test_everything_that_is_known_goes_along(tmp_path: Path) -> None:
    ours, graph = both(subject(), tmp_path)
    said = inspect(tmp_path / "net.onnx").description
    assert said is not None
    for info in (graph.info, said):
        assert (info.architecture, info.classes, info.preprocess) == (
            "mask_rcnn", ours.info.classes, ours.info.preprocess,
        )  # fmt: skip
        assert info.assumed == ()
    assert graph.info.instances
    model = onnx.load(str(tmp_path / "net.onnx"))
    sides = [[side.dim_param or side.dim_value for side in value.type.tensor_type.shape.dim]
             for value in (*model.graph.input, *model.graph.output)]  # fmt: skip
    assert sides == [[3, "H", "W"], ["K", 4], ["K"], ["K"], ["K", 1, "H", "W"]]
    assert [value.name for value in model.graph.output] == ["boxes", "labels", "scores", "masks"]
    assert json.loads(model.metadata_props[-1].value)["config"] == CONFIG


def test_half_the_bytes_find_nearly_the_same(tmp_path: Path) -> None:
    ours, graph = both(subject(half=True), tmp_path)
    assert (tmp_path / "net.onnx").stat().st_size < 0.7 * (tmp_path / "net.safetensors").stat().st_size
    expected, found = (model.predict([image(*SIZES[0])])[0] for model in (ours, graph))
    np.testing.assert_allclose(scores(found)[:3], scores(expected)[:3], atol=0.02)


def test_one_size_is_refused_for_it_has_its_own(tmp_path: Path) -> None:
    found = subject()
    sized = replace(found.description, preprocess=replace(found.description.preprocess, size=(64, 96)))
    with pytest.raises(SegstudioError, match=r"net\.pth finds objects, and brings images to a size of its own"):
        exported(replace(found, description=sized), "onnx")


@pytest.mark.parametrize("to", ["pt2"])
def test_other_kinds_of_programs_are_refused(to: str) -> None:
    with pytest.raises(SegstudioError, match=r"net\.pth finds objects") as caught:
        exported(subject(), to)
    assert "ONNX" in caught.value.hint
