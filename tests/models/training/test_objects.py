"""Learning objects: what happens to an image happens to its masks and boxes, and a small network learns."""

import random
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import torch

from segstudio.core.raster import LabelMap
from segstudio.models.training.checkpoint import resumed
from segstudio.models.training.objects import Crop, Objects, target_of
from segstudio.models.training.plan import Augmentation, Plan
from segstudio.models.training.score import Quality
from segstudio.models.training.trainer import Trainer
from segstudio.models.zoo import build_network
from segstudio.models.zoo.object_network import ObjectNetwork
from segstudio.services.object_quality import ObjectQuality
from tests.models.small_rcnn import make_small
from tests.models.training.discs import DISCS, EXAMPLES
from tests.models.training.scenes import OBJECTS, OPTIONS, SCHEMA, SIDE, scene

PLAN = Plan(
    crop=None, epochs=2, batch=2, learning_rate=2e-3, augmentation=Augmentation(turns=True, scale=1.5, light=0.1)
)
LEARNT, UNSEEN = [scene(seed) for seed in range(3)], [scene(100)]
QUALITY = partial(ObjectQuality, SCHEMA)


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    make_small(monkeypatch)


def task(plan: Plan, quality: "type[Quality] | partial[ObjectQuality]" = QUALITY) -> Objects:
    network = build_network("mask_rcnn", **OPTIONS)  # type: ignore[arg-type]
    assert isinstance(network, ObjectNetwork)
    return Objects(network, OBJECTS, plan, torch.device("cpu"), quality)


def test_the_losses_fall_by_half_and_the_quality_rises() -> None:
    plan = Plan(crop=None, epochs=18, batch=2, learning_rate=2e-3, augmentation=Augmentation(turns=True))
    trainer = Trainer(OBJECTS, plan, "cpu", QUALITY)
    list(trainer.run([scene(seed) for seed in range(16)], [scene(100 + seed) for seed in range(4)]))
    assert trainer.measure == "pq"
    assert trainer.epochs[-1].loss < trainer.epochs[0].loss / 2
    assert trainer.epochs[0].score < 0.2
    assert trainer.best is not None
    assert trainer.best.score > 0.6


def test_finding_nothing_scores_nothing_where_there_are_objects_and_all_where_there_are_none() -> None:
    objects = task(PLAN)
    network = build_network("mask_rcnn", **OPTIONS)  # type: ignore[arg-type]
    scoring = objects.scoring(network)
    image, labels = scene(100)
    empty = LabelMap(np.zeros_like(labels.classes), np.zeros(labels.classes.shape, np.uint32))
    for truth, trivial in ((empty, 1), (labels, 0), (empty, 0)):
        scoring.add(image, truth)
        assert scoring.trivial == trivial


def boxed(crop: Crop) -> list[tuple[list[int], int]]:
    """Return the boxes and channels that are learnt, and see that each is the box of its mask."""
    target = target_of(crop.numbers, crop.channels)
    for (x1, y1, x2, y2), mask in zip(target.boxes.int().tolist(), target.masks.numpy(), strict=True):
        rows, columns = np.nonzero(mask)
        assert (x1, y1, x2, y2) == (columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)
    return list(zip(target.boxes.int().tolist(), target.labels.tolist(), strict=True))


def test_an_image_as_it_is_has_its_objects() -> None:
    """Numbers need not follow one another; a class that is not learnt, and one pixel of none, are background."""
    classes, numbers = np.zeros((SIDE, SIDE), np.uint8), np.zeros((SIDE, SIDE), np.uint32)
    classes[2:10, 4:20], numbers[2:10, 4:20] = 4, 70_000
    classes[30:40, 30:31], numbers[30:40, 30:31] = 9, 3
    classes[50:60, 50:60], numbers[50:60, 50:60] = 77, 8
    classes[0, 0] = 9
    plain = replace(PLAN, augmentation=Augmentation())
    seen = set()
    for seed in range(12):  # mirrored left to right in half of them
        crop = task(plain).crop(np.zeros((SIDE, SIDE, 3), np.uint8), LabelMap(classes, numbers), random.Random(seed))
        seen.add(str(sorted(boxed(crop))))
    upright, mirrored = [([4, 2, 20, 10], 2), ([30, 30, 31, 40], 1)], [([33, 30, 34, 40], 1), ([44, 2, 60, 10], 2)]
    assert seen == {str(upright), str(mirrored)}


def test_masks_go_where_their_images_go() -> None:
    """The picture shows the numbers: after any change but of light, each pixel well within an object still does."""
    numbers = np.zeros((48, SIDE), np.uint32)
    numbers[4:20, 4:24], numbers[24:44, 30:50] = 1, 2
    classes = np.where(numbers > 0, 9, 0).astype(np.uint8)
    image = np.repeat((numbers * 100).astype(np.uint8)[..., None], 3, axis=2)
    shapes = set()
    for seed in range(30):
        plan = replace(PLAN, augmentation=Augmentation(turns=True, scale=2.0))
        crop = task(plan).crop(image, LabelMap(classes, numbers), random.Random(seed))
        shapes.add(tuple(crop.image.shape[1:]))
        assert crop.image.shape[1:] == crop.numbers.shape
        agree = (crop.image[0] - crop.numbers.clamp(min=0) * 100).abs() < 1
        assert agree.float().mean() > 0.9
        boxed(crop)
    assert {max(shape) for shape in shapes} <= {SIDE - 1, SIDE}, "each is as large as the network takes it"
    assert {shape[0] > shape[1] for shape in shapes} == {True, False}


def test_a_picture_without_objects_is_learnt_from() -> None:
    crop = task(PLAN).crop(
        np.zeros((9, 12, 3), np.uint8),
        LabelMap(np.zeros((9, 12), np.uint8), np.zeros((9, 12), np.uint32)),
        random.Random(0),
    )
    assert boxed(crop) == []
    network = build_network("mask_rcnn", **OPTIONS).train()  # type: ignore[arg-type]
    assert task(PLAN).loss(network, [crop, crop]) > 0


def test_scores_are_handed_what_is_found_in_the_image_s_size() -> None:
    given = []

    class Noted(ObjectQuality):
        def add(self, truth: LabelMap, found: LabelMap) -> None:
            given.append((truth, found))

    trainer = Trainer(OBJECTS, replace(PLAN, epochs=1), "cpu", partial(Noted, SCHEMA))
    image, labels = UNSEEN[0]
    assert labels.instances is not None
    list(trainer.run(LEARNT, [(image[:40], LabelMap(labels.classes[:40], labels.instances[:40]))]))
    ((truth, found),) = given
    assert truth.classes.shape == found.classes.shape == (40, SIDE)
    assert found.instances is not None


@pytest.mark.parametrize("stopped_after", [1, 3, 4])
def test_a_run_that_was_stopped_goes_on_as_if_it_had_not_been(stopped_after: int, tmp_path: Path) -> None:
    whole, stopped = (Trainer(OBJECTS, PLAN, "cpu", QUALITY) for _ in range(2))
    list(whole.run(LEARNT, UNSEEN))
    running = stopped.run(LEARNT, UNSEEN)
    for _ in range(stopped_after):
        next(running)
    running.close()
    (tmp_path / "x.resume.pt").write_bytes(stopped.checkpoint())
    going_on = resumed(tmp_path / "x.resume.pt", "cpu", QUALITY)
    list(going_on.run(LEARNT, UNSEEN))
    assert [e.number for e in going_on.epochs] == [1, 2]
    for name, tensor in whole.network.state_dict().items():
        torch.testing.assert_close(going_on.network.state_dict()[name], tensor, rtol=1e-4, atol=1e-5)


def test_a_plan_is_for_pixels_or_for_objects() -> None:
    with pytest.raises(ValueError, match="whole images, and the plan has crops"):
        Trainer(OBJECTS, replace(PLAN, crop=32), "cpu", QUALITY)
    with pytest.raises(ValueError, match="from crops, and the plan has none"):
        list(Trainer(DISCS, PLAN, "cpu").run(EXAMPLES, EXAMPLES))
