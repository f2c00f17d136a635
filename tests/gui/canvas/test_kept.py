"""Widgets painted from a kept picture: as they are now, and not painted anew for what happens below them."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from segstudio.gui.canvas.kept import Kept


class Paints(QObject):
    """Counts the paint events of a widget."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.count = 0
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        self.count += event.type() == QEvent.Type.Paint
        return False


def test_it_is_painted_when_it_changes_and_only_then(qtbot: QtBot) -> None:
    below = QWidget()
    qtbot.addWidget(below)
    below.resize(200, 100)
    above = QLabel("one", below)
    above.setGeometry(20, 20, 60, 30)
    kept = Kept(above)
    below.show()
    qtbot.waitExposed(below)
    paints, paints_below = Paints(above), Paints(below)
    below.grab()
    painted = paints.count
    for _ in range(3):
        below.update()
        QApplication.processEvents()
    assert paints_below.count
    assert paints.count == painted
    above.setText("two")
    kept.renew()
    qtbot.waitUntil(lambda: paints.count > painted)


def test_it_looks_as_without(qtbot: QtBot) -> None:
    below = QWidget()
    qtbot.addWidget(below)
    below.resize(200, 100)
    below.setStyleSheet("background: #204060; QLabel { background: rgba(0, 0, 0, 120); color: white; }")
    above = QLabel("one", below)
    above.setAlignment(Qt.AlignmentFlag.AlignCenter)
    above.setGeometry(20, 20, 60, 30)
    below.show()
    qtbot.waitExposed(below)
    plain = below.grab().toImage()
    above_kept = Kept(above)
    kept = below.grab().toImage()
    assert all(
        abs(QColor(plain.pixel(x, y)).lightness() - QColor(kept.pixel(x, y)).lightness()) <= 2
        for x in range(0, 200)
        for y in range(0, 100)
    )
    above.setText("two")
    above_kept.renew()
    assert below.grab().toImage() != kept
