"""Controls and lists that do not take the wheel from the panel that they lie in."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QAbstractScrollArea, QScrollArea, QWidget

ONE_SCROLL_MS = 400
"""Turns of the wheel that follow each other faster than this are one scroll."""


class _WheelThrough(QObject):
    """Lets the wheel scroll what a control lies in, unless the control is being used."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Wheel and isinstance(watched, QWidget) and not watched.hasFocus():
            event.ignore()
            return True
        return False


def let_wheel_through(*controls: QWidget) -> None:
    """Keep controls from changing their value when the wheel, scrolling a panel, comes past them."""
    for control in controls:
        control.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        control.installEventFilter(_WheelThrough(control))


class WheelKeeper(QObject):
    """Lets a scroll of a panel go on where a list comes below the pointer: the list scrolls once the wheel rested."""

    def __init__(self, panel: QScrollArea) -> None:
        super().__init__(panel)
        self._panel = panel.viewport()
        self._last = -ONE_SCROLL_MS
        self._panel.installEventFilter(self)

    def keep_from(self, section: QWidget) -> None:
        """Keep the lists in a part of the panel from ending its scroll."""
        for inner in section.findChildren(QAbstractScrollArea):
            inner.viewport().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not isinstance(event, QWheelEvent):
            return False
        under_way = event.timestamp() - self._last < ONE_SCROLL_MS
        if watched is self._panel:
            self._last = event.timestamp()
        elif under_way:
            event.ignore()
            return True
        return False
