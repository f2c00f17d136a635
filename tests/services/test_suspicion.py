"""Suspicious truth: by confidence where there is some, by size where there is none, over a data set."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from segstudio.core.raster import LabelPlane, Rect
from segstudio.core.schema import LabelClass, LabelSchema
from segstudio.metrics.error_kinds import ErrorKind
from segstudio.services import suspicion
from segstudio.services.scoring import Mask, Pair
from segstudio.services.suspicion import Looked, Suspicions, by_image, look_through

SCHEMA = LabelSchema(
    (
        LabelClass(0, "ground", (0, 0, 0), background=True),
        LabelClass(1, "cell", (1, 0, 0)),
        LabelClass(255, "void", (3, 0, 0), ignore=True),
    )
)


def write(path: Path, plane: LabelPlane) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(plane).save(path)
    return path


def cell(top: int) -> LabelPlane:
    labels = np.zeros((60, 80), np.uint8)
    labels[top : top + 20, 20:50] = 1
    return labels


@pytest.fixture
def pairs(tmp_path: Path) -> list[Pair]:
    """In ``a`` a cell is not labelled of which the model is sure, in ``b`` one of which it is not."""
    made = []
    for name, sure in (("a", 250), ("b", 120)):
        truth, prediction = cell(5), cell(5)
        prediction[30:50, 20:50] = 1
        confidence = np.full((60, 80), 240, np.uint8)
        confidence[30:50, 20:50] = sure
        write(tmp_path / "run" / f"{name}.confidence.png", confidence)
        mask = Mask(write(tmp_path / "truth" / f"{name}.png", truth))
        made.append(Pair(name, mask, Mask(write(tmp_path / "run" / f"{name}.png", prediction))))
    return made


def looked(pairs: list[Pair], least: int = suspicion.LEAST) -> Suspicions:
    found = Suspicions(SCHEMA)
    for step in look_through(pairs, SCHEMA, least):
        found.add(step)
    return found


def test_what_the_model_is_sure_of_comes_first(pairs: list[Pair]) -> None:
    found = looked(pairs)
    assert found.by_confidence
    assert found.usual() == {0: pytest.approx(240 / 255), 1: pytest.approx(240 / 255)}
    first, second = found.ranked()
    assert (first.sample_id, first.truth, first.predicted, first.area) == ("a", 0, 1, 600)
    assert first.rect == Rect(30, 20, 50, 50)
    assert first.confidence == pytest.approx(250 / 255)
    assert (first.sure, second.sure) == (True, False)
    assert [image.id for image in by_image(found.ranked())] == ["a"]


def test_without_confidences_the_largest_come_first_and_slips_are_left_out(pairs: list[Pair], tmp_path: Path) -> None:
    (tmp_path / "run" / "a.confidence.png").unlink()
    wide = cell(5)
    wide[:, 60:] = 0
    wide[4, 20:50] = 1  # a row more: an outline that is a little off
    wide[35:55, 20:55] = 1
    write(tmp_path / "run" / "b.png", wide)
    found = looked(pairs)
    assert not found.by_confidence
    assert [(r.sample_id, r.area) for r in found.ranked()] == [("b", 700), ("a", 600)]
    assert all(r.confidence is None and not r.sure for r in found.ranked())
    assert [(image.id, image.area) for image in by_image(found.ranked())] == [("b", 700), ("a", 600)]


def test_small_regions_and_those_of_no_class_are_left_out(pairs: list[Pair], tmp_path: Path) -> None:
    prediction = cell(5)
    prediction[40:44, 5:9] = 1
    prediction[50:60, 60:70] = 99
    write(tmp_path / "run" / "a.png", prediction)
    assert [r.area for r in looked(pairs[:1]).ranked()] == [16]
    assert looked(pairs[:1], least=17).ranked() == []


def test_a_bad_file_is_a_failure_of_its_own(pairs: list[Pair], tmp_path: Path) -> None:
    (tmp_path / "run" / "a.png").write_bytes(b"nothing")
    write(tmp_path / "run" / "b.confidence.png", np.zeros((5, 5), np.uint8))
    more = [*pairs, Pair("c", pairs[0].truth, None)]
    found = looked(more)
    assert set(found.failures) == {"a", "b", "c"}
    assert "5 x 5" in str(found.failures["b"])
    assert found.ranked() == []


def test_steps_come_in_order_and_count(pairs: list[Pair]) -> None:
    steps = list(look_through(pairs * 5, SCHEMA))
    assert [step.id for step in steps] == ["a", "b"] * 5
    assert [step.done for step in steps] == list(range(1, 11))
    assert {step.total for step in steps} == {10}


def test_what_does_not_fit_the_list_is_counted(pairs: list[Pair], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(suspicion, "IN_ALL", 1)
    found = looked(pairs)
    assert [r.sample_id for r in found.ranked()] == ["a"]
    assert found.left_out == 1
    monkeypatch.setattr(suspicion, "AN_IMAGE", 0)
    assert looked(pairs).left_out == 2


def test_as_sure_as_usual_is_sure(pairs: list[Pair], tmp_path: Path) -> None:
    write(tmp_path / "run" / "a.confidence.png", np.full((60, 80), 240, np.uint8))
    assert [(r.sample_id, r.sure) for r in looked(pairs).ranked()] == [("a", True), ("b", False)]


def test_what_is_rightly_predicted_as_ignored_says_nothing_of_how_sure_the_model_is(
    pairs: list[Pair], tmp_path: Path
) -> None:
    before = looked(pairs[:1]).usual()
    for side in ("truth", "run"):
        path = tmp_path / side / "a.png"
        plane = np.asarray(Image.open(path)).copy()
        plane[55:] = 255
        write(path, plane)
    confidence = np.asarray(Image.open(tmp_path / "run" / "a.confidence.png")).copy()
    confidence[55:] = 3
    write(tmp_path / "run" / "a.confidence.png", confidence)
    assert looked(pairs[:1]).usual() == before


def test_a_class_never_predicted_rightly_is_never_sure() -> None:
    found = Suspicions(SCHEMA)
    nothing = np.zeros(2, np.int64)
    region = suspicion.Suspicion(0, 1, 50, Rect(0, 0, 5, 10), (0, 0), ErrorKind.PHANTOM, 7, "a", 1.0)
    found.add(Looked("a", 1, 1, (region,), sums=nothing, counts=nothing))
    assert [r.sure for r in found.ranked()] == [False]


def test_a_ranking_comes_ever_so_often_and_at_the_end(pairs: list[Pair]) -> None:
    steps = list(suspicion.rank(pairs * 3, SCHEMA))
    rankings = [step for step in steps if isinstance(step, suspicion.SuspicionRanking)]
    assert [ranking.looked for ranking in rankings] == [1, 2, 4, 6]
    assert len(steps) == 6 + len(rankings)
    assert steps[-1] is rankings[-1]
    assert len(rankings[-1].regions) == 6
    assert rankings[-1].by_confidence
