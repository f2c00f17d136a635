"""Number fields beside the canvas: when one has typed, the keys go to the canvas again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QDoubleSpinBox, QSpinBox, QWidget

if TYPE_CHECKING:
    from segstudio.gui.window import MainWindow

ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class Fields(QObject):
    """Enter takes what was typed, Escape what was there before. In dialogs both mean something else."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._field: QSpinBox | QDoubleSpinBox | None = None
        self._before = 0.0
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._on_focus)

    def _on_focus(self, before: QWidget | None, now: QWidget | None) -> None:
        if self._field is not None and before is self._field:
            self._field.removeEventFilter(self)
            self._field = None
        if isinstance(now, QSpinBox | QDoubleSpinBox) and now.window() is self._window:
            self._field, self._before = now, now.value()
            now.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress or watched is not self._field:
            return False
        if event.key() == Qt.Key.Key_Escape:
            self._put_back()
        elif event.key() not in ENTER:
            return False
        self._window.canvas.setFocus()  # what was typed is taken over as the field is left
        return True

    def _put_back(self) -> None:
        if isinstance(self._field, QSpinBox):
            self._field.setValue(round(self._before))
        elif self._field is not None:
            self._field.setValue(self._before)
