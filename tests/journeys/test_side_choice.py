"""Pages that look at one prediction look at A or at B, as is chosen on any of them."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QApplication, QToolButton, QWidget

from segstudio.gui.analysis.distances import DistancesPage
from segstudio.gui.analysis.objects import ObjectsPage
from segstudio.gui.analysis.thresholds import ThresholdsPage
from tests.journeys.compared import choose_a, choose_b, write_project
from tests.journeys.user import User

LEFT = Qt.MouseButton.LeftButton


def block(top: int, left: int) -> np.ndarray[tuple[int, int], np.dtype[np.uint8]]:
    labels = np.zeros((72, 96), np.uint8)
    labels[top : top + 24, left : left + 24] = 1
    return labels


@pytest.fixture
def pair(tmp_path: Path) -> Path:
    """A project whose run "a" lies near the truth, and whose "b" lies beside it, each as sure as it likes."""
    planes = {"images/one": np.zeros((72, 96, 3), np.uint8), "masks/one": block(10, 10)}
    for run, labels, sure in (("a", block(13, 10), 250), ("b", block(40, 60), 180)):
        planes[f"predictions/{run}/one"] = labels
        planes[f"predictions/{run}/one.confidence"] = np.full((72, 96), sure, np.uint8)
    return write_project(tmp_path / "pair", planes, {"ground": "#000000", "cell": "#e6194b"}, "ground")


@pytest.fixture
def both(user: User, pair: Path) -> User:
    """Somebody who compares "a" as A with "b" as B."""
    user.open(pair)
    choose_a(user, "a")
    choose_b(user, "b")
    current = user.window.session.current
    assert current is not None
    user.wait(lambda: current.prediction is not None and current.other is not None)
    return user


def test_distances_are_those_of_the_chosen_prediction(both: User) -> None:
    window = both.window
    window.comparing.show_page("distances")
    page = window.analysis.made("distances")
    assert isinstance(page, DistancesPage)
    both.wait(lambda: page.figures["hd"].text() == "3.00 px")
    both.bot.mouseClick(page.switch.button("B"), LEFT)
    both.wait(lambda: page.figures["hd"].text() == f"{np.hypot(30, 50):.1f} px")
    page.contours_button.click()
    assert window.presenter.layout.overlays == ("other signed contours",)
    both.bot.mouseClick(page.switch.button("A"), LEFT)
    both.wait(lambda: page.figures["hd"].text() == "3.00 px")


def test_the_choice_is_kept_from_page_to_page_as_long_as_there_is_a_b(both: User) -> None:
    window = both.window
    window.comparing.show_page("objects")
    objects = window.analysis.made("objects")
    assert isinstance(objects, ObjectsPage)
    both.wait(lambda: objects.image_total is not None and objects.totals.total.counts.matched == 1)
    both.bot.mouseClick(objects.side.switch.button("B"), LEFT)
    both.wait(lambda: objects.image_total is not None and objects.image_total.counts.missed == 1)
    both.wait(lambda: objects.totals.total.counts.false == 1)
    window.analysis.show_page("thresholds")
    thresholds = window.analysis.made("thresholds")
    assert isinstance(thresholds, ThresholdsPage)
    both.wait(lambda: thresholds.sweeping.sure is not None)
    assert thresholds.sweeping.sure is not None
    assert int(thresholds.sweeping.sure.max()) == 180
    window.session.choose_other(None)
    both.wait(lambda: thresholds.sweeping.sure is not None and int(thresholds.sweeping.sure.max()) == 250)
    QApplication.processEvents()
    assert not objects.side.switch.isVisibleTo(objects.side)


class Shown(QObject):
    """Notes which windows come to the screen."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.windows: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            self.windows.append(type(watched).__name__)
        return False


@pytest.mark.parametrize("page", ["distances", "objects", "thresholds", "matrix"])
def test_no_switch_flashes_as_a_window_of_its_own(both: User, page: str) -> None:
    app = QApplication.instance()
    assert app is not None
    shown = Shown(both.window)
    app.installEventFilter(shown)
    both.window.comparing.show_page(page)
    app.removeEventFilter(shown)
    assert shown.windows == []
    made = both.window.analysis.made(page)
    assert made is not None
    assert {"A", "B"} <= {button.text() for button in made.findChildren(QToolButton) if button.isVisible()}
