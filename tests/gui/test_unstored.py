"""What a model says of one image alone is in no file: it goes when the model does."""

from pathlib import Path

import pytest

from segstudio.core.schema import LabelClass, LabelSchema
from tests.gui.by_hand import Desk, Uniform, add_run

CLASSES = LabelSchema((LabelClass(0, "background", (0, 0, 0), background=True), LabelClass(1, "cell", (200, 0, 0))))
STRANGE = LabelSchema(tuple(LabelClass(n, f"strange {n}", (n, n, n)) for n in range(2)))


@pytest.fixture
def model(desk: Desk, tmp_path: Path) -> Uniform:
    desk.bench.predictor.model = Uniform(tmp_path / "net.safetensors", CLASSES)
    return desk.bench.predictor.model


def test_what_a_model_said_of_one_image_goes_with_it_and_the_run_is_shown_again(
    desk: Desk, model: Uniform, tiny_project: Path, tmp_path: Path
) -> None:
    add_run(tiny_project, "before", 0, "a")
    desk.open(tiny_project)
    desk.bench.predictor.take("b", Uniform(tmp_path / "b.safetensors", CLASSES))
    desk.bench.predictor.predict_current()
    desk.settle()

    def shown() -> tuple[int | None, str, str]:
        current = desk.session.current
        assert current is not None
        return desk.predicted, current.predicted_by, current.other_by

    assert shown() == (1, "net.safetensors", "b.safetensors")
    desk.bench.predictor.take("a", Uniform(tmp_path / "next.safetensors", CLASSES))
    assert shown() == (None, "", "b.safetensors"), "at once, and not when the run has been read"
    desk.settle()
    assert shown() == (0, "", "b.safetensors")
    desk.bench.predictor.take("b", None)
    assert desk.session.current is not None
    assert desk.session.current.other is None
    assert shown() == (0, "", "")


def test_what_a_run_has_stored_stays_when_the_model_changes(
    desk: Desk, model: Uniform, tiny_project: Path, tmp_path: Path
) -> None:
    desk.open(tiny_project)
    desk.predict_all()
    desk.settle()
    desk.bench.predictor.take("a", Uniform(tmp_path / "next.safetensors", CLASSES))
    assert desk.predicted == 1


def test_what_is_predicted_with_a_model_that_was_replaced_meanwhile_is_not_shown(
    desk: Desk, model: Uniform, tiny_project: Path, tmp_path: Path
) -> None:
    desk.open(tiny_project)
    desk.bench.predictor.predict_current()
    desk.bench.predictor.take("a", Uniform(tmp_path / "next.safetensors", CLASSES))
    desk.settle()
    assert desk.predicted is None


def test_a_model_whose_classes_the_project_does_not_know_is_named_once(
    desk: Desk, tiny_project: Path, tmp_path: Path
) -> None:
    desk.bench.predictor.model = Uniform(tmp_path / "net.pth", STRANGE)
    desk.open(tiny_project)
    for _ in range(2):
        desk.bench.predictor.predict_current()
        desk.settle()
    asked = [said.title for said in desk.heard if said.choices]
    assert asked == ["No class of net.pth is named as one of this project."]
