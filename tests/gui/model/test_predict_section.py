"""The buttons that predict, and the number of images a batch."""

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from segstudio.gui.model.predict_section import DEFAULT_BATCH, PredictSection
from segstudio.gui.theme import Theme
from tests.gui.by_hand import Desk


def test_the_wheel_does_not_change_the_batch(qtbot: QtBot, desk: Desk, theme: Theme) -> None:
    section = PredictSection(desk.bench.predictor, theme)
    qtbot.addWidget(section)
    section.show()
    turned = QWheelEvent(
        QPointF(5, 5), QPointF(section.batch.mapToGlobal(QPoint(5, 5))), QPoint(), QPoint(0, 120),
        Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(section.batch, turned)
    assert section.batch.value() == DEFAULT_BATCH
    assert section.batch.focusPolicy() == Qt.FocusPolicy.StrongFocus


def test_without_a_model_nothing_is_bright(qtbot: QtBot, desk: Desk, theme: Theme) -> None:
    section = PredictSection(desk.bench.predictor, theme)
    qtbot.addWidget(section)
    section.allow(True, known=False)
    assert (section.this_image.objectName(), section.this_image.isEnabled()) == ("secondary", True)
    section.allow(True, known=True)
    assert section.this_image.objectName() == "primary"
