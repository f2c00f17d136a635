"""The right side of Label: the classes, and below them sections that fold away and scroll."""

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QSpacerItem, QSplitter, QVBoxLayout, QWidget

from segstudio.gui.fold_arrow import FoldArrow
from segstudio.gui.instances.view import InstancesView
from segstudio.gui.panels.tool_options import ToolOptionsPanel
from segstudio.gui.wheel import WheelKeeper
from segstudio.gui.widgets import Section

CLASSES_HEIGHT, REST_HEIGHT = 440, 480
CLASSES_LEAST = 118
"""A head and three rows."""


class LabelSide(QSplitter):
    """``add`` puts one more section at the end; what has no room is reached by scrolling.

    Room that is over goes to the list of objects. While there is too little, the tool's options keep none for others.
    """

    def __init__(self, classes: Section, options: ToolOptionsPanel, objects: InstancesView) -> None:
        super().__init__(Qt.Orientation.Vertical)
        self.setObjectName("panel")
        self.setHandleWidth(1)
        self.setChildrenCollapsible(False)
        classes.setMinimumHeight(CLASSES_LEAST)
        self._options, self._objects = options, objects
        self._sections = QFrame()
        self._sections.setObjectName("panel")
        self._column = QVBoxLayout(self._sections)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._over = QSpacerItem(0, 0, QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Expanding)
        self._column.addItem(self._over)
        self._area = area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(self._sections)
        self._wheel = WheelKeeper(area)
        self.addWidget(classes)
        self.addWidget(area)
        self.setSizes([CLASSES_HEIGHT, REST_HEIGHT])  # and with no stretch of their own both give way in proportion
        self._soon = QTimer(self)  # once all that changes has been laid out
        self._soon.setSingleShot(True)
        self._soon.setInterval(0)
        self._soon.timeout.connect(self._share_room)
        self._sections.installEventFilter(self)
        objects.model().modelReset.connect(self._soon.start)

    def show_section(self, section: QWidget) -> None:
        """Scroll to a section, once what was changed of it has been laid out."""
        QTimer.singleShot(0, section, lambda: self._area.ensureWidgetVisible(section, 0, 0))

    def add(self, section: Section) -> None:
        """Put a section below the others; unfolded by hand, as much of it as there is room for comes into sight."""
        self._column.insertWidget(self._column.count() - 1, section)
        self._wheel.keep_from(section)
        if (arrow := section.findChild(FoldArrow)) is not None:
            arrow.clicked.connect(lambda opened: self.show_section(section) if opened else None)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Resize, QEvent.Type.LayoutRequest):
            self._soon.start()
        return False

    def _share_room(self) -> None:
        over = self._over.geometry().height()
        over -= self._sections.height() - self._area.viewport().height()  # what has to be scrolled
        if over < 0:
            over += self._options.give_back(-over)
        self._objects.take_room(over)
