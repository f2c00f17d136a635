"""The list of objects, and the mouse and keys on it."""

from PySide6.QtCore import QEvent, QPoint, Qt, Signal, SignalInstance
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QListView, QWidget

from segstudio.core.records import Instance
from segstudio.gui.instances.delegate import ROW_HEIGHT, InstanceDelegate
from segstudio.gui.instances.model import INSTANCE_ROLE, InstancesModel

ROWS = 5
"""Rows that are seen at once."""


class InstancesView(QListView):
    """However many objects there are, only those in sight cost anything."""

    picked = Signal(object)  # an Instance: clicked, or gone to by keys
    delete_wanted = Signal(object)
    class_wanted = Signal(object, QPoint)  # an Instance, and where on the screen to ask
    menu_wanted = Signal(object, QPoint)

    def __init__(self, model: InstancesModel, delegate: InstanceDelegate, parent: QWidget) -> None:
        super().__init__(parent)
        delegate.setParent(self)
        self.setModel(model)
        self.setItemDelegate(delegate)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setAccessibleName("Instances")
        self.setFixedHeight(ROWS * ROW_HEIGHT + 2)
        self.clicked.connect(lambda _: self._tell(self.picked))
        self.doubleClicked.connect(lambda index: self.ask_class(self.visualRect(index).center()))
        self.customContextMenuRequested.connect(self._on_menu)

    @property
    def chosen(self) -> Instance | None:
        """The object whose row is marked."""
        found: Instance | None = self.currentIndex().data(INSTANCE_ROLE)
        return found

    def ask_class(self, at: QPoint) -> None:
        """Have it asked, at a place of the list, which class the marked object is to be of."""
        if self.chosen is not None:
            self.class_wanted.emit(self.chosen, self.viewport().mapToGlobal(at))

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride and _deletes(event):
            event.accept()  # here it is the object that goes, whatever the key does elsewhere
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if _deletes(event):
            self._tell(self.delete_wanted)
            return
        before = self.currentIndex()
        super().keyPressEvent(event)
        if self.currentIndex() != before:
            self._tell(self.picked)

    def _tell(self, signal: SignalInstance) -> None:
        if self.chosen is not None:
            signal.emit(self.chosen)

    def _on_menu(self, at: QPoint) -> None:
        instance = self.indexAt(at).data(INSTANCE_ROLE)
        if instance is not None:
            self.menu_wanted.emit(instance, self.viewport().mapToGlobal(at))


def _deletes(event: QKeyEvent) -> bool:
    return event.key() == Qt.Key.Key_Delete
