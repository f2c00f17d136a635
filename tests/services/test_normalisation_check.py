"""The normalisation check finds how pictures were prepared, and says what it rests on."""

import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image
from safetensors.torch import load_file

from segstudio.core.errors import SegstudioError
from segstudio.core.raster import RgbImage
from segstudio.core.records import LABELS_ONLY, Keep, Prediction, Project, Sample
from segstudio.core.schema import LabelClass, LabelSchema
from segstudio.models import load_model
from segstudio.models.description import Preprocess
from segstudio.models.segmenter import Cost, ModelInfo
from segstudio.services.class_mapping import BY_NAME
from segstudio.services.demo import MODEL
from segstudio.services.normalisation_check import (
    NormalisationStep,
    check_normalisation,
    spread,
    ways_of,
)
from segstudio.services.normalisations import NORMALISATIONS
from segstudio.services.opening import open_path
from segstudio.services.resources import resource
from segstudio.services.sample_project import make_sample_project

IMAGENET = NORMALISATIONS["ImageNet"]
CLASSES = LabelSchema((LabelClass(0, "background", (0, 0, 0), background=True), LabelClass(1, "cell", (200, 0, 0))))


class Fussy:
    """Says "cell" where it should only if pictures come as it was trained with; says nothing but background else."""

    def __init__(self, right: str, assumed: Preprocess = IMAGENET, classes: LabelSchema = CLASSES) -> None:
        self.right, self.asked = right, list[Preprocess]()
        self.info = ModelInfo(Path("net"), "state_dict", "fcn", 0, classes, assumed, "CPU", "fp32", ("preprocess",), {})

    def redescribed(self, preprocess: Preprocess, classes: LabelSchema, corrected: tuple[str, ...]) -> "Fussy":
        other = Fussy(self.right, preprocess, classes)
        other.asked = self.asked
        return other

    def interrupt(self) -> None: ...

    def resume(self) -> None: ...

    def cost(self, height: int, width: int) -> Cost | None:
        return None

    def scores(self, image: RgbImage) -> NDArray[np.float32]:
        raise NotImplementedError

    def predict(self, images: Sequence[RgbImage], keep: Keep = LABELS_ONLY) -> list[Prediction]:
        self.asked.append(self.info.preprocess)
        right = self.info.preprocess == NORMALISATIONS[self.right]
        cells = [np.where(image[..., 0] > 127, self.info.classes.scored[1].id, 0) for image in images]
        return [Prediction((cell if right else cell * 0).astype(np.uint8)) for cell in cells]


@pytest.fixture
def project(tiny_project: Path) -> Project:
    """Return the tiny project, its pictures bright where its labels say cell."""
    for name in ("a", "deep/b"):
        with Image.open(tiny_project / "masks" / f"{name}.png") as mask:
            bright = np.where(np.asarray(mask) == 1, 255, 0).astype(np.uint8)
        Image.fromarray(np.dstack([bright] * 3)).save(tiny_project / "images" / f"{name}.png")
    return open_path(tiny_project)


def last(model: Fussy, project: Project) -> NormalisationStep:
    *_, step = check_normalisation(model, project)
    return step


@pytest.mark.parametrize("right", [name for name in NORMALISATIONS if name != "ImageNet"])
def test_the_right_way_comes_first(project: Project, right: str) -> None:
    found = last(Fussy(right), project)
    assert (found.ranked[0].way.name, found.ranked[0].mean_iou) == (right, 1)
    assert found.best == found.ranked[0]
    assert found.best.gain == 1 - next(r.mean_iou for r in found.ranked if r.way.in_use)
    in_use = next(ranked.mean_iou for ranked in found.ranked if ranked.way.in_use)
    said = f"{right} scores 100 %, and ImageNet, now in use, {100 * in_use:.0f} % mean IoU on 2 images."
    assert found.sentence("{:.0%}".format).replace("%", " %") == said
    assert found.ids == ("a", "deep/b")
    assert found.how == "name"


def test_the_way_in_use_stays_where_it_is_right(project: Project) -> None:
    found = last(Fussy("ImageNet"), project)
    assert found.ranked[0].way.in_use
    assert found.best is None
    assert "as good as any" in found.sentence(str)


def test_each_image_is_read_once_and_each_prediction_is_a_step(project: Project) -> None:
    model = Fussy("0 to 1")
    steps = list(check_normalisation(model, project))
    ways = ways_of(model.info.preprocess)
    assert {*NORMALISATIONS} == {way.name for way in ways}
    assert [step.done for step in steps] == list(range(1, 2 * len(ways) + 1))
    assert all(step.total == 2 * len(ways) for step in steps)
    assert steps[-1].finished
    assert model.asked[: len(ways)] == [way.preprocess for way in ways]
    assert model.asked[0] == model.info.preprocess, "the one in use first"


def test_what_cannot_be_read_is_said_and_the_others_count(project: Project) -> None:
    (project.root / "images" / "a.png").write_bytes(b"no picture")
    found = last(Fussy("0 to 1"), project)
    assert found.ids == ("deep/b",)
    assert "a.png" in found.failures[0]
    (project.root / "images" / "deep" / "b.png").write_bytes(b"neither")
    with pytest.raises(SegstudioError, match="None of 2 labelled images"):
        last(Fussy("0 to 1"), project)


def test_without_labels_it_is_said(project: Project) -> None:
    with pytest.raises(SegstudioError, match="is labelled"):
        list(check_normalisation(Fussy("0 to 1"), replace(project, sources=())))


def test_classes_that_nobody_knows_are_taken_by_order(project: Project) -> None:
    others = LabelSchema((LabelClass(0, "one", (0, 0, 0)), LabelClass(3, "two", (9, 9, 9))))
    found = last(Fussy("0 to 1", classes=others), project)
    assert (found.how, found.ranked[0].mean_iou) == ("order", 1)


def test_a_mapping_by_hand_is_followed(project: Project) -> None:
    *_, found = check_normalisation(Fussy("0 to 1"), project, BY_NAME.with_chosen(1, 0))
    assert found.how == "hand"
    assert found.best is None, "all is background now, however it is prepared"


def test_numbers_of_its_own_are_a_way_too() -> None:
    own = Preprocess(mean=(0.1, 0.2, 0.3), size=(64, 96), divisor=8)
    ways = ways_of(own)
    assert (ways[0].name, ways[0].preprocess, ways[0].in_use) == ("As it is set", own, True)
    assert len(ways) == 1 + len(NORMALISATIONS)
    assert {(way.preprocess.size, way.preprocess.divisor) for way in ways} == {((64, 96), 8)}
    by_image = ways_of(replace(own, per_image="z_score"))
    assert by_image[0].name == "Z-score of each image"
    assert len(by_image) == len(NORMALISATIONS)
    gray = ways_of(Preprocess("gray", 255, (0.5,), (0.5,)))
    assert {way.preprocess.order for way in gray} == {"gray"}


def test_nothing_that_is_scored_has_no_score(project: Project) -> None:
    nothing = replace(project, schema=LabelSchema(tuple(replace(c, ignore=True) for c in project.schema.classes)))
    found = last(Fussy("0 to 1"), nothing)
    assert all(math.isnan(ranked.mean_iou) for ranked in found.ranked)
    assert "No mean IoU is defined" in found.sentence(str)
    assert found.to_json()["ways"][0]["mean_iou"] is None


@given(st.integers(0, 200), st.integers(1, 12))
def test_images_are_spread_over_the_project(there: int, count: int) -> None:
    samples = [Sample(str(i), Path(str(i))) for i in range(there)]
    places = [int(sample.id) for sample in spread(samples, count)]
    assert len(places) == min(there, count)
    assert places == sorted(set(places))
    gaps = np.diff(places)
    assert not gaps.size or gaps.max() - gaps.min() <= 1


def test_of_real_weights_the_right_way_is_found(tmp_path: Path) -> None:
    list(make_sample_project(tmp_path / "p", 1))
    torch.save(load_file(resource(MODEL)), tmp_path / "net.pth")
    (tmp_path / "net.pth.segstudio.toml").write_text(
        "version = 1\n[preprocess]\nscale = 1\nmean = [0.0, 0.0, 0.0]\nstd = [1.0, 1.0, 1.0]\n"
    )
    model = load_model(tmp_path / "net.pth", "cpu")
    *_, found = check_normalisation(model, open_path(tmp_path / "p"))
    assert found.best is not None
    assert (found.best.way.name, found.how) == ("ImageNet", "order")
    assert found.best.mean_iou > 0.8
    assert all(ranked.mean_iou < found.best.mean_iou - 0.1 for ranked in found.ranked[1:])
