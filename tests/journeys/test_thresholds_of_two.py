"""Thresholds of two runs: each is looked at, and written, for itself."""

import shutil
import threading
from collections.abc import Generator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from segstudio.gui.analysis.side_choice import Letter
from segstudio.gui.analysis.thresholds import AS_PREDICTED, ThresholdsPage
from segstudio.services.thresholding import ThresholdedStep, write_thresholded
from tests.journeys.compared import choose_a, choose_b
from tests.journeys.test_compare_curves import prediction, probability, thresholds
from tests.journeys.user import User
from tests.services.sure_project import add_sure_run, random_probabilities


@pytest.fixture
def twice(user: User, tiny_project: Path) -> ThresholdsPage:
    """The page of thresholds, which looks at B: a copy of the run that is A."""
    add_sure_run(tiny_project, random_probabilities(1, "a", "deep/b", "c"))
    shutil.copytree(tiny_project / "predictions" / "sure", tiny_project / "predictions" / "twin")
    user.open(tiny_project)
    choose_a(user, "sure")
    choose_b(user, "twin")
    session = user.window.session
    user.wait(lambda: session.current is not None and session.current.other is not None)
    page = thresholds(user)
    look_at(user, page, "B")
    return page


def look_at(user: User, page: ThresholdsPage, letter: Letter) -> None:
    user.window.analysis.sides.choose(letter)
    run = user.window.analysis.sides.run
    user.wait(lambda: page.sweeping.subject is not None and page.sweeping.subject.run is run)
    user.wait(lambda: page.sweeping.going.whole and page.sweeping.image is not None)


def test_the_threshold_of_the_one_is_not_that_of_the_other(
    user: User, tiny_project: Path, twice: ThresholdsPage
) -> None:
    for letter in ("A", "B"):
        twice.set_threshold(30)
        look_at(user, twice, letter)
        assert twice.threshold == twice.side.slider.value() == AS_PREDICTED
        user.wait(lambda: np.array_equal(prediction(user), probability(tiny_project, "a") >= AS_PREDICTED))


def test_what_is_written_of_b_becomes_b(user: User, twice: ThresholdsPage) -> None:
    session = user.window.session
    twice.set_threshold(30)
    twice.side.write_button.click()
    user.wait(lambda: session.other_run is not None and session.other_run.name == "twin-t30")
    assert session.run is not None
    assert session.run.name == "sure"
    assert [m.text for m in user.heard if m.title == "Wrote twin-t30"] == ["3 masks. It is chosen as B now."]


def test_what_is_written_does_not_take_the_place_of_what_was_chosen_since(
    user: User, twice: ThresholdsPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    session, go = user.window.session, threading.Event()

    def waiting(*asked: Any) -> Generator[ThresholdedStep, None, None]:
        go.wait(10)
        yield from write_thresholded(*asked)

    monkeypatch.setattr("segstudio.gui.analysis.threshold_writer.write_thresholded", waiting)
    twice.set_threshold(30)
    twice.side.write_button.click()
    session.choose_other(session.run)
    go.set()
    user.wait(lambda: any(m.title == "Wrote twin-t30" for m in user.heard))
    assert session.other_run is session.run
    assert session.run is not None
    assert session.run.name == "sure"
    assert session.project is not None
    assert "twin-t30" in {run.name for run in session.project.runs}
