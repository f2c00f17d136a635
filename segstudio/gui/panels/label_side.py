"""The right side of Label: the classes, and below them sections that fold away and scroll."""

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QFrame, QScrollArea, QSplitter, QVBoxLayout, QWidget

from segstudio.gui.fold_arrow import FoldArrow
from segstudio.gui.widgets import Section

CLASSES_HEIGHT, REST_HEIGHT = 440, 480
CLASSES_LEAST = 118
"""A head and three rows."""


class LabelSide(QSplitter):
    """``add`` puts one more section at the end; what has no room is reached by scrolling."""

    def __init__(self, classes: Section) -> None:
        super().__init__(Qt.Orientation.Vertical)
        self.setObjectName("panel")
        self.setHandleWidth(1)
        self.setChildrenCollapsible(False)
        classes.setMinimumHeight(CLASSES_LEAST)
        sections = QFrame()
        sections.setObjectName("panel")
        self._column = QVBoxLayout(sections)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addStretch(1)
        self._area = area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(sections)
        self.addWidget(classes)
        self.addWidget(area)
        self.setSizes([CLASSES_HEIGHT, REST_HEIGHT])  # and with no stretch of their own both give way in proportion

    def show_section(self, section: QWidget) -> None:
        """Scroll to a section, once what was changed of it has been laid out."""
        QTimer.singleShot(0, section, lambda: self._area.ensureWidgetVisible(section, 0, 0))

    def add(self, section: Section) -> None:
        """Put a section below the others; unfolded by hand, as much of it as there is room for comes into sight."""
        self._column.insertWidget(self._column.count() - 1, section)
        if (arrow := section.findChild(FoldArrow)) is not None:
            arrow.clicked.connect(lambda opened: self.show_section(section) if opened else None)
