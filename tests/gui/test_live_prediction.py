"""What a model says of the open image alone is mapped anew as long as it is shown, and not kept any longer."""

import gc
import weakref
from pathlib import Path

import pytest

from segstudio.core.schema import LabelClass, LabelSchema
from segstudio.gui.live_prediction import LivePrediction
from tests.gui.by_hand import Desk, Uniform, add_run

CLASSES = LabelSchema((LabelClass(0, "background", (0, 0, 0), background=True), LabelClass(1, "cell", (200, 0, 0))))


def predicted_with(desk: Desk, project: Path, file: Path) -> "weakref.ref[Uniform]":
    """Predict the open image with a model that nobody but the program holds."""
    desk.open(project)
    model = Uniform(file, CLASSES)
    desk.bench.predictor.take("a", model)
    desk.bench.predictor.predict_current()
    desk.settle()
    assert desk.predicted == 1
    return weakref.ref(model)


def live(desk: Desk) -> LivePrediction:
    found = desk.bench.findChild(LivePrediction)
    assert found is not None
    return found


def gone(model: "weakref.ref[Uniform]") -> bool:
    gc.collect()
    return model() is None


def test_a_run_that_is_chosen_while_a_mapping_is_computed_stays_on_the_screen(
    desk: Desk, tiny_project: Path, tmp_path: Path
) -> None:
    add_run(tiny_project, "before", 0, "a")
    predicted_with(desk, tiny_project, tmp_path / "net.safetensors")
    desk.bench.mappings.changed.emit()
    assert desk.pool(live(desk)).waiting
    assert desk.session.project is not None
    desk.session.choose_run(desk.session.project.runs[0])
    desk.finish(desk.bench.opener)
    assert desk.predicted == 0
    desk.settle()
    assert desk.predicted == 0


def test_what_is_on_the_screen_is_mapped_anew(desk: Desk, tiny_project: Path, tmp_path: Path) -> None:
    predicted_with(desk, tiny_project, tmp_path / "net.safetensors")
    for _ in range(2):
        desk.bench.mappings.changed.emit()
        assert desk.pool(live(desk)).waiting
        desk.settle()
        assert desk.predicted == 1


def test_a_model_that_is_taken_out_leaves_memory_with_what_it_said(
    desk: Desk, tiny_project: Path, tmp_path: Path
) -> None:
    model = predicted_with(desk, tiny_project, tmp_path / "net.safetensors")
    desk.bench.predictor.take("a", None)
    desk.settle()
    assert gone(model)


def test_a_model_that_is_replaced_leaves_memory(desk: Desk, tiny_project: Path, tmp_path: Path) -> None:
    model = predicted_with(desk, tiny_project, tmp_path / "net.safetensors")
    desk.bench.predictor.take("a", Uniform(tmp_path / "next.safetensors", CLASSES))
    desk.settle()
    assert gone(model)


@pytest.mark.parametrize("away", ["swap", "a run"])
def test_what_has_left_the_screen_is_not_mapped(desk: Desk, tiny_project: Path, tmp_path: Path, away: str) -> None:
    add_run(tiny_project, "before", 0, "a")
    predicted_with(desk, tiny_project, tmp_path / "net.safetensors")
    if away == "swap":
        desk.bench.predictor.take("b", Uniform(tmp_path / "other.safetensors", CLASSES, 0))
        desk.bench.predictor.swap()
    else:
        assert desk.session.project is not None
        desk.session.choose_run(desk.session.project.runs[0])
    desk.settle()
    assert desk.session.current is not None
    assert not desk.session.current.predicted_by
    desk.bench.mappings.changed.emit()
    assert not desk.pool(live(desk)).waiting


def test_what_is_predicted_after_a_swap_is_mapped_on_its_new_side(
    desk: Desk, tiny_project: Path, tmp_path: Path
) -> None:
    predicted_with(desk, tiny_project, tmp_path / "net.safetensors")
    desk.bench.predictor.take("b", Uniform(tmp_path / "other.safetensors", CLASSES, 0))
    desk.bench.predictor.swap()
    desk.bench.predictor.predict_current()
    desk.settle()
    desk.bench.mappings.changed.emit()
    assert len(desk.pool(live(desk)).waiting) == 2
    desk.settle()
    current = desk.session.current
    assert current is not None
    assert current.other is not None
    assert (desk.predicted, current.predicted_by, current.other_by) == (0, "other.safetensors", "net.safetensors")
    assert (current.other == 1).all()
