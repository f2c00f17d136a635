"""Training on a project: what is learnt from, what is scored on, what is written and when."""

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from segstudio.core.errors import SegstudioError
from segstudio.core.records import LabelSource, Project, Sample
from segstudio.core.schema import LabelClass, LabelSchema
from segstudio.models import load_model
from segstudio.models.training.plan import Plan
from segstudio.services.opening import open_path
from segstudio.services.train import (
    begun,
    checkpoint_path,
    curve_path,
    described,
    gone_on,
    model_path,
    train,
)
from segstudio.services.training_material import Material, split

PLAN = Plan(crop=16, epochs=2, batch=1)
SMALL = {"width": 2, "depth": 1}


def labelled(*ids: str) -> Project:
    """Return a project of samples all of which have labels; no file is there."""
    samples = tuple(Sample(i, Path(f"{i}.png")) for i in ids)
    source = LabelSource("truth", Path("masks"), read_only=True, files={i: Path(f"{i}.png") for i in ids})
    schema = LabelSchema((LabelClass(0, "a", (0, 0, 0)), LabelClass(1, "b", (1, 1, 1))))
    return Project(Path("p"), schema, samples, (source,))


def ids(samples: tuple[Sample, ...]) -> list[str]:
    return [sample.id for sample in samples]


def test_folders_say_what_is_learnt_from() -> None:
    divided = split(labelled("train/a", "train/b", "val/c", "test/d", "e"))
    assert ids(divided.learnt) == ["train/a", "train/b"]
    assert ids(divided.scored) == ["val/c"]
    assert "by folder" in divided.because


def test_else_a_fifth_is_held_out() -> None:
    divided = split(labelled(*(f"{i:02}" for i in range(11))))
    assert ids(divided.scored) == ["04", "09"]
    assert len(divided.learnt) == 9
    assert ids(split(labelled("a", "b")).scored) == ["b"]
    assert ids(split(labelled("train/a", "train/b", "train/c")).learnt) == ["train/a", "train/b"]


def test_stacks_are_held_out_whole() -> None:
    divided = split(labelled(*(f"{stack}#{page:04}" for stack in "ab" for page in range(3))))
    assert {sample.partition("#")[0] for sample in ids(divided.learnt)} == {"a"}
    assert {sample.partition("#")[0] for sample in ids(divided.scored)} == {"b"}
    assert ids(split(labelled(*(f"a#{page:04}" for page in range(5)))).scored) == ["a#0004"]


def test_one_labelled_image_is_too_few() -> None:
    with pytest.raises(SegstudioError, match="1 labelled"):
        split(labelled("a"))


def material(root: Path) -> Material:
    project = open_path(root)
    found = Material(project, split(project))
    list(found.look())
    return found


def test_pixels_are_counted_and_weighed_by_the_median(tiny_project: Path) -> None:
    """Of a's 23 x 32 scored pixels 120 are of the class cell; b is held out."""
    found = material(tiny_project)
    assert ids(found.split.scored) == ["deep/b"]
    assert found.pixels.tolist() == [616, 120]
    assert found.balance() == pytest.approx((368 / 616, 368 / 120))
    found.pixels[1] = 0
    assert found.balance() == (1, 0)


def test_what_cannot_be_read_is_left_out_and_said(tiny_project: Path) -> None:
    (tiny_project / "images" / "c.png").write_bytes(b"\x89PNG\r\n\x1a\n cut short")
    labels = np.zeros((24, 32), np.uint8)
    Image.fromarray(labels).save(tiny_project / "masks" / "c.png")
    found = material(tiny_project)
    assert list(found.failures) == ["c"]
    assert len(found.files(found.split.learnt)) + len(found.files(found.split.scored)) == 2


def test_labels_of_one_class_teach_nothing(tiny_project: Path) -> None:
    for name in ("a", "deep/b"):
        Image.fromarray(np.zeros((24, 32), np.uint8)).save(tiny_project / "masks" / f"{name}.png")
    with pytest.raises(SegstudioError, match="fewer than two classes"):
        material(tiny_project)


def test_what_is_written_can_be_loaded_and_says_how_it_came_about(tiny_project: Path, tmp_path: Path) -> None:
    found = material(tiny_project)
    trainer = begun(described("unet", SMALL, found.project.schema), PLAN, "cpu")
    model = tmp_path / "new" / "m.safetensors"
    steps = list(train(trainer, found, model))
    assert [step.epoch is not None for step in steps] == [False, True, False, True]
    assert {path.name for path in model.parent.iterdir()} == {"m.safetensors", "m.csv"}
    info = load_model(model, "cpu").info
    best = trainer.best
    assert best is not None
    assert info.training["mean_iou"] == round(best.mean_iou, 4)
    assert info.training["images"] == 1
    assert [c.name for c in info.classes.scored] == ["background", "cell"]
    rows = list(csv.DictReader(curve_path(model).read_text().splitlines()))
    assert [row["epoch"] for row in rows] == ["1", "2"]
    assert float(rows[-1]["loss"]) == pytest.approx(trainer.epochs[-1].loss, abs=1e-5)


def test_a_training_that_is_stopped_leaves_a_checkpoint_and_one_that_ends_takes_it_away(
    tiny_project: Path, tmp_path: Path
) -> None:
    found = material(tiny_project)
    model = tmp_path / "m.safetensors"
    steps = train(begun(described("unet", SMALL, found.project.schema), PLAN, "cpu"), found, model)
    next(steps)
    steps.close()
    assert {path.name for path in tmp_path.iterdir()} >= {"m.csv", "m.resume.pt"}
    assert not model.exists()
    going_on = gone_on(checkpoint_path(model), "cpu", found.project.schema)
    assert next(iter(train(going_on, found, model))).epoch is not None
    list(train(going_on, found, model))
    assert model.is_file()
    assert not checkpoint_path(model).exists()
    assert [epoch.number for epoch in going_on.epochs] == [1, 2]


def test_a_checkpoint_of_other_classes_is_refused(tiny_project: Path, tmp_path: Path) -> None:
    found = material(tiny_project)
    checkpoint = tmp_path / "m.resume.pt"
    checkpoint.write_bytes(begun(described("unet", SMALL, found.project.schema), PLAN, "cpu").checkpoint())
    other = labelled("a").schema
    with pytest.raises(SegstudioError, match="other classes"):
        gone_on(checkpoint, "cpu", other)


def test_what_cannot_be_trained_is_said(tiny_project: Path) -> None:
    schema = open_path(tiny_project).schema
    with pytest.raises(SegstudioError, match="learns objects"):
        described("mask_rcnn", {}, schema)
    with pytest.raises(SegstudioError, match="no backbone 'resnet9'"):
        described("unet", {"backbone": "resnet9"}, schema)
    with pytest.raises(SegstudioError, match="only one class"):
        described("unet", {}, LabelSchema(schema.classes[:1]))
    with pytest.raises(SegstudioError, match="No network can be built"):
        begun(described("unet", {"width": -1}, schema), PLAN, "cpu")
    with pytest.raises(SegstudioError, match="No network can be built"):
        begun(described("unet", {"colour": 1}, schema), PLAN, "cpu")


def test_a_model_goes_into_a_project_and_beside_what_is_none(tiny_project: Path) -> None:
    project = open_path(tiny_project)
    path = model_path(project, "unet", "resnet34")
    assert path.parent == tiny_project / "models"
    assert path.name.startswith("unet-resnet34-2")
    bare = replace(project, configured=False)
    assert model_path(bare, "unet", "").parent == tiny_project.parent / "models"
