"""Controls that do not take the wheel from the panel that they lie in."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QWidget


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
