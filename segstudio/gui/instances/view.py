"""The list of objects, and the mouse and keys on it."""

from PySide6.QtCore import QEvent, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from segstudio.core.records import Instance
from segstudio.gui.instances.delegate import ROW_HEIGHT, InstanceDelegate
from segstudio.gui.instances.model import INSTANCE_ROLE, InstancesModel
from segstudio.gui.rows import PickedList

ROWS = 5
"""Rows that are seen at once, at the least."""


class InstancesView(PickedList):
    """Of the object that is marked it is asked besides to delete it, for its class, and for a menu."""

    delete_wanted = Signal(object)
    class_wanted = Signal(object, QPoint)  # an Instance, and where on the screen to ask
    menu_wanted = Signal(object, QPoint)

    def __init__(self, model: InstancesModel, delegate: InstanceDelegate, parent: QWidget) -> None:
        super().__init__(model, delegate, "Instances", parent)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setFixedHeight(ROWS * ROW_HEIGHT + 2)
        self.doubleClicked.connect(lambda index: self.ask_class(self.visualRect(index).center()))
        self.customContextMenuRequested.connect(self._on_menu)

    def take_room(self, over: int) -> None:
        """Show as many rows as there are, with ``over`` more pixels than now; where that is below 0, with fewer."""
        if self.isVisible():
            fitting = (self.height() + over - 2) // ROW_HEIGHT
            rows = max(ROWS, min(fitting, self.model().rowCount()))
            self.setFixedHeight(rows * ROW_HEIGHT + 2)

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
        if not _deletes(event):
            super().keyPressEvent(event)
        elif self.chosen is not None:
            self.delete_wanted.emit(self.chosen)

    def _on_menu(self, at: QPoint) -> None:
        instance = self.indexAt(at).data(INSTANCE_ROLE)
        if instance is not None:
            self.menu_wanted.emit(instance, self.viewport().mapToGlobal(at))


def _deletes(event: QKeyEvent) -> bool:
    return event.key() == Qt.Key.Key_Delete
