"""Training on a project: what is written and when, and what cannot be trained."""

import csv
import itertools
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
import safetensors.torch
import torch

from segstudio.core.errors import SegstudioError, UnwritableFile
from segstudio.core.schema import LabelClass, LabelSchema
from segstudio.models import load_model
from segstudio.models.training.plan import Diverged, Plan
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


@pytest.fixture(autouse=True)
def _one_thread() -> Iterator[None]:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


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
    assert {path.name for path in model.parent.iterdir()} == {"m.safetensors", "m.curve.csv"}
    info = load_model(model, "cpu").info
    best = trainer.best
    assert best is not None
    assert info.training["mean_iou"] == round(best.score, 4)
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
    assert {path.name for path in tmp_path.iterdir()} >= {"m.curve.csv", "m.resume.pt"}
    assert not model.exists()
    going_on = gone_on(checkpoint_path(model), "cpu", found.project.schema)
    assert next(iter(train(going_on, found, model))).epoch is not None
    list(train(going_on, found, model))
    assert model.is_file()
    assert not checkpoint_path(model).exists()
    assert [epoch.number for epoch in going_on.epochs] == [1, 2]


def test_gone_on_with_under_another_name_the_model_is_the_best_so_far(tiny_project: Path, tmp_path: Path) -> None:
    found = material(tiny_project)
    model = tmp_path / "m.safetensors"
    trainer = begun(described("unet", SMALL, found.project.schema), replace(PLAN, epochs=9), "cpu")
    steps = train(trainer, found, model)
    while next(steps).epoch is None or trainer.epochs[-1].best:
        pass
    steps.close()
    best = trainer.best
    assert best is not None
    assert best is not trainer.epochs[-1]
    other = tmp_path / "other.safetensors"
    other.write_bytes(b"something else")
    steps = train(gone_on(checkpoint_path(model), "cpu", found.project.schema), found, other)
    next(steps)
    steps.close()
    info = load_model(other, "cpu").info
    assert (info.training["epochs"], info.training["mean_iou"]) == (best.number, round(best.score, 4))
    mine, theirs = (safetensors.torch.load_file(path) for path in (other, model))
    for name, tensor in theirs.items():
        torch.testing.assert_close(mine[name], tensor, rtol=0, atol=0)


@pytest.mark.parametrize("fault", [KeyboardInterrupt(), SegstudioError("no memory"), RuntimeError("a bug")])
def test_whatever_ends_a_training_early_leaves_a_checkpoint(
    fault: BaseException, tiny_project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = material(tiny_project)
    model = tmp_path / "m.safetensors"
    trainer = begun(described("unet", SMALL, found.project.schema), PLAN, "cpu")
    steps = train(trainer, found, model)
    next(steps)

    def broken(*given: object) -> float:
        raise fault

    monkeypatch.setattr(trainer, "_learn", broken)
    with pytest.raises(type(fault)):
        list(steps)
    assert gone_on(checkpoint_path(model), "cpu", found.project.schema).steps == 1


def test_a_training_that_has_diverged_leaves_the_model_and_no_checkpoint(
    tiny_project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = material(tiny_project)
    model = tmp_path / "m.safetensors"
    trainer = begun(described("unet", SMALL, found.project.schema), PLAN, "cpu")
    steps = train(trainer, found, model)
    while next(steps).epoch is None:
        pass
    trainer.network.register_forward_hook(lambda module, given, logits: logits * torch.nan)
    with pytest.raises(Diverged):
        list(steps)
    assert load_model(model, "cpu").info.training["epochs"] == 1
    assert not checkpoint_path(model).exists()


def test_checkpoints_are_written_by_the_clock(
    tiny_project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each look at the clock is 100 s later, and a step is one look: the fourth has the checkpoint."""
    now = itertools.count(0, 100)
    monkeypatch.setattr("segstudio.services.train.time", SimpleNamespace(monotonic=lambda: next(now)))
    found = material(tiny_project)
    model = tmp_path / "m.safetensors"
    trainer = begun(described("unet", SMALL, found.project.schema), replace(PLAN, epochs=3), "cpu")
    written = [checkpoint_path(model).is_file() for _ in train(trainer, found, model)]
    assert written == [False, False, False, True, True, True]


@pytest.mark.parametrize(
    ("name", "said"), [("m.csv", "ends in .safetensors"), ("m", "ends in"), ("f.safetensors", "it is a folder")]
)
def test_where_no_model_can_be_is_said_before_anything_is_written(
    name: str, said: str, tiny_project: Path, tmp_path: Path
) -> None:
    (tmp_path / "f.safetensors").mkdir()
    before = sorted(tmp_path.rglob("*"))
    found = material(tiny_project)
    trainer = begun(described("unet", SMALL, found.project.schema), PLAN, "cpu")
    with pytest.raises(UnwritableFile, match=said):
        next(train(trainer, found, tmp_path / name))
    assert sorted(tmp_path.rglob("*")) == before


def test_the_curve_replaces_no_other_file(tiny_project: Path, tmp_path: Path) -> None:
    found = material(tiny_project)
    (tmp_path / "results.csv").write_text("mine")
    trainer = begun(described("unet", SMALL, found.project.schema), PLAN, "cpu")
    list(train(trainer, found, tmp_path / "results.safetensors"))
    assert (tmp_path / "results.csv").read_text() == "mine"


def test_a_class_may_have_another_colour_by_now(tiny_project: Path, tmp_path: Path) -> None:
    found = material(tiny_project)
    checkpoint = tmp_path / "m.resume.pt"
    checkpoint.write_bytes(begun(described("unet", SMALL, found.project.schema), PLAN, "cpu").checkpoint())
    recoloured = LabelSchema(tuple(replace(c, color=(1, 2, 3)) for c in found.project.schema.classes))
    assert gone_on(checkpoint, "cpu", recoloured).description.classes == recoloured


def test_a_checkpoint_of_other_classes_is_refused(tiny_project: Path, tmp_path: Path) -> None:
    found = material(tiny_project)
    checkpoint = tmp_path / "m.resume.pt"
    checkpoint.write_bytes(begun(described("unet", SMALL, found.project.schema), PLAN, "cpu").checkpoint())
    other = LabelSchema((LabelClass(0, "a", (0, 0, 0)), LabelClass(1, "b", (1, 1, 1))))
    with pytest.raises(SegstudioError, match="other classes"):
        gone_on(checkpoint, "cpu", other)


def test_what_cannot_be_trained_is_said(tiny_project: Path) -> None:
    schema = open_path(tiny_project).schema
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
