"""The histogram above the table of images: what its bars hold, and what a click or a drag on it asks for."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from segstudio.core.schema import LabelSchema
from segstudio.gui.analysis.distribution import BINS, LEAST_BINS, DistributionPlot
from segstudio.gui.plots.saving import csv_file
from segstudio.gui.theme import Theme
from segstudio.services.image_columns import columns

LEFT = Qt.MouseButton.LeftButton
COLUMN = columns(LabelSchema(()), second=False)["mean_iou"]


@pytest.fixture
def spread(qtbot: QtBot) -> DistributionPlot:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    made = DistributionPlot(Theme(app))
    qtbot.addWidget(made)
    made.resize(10 * BINS, 64)
    with qtbot.waitExposed(made):
        made.show()
    made.show_values(COLUMN, np.array([0.0, 0.5, 0.5, 1.0, np.nan]), 0.5)
    return made


def test_every_defined_value_is_in_a_bar(spread: DistributionPlot) -> None:
    rows = [line.split(",") for line in csv_file(spread).decode().splitlines()]
    assert rows[0] == ["from", "to", "images"]
    assert sum(int(count) for *_, count in rows[1:]) == 4
    assert spread.summary == "mean 50.0 %, median 50.0 %"
    spread.grab()


def test_a_click_says_the_ends_of_its_bar(spread: DistributionPlot, qtbot: QtBot) -> None:
    with qtbot.waitSignal(spread.clicked) as clicked:
        spread.leaveEvent(None)  # type: ignore[arg-type]
        qtbot.mouseMove(spread, QPoint(5, 20))
        qtbot.mouseClick(spread, LEFT, pos=QPoint(5, 20))
    assert clicked.args == [0.0, pytest.approx(1 / LEAST_BINS)]


def test_a_range_ends_with_whole_bars(spread: DistributionPlot, qtbot: QtBot) -> None:
    with qtbot.waitSignal(spread.ranged) as ranged:
        qtbot.mousePress(spread, LEFT, pos=QPoint(5, 20))
        qtbot.mouseMove(spread, QPoint(5 * BINS, 20))
        qtbot.mouseRelease(spread, LEFT, pos=QPoint(5 * BINS, 20))
    assert ranged.args == [0.0, pytest.approx((LEAST_BINS // 2 + 1) / LEAST_BINS)]


def test_the_keyboard_goes_from_bar_to_bar(spread: DistributionPlot, qtbot: QtBot) -> None:
    qtbot.keyClick(spread, Qt.Key.Key_Right)
    with qtbot.waitSignal(spread.clicked) as clicked:
        qtbot.keyClick(spread, Qt.Key.Key_Return)
    assert clicked.args[0] == 0.0


@pytest.mark.parametrize("values", [[], [np.nan], [0.5, 0.5]])
def test_few_values_are_no_trouble(spread: DistributionPlot, values: list[float]) -> None:
    spread.show_values(COLUMN, np.array(values), np.nan)
    spread.grab()
    assert spread.empty == (not np.isfinite(values).any())
