"""Graphs that return objects: torchvision's own Mask R-CNN, and graphs made by hand with such outputs."""

import io
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
import torch
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from segstudio.cli import main
from segstudio.core.errors import SegstudioError, UnreadableFile
from segstudio.core.records import FoundObject, Keep
from segstudio.core.rle import mask_of
from segstudio.models import load_model
from segstudio.models.export import exported
from segstudio.models.export.subject import subject_of
from segstudio.models.loaders.inspection import inspect
from segstudio.models.segmenter import Interrupted
from tests.models.peers import settle, torchvision

FEW = 40
SIDES: dict[str, dict[int, str]] = {
    "image": {1: "h", 2: "w"}, "boxes": {0: "n"}, "labels": {0: "n"}, "scores": {0: "n"},
    "masks": {0: "n", 2: "h", 3: "w"},
}  # fmt: skip


@pytest.fixture
def peer() -> torch.nn.Module:
    """Torchvision's own, of 91 classes over ResNet-18, with weights by which classes differ between regions."""
    detection, models = torchvision("models.detection"), torchvision("models")
    backbone = detection.backbone_utils._resnet_fpn_extractor(models.resnet18(norm_layer=torch.nn.BatchNorm2d), 5)
    few = {f"rpn_{when}_nms_top_n_{mode}": FEW for when in ("pre", "post") for mode in ("train", "test")}
    network: torch.nn.Module = detection.MaskRCNN(backbone, 91, min_size=96, max_size=160, **few)
    settle(network)
    network.state_dict()["roi_heads.box_predictor.cls_score.weight"].mul_(4)
    return network.eval()


def by_torchvision(peer: torch.nn.Module, path: Path, size: tuple[int, int], **named: Any) -> Path:
    content = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        example: Any = ([torch.rand(3, *size, generator=torch.Generator().manual_seed(0))],)
        torch.onnx.export(peer, example, content, opset_version=17, dynamo=False, **named)  # type: ignore[arg-type]
    path.write_bytes(content.getvalue())
    return path


def corners(objects: tuple[FoundObject, ...]) -> NDArray[np.float64]:
    return np.array([(x, y, x + w, y + h) for x, y, w, h in (each.box for each in objects)]).reshape(-1, 4)


@pytest.mark.parametrize("free", [True, False])
def test_torchvisions_own_graph_finds_what_torchvision_finds(peer: torch.nn.Module, tmp_path: Path, free: bool) -> None:
    """With names and for any size, or as it comes: outputs with numbers for names, for images of one size."""
    named = {"input_names": ["image"], "output_names": list(SIDES)[1:], "dynamic_axes": SIDES} if free else {}
    path = by_torchvision(peer, tmp_path / "net.onnx", (60, 80), **named)
    model = load_model(path, "cpu")
    assert (model.info.architecture, model.info.family, model.info.instances) == ("mask_rcnn", "torchvision", True)
    assert model.info.assumed == ("classes", "preprocess")
    assert model.info.classes.scored[90].name == "toothbrush"
    for size in ((60, 80), (50, 99)) if free else ((60, 80),):
        image = np.random.default_rng(0).integers(0, 256, (*size, 3), dtype=np.uint8)
        with torch.inference_mode():
            (expected,) = peer([torch.from_numpy(image).movedim(-1, 0).float() / 255])
        seen = (expected["masks"] >= 0.5).flatten(1).any(1)
        (found,) = model.predict([image])
        assert len(found.objects) > 10
        assert [each.class_id for each in found.objects] == expected["labels"][seen].tolist()
        # Torchvision's graph by itself is 2e-4 from torchvision.
        np.testing.assert_allclose([each.score for each in found.objects], expected["scores"][seen], atol=5e-4)
        np.testing.assert_allclose(corners(found.objects), expected["boxes"][seen], atol=1e-2)
        masks = np.array([mask_of(each.counts, size) for each in found.objects])
        assert (masks == (expected["masks"][seen, 0] >= 0.5).numpy()).mean() > 0.999


BOXES = np.array([[4, 8, 28, 24], [32, 8, 60, 40]], np.float32)
LABELS = np.array([1, 2])
SCORES = np.array([0.6, 0.9], np.float32)
NAMES = {"names": "['background', 'cup', 'spoon']"}


def whole(height: int, width: int) -> NDArray[np.float32]:
    """Return the masks of the ``BOXES`` over an image of 48 x 64 pixels, at a size."""
    masks = np.zeros((2, 1, 48, 64), np.float32)
    for mask, (x1, y1, x2, y2) in zip(masks, BOXES.astype(int), strict=True):
        mask[0, y1:y2, x1:x2] = 1
    return masks[:, :, :: 48 // height, :: 64 // width]


def write(
    path: Path,
    masks: NDArray[np.float32],
    size: tuple[int | str, int | str] = ("H", "W"),
    boxes: NDArray[Any] = BOXES,
    labels: NDArray[Any] = LABELS,
    scores: NDArray[Any] = SCORES,
    batch: tuple[int, ...] = (),
    fixed: bool = False,
) -> Path:
    """Write a graph that finds the same in every image; ``fixed`` says what shape the masks have."""
    found = {"boxes": boxes, "labels": labels, "scores": scores, "masks": masks}
    kinds = {"labels": TensorProto.INT64}
    shapes = {name: [None] * value.ndim for name, value in found.items()}
    shapes["masks"] = list(masks.shape) if fixed else shapes["masks"]
    nodes = [helper.make_node("ReduceMax", ["image"], ["most"], keepdims=0),
             helper.make_node("Mul", ["most", "nothing"], ["none"]),
             helper.make_node("Cast", ["none"], ["zero"], to=TensorProto.INT64)]  # fmt: skip
    nodes += [helper.make_node("Add", [f"of {name}", "zero" if name in kinds else "none"], [name]) for name in found]
    stored = {**{f"of {name}": value for name, value in found.items()}, "nothing": np.zeros((), np.float32)}
    graph = helper.make_graph(
        nodes, "main_graph", [helper.make_tensor_value_info("image", TensorProto.FLOAT, [*batch, 3, *size])],
        [helper.make_tensor_value_info(name, kinds.get(name, TensorProto.FLOAT), shapes[name]) for name in found],
        [numpy_helper.from_array(value, name) for name, value in stored.items()],
    )  # fmt: skip
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    helper.set_model_props(model, NAMES)
    path.write_bytes(model.SerializeToString())
    return path


def covered(found: FoundObject, shape: tuple[int, int]) -> tuple[int, int, int, int]:
    """Return the columns and rows that a mask reaches over, as a box."""
    y, x = np.nonzero(mask_of(found.counts, shape))
    return int(x.min()), int(y.min()), int(x.max()) + 1, int(y.max()) + 1


def test_masks_lie_in_the_image(tmp_path: Path) -> None:
    model = load_model(write(tmp_path / "net.onnx", whole(48, 64), (48, 64)), "cpu")
    assert [each.name for each in model.info.classes.scored] == ["background", "cup", "spoon"]
    (found,) = model.predict([np.zeros((48, 64, 3), np.uint8)])
    assert [(each.class_id, round(each.score, 4)) for each in found.objects] == [(2, 0.9), (1, 0.6)]
    assert corners(found.objects).tolist() == BOXES[::-1].tolist()
    assert [covered(each, (48, 64)) for each in found.objects] == [tuple(box) for box in BOXES[::-1].astype(int)]


def test_a_graph_of_one_size_finds_objects_in_images_of_any(tmp_path: Path) -> None:
    model = load_model(write(tmp_path / "net.onnx", whole(24, 32), (24, 32), BOXES / 2), "cpu")
    (found,) = model.predict([np.zeros((96, 64, 3), np.uint8)])
    expected = BOXES[::-1] * (1, 2, 1, 2)
    assert corners(found.objects).tolist() == expected.tolist()
    assert [covered(each, (96, 64)) for each in found.objects] == [tuple(box) for box in expected.astype(int)]
    assert found.labels.shape == (96, 64)


def test_masks_may_lie_in_their_boxes(tmp_path: Path) -> None:
    model = load_model(write(tmp_path / "net.onnx", np.ones((2, 1, 28, 28), np.float32), fixed=True), "cpu")
    (found,) = model.predict([np.zeros((48, 64, 3), np.uint8)])
    for each, box in zip(found.objects, BOXES[::-1], strict=True):
        np.testing.assert_allclose(covered(each, (48, 64)), box, atol=1)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"labels": np.array([1, 3])}, r"an object of class 3, and the last that is known is 2"),
        ({"labels": np.array([0, 1])}, r"an object of class 0"),
        ({"scores": np.array([0.5, np.nan], np.float32)}, "boxes or scores that are none"),
        ({"scores": np.array([0.5, 7], np.float32)}, "boxes or scores that are none"),
        ({"boxes": BOXES * np.float32(np.inf)}, "boxes or scores that are none"),
        ({"boxes": BOXES[:1]}, r"1 x 4, 2, 2, 2 x 1 x 48 x 64, and no boxes"),
        ({"masks": np.zeros((2, 1, 20, 30), np.float32)}, "its masks have 30 x 20 pixels"),
        ({"masks": np.zeros((1001, 1, 1, 1), np.float32), "boxes": np.zeros((1001, 4), np.float32),
          "labels": np.ones(1001, np.int64), "scores": np.ones(1001, np.float32)}, "1,001 objects"),
        ({"batch": (4,)}, "finds objects in 4 images at once"),
    ],
)  # fmt: skip
def test_what_are_no_objects_is_said(tmp_path: Path, changed: dict[str, Any], words: str) -> None:
    path = write(tmp_path / "net.onnx", **{"masks": whole(48, 64), "size": (48, 64), **changed})
    with pytest.raises(SegstudioError, match=words):
        load_model(path, "cpu")


@pytest.mark.parametrize("patch", [(48, 64), (28, 28)])
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, -0.5, 6.0])
def test_masks_that_are_no_probabilities_are_refused(tmp_path: Path, patch: tuple[int, int], value: float) -> None:
    """Over the image or in their boxes: of an object that was painted, and half of which is something else."""
    masks = np.ones((2, 1, *patch), np.float32)
    masks[:, :, : patch[0] // 2] = value
    path = write(tmp_path / "net.onnx", masks, (48, 64), fixed=True)
    with pytest.raises(UnreadableFile, match="masks that are not from 0 to 1"):
        load_model(path, "cpu")


@pytest.mark.parametrize("patch", [(48, 64), (28, 28)])
def test_masks_that_rounding_has_brought_a_little_beyond_0_and_1_are_taken_for_these(
    tmp_path: Path, patch: tuple[int, int]
) -> None:
    exact = np.ones((2, 1, *patch), np.float32)
    exact[:, :, : patch[0] // 2] = 0
    beyond = np.where(exact > 0, np.float32(1.0009), np.float32(-0.0009))
    image, everything = np.zeros((48, 64, 3), np.uint8), Keep(confidence=True, probabilities=True)
    expected, found = (
        load_model(write(tmp_path / f"{name}.onnx", masks, (48, 64), fixed=True), "cpu").predict([image], everything)[0]
        for name, masks in (("exact", exact), ("beyond", beyond))
    )
    assert found.probabilities is not None
    assert expected.probabilities is not None
    np.testing.assert_array_equal(found.labels, expected.labels)
    np.testing.assert_array_equal(found.probabilities, expected.probabilities)


def test_a_graph_that_stops_at_an_image_is_said_and_not_raised(tmp_path: Path) -> None:
    """Its masks are of the size of the image that is tried, and of no other."""
    path = write(tmp_path / "net.onnx", np.zeros((2, 1, 72, 144), np.float32))
    model = load_model(path, "cpu")
    with pytest.raises(SegstudioError, match=r"stops at an image of 80 x 60 pixels: its masks have 144 x 72 pixels"):
        model.predict([np.zeros((60, 80, 3), np.uint8)])


def test_a_graph_that_does_not_end_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model = onnx.load(str(write(tmp_path / "net.onnx", whole(48, 64), (48, 64))))
    taken = [helper.make_tensor_value_info("i", TensorProto.INT64, []),
             helper.make_tensor_value_info("go", TensorProto.BOOL, []),
             helper.make_tensor_value_info("before", TensorProto.FLOAT, None)]  # fmt: skip
    left = [helper.make_tensor_value_info("on", TensorProto.BOOL, []),
            helper.make_tensor_value_info("after", TensorProto.FLOAT, None)]  # fmt: skip
    steps = [helper.make_node("Identity", ["go"], ["on"]), helper.make_node("Neg", ["before"], ["after"])]
    loop = helper.make_node("Loop", ["times", "true", "most"], ["at last"], body=helper.make_graph(
        steps, "body", taken, left))  # fmt: skip
    model.graph.node[1].input[0] = "at last"
    model.graph.node.insert(1, loop)
    for name, value in {"times": np.array(1 << 62), "true": np.array(True)}.items():
        model.graph.initializer.append(numpy_helper.from_array(value, name))
    onnx.save(model, str(tmp_path / "net.onnx"))
    monkeypatch.setattr("segstudio.models.loaders.onnx_file.LONGEST", 0.2)
    with pytest.raises(UnreadableFile, match="made nothing of one image"):
        load_model(tmp_path / "net.onnx", "cpu")


def test_classes_that_nothing_names_are_said_by_the_sidecar(tmp_path: Path) -> None:
    path = write(tmp_path / "net.onnx", whole(48, 64), (48, 64))
    model = onnx.load(str(path))
    del model.metadata_props[:]
    onnx.save(model, str(path))
    with pytest.raises(SegstudioError, match="of class 2, and the last that is known is 1") as caught:
        load_model(path, "cpu")
    assert "[[class]]" in caught.value.hint
    named = "".join(
        f'[[class]]\nid = {i}\nname = "{name}"\ncolor = "#{i:06x}"\n' for i, name in enumerate(("none", "cup", "spoon"))
    )
    path.with_name("net.onnx.segstudio.toml").write_text(named)
    (found,) = load_model(path, "cpu").predict([np.zeros((48, 64, 3), np.uint8)])
    assert [each.class_id for each in found.objects] == [2, 1]
    said = inspect(path).description
    assert said is not None
    assert said.config["classes"] == 3


def test_it_is_said_what_it_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["inspect", str(write(tmp_path / "net.onnx", whole(48, 64)))]) == 0
    assert "background, cup, spoon" in capsys.readouterr().out


def test_it_can_be_interrupted(tmp_path: Path) -> None:
    model = load_model(write(tmp_path / "net.onnx", whole(48, 64), (48, 64)), "cpu")
    image = np.zeros((48, 64, 3), np.uint8)
    model.interrupt()
    with pytest.raises(Interrupted):
        model.predict([image])
    model.resume()
    assert len(model.predict([image])[0].objects) == 2


def test_a_graph_goes_along_as_it_is_with_what_is_known_of_it(tmp_path: Path) -> None:
    model = load_model(write(tmp_path / "net.onnx", whole(48, 64), (48, 64)), "cpu")
    (tmp_path / "again.onnx").write_bytes(exported(subject_of(model), "onnx"))
    again = load_model(tmp_path / "again.onnx", "cpu")
    assert (again.info.classes, again.info.assumed) == (model.info.classes, model.info.assumed)
    image = np.zeros((60, 50, 3), np.uint8)
    expected, found = (each.predict([image])[0] for each in (model, again))
    assert [(each.class_id, each.score, each.box) for each in found.objects] == [
        (each.class_id, each.score, each.box) for each in expected.objects
    ]
    assert (found.labels == expected.labels).all()
