"""Models on their way: one after the other, given up at any moment, and what was there stays until then."""

from collections.abc import Generator
from pathlib import Path

import pytest

from segstudio.core.errors import UnreadableFile
from segstudio.core.schema import LabelClass, LabelSchema
from segstudio.gui.model.load_progress import STEPS, told_of
from segstudio.gui.model_loading import Loading, LoadJob, Side
from segstudio.models import LoadStep, Segmenter
from tests.gui.by_hand import Desk, Uniform, runs

CLASSES = LabelSchema((LabelClass(0, "background", (0, 0, 0), background=True), LabelClass(1, "cell", (200, 0, 0))))


@pytest.fixture
def first(desk: Desk, tmp_path: Path) -> Uniform:
    desk.bench.predictor.model = Uniform(tmp_path / "first.pth", CLASSES)
    return desk.bench.predictor.model


def ask(desk: Desk, path: Path, side: Side = "a", fails: bool = False) -> list[str]:
    """Ask for a model that takes two steps; return what its job comes to, as it comes."""
    path.write_bytes(b"weights")
    done: list[str] = []

    def job() -> Generator[LoadStep | Segmenter, None, None]:
        try:
            done.append("began")
            yield LoadStep("Reading weights", 1, 2)
            if fails:
                raise UnreadableFile(path, "it is torn")
            yield LoadStep("Reading weights", 2, 2)
            done.append("whole")
            yield Uniform(path, CLASSES)
        finally:
            done.append("closed")

    desk.bench.predictor.loading.start(path, side, job)
    return done


def names(desk: Desk) -> tuple[str, ...]:
    predictor = desk.bench.predictor
    return tuple(model.info.file.name if model is not None else "" for model in (predictor.model, predictor.other))


def test_what_was_loaded_predicts_until_the_new_model_is_there(
    desk: Desk, first: Uniform, tiny_project: Path, tmp_path: Path
) -> None:
    desk.open(tiny_project)
    ask(desk, tmp_path / "second.pth")
    desk.bench.predictor.predict_current()
    desk.finish(desk.bench.predictor)
    assert desk.predicted == 1
    assert names(desk) == ("first.pth", "")
    desk.settle()
    assert names(desk) == ("second.pth", "")


def test_what_is_given_up_is_not_loaded(desk: Desk, first: Uniform, tmp_path: Path) -> None:
    done = ask(desk, tmp_path / "second.pth")
    desk.bench.predictor.loading.cancel()
    desk.settle()
    assert done == ["began", "closed"], "it stopped at the first step"
    assert names(desk) == ("first.pth", "")
    assert desk.bench.predictor.loading.current is None
    ask(desk, tmp_path / "third.pth")
    desk.settle()
    assert names(desk) == ("third.pth", "")


def test_what_is_given_up_when_it_is_ready_is_not_loaded_either(desk: Desk, first: Uniform, tmp_path: Path) -> None:
    ask(desk, tmp_path / "second.pth")
    desk.work(desk.bench.predictor.loading)
    desk.bench.predictor.loading.cancel()
    desk.settle()
    assert names(desk) == ("first.pth", "")


def test_what_is_asked_for_anew_takes_the_place_of_what_was_on_its_way(
    desk: Desk, first: Uniform, tmp_path: Path
) -> None:
    ask(desk, tmp_path / "second.pth")
    ask(desk, tmp_path / "third.pth")
    last = ask(desk, tmp_path / "fourth.pth")
    desk.settle()
    assert names(desk) == ("fourth.pth", "")
    assert last == ["began", "whole", "closed"]


def test_two_sides_are_loaded_one_after_the_other(desk: Desk, tmp_path: Path) -> None:
    ask(desk, tmp_path / "a.pth")
    ask(desk, tmp_path / "b.pth", "b")
    desk.settle()
    assert names(desk) == ("a.pth", "b.pth")


def test_a_fault_is_said_and_what_was_there_stays(desk: Desk, first: Uniform, tmp_path: Path) -> None:
    ask(desk, tmp_path / "torn.pth", fails=True)
    ask(desk, tmp_path / "b.pth", "b")
    desk.settle()
    assert "torn.pth could not be read: it is torn" in desk.errors()[0].title
    assert names(desk) == ("first.pth", "b.pth"), "and what was asked for behind it comes"


def test_without_a_first_one_the_second_becomes_it(desk: Desk, tmp_path: Path) -> None:
    ask(desk, tmp_path / "b.pth", "b")
    desk.settle()
    assert names(desk) == ("b.pth", "")


def test_what_is_told_of_a_loading(tmp_path: Path) -> None:
    def job() -> LoadJob:
        raise AssertionError
        yield

    loading = Loading(tmp_path / "net.pth", "b", job, size=400_000_000)
    assert told_of(loading, 1.0).done == 0
    loading.step = LoadStep("Reading weights", 25, 100)
    told = told_of(loading, 2.0)
    assert told.title == "Loading net.pth beside, as B"
    assert told.detail == "Reading weights, 25 %, 50 MB/s, 6 s left"
    assert told.done == STEPS // 4


def test_both_predict_the_open_image(desk: Desk, first: Uniform, tiny_project: Path, tmp_path: Path) -> None:
    second = Uniform(tmp_path / "b.pth", CLASSES, value=0)
    desk.bench.predictor.take("b", second)
    desk.open(tiny_project)
    desk.bench.predictor.predict_current()
    desk.settle()
    assert desk.session.current is not None
    assert desk.session.current.prediction is not None
    assert desk.session.current.other is not None
    assert (desk.session.current.prediction == 1).all()
    assert (desk.session.current.other == 0).all()


def test_both_predict_a_folder_into_two_runs(desk: Desk, first: Uniform, tiny_project: Path, tmp_path: Path) -> None:
    desk.bench.predictor.take("b", Uniform(tmp_path / "b.pth", CLASSES, value=0))
    desk.open(tiny_project)
    assert desk.session.project is not None
    desk.bench.predictor.predict_all(desk.session.project.samples, 1, sides=("a", "b"))
    desk.settle()
    assert [folder.name.partition("-")[0] for folder in runs(tiny_project)] == ["b", "first"]
    assert desk.session.run is not None
    assert desk.session.other_run is not None
    assert desk.session.run.name.startswith("first-")
    assert desk.session.other_run.name.startswith("b-")
    assert len(desk.session.other_run.files) == 3
    current = desk.session.current
    assert current is not None
    assert current.other is not None
    assert current.prediction is not None
    assert (current.other == 0).all()
    assert (current.prediction == 1).all()


def test_a_run_that_is_cancelled_is_followed_by_none(
    desk: Desk, first: Uniform, tiny_project: Path, tmp_path: Path
) -> None:
    desk.bench.predictor.take("b", Uniform(tmp_path / "b.pth", CLASSES, value=0))
    desk.open(tiny_project)
    assert desk.session.project is not None
    desk.bench.predictor.predict_all(desk.session.project.samples, 1, sides=("a", "b"))
    desk.bench.predictor.cancel()
    desk.settle()
    assert len(runs(tiny_project)) == 1
    assert desk.session.other_run is None


def test_the_chosen_one_of_two_predicts_a_folder(
    desk: Desk, first: Uniform, tiny_project: Path, tmp_path: Path
) -> None:
    desk.bench.predictor.take("b", Uniform(tmp_path / "b.pth", CLASSES, value=0))
    desk.open(tiny_project)
    assert desk.session.project is not None
    desk.bench.predictor.predict_all(desk.session.project.samples, 1, sides=("b",))
    desk.settle()
    assert desk.session.run is not None
    assert desk.session.run.name.startswith("b-")
    assert desk.session.other_run is None


def test_the_first_removed_leaves_the_second(desk: Desk, first: Uniform, tmp_path: Path) -> None:
    desk.bench.predictor.take("b", Uniform(tmp_path / "b.pth", CLASSES))
    desk.bench.predictor.swap()
    assert names(desk) == ("b.pth", "first.pth")
    desk.bench.predictor.take("b", None)
    assert names(desk) == ("b.pth", "")


def test_no_time_is_told_before_it_is_known_nor_at_the_end(tmp_path: Path) -> None:
    loading = Loading(tmp_path / "net.pth", "a", lambda: iter(()), step=LoadStep("Reading", 11, 100))  # type: ignore[arg-type,return-value]
    assert "left" not in told_of(loading, 1.0).detail
    assert "left" in told_of(loading, 3.0).detail
    loading.step = LoadStep("Reading", 100, 100)
    assert "left" not in told_of(loading, 3.0).detail
    loading.given_up = True
    assert told_of(loading, 3.0).detail.startswith("Cancelling")
