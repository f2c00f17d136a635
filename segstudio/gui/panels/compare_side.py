"""The right side of Compare: the numbers, and below them sections that fold away and scroll."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget


class CompareSide(QScrollArea):
    """``add`` puts one more panel at the end; what has no room is reached by scrolling."""

    def __init__(self) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        column = QFrame()
        column.setObjectName("panel")
        self._column = QVBoxLayout(column)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addStretch(1)
        self.setWidget(column)

    def add(self, panel: QWidget) -> None:
        self._column.insertWidget(self._column.count() - 1, panel)

    def show_panel(self, panel: QWidget) -> None:
        """Scroll to a panel."""
        self._column.activate()
        self.ensureWidgetVisible(panel)
