"""A model brings its classes only where nobody has chosen any, and nobody's work is renamed."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from segstudio.core.schema import LabelClass, LabelSchema
from segstudio.io.classes import FIRST_CLASSES
from segstudio.io.project import CONFIG_NAME
from tests.gui.by_hand import Desk, Uniform, runs

CLASSES = LabelSchema(
    (LabelClass(0, "background", (0, 0, 0), background=True), LabelClass(1, "cell", (200, 0, 0), thing=True))
)


def named(desk: Desk) -> list[str]:
    assert desk.session.project is not None
    return [c.name for c in desk.session.project.schema.classes]


OTHER = LabelSchema(tuple(LabelClass(i, f"kind {i}", (i, i, i), background=i == 0) for i in range(3)))


def test_a_folder_without_classes_takes_the_models(desk: Desk, tmp_path: Path, bare_folder: Path) -> None:
    desk.bench.predictor.model = Uniform(tmp_path / "net.pth", OTHER)
    desk.open(bare_folder)
    desk.bench.predictor.predict_current()
    desk.settle()
    assert named(desk) == ["kind 0", "kind 1", "kind 2"]
    assert not desk.session.has_work, "nobody has done anything yet"
    assert not (bare_folder / CONFIG_NAME).exists()
    desk.paint(2)
    desk.pass_delay()
    desk.settle()
    assert "kind 2" in (bare_folder / CONFIG_NAME).read_text(encoding="utf-8")


@pytest.mark.parametrize("marked", [True, False])
def test_the_ids_of_the_model_stay_whether_its_background_is_marked_or_not(
    desk: Desk, tmp_path: Path, bare_folder: Path, marked: bool
) -> None:
    names = ("background", "nucleus", "border")
    offered = LabelSchema(tuple(LabelClass(i, n, (i, i, i), background=marked and not i) for i, n in enumerate(names)))
    desk.bench.predictor.model = Uniform(tmp_path / "net.pth", offered, value=1)
    desk.open(bare_folder)
    desk.bench.predictor.predict_current()
    desk.settle()
    assert named(desk) == [*names]
    assert desk.predicted == 1


@pytest.mark.parametrize(
    "chosen", ["drawn", "drawing", "renamed", "project", "table", "numbers", "other background", "wide"]
)
def test_where_somebody_has_chosen_classes_they_stay(
    desk: Desk, tmp_path: Path, bare_folder: Path, chosen: str
) -> None:
    background, wide = LabelClass(9, "ground", (9, 9, 9), background=True), LabelClass(300, "wide", (9, 9, 9))
    offered = {"other background": LabelSchema((background,)), "wide": LabelSchema((*OTHER.classes, wide))}
    assumed = ("classes",) if chosen == "numbers" else ()
    desk.bench.predictor.model = Uniform(tmp_path / "net.pth", offered.get(chosen, OTHER), assumed=assumed)
    if chosen == "table":
        (bare_folder / "classes.txt").write_text("sky\ntree\n", encoding="utf-8")
    desk.open(bare_folder)
    assert desk.session.project is not None
    assert (desk.session.project.schema == FIRST_CLASSES) == (chosen != "table")
    if chosen == "drawn":
        desk.paint()
    elif chosen == "drawing":
        desk.press()
    elif chosen == "renamed":
        desk.bench.change_schema(FIRST_CLASSES.extended("mine"))
    elif chosen == "project":
        desk.bench.autosave.when_configured(lambda: None)
        desk.settle()
    before = named(desk)
    desk.bench.predictor.predict_current()
    assert named(desk) == before


def test_a_sample_is_predicted_with_the_classes_that_its_run_was_written_with(
    desk: Desk, tmp_path: Path, tiny_project: Path
) -> None:
    desk.bench.predictor.model = Uniform(tmp_path / "net.pth", OTHER, value=2)
    desk.open(tiny_project)
    desk.predict_all()
    desk.settle()
    assert desk.predicted == 2
    assert desk.session.seen_schema.get(2) is not None
    desk.go("c")
    assert desk.predicted == 2
    assert desk.session.seen_schema.get(2) is not None
    with Image.open(runs(tiny_project)[0] / "c.png") as mask:
        assert np.unique(np.asarray(mask)).tolist() == [2]
