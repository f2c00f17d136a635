"""The list of steps follows the history, row by row, and only while it is seen."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from segstudio.core.schema import LabelClass, LabelSchema
from segstudio.editing.document import Document
from segstudio.gui.panels import history_model
from segstudio.gui.panels.history_model import CLASS_ROLE, WRITTEN_ROLE, HistoryModel

SCHEMA = LabelSchema((LabelClass(0, "sky", (0, 0, 0), background=True), LabelClass(1, "car", (255, 0, 0))))


def draw(document: Document, pixels: int, text: str = "Brush", row: int | None = None, value: int = 1) -> None:
    """Draw the first pixels of a row, of another one at each step."""
    stroke = document.begin(text)
    stroke.paint(np.ones((1, pixels), np.bool_), (len(document.history) if row is None else row, 0), value)
    stroke.commit()


def follow(document: Document) -> HistoryModel:
    model, history = HistoryModel(), document.history
    model.schema = SCHEMA
    model.show_history(history)
    history.pushed.connect(lambda step: model.add(step, len(history)))
    history.moved.connect(lambda _: model.go_to(len(history)))
    return model


def texts(model: HistoryModel) -> list[str]:
    return [model.index(row).data() for row in range(model.rowCount())]


@given(st.lists(st.sampled_from(["draw", "undo", "redo"]), max_size=40))
def test_rows_are_those_of_the_history_whatever_is_done(acts: list[str]) -> None:
    document = Document(np.zeros((64, 8), np.uint8))
    model = follow(document)
    inserted, removed = [0], [0]
    model.rowsInserted.connect(lambda _, first, last: inserted.append(last - first + 1))
    model.rowsRemoved.connect(lambda _, first, last: removed.append(last - first + 1))
    for act in acts:
        draw(document, 3) if act == "draw" else document.undo() if act == "undo" else document.redo()
        assert tuple(model.steps) == document.history.steps
        assert model.at == len(document.history)
        assert model.rowCount() == 1 + sum(inserted) - sum(removed) == 1 + len(document.history.steps)


def test_steps_that_the_history_forgets_go_from_the_list(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("segstudio.editing.history.MOST_STEPS", 10)
    document = Document(np.zeros((64, 8), np.uint8))
    model = follow(document)
    for _ in range(25):
        draw(document, 2)
    assert tuple(model.steps) == document.history.steps
    assert len(model.steps) < 12


def test_a_row_says_class_and_size_once_they_are_counted(qtbot: QtBot) -> None:
    document = Document(np.zeros((64, 8), np.uint8))
    model = follow(document)
    draw(document, 5)
    draw(document, 3, "Erase", row=0, value=0)
    model.index(1).data()
    with qtbot.waitSignal(model.touched):
        assert model.index(2).data() == "Erase"
    assert texts(model) == ["Opened", "Brush: car", "Erase"]
    assert [model.index(row).data(WRITTEN_ROLE).pixels for row in (1, 2)] == [5, 3]
    assert model.index(1).data(CLASS_ROLE) == SCHEMA.get(1)
    assert model.index(0).data(WRITTEN_ROLE) is None


def test_a_step_that_fills_a_picture_is_counted_a_part_of_a_frame_at_a_time(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history_model, "COUNTING_S", 0.0)
    document = Document(np.zeros((512, 512), np.uint8))
    model = follow(document)
    stroke = document.begin("Fill")
    stroke.paint(np.ones((512, 512), np.bool_), (0, 0), 1)
    stroke.commit()
    model.index(1).data()
    QApplication.processEvents()
    assert model.index(1).data(WRITTEN_ROLE) is None, "one tile of sixteen"
    qtbot.waitUntil(lambda: model.index(1).data(WRITTEN_ROLE) is not None)
    assert model.index(1).data(WRITTEN_ROLE).pixels == 512 * 512
