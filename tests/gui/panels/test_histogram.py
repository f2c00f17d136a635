"""The window on the histogram: its ends, and all of it, follow the pointer, and never pass each other."""

import math

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from segstudio.core.display import Display, Distribution
from segstudio.gui.panels.histogram import Histogram, _edges
from segstudio.gui.theme import Theme

VALUES = Distribution.of(np.arange(10_000, dtype=np.uint16).reshape(100, 100))
Y = 40


@pytest.fixture
def histogram(qtbot: QtBot) -> Histogram:
    """A histogram 400 wide whose window is 2000..6000, and that shows what it announces, as the panel does."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    made = Histogram(Theme(app))
    qtbot.addWidget(made)
    made.resize(400, made.height())
    made.moved.connect(lambda display: made.show_values(VALUES, display, plain=False))
    made.show_values(VALUES, Display(2000, 6000, channels=(0,), auto=True), plain=False)
    with qtbot.waitExposed(made):
        made.show()
    return made


def drag(bot: QtBot, histogram: Histogram, begin: float, *ends: float) -> list[Display]:
    """Drag from one value to others; return what was announced."""
    heard: list[Display] = []
    histogram.moved.connect(heard.append)
    span = histogram.x_of(ends[-1])
    bot.mousePress(histogram, Qt.MouseButton.LeftButton, pos=QPoint(round(histogram.x_of(begin)), Y))
    for end in ends:
        bot.mouseMove(histogram, QPoint(round(histogram.x_of(end)), Y))
    assert histogram.x_of(ends[-1]) == span, "what is seen of the values stays while one drags"
    bot.mouseRelease(histogram, Qt.MouseButton.LeftButton, pos=QPoint(round(histogram.x_of(ends[-1])), Y))
    histogram.moved.disconnect(heard.append)
    return heard


def test_an_end_follows_the_pointer(qtbot: QtBot, histogram: Histogram) -> None:
    pixel = histogram.value_at(1) - histogram.value_at(0)
    last = drag(qtbot, histogram, 6000, 5000, 4000)[-1]
    assert last.high == pytest.approx(4000, abs=pixel)
    assert (last.low, last.auto) == (2000, False)
    last = drag(qtbot, histogram, 2000, 1000)[-1]
    assert last.low == pytest.approx(1000, abs=pixel)


def test_an_end_stops_at_the_other(qtbot: QtBot, histogram: Histogram) -> None:
    last = drag(qtbot, histogram, 6000, 3000, 500)[-1]
    assert last.low == last.high == 2000


def test_the_window_moves_as_a_whole_from_between_its_ends(qtbot: QtBot, histogram: Histogram) -> None:
    pixel = histogram.value_at(1) - histogram.value_at(0)
    last = drag(qtbot, histogram, 4000, 4500, 5000)[-1]
    assert last.high - last.low == pytest.approx(4000)
    assert last.low == pytest.approx(3000, abs=2 * pixel)


def test_ends_that_lie_on_each_other_come_apart_again(qtbot: QtBot, histogram: Histogram) -> None:
    histogram.show_values(VALUES, Display(4000, 4000, channels=(0,)), plain=False)
    last = drag(qtbot, histogram, 4000, 7000)[-1]
    assert last.low == 4000
    assert last.high > 6900


@pytest.mark.parametrize("span", [(0.0, 30.0), (-3.5, 999.0), (100.2, 60_000.0)])
def test_bins_of_whole_numbers_hold_equally_many(span: tuple[float, float]) -> None:
    edges = _edges(span, 120, whole=True)
    values = np.arange(math.floor(span[0]), math.ceil(span[1]) + 1)
    inside = np.histogram(values, edges)[0][1:-2]
    assert len(set(inside.tolist())) == 1
    assert len(edges) <= 120 + 3
    assert edges[0] <= span[0] < span[1] <= edges[-1]


def test_a_double_click_asks_for_automatic_contrast(qtbot: QtBot, histogram: Histogram) -> None:
    with qtbot.waitSignal(histogram.fitted):
        qtbot.mouseDClick(histogram, Qt.MouseButton.LeftButton, pos=QPoint(200, Y))


def test_the_value_under_the_pointer_is_written(qtbot: QtBot, histogram: Histogram) -> None:
    before = histogram.grab().toImage()
    qtbot.mouseMove(histogram, QPoint(300, Y))
    assert histogram.grab().toImage() != before
    histogram.show_values(None, Display(), plain=True)  # before anybody has looked at the values
    histogram.grab()
