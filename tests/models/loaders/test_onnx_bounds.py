"""ONNX graphs that ask for more than there is, that do not end, or that return other than what their header says."""

import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from segstudio.core.errors import UnreadableFile
from segstudio.models import load_model, load_steps
from segstudio.models.inference import TorchSegmenter
from segstudio.models.loaders.inspection import inspect
from segstudio.models.loaders.onnx_file.graph import planned
from segstudio.models.loaders.onnx_file.reading import read_onnx
from segstudio.models.loaders.onnx_file.session import OnnxNetwork
from segstudio.models.loaders.onnx_file.unchanged import Unchanged
from segstudio.models.programs import Program
from segstudio.models.segmenter import Interrupted, LoadStep, Segmenter

FREE = ("N", 3, "H", "W")
RESULT = ("N", "C", "h", "w")
WEIGHTS = np.random.default_rng(0).normal(size=(6, 3, 1, 1)).astype(np.float32)
IMAGE = np.random.default_rng(0).integers(0, 256, (48, 64, 3)).astype(np.uint8)


def written(
    path: Path, nodes: list[Any], stored: dict[str, NDArray[Any]], given: Any = FREE, result: Any = RESULT
) -> Path:
    """Write a graph that takes ``x`` and returns ``y``; ``w`` are the weights of a convolution."""
    tensors = [numpy_helper.from_array(value, name) for name, value in {"w": WEIGHTS, **stored}.items()]
    values = [helper.make_tensor_value_info(n, TensorProto.FLOAT, s) for n, s in (("x", given), ("y", result))]
    graph = helper.make_graph(nodes, "net", values[:1], values[1:], tensors)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    path.write_bytes(model.SerializeToString())
    return path


def conv(out: str = "y") -> Any:
    return helper.make_node("Conv", ["x", "w"], [out])


def with_large(operation: str, **stored: NDArray[Any]) -> tuple[list[Any], dict[str, NDArray[Any]]]:
    """Return a graph in which an operation makes what is then added to the scores."""
    made = helper.make_node(operation, list(stored), ["large"])
    least = helper.make_node("ReduceMax", ["large"], ["most"], keepdims=0)
    return [made, least, conv("c"), helper.make_node("Add", ["c", "most"], ["y"])], stored


@pytest.mark.parametrize(
    ("nodes", "stored"),
    [
        with_large("ConstantOfShape", s=np.array([1 << 16, 1 << 16])),
        with_large("Expand", v=np.ones((1, 1), np.float32), s=np.array([1 << 16, 1 << 16])),
        with_large("Tile", v=np.ones((1, 1), np.float32), s=np.array([1 << 32, 1])),
        with_large("Range", a=np.array(0), b=np.array(1 << 40), c=np.array(1)),
    ],
)
def test_operations_that_make_all_there_is_are_refused(
    tmp_path: Path, nodes: list[Any], stored: dict[str, NDArray[Any]]
) -> None:
    with pytest.raises(UnreadableFile, match="are the most"):
        load_model(written(tmp_path / "net.onnx", nodes, stored), "cpu")


def repeating(path: Path, repeated: dict[str, list[int]]) -> Path:
    """Write a graph that counts from ``a`` to ``b`` in steps of ``c``, each of which is stored again and again."""
    nodes, stored = with_large("Range", **{name: np.array(all_of[0]) for name, all_of in repeated.items()})
    graph = onnx.load(written(path, nodes, stored))
    again = (numpy_helper.from_array(np.array(each), name) for name, all_of in repeated.items() for each in all_of[1:])
    graph.graph.initializer.extend(again)
    path.write_bytes(graph.SerializeToString())
    return path


@pytest.mark.parametrize(
    "repeated",
    [
        {"a": [3, -(1 << 40), 5], "b": [7, 6], "c": [100, 1, 50]},
        {"a": [5, 1 << 40, 7], "b": [6, -7, 8], "c": [-1, 90]},
        {"a": [5], "b": [1, 1 << 60, 8], "c": [1 << 20, -(1 << 30)]},
    ],
)
def test_the_worst_of_what_is_stored_under_one_name_counts(tmp_path: Path, repeated: dict[str, list[int]]) -> None:
    with pytest.raises(ValueError, match=r"operation Range makes .* are the most"):
        planned(read_onnx(repeating(tmp_path / "net.onnx", repeated)))


def test_names_that_are_stored_again_and_again_are_soon_looked_through(tmp_path: Path) -> None:
    repeated = {name: list(range(1, 3000)) for name in "abc"}
    assert planned(read_onnx(repeating(tmp_path / "net.onnx", repeated))).classes == 6


def test_sizes_that_are_joined_before_they_are_used_count(tmp_path: Path) -> None:
    nodes, stored = with_large("ConstantOfShape", s=np.array([1]))
    nodes[0].input[0] = "shape"
    joined = [
        helper.make_node("Cast", ["a"], ["side"], to=TensorProto.INT64),
        helper.make_node("Concat", ["side", "b", "unknown"], ["sides"], axis=0),
        helper.make_node("Identity", ["sides"], ["shape"]),
    ]
    sides = {"a": np.array([1 << 16], np.int32), "b": np.array([1 << 16])}
    with pytest.raises(UnreadableFile, match="makes 4,294,967,296 numbers"):
        load_model(written(tmp_path / "net.onnx", [*joined, *nodes], {**stored, **sides}), "cpu")


def test_a_shape_of_shapes_to_no_end_is_soon_through(tmp_path: Path) -> None:
    nodes, stored = with_large("ConstantOfShape", s=np.array([1]))
    nodes[0].input[0] = "v40"
    doubled = [helper.make_node("Concat", [f"v{i}"] * 16, [f"v{i + 1}"], axis=0) for i in range(40)]
    path = written(tmp_path / "net.onnx", [*doubled, *nodes], {**stored, "v0": np.array([2])})
    assert inspect(path).description is not None


@pytest.mark.parametrize(
    ("given", "result", "words"),
    [
        ((1, 3, 60000, 60000), (1, 6, 60000, 60000), "60,000 x 60,000 pixels"),
        ((1 << 40, 3, "H", "W"), RESULT, "1,099,511,627,776 images"),
        ((1, 3, 32, 48), (1, 1 << 40, 32, 48), "1,099,511,627,776 classes"),
        ((1, 3, 32, 48), (1, 70000, 32, 48), "70,000 classes"),
    ],
)
def test_sizes_and_classes_have_bounds(tmp_path: Path, given: Any, result: Any, words: str) -> None:
    path = written(tmp_path / "net.onnx", [conv()], {}, given, result)
    with pytest.raises(UnreadableFile, match=words):
        load_model(path, "cpu")
    assert words in (inspect(path).reason or "")


def test_what_is_returned_counts_and_not_what_is_likely(tmp_path: Path) -> None:
    up = helper.make_node("ConvTranspose", ["c", "t"], ["y"], group=6, strides=[2, 2], pads=[1, 1, 1, 1])
    grouped = written(tmp_path / "grouped.onnx", [conv("c"), up], {"t": np.ones((6, 1, 4, 4), np.float32)})
    said = inspect(grouped).description
    assert said is not None
    assert said.config["classes"] == 6
    ends = {"begin": np.array([1]), "end": np.array([4]), "axis": np.array([1])}
    cut = helper.make_node("Slice", ["c", *ends], ["y"])
    for path, classes in ((grouped, 6), (written(tmp_path / "cut.onnx", [conv("c"), cut], ends), 3)):
        model = load_model(path, "cpu")
        assert len(model.info.classes.scored) == classes
        assert model.predict([IMAGE])[0].labels.shape == IMAGE.shape[:2]


def endless(path: Path) -> Path:
    """Write a graph that counts to 2**62 before it returns its scores."""
    sides: dict[str, Any] = {"i": TensorProto.INT64, "go": TensorProto.BOOL, "before": TensorProto.FLOAT}
    taken = [
        helper.make_tensor_value_info(name, kind, None if name == "before" else []) for name, kind in sides.items()
    ]
    left = [
        helper.make_tensor_value_info("on", TensorProto.BOOL, []),
        helper.make_tensor_value_info("after", TensorProto.FLOAT, None),
    ]
    steps = [helper.make_node("Identity", ["go"], ["on"]), helper.make_node("Neg", ["before"], ["after"])]
    body = helper.make_graph(steps, "body", taken, left)
    loop = helper.make_node("Loop", ["times", "true", "c"], ["y"], body=body)
    return written(path, [conv("c"), loop], {"times": np.array(1 << 62), "true": np.array(True)})


def test_a_graph_that_does_not_end_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("segstudio.models.loaders.onnx_file.LONGEST", 0.2)
    with pytest.raises(UnreadableFile, match="made nothing of one image"):
        load_model(endless(tmp_path / "net.onnx"), "cpu")


def test_a_trial_can_be_cancelled(tmp_path: Path) -> None:
    steps = load_steps(endless(tmp_path / "net.onnx"), "cpu")
    assert any(isinstance(step, LoadStep) and step.what == "Trying it" for step in steps)
    steps.close()


def begun(model: Segmenter, network: OnnxNetwork) -> tuple[threading.Thread, list[Exception]]:
    """Predict in a thread of its own, and return when the graph is at work: the thread, and what it raises."""
    raised: list[Exception] = []

    def predict() -> None:
        try:
            model.predict([IMAGE])
        except Exception as error:
            raised.append(error)

    thread = threading.Thread(target=predict, daemon=True)
    thread.start()
    while not network.seconds and thread.is_alive():
        thread.join(0.01)
    return thread, raised


def test_an_image_under_way_is_interrupted_and_so_is_what_comes_after_it(tmp_path: Path) -> None:
    """A graph that came through its trial may not come to an end of another image."""
    loaded = load_model(written(tmp_path / "fine.onnx", [conv()], {}), "cpu")
    assert isinstance(loaded, TorchSegmenter)
    path = endless(tmp_path / "net.onnx")
    network = OnnxNetwork(Unchanged.of(path), planned(read_onnx(path)))
    model = TorchSegmenter(path, replace(loaded.loaded, network=Program(network, "logits", 6)), "cpu", None)
    for _ in range(2):
        thread, raised = begun(model, network)
        assert thread.is_alive()
        model.interrupt()
        thread.join(60)
        assert [type(error) for error in raised] == [Interrupted]
        with pytest.raises(Interrupted):
            model.predict([IMAGE])
        model.resume()


def test_an_interruption_between_two_images_lasts_until_it_is_taken_back(tmp_path: Path) -> None:
    model = load_model(written(tmp_path / "net.onnx", [conv()], {}), "cpu")
    other = model.redescribed(model.info.preprocess, model.info.classes, ())
    model.interrupt()
    for each in (model, other, model):
        with pytest.raises(Interrupted):
            each.predict([IMAGE])
        with pytest.raises(Interrupted):
            each.scores(IMAGE)
    model.resume()
    assert other.predict([IMAGE])[0].labels.shape == IMAGE.shape[:2]


def test_an_interruption_that_comes_just_before_the_graph_is_run_is_not_lost(tmp_path: Path) -> None:
    import torch

    path = endless(tmp_path / "net.onnx")
    network = OnnxNetwork(Unchanged.of(path), planned(read_onnx(path)))
    network.interrupt()
    with pytest.raises(Interrupted):
        network(torch.zeros(1, 3, 8, 8))


def test_a_file_that_was_exchanged_is_not_opened_anew(tmp_path: Path) -> None:
    import torch

    path = written(tmp_path / "net.onnx", [conv()], {})
    model = load_model(path, "cpu")
    onnx.save(onnx.load(path), path)
    threads = torch.get_num_threads()
    torch.set_num_threads(threads + 1)
    try:
        with pytest.raises(UnreadableFile, match="changed since it was loaded"):
            model.predict([IMAGE])
    finally:
        torch.set_num_threads(threads)
