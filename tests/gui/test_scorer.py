"""The scores of a data set are those of the chosen run and of the classes there are, and what is missing is told."""

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from segstudio.core.confusion import Confusion
from segstudio.core.schema import LabelClass, LabelSchema
from segstudio.services.evaluate import evaluate, project_pairs
from tests.gui.by_hand import Desk, add_run


@pytest.fixture
def scored(desk: Desk, tiny_project: Path) -> Desk:
    """A project with a run that predicts a and deep/b as cells, and one that predicts a as background; both scored."""
    add_run(tiny_project, "one", 0, "a")
    add_run(tiny_project, "two", 1, "a", "deep/b")
    desk.open(tiny_project)
    return desk


def schema(desk: Desk) -> LabelSchema:
    assert desk.session.project is not None
    return desk.session.project.schema


def expected(desk: Desk) -> dict[str, list[list[int]]]:
    """Score the chosen run anew."""
    assert desk.session.project is not None
    assert desk.session.run is not None
    steps = evaluate(project_pairs(desk.session.project, desk.session.run), schema(desk))
    return {step.id: step.confusion.counts.tolist() for step in steps if step.confusion is not None}


def found(desk: Desk) -> dict[str, list[list[int]]]:
    scores = desk.session.scores
    kept = {sample.id: scores.get(sample.id) for sample in desk.session.project.samples}  # type: ignore[union-attr]
    return {sample_id: confusion.counts.tolist() for sample_id, confusion in kept.items() if confusion is not None}


def choose(desk: Desk, name: str) -> None:
    assert desk.session.project is not None
    desk.session.choose_run(next(run for run in desk.session.project.runs if run.name == name))


def test_every_labelled_image_is_scored(scored: Desk) -> None:
    assert set(found(scored)) == {"a", "deep/b"}
    assert found(scored) == expected(scored)
    assert scored.bench.scorer.failures == {}


def test_what_cannot_be_scored_is_counted_with_the_reason(scored: Desk) -> None:
    progress: list[tuple[int, int]] = []
    scored.bench.scorer.progressed.connect(lambda done, total: progress.append((done, total)))
    choose(scored, "one")
    scored.settle()
    assert set(found(scored)) == {"a"}
    assert list(scored.bench.scorer.failures) == ["deep/b"]
    assert "b.png has no prediction" in scored.bench.scorer.failures["deep/b"]
    assert progress == [(0, 0), (1, 2), (2, 2)]
    choose(scored, "two")
    scored.settle()
    assert scored.bench.scorer.failures == {}


@pytest.mark.parametrize("begun", [True, False], ids=["steps on their way", "not begun"])
def test_scores_of_a_run_left_meanwhile_are_dropped(scored: Desk, begun: bool) -> None:
    scorer = scored.bench.scorer
    finished: list[bool] = []
    choose(scored, "one")
    if begun:
        scored.work(scorer)
    choose(scored, "two")
    assert found(scored) == {}
    scorer.progressed.connect(lambda done, _: finished.append(done == 0 or bool(found(scored))))
    if begun:
        scored.deliver()
        assert found(scored) == {}, "what the worker still says of the run before is not of this one"
        assert scorer.failures == {}
    scored.settle()
    assert found(scored) == expected(scored)
    assert all(finished)


def test_scores_of_a_project_closed_meanwhile_are_dropped(scored: Desk, other_project: Path) -> None:
    shutil.rmtree(other_project / "predictions")
    choose(scored, "one")
    scored.open_before(scored.bench.scorer, other_project)
    assert found(scored) == {}
    assert scored.session.scores.total is None


@pytest.mark.parametrize("change", ["added", "ignored"])
def test_scores_are_counted_anew_with_other_classes(scored: Desk, change: str) -> None:
    before = schema(scored)
    changed = before.extended("nerve") if change == "added" else before.with_ignored([0])
    scored.bench.change_schema(changed)
    assert found(scored) == {}
    scored.settle()
    assert found(scored) == expected(scored)
    assert scored.session.scores.total is not None
    assert scored.session.scores.total.labels == tuple(c.id for c in changed.scored)


@pytest.mark.parametrize("change", [{"name": "nerve"}, {"color": (1, 2, 3)}])
def test_a_name_or_a_colour_changes_no_score(scored: Desk, change: dict[str, object]) -> None:
    scores, before = scored.session.scores, found(scored)
    cell = schema(scored).get(1)
    assert cell is not None
    changed: LabelClass = replace(cell, **change)  # type: ignore[arg-type]
    scored.bench.change_schema(schema(scored).replaced(changed))
    assert not scored.pool(scored.bench.scorer).waiting
    assert scored.session.scores is scores
    scored.settle()
    assert found(scored) == before
    total = scored.session.live_total()
    assert total is not None
    scored.paint()
    live = scored.session.live_total()
    assert live is not None
    assert (live.counts != total.counts).any(), "live scores go on"
    scored.bench.autosave.save_now()
    scored.settle()
    np.testing.assert_array_equal(live.counts, sum(map(np.array, expected(scored).values())))


def test_without_a_run_there_are_no_scores(desk: Desk, tiny_project: Path) -> None:
    desk.open(tiny_project)
    assert not desk.pool(desk.bench.scorer).waiting
    assert desk.session.live_total() is None


def test_a_second_prediction_is_scored_beside_the_first(scored: Desk) -> None:
    first, second = (run for run in scored.session.project.runs)  # type: ignore[union-attr]
    choose(scored, "two")
    scored.session.choose_other(first)
    scored.settle()
    assert set(found(scored)) == {"a", "deep/b"}
    assert scored.session.other_scores.ids == ("a",)
    assert scored.session.run is not None
    assert scored.session.run.name == second.name
    assert list(scored.bench.other_scorer.failures) == ["deep/b"]

    before, other_before = scored.session.live_total(), scored.session.live_other_total()
    assert before is not None
    assert other_before is not None
    scored.paint()
    live, other = scored.session.live_total(), scored.session.live_other_total()
    assert live is not None
    assert other is not None
    assert (live.counts != before.counts).any()
    assert (other.counts != other_before.counts).any()
    comparison = scored.session.current.other_comparison  # type: ignore[union-attr]
    assert comparison is not None
    exact = Confusion.of(scored.document.labels, np.zeros((24, 32), np.uint8), schema(scored))
    np.testing.assert_array_equal(comparison.confusion.counts, exact.counts)

    scored.bench.change_schema(schema(scored).with_ignored([0]))
    assert scored.session.other_scores.total is None
    scored.bench.autosave.save_now()
    scored.settle()
    assert scored.session.other_scores.total is not None
    assert scored.session.other_scores.total.labels == (1,)
    scored.session.choose_other(None)
    scored.settle()
    assert scored.session.other_scores.total is None
    assert scored.session.current.other_comparison is None
