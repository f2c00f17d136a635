"""The arrow before a title that folds away what is below it."""

from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QToolButton

from segstudio.gui.theme import Theme


class FoldArrow(QToolButton):
    """Points down while what is below it is open, else to the right."""

    def __init__(self, theme: Theme, what: str) -> None:
        super().__init__()
        self._theme = theme
        self.setCheckable(True)
        self.setFixedSize(20, 20)
        self.setToolTip(f"Show or fold away: {what}")
        self.setAccessibleName(what)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        icon = self._theme.icon("chevron-down" if self.isChecked() else "chevron-right", "text2")
        icon.paint(QPainter(self), self.rect().adjusted(2, 2, -2, -2))
