"""The report: all there is to say, in one file, and nothing in it that a name could break."""

from pathlib import Path

import numpy as np
import pytest

from segstudio.core.schema import LabelClass, LabelSchema
from segstudio.io.masks import write_mask
from segstudio.metrics.outlines import OutlineSettings
from segstudio.services.contact_sheet import LARGEST, contact_sheet
from segstudio.services.evaluate import Evaluation, evaluate
from segstudio.services.html_report import to_html
from segstudio.services.scoring import Mask, Pair, Scoring

SCHEMA = LabelSchema(
    (
        LabelClass(0, "ground", (10, 20, 30), background=True),
        LabelClass(1, "<b>Straße & co", (255, 0, 0)),
        LabelClass(255, "void", (9, 9, 9), ignore=True),
    )
)


def pair(folder: Path, name: str, wrong: int, size: int = 20) -> Pair:
    truth = np.zeros((size, 2 * size), np.uint8)
    truth[:, :10] = 1
    truth[0] = 255
    prediction = truth.copy()
    prediction[1 : 1 + wrong, :10] = 0
    paths = [folder / side / f"{name}.png" for side in "tp"]
    for path, plane in zip(paths, (truth, prediction), strict=True):
        write_mask(path, plane, SCHEMA)
    return Pair(name, Mask(paths[0]), Mask(paths[1]))


def scored(pairs: list[Pair], scoring: Scoring) -> Evaluation:
    found = Evaluation(SCHEMA, scoring=scoring)
    for step in evaluate(pairs, SCHEMA, scoring):
        found.add(step)
    return found


@pytest.fixture
def pairs(tmp_path: Path) -> list[Pair]:
    made = [pair(tmp_path, f"{n}&", wrong) for n, wrong in enumerate((3, 9, 0, 6, 1))]
    return [*made, Pair("missing", made[0].truth, None)]


def test_the_sheet_shows_the_worst_the_middle_and_the_best(pairs: list[Pair]) -> None:
    rows = list(contact_sheet(scored(pairs, Scoring()), pairs))
    assert [(row.place, row.id) for row in rows] == [("worst", "1&"), ("median", "0&"), ("best", "2&")]
    assert [row.mean_iou for row in rows] == sorted(row.mean_iou for row in rows)
    assert all(picture.startswith(b"\x89PNG") for row in rows for picture in (row.truth, row.prediction, row.errors))


def test_of_one_image_there_is_one_row_and_of_none_there_is_none(pairs: list[Pair]) -> None:
    assert [row.place for row in contact_sheet(scored(pairs[:1], Scoring()), pairs)] == ["worst"]
    assert list(contact_sheet(scored(pairs[-1:], Scoring()), pairs)) == []


def test_pictures_are_small_and_a_file_gone_since_is_left_out(tmp_path: Path, pairs: list[Pair]) -> None:
    large = pair(tmp_path, "large", 2, size=3 * LARGEST)
    found = scored([large, *pairs], Scoring())
    assert all(len(row.truth) < 20_000 for row in contact_sheet(found, [large, *pairs]))
    pairs[1].truth.path.unlink()
    assert [row.place for row in contact_sheet(found, [large, *pairs])] == ["median", "best"]


def test_the_report_says_all_and_escapes_names(pairs: list[Pair]) -> None:
    scoring = Scoring(OutlineSettings(boundary=True, surface="lattice", spacing=(0.5, 0.25), tolerance=2.0))
    text = to_html(scored(pairs, scoring), pairs, "truth & <run>", "mm", per_image=True)
    assert "<b>" not in text
    assert "&lt;b&gt;Straße &amp; co" in text
    for said in (
        "truth &amp; &lt;run&gt;",
        "lattice",
        "0.5 x 0.25",
        "distances are in mm",
        "NSD tolerates 2",
        "missing",
    ):
        assert said in text
    assert text.index("<td>1&amp;</td>") < text.index("<td>2&amp;</td>"), "worst first"
    assert "mean over images" in text


def test_nothing_scored_is_a_report_too(pairs: list[Pair]) -> None:
    text = to_html(scored(pairs[-1:], Scoring()), pairs, "none")
    assert "None is scored." in text
    assert "has no prediction" in text
