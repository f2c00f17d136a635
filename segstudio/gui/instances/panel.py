"""The section with the objects of the open sample: find one, go to it, make it of another class, delete it."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QModelIndex, Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from segstudio.core.records import Instance
from segstudio.core.schema import UNKNOWN_COLOR, LabelClass
from segstudio.gui.instances.class_menu import ClassMenu
from segstudio.gui.instances.cutouts import Cutouts
from segstudio.gui.instances.delegate import InstanceDelegate
from segstudio.gui.instances.model import BY_NUMBER, ORDERS, InstancesModel
from segstudio.gui.instances.view import InstancesView
from segstudio.gui.messages import Messages
from segstudio.gui.theme import Theme
from segstudio.gui.widgets import Check, Choice, Section, Segments, label, tool_button
from segstudio.overlays.objects import own_color
from segstudio.services.session import Session

COLOURS = {
    "class": ("Class", "Colour the labels by class"),
    "instance": ("Instance", "Give each instance a colour of its own"),
}


class InstancesPanel(Section):
    """Shows and asks; whoever hears its signals, and those of its ``view``, does what is asked for."""

    colours_chosen = Signal(str)
    class_chosen = Signal(object, int)  # an Instance and the class it is to be of
    delete_wanted = Signal(object)  # an Instance

    def __init__(self, session: Session, theme: Theme, messages: Messages) -> None:
        super().__init__("Instances")
        self.foldable(theme)
        self._session, self._theme = session, theme
        self._marked, self._by_instance = 0, False
        self.cutouts = Cutouts(messages, self)
        self.model = InstancesModel(self.cutouts, lambda class_id: self._class_of(class_id).name)
        self.view = InstancesView(self.model, InstanceDelegate(theme, self._shown_as, self), self)
        self.apart = Check("Tell instances apart", theme)
        self.new = tool_button(theme, "plus", "New instance")
        self.reclass = tool_button(theme, "tag-outline", "Class of the marked instance (double click)")
        self.delete = tool_button(theme, "trash-can-outline", "Delete the marked instance (Delete, in the list)")
        self.colours = Segments()
        self._order = Choice(theme, "Order of the instances")
        self._told = QWidget()
        self._lay_out()
        self.colours.chosen.connect(self.colours_chosen)
        self._order.activated.connect(lambda _: self.refresh())
        self.reclass.clicked.connect(lambda: self.view.ask_class(self.view.rect().topLeft()))
        self.delete.clicked.connect(
            lambda: self.view.delete_wanted.emit(self.view.chosen) if self.view.chosen else None
        )
        self.view.delete_wanted.connect(self.delete_wanted)
        self.view.class_wanted.connect(lambda instance, at: self._menu(instance, with_more=False).popup(at))
        self.view.menu_wanted.connect(lambda instance, at: self._menu(instance, with_more=True).popup(at))
        session.project_opened.connect(lambda _: self._show_project())
        session.project_changed.connect(lambda _: self._show_project())
        theme.changed.connect(self.view.viewport().update)
        self._show_project()

    def refresh(self) -> None:
        """Show the objects as they are now."""
        current = self._session.current
        live = current.instances if current is not None else None
        instances = live.all() if live is not None else []
        at = self.view.verticalScrollBar().value()
        self.model.show(instances, self._order.currentText())
        self.view.verticalScrollBar().setValue(at)
        self.note.setText(f"{len(instances):,}" if live is not None else "")
        self.mark(self._marked)

    def show_colours(self, by_instance: bool) -> None:
        """Show whether the picture, and so the list, has a colour for each object."""
        self._by_instance = by_instance
        self.colours.choose("instance" if by_instance else "class")
        self.view.viewport().update()

    def mark(self, number: int) -> None:
        """Mark an object, and bring its row into sight; none where there is none of the number."""
        self._marked = number
        at = self.model.row_of(number)
        index = self.model.index(at) if at is not None else QModelIndex()
        if self.view.currentIndex() != index:
            self.view.setCurrentIndex(index)
        for button in (self.reclass, self.delete):
            button.setEnabled(at is not None)

    def show_begun(self) -> None:
        """Scroll to where an object will stand that has no pixel yet, where that is known."""
        if self._order.currentText() == BY_NUMBER:
            self.view.scrollToBottom()

    def menu_of_classes(self, chosen: Callable[[int], object], head: str = "Make it", but: int | None = None) -> QMenu:
        """Return a menu of the classes that an object can be given, without one of them."""
        menu = ClassMenu(head, self)
        menu.aboutToHide.connect(menu.deleteLater)
        classes = self._session.project.schema.classes if self._session.project is not None else ()
        menu.offer((c for c in classes if not c.background and c.id != but), self._theme.tokens, chosen)
        return menu

    def _menu(self, instance: Instance, with_more: bool) -> QMenu:
        head = f"{self._class_of(instance.class_id).name} #{instance.number}: make it"
        chosen = partial(self.class_chosen.emit, instance)
        menu = self.menu_of_classes(chosen, head, but=instance.class_id)
        if with_more:
            menu.addSeparator()
            menu.addAction("Delete it").triggered.connect(lambda: self.delete_wanted.emit(instance))
        return menu

    def _show_project(self) -> None:
        project = self._session.project
        apart = project is not None and project.task == "instances"
        self.apart.set_value(apart)
        for part in (self._told, self._order, self.new, self.reclass, self.delete):
            part.setVisible(apart)
        self.view.viewport().update()

    def _class_of(self, class_id: int) -> LabelClass:
        project = self._session.project
        found = project.schema.get(class_id) if project is not None else None
        return found or LabelClass(class_id, f"value {class_id}", UNKNOWN_COLOR)

    def _shown_as(self, instance: Instance) -> LabelClass:
        c = self._class_of(instance.class_id)
        return replace(c, color=own_color(instance.number), ignore=False) if self._by_instance else c

    def _lay_out(self) -> None:
        for button in (self.new, self.reclass, self.delete):
            self.head.addWidget(button)
        self.apart.setToolTip("Give each instance, a single object, a number of its own beside its class")
        self.colours.offer(COLOURS)
        self._order.addItems(list(ORDERS))
        first = QHBoxLayout()
        first.setSpacing(8)
        first.addWidget(self.apart, 1)
        first.addWidget(self._order)
        told = QVBoxLayout(self._told)
        told.setContentsMargins(0, 0, 0, 0)
        told.setSpacing(8)
        colours = QHBoxLayout()
        colours.setSpacing(8)
        colours.addWidget(label("Colour by", "note"))
        colours.addWidget(self.colours)
        colours.addStretch(1)
        told.addLayout(colours)
        told.addWidget(self.view)
        self.body.addLayout(first)
        self.body.addWidget(self._told)
