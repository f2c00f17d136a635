"""The menus of the class table: what is done to the class whose row was clicked, and which deleted one comes back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtWidgets import QMenu

from segstudio.core.schema import LabelClass
from segstudio.gui.class_changes import CHANGES, bring_back, deleted
from segstudio.gui.instances.class_menu import class_rows
from segstudio.gui.menu_head import MenuHead
from segstudio.gui.panels.chips import chip_pixmap

if TYPE_CHECKING:
    from segstudio.gui.window import MainWindow


class ClassMenus(QObject):
    """A menu says in its head which class it is about: not always the one that is drawn."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        window.classes.menu_wanted.connect(lambda c, at: self.menu_of(c).popup(at))

    def menu_of(self, c: LabelClass | None) -> QMenu:
        """Return the menu of a class, or, for None, of the table as a whole."""
        menu = self._menu()
        if c is not None:
            MenuHead(menu, c.name, chip_pixmap(c, self._window.theme.tokens))
            self._add_changes(menu, c)
            menu.addSeparator()
        menu.addAction(self._window.actions_by_name["add class"])
        if deleted(self._window):
            self._add_deleted(menu.addMenu("Bring back a deleted class"))
        return menu

    def ask_deleted(self) -> None:
        """Ask which of the deleted classes is to come back."""
        menu, view = self._menu(), self._window.classes.view
        MenuHead(menu, "Bring back")
        self._add_deleted(menu)
        menu.popup(view.viewport().mapToGlobal(QPoint(0, 0)))

    def _menu(self) -> QMenu:
        menu = QMenu(self._window.classes)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        return menu

    def _add_changes(self, menu: QMenu, c: LabelClass) -> None:
        for change in CHANGES.values():
            if change.separated:
                menu.addSeparator()
            action = menu.addAction(change.text)
            if change.checked is not None:
                action.setCheckable(True)
                action.setChecked(change.checked(c))
            action.triggered.connect(lambda _=False, run=change.run: run(self._window, c))

    def _add_deleted(self, menu: QMenu) -> None:
        class_rows(menu, deleted(self._window), self._window.theme.tokens, lambda c: bring_back(self._window, c))
