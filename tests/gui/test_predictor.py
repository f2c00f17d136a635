"""What a model says goes where it was asked for, however late, and nowhere else."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QLabel

from segstudio.core.records import Keep
from segstudio.core.schema import LabelClass, LabelSchema
from segstudio.gui.folder_run import Run
from segstudio.gui.panels.runs import RunDock
from segstudio.gui.theme import Theme
from segstudio.gui.unmapped import MAPPED
from segstudio.io.project import CONFIG_NAME
from segstudio.io.sureness import read_sureness
from segstudio.models.description import Preprocess
from segstudio.services.corrections import Correction
from segstudio.services.predict import Step
from segstudio.services.run_record import read_run
from tests.gui.by_hand import Desk, Uniform, add_run, runs

CLASSES = LabelSchema(
    (LabelClass(0, "background", (0, 0, 0), background=True), LabelClass(1, "cell", (200, 0, 0), thing=True))
)


@pytest.fixture
def model(desk: Desk, tmp_path: Path) -> Uniform:
    model = Uniform(tmp_path / "net.safetensors", CLASSES)
    desk.bench.predictor.model = model
    return model


def test_the_open_image_is_predicted_and_nothing_is_written(desk: Desk, model: Uniform, tiny_project: Path) -> None:
    desk.open(tiny_project)
    desk.bench.predictor.predict_current()
    assert desk.bench.predictor.busy
    desk.finish(desk.bench.predictor)
    assert desk.predicted == 1
    assert not desk.bench.predictor.busy
    assert not runs(tiny_project)


def test_a_prediction_is_not_shown_over_the_next_sample(desk: Desk, model: Uniform, tiny_project: Path) -> None:
    desk.open(tiny_project)
    desk.bench.predictor.predict_current()
    desk.ask("c")
    desk.work(desk.bench.opener)
    desk.work(desk.bench.predictor)
    desk.deliver()
    assert (desk.shown, desk.predicted) == ("c", None)


def test_a_prediction_is_not_shown_in_another_project(
    desk: Desk, model: Uniform, tiny_project: Path, other_project: Path
) -> None:
    desk.open(tiny_project)
    desk.bench.predictor.predict_current()
    desk.open_before(desk.bench.predictor, other_project)
    assert (desk.root, desk.shown, desk.predicted) == (other_project, "a", None)


def test_what_is_looked_at_stays_when_another_run_is_made(desk: Desk, model: Uniform, tiny_project: Path) -> None:
    before = add_run(tiny_project, "before", 0, "a")
    desk.open(tiny_project)
    assert desk.predicted == 0
    ended: list[Run] = []
    desk.bench.predictor.run_ended.connect(ended.append)
    desk.predict_all()
    desk.settle()
    assert desk.predicted == 0
    assert desk.session.run is not None
    assert desk.session.run.folder == before.folder
    assert [(run.done, run.failed, run.cancelled) for run in ended] == [(3, 0, False)]
    (folder,) = [run for run in runs(tiny_project) if run.name != "before"]
    assert desk.session.project is not None
    assert [run.folder for run in desk.session.project.runs] == [before.folder, folder]
    desk.bench.predictor.display.choose(ended[0])
    desk.settle()
    assert desk.predicted == 1
    assert set(desk.session.run.files) == {"a", "c", "deep/b"}


def test_a_second_run_that_was_taken_away_stays_away(
    desk: Desk, model: Uniform, tiny_project: Path, tmp_path: Path
) -> None:
    desk.open(tiny_project)
    predictor, samples = desk.bench.predictor, desk.session.project.samples if desk.session.project else ()
    predictor.other = Uniform(tmp_path / "other.safetensors", CLASSES)
    shown: list[bool] = []

    def take_away(step: Step) -> None:
        if desk.session.other_run is not None and step.done == 2:
            shown.append(True)
            desk.session.choose_other(None)

    predictor.stepped.connect(take_away)
    predictor.predict_all(samples, 1, sides=("a", "b"))
    desk.settle()
    assert shown == [True]
    assert desk.session.other_run is None
    assert len(runs(tiny_project)) == 2


def test_a_run_that_is_compared_at_another_size_meanwhile_stays_so(
    desk: Desk, model: Uniform, tiny_project: Path
) -> None:
    desk.open(tiny_project)

    def resize(step: Step) -> None:
        if step.done == 2 and desk.session.run is not None:
            desk.session.resize(desk.session.run)

    desk.bench.predictor.stepped.connect(resize)
    desk.predict_all()
    desk.settle()
    assert desk.session.run is not None
    assert desk.session.run.resized
    assert set(desk.session.run.files) == {"a", "c", "deep/b"}


def test_the_first_run_is_shown_as_it_goes(desk: Desk, model: Uniform, tiny_project: Path) -> None:
    desk.open(tiny_project)
    desk.predict_all()
    desk.work(desk.bench.predictor)
    desk.deliver()
    assert desk.predicted == 1, "before the reading of the run's file is through"
    desk.settle()
    assert desk.predicted == 1, "and after it"


def test_a_late_step_does_not_take_the_place_of_a_run_chosen_since(
    desk: Desk, model: Uniform, tiny_project: Path
) -> None:
    other = add_run(tiny_project, "before", 0, "a", "c")
    desk.open(tiny_project)
    desk.predict_all("c", "a")
    desk.work(desk.bench.predictor)
    desk.bench.predictor.stepped.connect(lambda step: desk.session.choose_run(other) if step.done == 2 else None)
    desk.settle()
    assert desk.session.run is other
    assert desk.predicted == 0


def test_a_run_goes_on_when_its_project_is_closed_and_touches_no_other(
    desk: Desk, model: Uniform, tiny_project: Path, other_project: Path
) -> None:
    theirs = add_run(other_project, "theirs", 0, "a")
    desk.open(tiny_project)
    desk.predict_all()
    ended, begun = list[Run](), list[int]()
    desk.bench.predictor.run_ended.connect(ended.append)
    desk.bench.scorer.progressed.connect(lambda done, total: begun.append(done) if not total else None)
    desk.open_before(desk.bench.predictor, other_project)
    assert len(begun) == 1, "the folder opened is scored once, whatever ends elsewhere"
    assert desk.root == other_project
    assert desk.session.project is not None
    assert [run.folder for run in desk.session.project.runs] == [theirs.folder]
    assert desk.session.run is not None
    assert desk.session.run.folder == theirs.folder
    assert desk.predicted == 0
    assert [run.done for run in ended] == [3]
    (folder,) = runs(tiny_project)
    assert len(list(folder.rglob("*.png"))) == 3
    assert [run.name for run in runs(other_project)] == ["theirs"]


def test_a_run_whose_project_is_opened_again_is_shown_whole(desk: Desk, model: Uniform, tiny_project: Path) -> None:
    desk.open(tiny_project)
    desk.predict_all()
    desk.open_before(desk.bench.predictor, tiny_project)
    desk.settle()
    assert desk.session.run is not None
    assert desk.session.run.folder == runs(tiny_project)[0]
    assert set(desk.session.run.files) == {"a", "c", "deep/b"}
    assert desk.predicted == 1


def test_a_run_whose_project_is_opened_again_in_the_middle_is_found_there(
    desk: Desk, model: Uniform, tiny_project: Path
) -> None:
    desk.open(tiny_project)
    desk.predict_all()
    calls = iter(range(3))

    def open_again() -> None:
        if next(calls) == 2:
            desk.deliver()
            assert desk.session.run is not None
            assert set(desk.session.run.files) == {"a"}
            desk.bench.open(tiny_project)
            while desk.pool(desk.bench.opener).waiting:
                desk.finish(desk.bench.opener)

    model.before = open_again
    desk.settle()
    assert desk.session.run is not None
    assert set(desk.session.run.files) == {"a", "c", "deep/b"}


def test_a_step_is_shown_over_its_own_sample_only(desk: Desk, model: Uniform, tiny_project: Path) -> None:
    desk.open(tiny_project)
    values = iter([1, 0, 0])
    model.before = lambda: setattr(model, "value", next(values))
    desk.predict_all("a", "c", "deep/b")
    desk.finish(desk.bench.predictor)
    assert (desk.shown, desk.predicted) == ("a", 1)


def test_what_was_scored_too_early_is_scored_when_the_run_has_ended(
    desk: Desk, model: Uniform, tiny_project: Path
) -> None:
    desk.open(tiny_project)
    desk.predict_all("a", "c", "deep/b")
    calls, early = iter(range(3)), list[str]()

    def score() -> None:
        if next(calls) == 2:
            desk.deliver()
            desk.finish(desk.bench.scorer)
            early.extend(desk.bench.scorer.failures)

    model.before = score
    desk.settle()
    assert early == ["deep/b"]
    assert desk.bench.scorer.failures == {}
    assert len(desk.session.scores) == 2


def test_a_run_in_a_folder_that_is_no_project_makes_it_one_and_saves_what_was_drawn(
    desk: Desk, model: Uniform, bare_folder: Path
) -> None:
    desk.open(bare_folder)
    desk.paint()
    desk.predict_all()
    assert not desk.bench.predictor.busy, "the labels go first"
    desk.settle()
    assert (bare_folder / CONFIG_NAME).is_file()
    np.testing.assert_array_equal(desk.on_disk(bare_folder), desk.document.labels)
    (folder,) = runs(bare_folder)
    assert len(list(folder.rglob("*.png"))) == 3
    assert desk.predicted == 2, "a cell is none of the classes that were drawn with"


def test_a_run_that_waited_does_not_begin_in_another_project(
    desk: Desk, model: Uniform, bare_folder: Path, other_project: Path
) -> None:
    desk.open(bare_folder)
    desk.bench.open(other_project)
    desk.paint()
    desk.finish(desk.bench.opener)
    desk.predict_all()
    desk.settle()
    assert desk.root == other_project
    assert not runs(other_project)
    assert not runs(bare_folder)


def test_one_bad_image_is_counted_and_the_run_goes_on(desk: Desk, model: Uniform, tiny_project: Path) -> None:
    desk.open(tiny_project)
    (tiny_project / "images" / "c.png").write_bytes(b"no picture")
    ended: list[Run] = []
    desk.bench.predictor.run_ended.connect(ended.append)
    desk.predict_all("c", "a", "deep/b")
    desk.settle()
    assert [(run.done, run.failed) for run in ended] == [(2, 1)]
    assert desk.session.run is not None
    assert set(desk.session.run.files) == {"a", "deep/b"}


def test_a_second_job_is_refused_and_the_first_can_be_cancelled(desk: Desk, model: Uniform, tiny_project: Path) -> None:
    desk.open(tiny_project)
    ended: list[Run] = []
    desk.bench.predictor.run_ended.connect(ended.append)
    desk.predict_all()
    desk.predict_all()
    desk.bench.predictor.predict_current()
    assert len(desk.pool(desk.bench.predictor).waiting) == 1
    said = desk.heard[-1]
    assert "still going on" in said.title
    assert said.action is not None
    said.action()
    desk.settle()
    assert [(run.done < 3, run.cancelled) for run in ended] == [(True, True)]


@pytest.mark.parametrize("way", ["cancel", "close"])
def test_cancelling_twice_or_closing_interrupts_what_is_under_way(
    desk: Desk, model: Uniform, tiny_project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    """That is the model which was asked, also where another has taken its place since."""
    desk.open(tiny_project)
    told: list[tuple[str, Uniform]] = []
    monkeypatch.setattr(Uniform, "interrupt", lambda model: told.append(("interrupt", model)))
    monkeypatch.setattr(Uniform, "resume", lambda model: told.append(("resume", model)))
    desk.predict_all()
    desk.bench.predictor.take("a", Uniform(tmp_path / "later.safetensors", CLASSES))
    if way == "cancel":
        desk.bench.predictor.cancel()
        assert told == [("resume", model)], "those under way are finished and written"
        desk.bench.predictor.cancel()
    else:
        desk.bench.predictor.close()
    assert told == [("resume", model), ("interrupt", model)]
    desk.settle()


def test_without_a_model_or_images_it_is_said(desk: Desk, model: Uniform, tiny_project: Path) -> None:
    desk.bench.predictor.predict_current()
    desk.bench.predictor.predict_all((), 1)
    desk.open(tiny_project)
    desk.bench.predictor.model = None
    desk.predict_all()
    assert [said.title for said in desk.heard].count("There is nothing to predict yet.") == 3
    assert not desk.pool(desk.bench.predictor).waiting


def test_how_sure_the_model_is_is_shown_and_kept_when_asked(desk: Desk, model: Uniform, tiny_project: Path) -> None:
    desk.open(tiny_project)
    desk.bench.predictor.predict_current()
    desk.finish(desk.bench.predictor)
    current, project = desk.session.current, desk.session.project
    assert current is not None
    assert project is not None
    assert current.confidence is not None
    assert (current.confidence == 200).all()
    model.sure = 90
    desk.bench.predictor.predict_all(project.samples, 1, Keep(confidence=True))
    desk.finish(desk.bench.predictor)
    desk.settle()
    assert current.confidence is not None
    assert (current.confidence == 90).all()
    (folder,) = runs(tiny_project)
    assert (read_sureness(folder / "deep" / "b.confidence.png") == 90).all()


@pytest.mark.parametrize("at_work", [False, True])
def test_what_a_corrected_model_said_of_the_open_image_is_said_anew(
    desk: Desk, model: Uniform, tiny_project: Path, at_work: bool
) -> None:
    desk.open(tiny_project)
    predictor = desk.bench.predictor
    desk.bench.correcting.correct("a", Correction(preprocess=Preprocess(scale=1)))
    desk.settle()
    assert desk.session.current is not None
    assert desk.session.current.prediction is None, "nothing was predicted before"
    predictor.predict_current()
    if not at_work:
        desk.settle()
    now = predictor.model
    assert isinstance(now, Uniform)
    now.value = 0
    desk.bench.correcting.correct("a", Correction(preprocess=Preprocess(scale=2)))
    desk.settle()
    assert predictor.model is not now
    assert (desk.predicted, predictor.busy) == (0, "")


def test_what_was_done_of_a_cancelled_run_is_one_number_everywhere(
    desk: Desk, model: Uniform, tiny_project: Path, theme: Theme
) -> None:
    desk.open(tiny_project)
    predictor, project = desk.bench.predictor, desk.session.project
    assert project is not None
    dock = RunDock(desk.session, predictor, theme)
    ended: list[Run] = []
    predictor.run_ended.connect(ended.append)
    predictor.predict_all(project.samples, 3)
    model.before = predictor.cancel
    desk.settle()
    (run,), (folder,) = ended, runs(tiny_project)
    assert (run.done, run.cancelled) == (3, False), "the batch under way had all of them"
    assert [dock.progress.findChild(QLabel, "headline").text(), dock.runs.item(0).text().split("\n")[1]] == [  # type: ignore[union-attr]
        "3 of 3", "3 images",
    ]  # fmt: skip
    assert (read_run(folder)["done"], read_run(folder)["state"]) == (3, "done")
    dock.deleteLater()


def test_a_run_is_cancelled_as_soon_as_the_batch_under_way_ends(desk: Desk, model: Uniform, tiny_project: Path) -> None:
    desk.open(tiny_project)
    project = desk.session.project
    assert project is not None
    ended: list[Run] = []
    told: list[str] = []
    desk.bench.predictor.run_ended.connect(ended.append)
    desk.bench.predictor.busy_changed.connect(told.append)
    desk.bench.predictor.predict_all(project.samples, 2)
    model.before = desk.bench.predictor.cancel
    desk.settle()
    (folder,) = runs(tiny_project)
    assert [(run.done, run.cancelled) for run in ended] == [(2, True)]
    assert (read_run(folder)["done"], read_run(folder)["state"]) == (2, "cancelled")
    assert told == ["Predicting", "Cancelling, after the 2 images at work", ""]


def test_of_classes_is_warned_once_though_pictures_are_corrected(
    desk: Desk, tiny_project: Path, tmp_path: Path
) -> None:
    named = LabelSchema(tuple(replace(c, name=f"class {c.id}") for c in CLASSES.classes))
    predictor, over = desk.bench.predictor, list[str]()
    predictor.take("a", Uniform(tmp_path / "net.pth", named, assumed=("classes",)))
    desk.open(tiny_project)
    predictor.predict_current()
    desk.settle()
    desk.bench.messages.over.connect(over.append)
    desk.bench.correcting.correct("a", Correction(preprocess=Preprocess(scale=1)))
    desk.settle()
    assert desk.predicted == 1
    assert [said.title for said in desk.heard].count("net.pth names no classes.") == 1
    assert MAPPED not in over, "it is still so"
    desk.bench.correcting.correct("a", Correction(classes=CLASSES))
    desk.settle()
    assert MAPPED in over


def test_what_failed_while_a_run_was_cancelled_is_counted(desk: Desk, model: Uniform, tiny_project: Path) -> None:
    desk.open(tiny_project)
    project, ended = desk.session.project, list[Run]()
    assert project is not None
    project.samples[1].image.write_bytes(b"torn")
    desk.bench.predictor.run_ended.connect(ended.append)
    desk.bench.predictor.predict_all(project.samples, 3)
    model.before = desk.bench.predictor.cancel
    desk.settle()
    assert [(run.done, run.failed, run.cancelled) for run in ended] == [(2, 1, False)], "all three are through"
