"""YOLO with masks: the two outputs of its graph, as Ultralytics exports them, become objects and a label map.

The graphs are made by hand with that signature and the metadata that Ultralytics writes.
"""

from pathlib import Path

import numpy as np
import onnx
import pytest
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from segstudio.core.errors import SegstudioError, UnreadableFile
from segstudio.core.records import FoundObject, Keep
from segstudio.core.rle import mask_of
from segstudio.models import load_model
from segstudio.models.loaders.inspection import inspect

SIDE = 64
METADATA = {"task": "segment", "names": "{0: 'cup', 1: 'spoon'}", "stride": "32", "imgsz": "[64, 64]"}
BOXES = np.array([[16, 32, 24, 16], [17, 32, 24, 16], [16, 32, 24, 16], [32, 32, 32, 8], [50, 32, 8, 8]], np.float32)
"""Centres and sides on a canvas of 64 x 64."""
SCORES = np.array([[0.9, 0.1], [0.8, 0.1], [0.2, 0.7], [0.1, 0.6], [0.01, 0.02]], np.float32)
COEFFICIENTS = np.array([[0, 1], [0, 1], [0, 1], [1, 0], [0, 1]], np.float32)
LEFT = np.where(np.arange(16) < 8, 10, -10)
PROTOTYPES = np.stack([np.broadcast_to(LEFT, (16, 16)), np.full((16, 16), 10)]).astype(np.float32)[None]


def rows(chosen: bool) -> NDArray[np.float32]:
    """Return what the first output is: all places, or what the graph has chosen by itself."""
    if not chosen:
        return np.concatenate([BOXES, SCORES, COEFFICIENTS], axis=1).T[None].copy()
    kept = [0, 2, 3]
    half = BOXES[kept, 2:] / 2
    corners = np.concatenate([BOXES[kept, :2] - half, BOXES[kept, :2] + half], axis=1)
    best = SCORES[kept].max(1, keepdims=True), SCORES[kept].argmax(1)[:, None].astype(np.float32)
    return np.concatenate([corners, *best, COEFFICIENTS[kept]], axis=1)[None].copy()


def write(
    path: Path, metadata: dict[str, str], chosen: bool = False, size: tuple[int | str, ...] = (SIDE, SIDE)
) -> Path:
    """Write a graph that finds the same in every image."""
    found = rows(chosen)
    nodes = [
        helper.make_node("ReduceMax", ["images"], ["most"], keepdims=0),
        helper.make_node("Mul", ["most", "nothing"], ["none"]),
        helper.make_node("Add", ["found", "none"], ["output0"]),
        helper.make_node("Add", ["maps", "none"], ["output1"]),
    ]
    given = helper.make_tensor_value_info("images", TensorProto.FLOAT, [1, 3, *size])
    outputs = [
        helper.make_tensor_value_info("output0", TensorProto.FLOAT, found.shape),
        helper.make_tensor_value_info("output1", TensorProto.FLOAT, PROTOTYPES.shape),
    ]
    stored = {"found": found, "maps": PROTOTYPES, "nothing": np.zeros((), np.float32)}
    tensors = [numpy_helper.from_array(value, name) for name, value in stored.items()]
    graph = helper.make_graph(nodes, "main_graph", [given], outputs, tensors)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8, producer_name="pytorch")
    helper.set_model_props(model, metadata)
    path.write_bytes(model.SerializeToString())
    return path


def covered(found: FoundObject, shape: tuple[int, int]) -> tuple[int, int, int, int]:
    """Return the rows and columns that a mask reaches over."""
    y, x = np.nonzero(mask_of(found.counts, shape))
    return int(y.min()), int(y.max()) + 1, int(x.min()), int(x.max()) + 1


@pytest.mark.parametrize("chosen", [False, True])
def test_objects_are_those_of_the_boxes_and_prototypes(tmp_path: Path, chosen: bool) -> None:
    model = load_model(write(tmp_path / "net.onnx", METADATA, chosen), "cpu")
    image = np.zeros((32, 64, 3), np.uint8)  # 16 rows above it and below it on the canvas
    (found,) = model.predict([image], Keep(confidence=True))
    assert [(each.class_id, round(each.score, 4)) for each in found.objects] == [(1, 0.9), (2, 0.7), (2, 0.6)]
    assert [each.box for each in found.objects] == [(4, 8, 24, 16), (4, 8, 24, 16), (16, 12, 32, 8)]
    assert covered(found.objects[0], (32, 64)) == (8, 24, 4, 28)
    assert covered(found.objects[2], (32, 64)) == (12, 20, 16, 32), "the prototype ends in the middle"
    assert np.unique(found.labels[8:24, 4:28]).tolist() == [1], "the surest lies on top"
    assert np.unique(found.labels[12:20, 28:32]).tolist() == [2]
    assert not found.labels[:, 32:].any()
    assert found.confidence is not None
    assert found.confidence[10, 10] == round(0.9 * 255)


def test_a_larger_image_is_made_smaller_and_its_objects_larger(tmp_path: Path) -> None:
    model = load_model(write(tmp_path / "net.onnx", METADATA), "cpu")
    (found,) = model.predict([np.zeros((128, 256, 3), np.uint8)])
    assert found.objects[0].box == (16, 32, 96, 64)
    assert covered(found.objects[0], (128, 256)) == (32, 96, 16, 112)
    (tall,) = model.predict([np.zeros((64, 32, 3), np.uint8)])
    assert tall.objects[0].box == (0, 24, 12, 16), "cut at the border"


def test_any_size_is_made_to_fit_a_multiple_of_the_stride(tmp_path: Path) -> None:
    model = load_model(write(tmp_path / "net.onnx", METADATA, size=("height", "width")), "cpu")
    (found,) = model.predict([np.zeros((32, 64, 3), np.uint8)])
    assert found.objects[0].box == (4, 24, 24, 8), "on a canvas of 32 rows nothing is above the image"


def test_what_is_known_of_it(tmp_path: Path) -> None:
    path = write(tmp_path / "net.onnx", METADATA)
    for said in (load_model(path, "cpu").info, inspect(path).description):
        assert said is not None
        assert (said.architecture, said.family, said.assumed) == ("yolo_seg", "Ultralytics", ())
        assert [(c.id, c.name, c.thing) for c in said.classes.scored] == [
            (0, "background", False), (1, "cup", True), (2, "spoon", True),
        ]  # fmt: skip
        assert (said.preprocess.order, said.preprocess.scale, said.preprocess.std) == ("RGB", 255, (1, 1, 1))
    assert load_model(path, "cpu").info.instances
    with pytest.raises(SegstudioError, match="finds objects"):
        load_model(path, "cpu").scores(np.zeros((8, 8, 3), np.uint8))


def test_without_metadata_its_names_are_assumed(tmp_path: Path) -> None:
    info = load_model(write(tmp_path / "net.onnx", {}), "cpu").info
    assert (info.architecture, info.assumed) == ("yolo_seg", ("classes", "preprocess"))
    assert len(info.classes.scored) == 3


def test_other_tasks_of_ultralytics_are_named_and_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "net.onnx", METADATA | {"task": "pose"})
    with pytest.raises(UnreadableFile, match=r"for the task 'pose', which has no masks"):
        load_model(path, "cpu")
    model = onnx.load_from_string(write(path, METADATA | {"task": "detect"}).read_bytes())
    del model.graph.output[1]
    path.write_bytes(model.SerializeToString())
    assert "'detect'" in (inspect(path).reason or "")
