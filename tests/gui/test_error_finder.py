"""The list of error regions follows labels, prediction and wishes, and never shows what is of the past."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtWidgets import QApplication

from segstudio.core.records import LabelSource
from segstudio.gui.error_finder import ErrorFinder
from segstudio.metrics import joint_runs
from segstudio.metrics.error_kinds import ErrorKind
from segstudio.services.error_regions import ErrorRegion
from tests.gui.by_hand import Desk, add_run


@pytest.fixture
def finder(desk: Desk, tiny_project: Path) -> ErrorFinder:
    """The open sample has a cell that is predicted but for its left half, and a phantom cell."""
    add_run(tiny_project, "run", 0, "a", "deep/b")
    predict(tiny_project, "run", slice(9, 14), slice(24, 30))
    desk.open(tiny_project)
    desk.bench.errors.watch(True)
    look(desk)
    return desk.bench.errors


def predict(root: Path, run: str, *phantom: slice) -> LabelSource:
    """Write a prediction for the sample ``a``: the right half of its cell, and another one."""
    plane = np.zeros((24, 32), np.uint8)
    plane[6:18, 9:14] = 1
    plane[phantom] = 1
    path = root / "predictions" / run / "a.png"
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(plane).save(path)
    return LabelSource(run, path.parent, "run", read_only=True, files={"a": path})


def begin(desk: Desk) -> None:
    """Let the moment pass after which it is looked again; the worker waits to be called."""
    for _ in range(5):
        if desk.bench.errors._soon.isActive():
            desk.bench.errors._soon.stop()
            desk.bench.errors._soon.timeout.emit()


def look(desk: Desk) -> None:
    for _ in range(4):
        begin(desk)
        desk.settle()


def pairs(finder: ErrorFinder) -> list[tuple[int, int]]:
    return sorted((r.truth, r.predicted) for r in finder.listed.regions)


def phantom(finder: ErrorFinder) -> ErrorRegion:
    return next(r for r in finder.listed.regions if r.truth == 0)


def test_what_is_wrong_is_listed(finder: ErrorFinder) -> None:
    assert pairs(finder) == [(0, 1), (1, 0)]
    assert finder.settled
    assert finder.shares is not None
    assert finder.shares.sum() == 2 * finder.listed.pixels


def test_nobody_looks_while_nobody_watches(desk: Desk, finder: ErrorFinder) -> None:
    finder.watch(False)
    desk.paint(row=20)
    begin(desk)
    assert not desk.pool(finder).waiting
    finder.watch(True)
    look(desk)
    assert finder.listed.matching == 3


def test_a_stroke_is_looked_at_when_it_has_ended(desk: Desk, finder: ErrorFinder) -> None:
    stroke = desk.press(row=20)
    begin(desk)
    assert not desk.pool(finder).waiting
    stroke.commit()
    look(desk)
    assert finder.listed.matching == 3


def test_what_was_found_in_labels_of_the_past_is_dropped(desk: Desk, finder: ErrorFinder) -> None:
    heard: list[int] = []
    finder.changed.connect(lambda: heard.append(finder.listed.matching))
    desk.paint(row=20)
    begin(desk)
    desk.paint(row=22)
    desk.finish(finder)
    assert heard == []
    look(desk)
    assert heard == [4]


def test_wishes(desk: Desk, finder: ErrorFinder) -> None:
    finder.want(kind=ErrorKind.PHANTOM)
    look(desk)
    assert pairs(finder) == [(0, 1)]
    finder.want(kind=None, smallest=40)
    look(desk)
    assert pairs(finder) == [(1, 0)]
    finder.want(smallest=1, order="position")
    look(desk)
    assert [r.rect.y0 for r in finder.listed.regions] == [6, 9]


def test_worth_to_the_data_set(desk: Desk, finder: ErrorFinder) -> None:
    image = finder.listed
    finder.want_in_set(True)
    look(desk)
    assert finder.listed.matching == image.matching
    assert finder.listed.worth != image.worth


def test_what_was_kept_comes_back_when_its_pixels_change(desk: Desk, finder: ErrorFinder) -> None:
    region = phantom(finder)
    finder.kept.add("a", region.key)
    finder.drop(region)
    assert finder.listed.matching == 1
    finder.look_soon()
    look(desk)
    assert (finder.listed.matching, finder.listed.kept) == (1, 1)
    document = desk.document
    stroke = document.begin("Brush")
    stroke.paint(np.ones((1, 1), np.bool_), (9, 24), 1)
    stroke.commit()
    look(desk)
    assert (finder.listed.matching, finder.listed.kept) == (2, 0)
    desk.bench.edits.undo(document)
    look(desk)
    assert (finder.listed.matching, finder.listed.kept) == (1, 1), "it is again what somebody looked at"


def test_another_prediction_another_list(desk: Desk, finder: ErrorFinder, tiny_project: Path) -> None:
    desk.session.choose_run(predict(tiny_project, "other", slice(0, 0), slice(0, 0)))
    look(desk)
    assert pairs(finder) == [(1, 0)]
    desk.session.choose_run(None)
    desk.settle()
    look(desk)
    assert finder.listed.regions == ()
    assert finder.found is None


def test_another_sample_another_list(desk: Desk, finder: ErrorFinder) -> None:
    desk.go("deep/b")
    assert finder.listed.regions == (), "what is of another picture is not shown meanwhile"
    look(desk)
    assert pairs(finder) == [(1, 0)]
    desk.go("c")
    look(desk)
    assert finder.found is None


def test_noise_is_told_in_a_sentence(desk: Desk, finder: ErrorFinder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(joint_runs, "MOST", 3)
    desk.paint(row=20)
    look(desk)
    assert "noise" in finder.problem
    assert finder.listed.regions == ()
    assert desk.errors() == []


def test_closing_drops_what_is_under_way(desk: Desk, finder: ErrorFinder) -> None:
    desk.paint(row=20)
    begin(desk)
    finder.close()
    QApplication.processEvents()
    assert finder.listed.matching == 2
