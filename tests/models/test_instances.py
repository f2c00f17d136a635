"""Objects that a network found, as planes and as a list: who covers whom, and how sure each pixel is."""

from pathlib import Path

import numpy as np
import pytest
import torch

from segstudio.core.errors import SegstudioError
from segstudio.core.records import Keep
from segstudio.core.rle import mask_of
from segstudio.core.schema import LabelClass, LabelSchema
from segstudio.models import Segmenter, load_model
from segstudio.models.description import Description, Preprocess
from segstudio.models.inference import TorchSegmenter
from segstudio.models.instances import prediction_of
from segstudio.models.loaders.loaded import Loaded, build
from segstudio.models.loaders.segstudio import to_bytes
from segstudio.models.references import Option
from segstudio.models.zoo import mask_rcnn_rpn
from segstudio.models.zoo.mask_rcnn import MaskRCNN
from segstudio.models.zoo.object_network import Detections
from tests.models.peers import settle, torchvision
from tests.models.small_rcnn import make_small

IDS = np.array([3, 7, 300], np.uint16)
"""Of background, and of channels 1 and 2."""

CLASSES = LabelSchema(
    (
        LabelClass(0, "background", (0, 0, 0), background=True),
        LabelClass(4, "cell", (230, 25, 75), thing=True),
        LabelClass(9, "rod", (1, 200, 3), thing=True),
    )
)
OPTIONS: dict[str, Option] = {"in_channels": 3, "classes": 3, "backbone": "resnet18", "min_size": 64, "max_size": 112}


def detections(*found: tuple[tuple[float, float, float, float], int, float], probability: float = 1.0) -> Detections:
    """Return objects that fill their boxes, x1, y1, x2, y2, as far as a mask goes; of channels, with scores."""
    boxes, labels, scores = zip(*found, strict=True)
    masks = torch.full((len(found), 28, 28), probability)
    return Detections(torch.tensor(boxes), torch.tensor(labels), torch.tensor(scores), masks, 20, 30)


def test_the_surer_object_lies_on_top_and_the_list_has_both_whole() -> None:
    found = prediction_of(detections(((2.0, 2, 12, 12), 1, 0.9), ((8.0, 2, 18, 12), 2, 0.8)), IDS)
    assert found.instances is not None
    assert found.labels.dtype == np.uint16
    assert found.instances.dtype == np.uint32
    assert [(o.class_id, o.number) for o in found.objects] == [(7, 1), (300, 2)]
    masks = [mask_of(o.counts, (20, 30)) for o in found.objects]
    assert (masks[0] & masks[1]).any()
    np.testing.assert_array_equal(found.instances == 1, masks[0])
    np.testing.assert_array_equal(found.instances == 2, masks[1] & ~masks[0])
    np.testing.assert_array_equal(found.labels, np.select([found.instances == 1, found.instances == 2], [7, 300], 3))
    assert found.objects[1].box == (8, 2, 10, 10)
    assert [o.score for o in found.objects] == pytest.approx([0.9, 0.8])


def test_what_is_too_unsure_or_covered_is_listed_but_not_painted() -> None:
    box = (4.0, 4, 14, 14)
    found = prediction_of(detections((box, 1, 0.9), (box, 2, 0.7), ((20.0, 4, 28, 14), 2, 0.49)), IDS)
    assert found.instances is not None
    assert np.unique(found.instances).tolist() == [0, 1]
    assert [(o.class_id, o.number) for o in found.objects] == [(7, 1), (300, 0), (300, 0)]


def test_an_object_without_a_pixel_is_none() -> None:
    found = prediction_of(detections(((4.0, 4, 14, 14), 1, 0.9), probability=0.4), IDS)
    assert found.objects == ()
    assert (found.labels == 3).all()


def test_nothing_found_is_background() -> None:
    nothing = Detections(
        torch.zeros(0, 4), torch.zeros(0, dtype=torch.int64), torch.zeros(0), torch.zeros(0, 28, 28), 5, 6
    )
    found = prediction_of(nothing, IDS, Keep(confidence=True, probabilities=True))
    assert found.instances is not None
    assert found.confidence is not None
    assert found.probabilities is not None
    assert not found.instances.any()
    assert (found.confidence == 255).all()
    assert found.probabilities.shape == (3, 5, 6)
    assert found.probabilities.sum() == 255 * 30


def test_a_pixel_is_as_sure_as_the_lesser_of_score_and_mask() -> None:
    """At half of it an object's pixels are just those that are painted."""
    found = prediction_of(
        detections(((2.0, 2, 12, 12), 1, 0.9), ((16.0, 2, 26, 12), 2, 0.3), probability=0.6),
        IDS,
        Keep(confidence=True, probabilities=True),
    )
    assert found.confidence is not None
    assert found.probabilities is not None
    assert found.probabilities[1, 7, 7] == found.confidence[7, 7] == round(0.6 * 255)
    assert found.probabilities[2, 7, 21] == 255 - found.confidence[7, 21] == round(0.3 * 255)
    np.testing.assert_array_equal(found.probabilities[0], 255 - found.probabilities[1:].max(0))
    np.testing.assert_array_equal(found.probabilities[1:].max(0) >= 128, found.labels != 3)
    assert found.confidence.min() >= 127


@pytest.fixture
def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    make_small(monkeypatch, judged=60)


@pytest.fixture
def lively(narrow: None) -> MaskRCNN:
    """A network with weights by which classes differ between regions."""
    network = build(Description("mask_rcnn", OPTIONS, CLASSES))
    assert isinstance(network, MaskRCNN)
    settle(network)
    network.state_dict()["roi_heads.box_predictor.cls_score.weight"].mul_(6)
    return network


@pytest.fixture
def model(lively: MaskRCNN, tmp_path: Path) -> Segmenter:
    path = tmp_path / "m.safetensors"
    path.write_bytes(to_bytes(lively, Description("mask_rcnn", OPTIONS, CLASSES)))
    return load_model(path, "cpu")


def pictures(*shapes: tuple[int, int]) -> list[np.ndarray[tuple[int, ...], np.dtype[np.uint8]]]:
    random = np.random.default_rng(0)
    return [random.integers(0, 256, (*shape, 3), dtype=np.uint8) for shape in shapes]


def test_a_file_of_ours_finds_objects_in_images_of_any_size(model: Segmenter) -> None:
    images = pictures((20, 31), (150, 60), (20, 31), (1, 1))
    found = model.predict(images)
    assert model.info.instances
    for image, one in zip(images, found, strict=True):
        assert one.instances is not None
        assert one.labels.shape == one.instances.shape == image.shape[:2]
        assert set(np.unique(one.labels)) <= {0, 4, 9}
        assert {o.number for o in one.objects} - {0} == set(np.unique(one.instances).tolist()) - {0}
        for o in one.objects:
            if o.number:
                assert (one.labels[one.instances == o.number] == o.class_id).all()
        assert set(one.seconds) == {"preprocess", "forward", "postprocess"}
    assert len(found[1].objects) > 5
    assert [o.score for o in found[1].objects] == sorted((o.score for o in found[1].objects), reverse=True)
    np.testing.assert_array_equal(model.predict(images[1:2])[0].labels, found[1].labels)


def test_torchvision_paints_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """From bytes on: its own preparation, its threshold of a half, the surest on top."""
    detection, models = torchvision("models.detection"), torchvision("models")
    monkeypatch.setattr(mask_rcnn_rpn, "MOST", {True: 60, False: 60})
    (image,) = pictures((70, 90))
    backbone = detection.backbone_utils._resnet_fpn_extractor(models.resnet18(norm_layer=torch.nn.BatchNorm2d), 5)
    peer = detection.MaskRCNN(
        backbone, 3, min_size=64, max_size=112,
        **{f"rpn_{when}_nms_top_n_{mode}": 60 for when in ("pre", "post") for mode in ("train", "test")},
    )  # fmt: skip
    peer.eval()
    same = build(Description("mask_rcnn", OPTIONS, CLASSES))
    settle(same)
    same.state_dict()["roi_heads.box_predictor.cls_score.weight"].mul_(6)
    peer.load_state_dict(same.state_dict())
    with torch.inference_mode():
        (expected,) = peer([torch.from_numpy(image).movedim(-1, 0).float() / 255])
    (found,) = _segmenter(same).predict([image])
    plane = np.zeros(image.shape[:2], np.uint8)
    for mask, label, score in zip(expected["masks"][:, 0], expected["labels"], expected["scores"], strict=True):
        if score >= 0.5:
            plane[(mask.numpy() >= 0.5) & (plane == 0)] = (0, 4, 9)[int(label)]
    assert found.instances is not None
    assert found.instances.max() > 3
    assert (found.labels == plane).mean() > 0.999
    seen = (expected["masks"] >= 0.5).flatten(1).any(1)
    assert [o.score for o in found.objects] == pytest.approx(expected["scores"][seen].tolist(), abs=1e-4)


def _segmenter(network: torch.nn.Module) -> TorchSegmenter:
    return TorchSegmenter(Path("m"), Loaded("segstudio", network, Description("mask_rcnn", OPTIONS, CLASSES)), "cpu", 1)


def test_too_little_memory_for_one_image_is_a_sentence(
    model: Segmenter, lively: MaskRCNN, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("CUDA out of memory. Tried to allocate 2.00 GiB")

    monkeypatch.setattr(MaskRCNN, "forward", fail)
    with pytest.raises(SegstudioError, match="not enough memory for an image of 31 x 20"):
        model.predict(pictures((20, 31), (20, 31)))


def test_what_it_costs_depends_on_what_is_in_the_image(model: Segmenter) -> None:
    assert model.cost(64, 64) is None
    with pytest.raises(SegstudioError, match="has no scores by pixel"):
        model.scores(pictures((20, 31))[0])


def test_one_channel_takes_luminance(narrow: None) -> None:
    options = {**OPTIONS, "in_channels": 1}
    said = Description("mask_rcnn", options, CLASSES, Preprocess("gray", 255, (0.5,), (0.25,)))
    model = TorchSegmenter(Path("m"), Loaded("segstudio", build(said), said), "cpu", 1)
    assert model.predict(pictures((20, 31)))[0].labels.shape == (20, 31)
