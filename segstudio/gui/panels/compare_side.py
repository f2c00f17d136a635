"""The right side of Compare: the numbers, and below them sections that fold away and scroll."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout

from segstudio.gui.fold_arrow import FoldArrow
from segstudio.gui.wheel import WheelKeeper
from segstudio.gui.widgets import Section


class CompareSide(QScrollArea):
    """``add`` puts one more section at the end; what has no room is reached by scrolling."""

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
        self._wheel = WheelKeeper(self)

    def add(self, section: Section) -> None:
        section.tighten()
        self._column.insertWidget(self._column.count() - 1, section)
        self._wheel.keep_from(section)
        if (arrow := section.findChild(FoldArrow)) is not None:
            arrow.clicked.connect(lambda opened: self.show_section(section) if opened else None)

    def show_section(self, section: Section) -> None:
        """Scroll to a section."""
        self._column.activate()
        self.ensureWidgetVisible(section)
