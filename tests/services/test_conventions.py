"""One data set, all conventions: measured from files, in a table that says why figures differ."""

from pathlib import Path

import numpy as np
import pytest

from segstudio.core.schema import LabelClass, LabelSchema
from segstudio.io.masks import write_mask
from segstudio.metrics.outlines import OutlineSettings
from segstudio.services.conventions import Measured, measure, restated, table
from segstudio.services.evaluate import Evaluation, ScoredStep, evaluate
from segstudio.services.scoring import Mask, Pair, Scoring
from segstudio.services.tables import figure

SCHEMA = LabelSchema(
    (
        LabelClass(0, "ground", (0, 0, 0), background=True),
        LabelClass(255, "void", (9, 9, 9), ignore=True),
        LabelClass(4, "cell", (255, 0, 0)),
        LabelClass(7, "nowhere", (0, 255, 0)),
    )
)
SURFACES = Scoring(OutlineSettings(surface="edges"))


@pytest.fixture
def pairs(tmp_path: Path) -> list[Pair]:
    made = []
    for index, shift in enumerate((0, 2, 5)):
        truth = np.zeros((20, 24), np.uint8)
        truth[4:12, 4:12] = 4
        truth[:, 20:] = 255
        guess = np.roll(truth, shift, axis=0)
        guess[2:4, 21:23] = 4
        paths = [tmp_path / side / f"{index}.png" for side in "tp"]
        for path, plane in zip(paths, (truth, guess), strict=True):
            write_mask(path, plane, SCHEMA)
        made.append(Pair(str(index), Mask(paths[0]), Mask(paths[1])))
    return [*made, Pair("missing", made[0].truth, None)]


def run(pairs: list[Pair], scoring: Scoring, root: Path) -> tuple[list[ScoredStep], Measured]:
    *steps, measured = measure(pairs, SCHEMA, scoring, root)
    assert isinstance(measured, Measured)
    return [step for step in steps if isinstance(step, ScoredStep)], measured


def test_all_ways_are_measured_and_failures_are_steps(pairs: list[Pair], tmp_path: Path) -> None:
    steps, measured = run(pairs, SURFACES, tmp_path)
    assert [step.done for step in steps] == list(range(1, 4 * len(pairs) + 1))
    assert {step.total for step in steps} == {4 * len(pairs)}
    assert {step.id for step in steps if step.error is not None} == {"missing"}
    assert measured.own is not None
    assert measured.edges is not None
    assert measured.own.hd95.shape == measured.edges.hd95.shape == (3, 3)
    assert (measured.edges.hd95[:, 1] > measured.own.hd95[:, 1]).any(), "what is predicted on void is far from the cell"


def test_the_first_row_is_what_evaluate_says(pairs: list[Pair], tmp_path: Path) -> None:
    _, measured = run(pairs, SURFACES, tmp_path)
    mine = restated(measured)[0].figures
    found = Evaluation(SCHEMA, scoring=SURFACES)
    for step in evaluate(pairs, SCHEMA, SURFACES):
        found.add(step)
    assert mine.iou == found.means(found.total)["iou"]
    assert mine.hd95 == pytest.approx(found.outline_mean(found.outline_figures()["hd95"]).value)
    assert mine.nsd == pytest.approx(found.outline_mean(found.outline_figures()["nsd"]).value)


def test_the_table_has_what_is_measured(pairs: list[Pair], tmp_path: Path) -> None:
    rows = restated(run(pairs, Scoring(), tmp_path)[1])
    shown = table(rows)
    assert list(shown.heads) == ["tool", "mean IoU", "mean Dice", "pixel accuracy", "PQ"]
    by_tool = {row[0]: row for row in shown.rows}
    assert by_tool["segstudio"][1] == by_tool["Cityscapes scripts"][1] == figure(rows[0].figures.iou or 0)
    assert by_tool["Cityscapes scripts"][2] == "", "it has no Dice"
    assert float(by_tool["scikit-learn"][1]) < float(by_tool["segstudio"][1]), "a class that is nowhere counts 0 there"
    assert all(row.why.endswith(".") for row in rows)
    assert "HD95" in table(restated(run(pairs, SURFACES, tmp_path)[1])).heads


def test_where_nothing_can_be_scored_there_are_steps_alone(pairs: list[Pair], tmp_path: Path) -> None:
    assert [type(step) for step in measure(pairs[-1:], SCHEMA, Scoring(), tmp_path)] == [ScoredStep]
