"""The analysis below the canvas: pages are made when first shown, and work only while they are."""

from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from segstudio.core.raster import Rect
from segstudio.gui.analysis import dock
from segstudio.gui.analysis.page import Page
from segstudio.gui.analysis.pages import PAGES, PageEntry
from segstudio.gui.app import make_window
from tests.journeys.compared import write
from tests.journeys.user import PATIENCE, User


class First(Page):
    heard: ClassVar[list[str]] = []

    def refresh(self) -> None:
        self.heard.append("refresh")

    def leave(self) -> None:
        self.heard.append("leave")

    def close_page(self) -> None:
        self.heard.append("close")


class Second(First):
    heard: ClassVar[list[str]] = []


@pytest.fixture
def reader(qtbot: QtBot, own_directories: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[User]:
    """Somebody before a window whose analysis has two pages that tell what they are asked."""
    pages = {
        "first": PageEntry("First", "What comes first", f"{__name__}:First"),
        "second": PageEntry("Second", "What comes second", f"{__name__}:Second"),
    }
    monkeypatch.setattr(dock, "PAGES", pages)
    for page in (First, Second):
        page.heard.clear()
    window = make_window()
    with qtbot.waitExposed(window):
        window.show()
    yield User(window, qtbot)
    with qtbot.waitSignal(window.closed, timeout=PATIENCE):
        window.close()
    window.deleteLater()
    assert [page.heard[-1] for page in (First, Second)] == ["close", "close"]


@pytest.fixture
def two_runs(tiny_project: Path) -> Path:
    """The tiny project with two runs that predict the sample a."""
    for run, value in (("one", 1), ("two", 2)):
        write(tiny_project / "predictions" / run / "a.png", np.full((24, 32), value, np.uint8))
    write(tiny_project / "predictions" / "two" / "a.confidence.png", np.full((24, 32), 200, np.uint8))
    return tiny_project


def test_a_page_is_refreshed_only_while_it_is_seen(reader: User, two_runs: Path) -> None:
    window = reader.window
    reader.open(two_runs)
    reader.key(Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier)
    assert window.presenter.mode == "compare"
    assert window.analysis.isVisible()
    reader.wait(lambda: First.heard[-1:] == ["refresh"])
    assert Second.heard == []

    window.analysis.strip.buttons.button("second").click()
    reader.wait(lambda: Second.heard == ["refresh"])
    assert First.heard[-1] == "leave"
    first_heard = len(First.heard)
    window.session.choose_other(window.session.project.runs[0] if window.session.project else None)
    reader.wait(lambda: len(Second.heard) >= 2)
    assert len(First.heard) == first_heard

    window.set_mode("label")
    assert not window.analysis.isVisible()
    assert Second.heard[-1] == "leave"
    window.set_mode("compare")
    assert window.analysis.isVisible()
    reader.wait(lambda: Second.heard[-1] == "refresh")


def test_a_page_that_is_asked_for_comes_into_sight_from_wherever_one_is(user: User, two_runs: Path) -> None:
    user.open(two_runs)
    window = user.window
    for _ in range(2):  # the second time the analysis is open, as it was left in Compare
        window.set_mode("label")
        assert not window.analysis.isVisible()
        window.actions_by_name["page slices"].trigger()
        user.wait(window.analysis.isVisible)
        assert (window.presenter.mode, window.analysis.page) == ("compare", "slices")


def test_a_second_prediction_is_read_beside_the_first(user: User, two_runs: Path) -> None:
    session = user.window.session
    user.open(two_runs)
    current, project = session.current, session.project
    assert current is not None
    assert project is not None
    assert session.run is not None
    assert session.run.name == "two"
    assert current.confidence is not None
    assert (current.confidence == 200).all()
    assert current.other is None

    session.choose_other(next(run for run in project.runs if run.name == "one"))
    user.wait(lambda: current.other is not None)
    assert np.all(current.other == 1)
    assert np.all(current.prediction == 2)

    session.choose_run(next(run for run in project.runs if run.name == "one"))
    user.wait(lambda: current.prediction is not None and (current.prediction == 1).all())
    assert current.confidence is None  # that run kept none
    session.choose_other(None)
    user.wait(lambda: current.other is None)


@pytest.mark.parametrize("size", [(1600, 1000), (1280, 720)])
def test_the_analysis_makes_nothing_beside_it_narrower(user: User, two_runs: Path, size: tuple[int, int]) -> None:
    window = user.window
    window.resize(*size)
    user.open(two_runs)
    window.set_mode("compare")
    user.wait(lambda: window.right.isVisible())
    QApplication.processEvents()
    left, _, right = window.sides.sizes()
    window.comparing.toggle_analysis()
    for name in PAGES:
        window.comparing.show_page(name)
        QApplication.processEvents()
        now = window.sides.sizes()
        assert (now[0] >= left, now[2] >= right) == (True, True), name


def test_pixels_flash_and_go_out(user: User, two_runs: Path) -> None:
    user.open(two_runs)
    canvas, at = user.window.canvas, Rect(4, 4, 12, 12)
    plain = user.color_at(8, 8)
    canvas.flash(np.ones(at.shape, np.bool_), at)
    user.wait(lambda: user.color_at(8, 8) != plain)
    user.wait(lambda: user.color_at(8, 8) == plain and not user.flashing)
    canvas.fly_to(Rect(8, 8, 9, 9))
    assert canvas.view.to_screen(8.5, 8.5) == pytest.approx([side / 2 for side in canvas.pane_size()], abs=1)
