"""A button that opens a menu, with an arrow that follows the theme."""

from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QMenu, QToolButton

from segstudio.gui.theme import Theme


class MenuButton(QToolButton):
    """Whoever knows what there is to choose fills ``menu()``."""

    def __init__(self, theme: Theme, text: str, tip: str) -> None:
        super().__init__()
        self._theme = theme
        self.setObjectName("menuButton")
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setMenu(QMenu(self))
        self.menu().setToolTipsVisible(True)
        self.setAccessibleName(tip)
        self.setToolTip(tip)
        self.setText(text)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        arrow = QRect(self.width() - 18, (self.height() - 14) // 2, 14, 14)
        self._theme.icon("chevron-down", "text3").paint(QPainter(self), arrow)
