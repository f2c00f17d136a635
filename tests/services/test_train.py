"""Training on a project: what is written and when, and what cannot be trained."""

import csv
from dataclasses import replace
from pathlib import Path

import pytest

from segstudio.core.errors import SegstudioError
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


def material(root: Path) -> Material:
    project = open_path(root)
    found = Material(project, split(project))
    list(found.look())
    return found


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
    other = LabelSchema((LabelClass(0, "a", (0, 0, 0)), LabelClass(1, "b", (1, 1, 1))))
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
