"""The table of scores by class: its order, and that rows stay where they are while numbers move."""

import numpy as np
import pytest
from PySide6.QtCore import QPersistentModelIndex, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from segstudio.core.confusion import Confusion
from segstudio.core.schema import LabelClass
from segstudio.gui.panels.scores_model import BARS_ROLE, PAIRED, SINGLE, ScoresModel
from segstudio.gui.panels.scores_table import ScoresTable, one_prediction, two_predictions
from segstudio.gui.theme import Theme

CLASSES = tuple(LabelClass(i, name, (i, i, i)) for i, name in enumerate(("road", "car", "pole", "sky")))
VALUES = np.array([[0.9, 0.1], [0.2, 0.2], [np.nan, 0.3], [0.5, 0.4]]).repeat(2, axis=1)


@pytest.fixture
def table(qtbot: QtBot) -> ScoresTable:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    made = ScoresTable(Theme(app))
    qtbot.addWidget(made)
    made.show_scores(SINGLE, CLASSES, VALUES)
    return made


def names(model: ScoresModel) -> list[str]:
    return [model.data(model.index(row, 0)) for row in range(model.rowCount())]


def test_the_worst_come_first_and_what_is_not_defined_last(table: ScoresTable) -> None:
    assert names(table.scores) == ["car", "sky", "road", "pole"]
    table.scores.sort(2, Qt.SortOrder.DescendingOrder)
    assert names(table.scores) == ["road", "sky", "car", "pole"]
    table.scores.sort(0)
    assert names(table.scores) == ["road", "car", "pole", "sky"]


def test_rows_stay_while_numbers_move_and_are_sorted_when_asked(table: ScoresTable) -> None:
    model = table.scores
    kept = QPersistentModelIndex(model.index(0, 0))
    table.show_scores(SINGLE, CLASSES, 1 - VALUES)
    assert names(model) == ["car", "sky", "road", "pole"]
    assert model.data(model.index(0, 2)) == "80.0"
    model.sort_again()
    assert names(model) == ["road", "sky", "car", "pole"]
    assert model.data(kept) == "car", "what pointed at a class still does"


def test_only_cells_that_show_something_else_are_told(table: ScoresTable) -> None:
    model = table.scores
    heard: list[tuple[int, int, int]] = []
    model.dataChanged.connect(lambda first, last: heard.append((first.row(), first.column(), last.column())))
    values = VALUES.copy()
    values[1] += 1e-6  # of car, the first row: nothing of it is seen
    table.show_scores(SINGLE, CLASSES, values)
    assert heard == []
    values[1, 2] += 0.01  # its Dice, which has no bar
    values[2, 0] = 0.5  # IoU of pole, the last row: its bar and its number
    table.show_scores(SINGLE, CLASSES, values)
    assert heard == [(0, 4, 4), (3, 1, 2)]
    assert [model.data(model.index(row, column)) for row, column in ((0, 4), (3, 2))] == ["21.0", "50.0"]


def test_the_class_that_is_looked_at_stays_chosen(table: ScoresTable, qtbot: QtBot) -> None:
    heard: list[object] = []
    table.class_chosen.connect(heard.append)
    table._on_class(table.scores.index(1, 0))
    assert heard == [3]
    table._on_head(2)
    row = table.selectionModel().selectedRows()[0]
    assert row.data(BARS_ROLE)[0].name == "sky"
    table._on_class(row)
    assert heard == [3, None], "clicked again, all are looked at"


def test_two_predictions_and_their_difference(table: ScoresTable) -> None:
    table.show_scores(PAIRED, CLASSES[:2], np.array([[0.5, 0.75, -0.25], [0.5, np.nan, np.nan]]))
    model = table.scores
    assert [model.data(model.index(row, 4)) for row in range(2)] == ["-25.0", "-"]
    model.sort(4, Qt.SortOrder.AscendingOrder)
    assert names(model) == ["road", "car"]


def test_columns_are_the_metrics_of_the_counts_or_not_defined() -> None:
    first = Confusion((0, 1), np.array([[3, 1, 0], [0, 0, 0]]))
    second = Confusion((0, 1), np.array([[4, 0, 0], [0, 0, 0]]))
    np.testing.assert_array_equal(
        one_prediction(2, first, second), [[0.75, 1.0, 6 / 7, 1.0], [0.0, np.nan, 0.0, np.nan]]
    )
    np.testing.assert_array_equal(two_predictions(2, first, second), [[0.75, 1.0, -0.25], [0.0, np.nan, np.nan]])
    assert np.isnan(one_prediction(3, first, None)).all(), "counts of other classes are of before they changed"
