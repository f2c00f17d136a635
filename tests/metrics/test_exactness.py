"""Values worked out by hand, and the figure that others publish, for the cases on which tools part."""

import csv
import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from segstudio.core.confusion import Confusion
from segstudio.core.schema import LabelClass, LabelSchema
from segstudio.metrics import METRICS, SCORES, overlap
from segstudio.metrics import conventions as others
from segstudio.metrics.conventions import Counted
from segstudio.metrics.outlines import OutlineSettings, measure_outlines

CELL, OTHER, VOID = 4, 90, 255
SCHEMA = LabelSchema(
    (
        LabelClass(0, "ground", (0, 0, 0), background=True),
        LabelClass(CELL, "cell", (9, 0, 0)),
        LabelClass(OTHER, "other", (0, 9, 0)),
        LabelClass(VOID, "void", (9, 9, 9), ignore=True),
    )
)
"""Ids with gaps, in the order of the table."""

ALL = OutlineSettings(boundary=True, surface="edges")


def plane(*rows: str) -> NDArray[np.uint8]:
    values = {".": 0, "c": CELL, "o": OTHER, "v": VOID, "?": 77}
    return np.array([[values[sign] for sign in row] for row in rows], np.uint8)


def of_cell(truth: NDArray[np.uint8], prediction: NDArray[np.uint8], key: str) -> float:
    return float(METRICS[key].by_class(Confusion.of(truth, prediction, SCHEMA))[1])


NAN = math.nan
CASES = {
    # truth, prediction, then IoU, Dice, precision and recall of the cell
    "absent from both": (("..", ".."), ("..", ".."), NAN, NAN, NAN, NAN),
    "only predicted": (("..", ".."), ("c.", ".."), 0.0, 0.0, 0.0, NAN),
    "only true": (("c.", ".."), ("..", ".."), 0.0, 0.0, NAN, 0.0),
    "fills both": (("cc", "cc"), ("cc", "cc"), 1.0, 1.0, 1.0, 1.0),
    "fills the truth": (("cc", "cc"), ("cc", ".."), 1 / 2, 2 / 3, 1.0, 1 / 2),
    "one pixel, hit": (("c.", ".."), ("c.", ".."), 1.0, 1.0, 1.0, 1.0),
    "one pixel, beside it": (("c.", ".."), (".c", ".."), 0.0, 0.0, 0.0, 0.0),
    "touches another": (("cco", "cco"), ("coo", "cco"), 3 / 4, 6 / 7, 1.0, 3 / 4),
    "ignored alone": (("vv", "vv"), ("cc", "cc"), NAN, NAN, NAN, NAN),
    "ignored in part": (("cv", ".v"), ("cc", "cc"), 1 / 2, 2 / 3, 1 / 2, 1.0),
    "predicted as no class": (("cc", ".."), ("c?", "?."), 1 / 2, 2 / 3, 1.0, 1 / 2),
    "predicted as ignored": (("cc", ".."), ("cv", "v."), 1 / 2, 2 / 3, 1.0, 1 / 2),
}


@pytest.mark.parametrize("case", CASES.values(), ids=list(CASES))
def test_by_hand(case: tuple[tuple[str, ...], tuple[str, ...], float, float, float, float]) -> None:
    truth, prediction = plane(*case[0]), plane(*case[1])
    for key, wanted in zip(("iou", "dice", "precision", "recall"), case[2:], strict=True):
        assert of_cell(truth, prediction, key) == pytest.approx(wanted, rel=1e-15, nan_ok=True), key


def test_ignored_alone_has_no_score_at_all() -> None:
    nothing = Confusion.of(plane("vv"), plane("c."), SCHEMA)
    assert nothing.pixels == 0
    assert nothing.ignored == 2
    assert all(math.isnan(score(nothing)) for score in SCORES.values())
    assert math.isnan(overlap.mean_iou(nothing))


@pytest.mark.parametrize(
    ("truth", "prediction", "hd", "nsd"),
    [
        (("....", "...."), ("....", "...."), NAN, NAN),
        (("c...", "...."), ("....", "...."), math.inf, 0.0),
        (("c...", "...."), ("c...", "...."), 0.0, 1.0),
        (("c...", "...."), ("...c", "...."), 3.0, 0.0),
        (("cccc", "cccc"), ("cccc", "cccc"), 0.0, 1.0),
        (("c...", "...."), (".c..", "...."), 1.0, 1.0),
    ],
    ids=["empty", "missed", "one pixel", "far", "full", "within the tolerance"],
)
def test_distances_by_hand(truth: tuple[str, ...], prediction: tuple[str, ...], hd: float, nsd: float) -> None:
    found = measure_outlines(plane(*truth), plane(*prediction), [CELL], [VOID], ALL)
    for key, wanted in (("hd", hd), ("hd95", hd), ("assd", hd), ("nsd", nsd)):
        assert found.get(key)[0] == pytest.approx(wanted, nan_ok=True), key


def test_the_published_ade20k_sample_says_which_mean_it_is(shared_data: Callable[[str], Path]) -> None:
    """Its predictions are the truth: 15 of 150 classes are there, the others count as 0 in what is published."""
    folder = shared_data("scored") / "ade20k_sample"
    with (folder / "objectInfo150.txt").open(encoding="utf-8") as stream:
        count = sum(1 for _ in csv.reader(stream, delimiter="\t")) - 1
    assert count == 150
    classes = (
        LabelClass(0, "unlabelled", (0, 0, 0), ignore=True),
        *(LabelClass(i, str(i), (0, 0, i)) for i in range(1, 151)),
    )
    opened = LabelSchema(tuple(LabelClass(c.id, c.name, c.color) for c in classes))
    ignored = np.array([c.ignore for c in classes])
    images = []
    for truth in sorted((folder / "annotations").rglob("*.png")):
        prediction = next((folder / "predictions").rglob(truth.name))
        planes = [np.asarray(Image.open(path), np.uint8) for path in (truth, prediction)]
        images.append(Counted.of(Confusion.of(planes[0], planes[1], opened), ignored))
    counted = Counted.together(images)
    assert others.segstudio(counted).iou == 1.0
    assert others.sklearn(counted).iou == pytest.approx(0.1, abs=1e-12), "as published"
    assert others.sklearn(counted).accuracy == 1.0
