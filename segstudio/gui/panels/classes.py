"""The classes: choose the one to draw with; add, rename, recolour, lock, hide."""

from dataclasses import replace
from typing import Any

from PySide6.QtCore import QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QColorDialog, QInputDialog, QListView, QStackedWidget

from segstudio.core.schema import LabelClass
from segstudio.gui.panels.class_rows import ROW, ClassDelegate, ClassesModel, eye_rect, lock_rect
from segstudio.gui.panels.empty import EmptyState
from segstudio.gui.rows import set_up_list
from segstudio.gui.theme import Theme
from segstudio.gui.widgets import Section, tool_button
from segstudio.services.class_use import known_values
from segstudio.services.session import Session

HEAD, FEWEST = 52, 4
"""Pixels that the head of the list takes, and rows for which there is room at the least."""


class ClassesPanel(Section):
    """``schema_edited`` gives the class table as the user changed it."""

    schema_edited = Signal(object)
    hidden_changed = Signal()
    refused = Signal(str)
    menu_wanted = Signal(object, QPoint)  # the LabelClass that was clicked, or None beside all, and where on the screen

    def __init__(self, session: Session, theme: Theme) -> None:
        super().__init__("Classes")
        self._session = session
        self.hidden: frozenset[int] = frozenset()
        self.keys: list[str] = []
        self.chosen = session.options.class_id
        self.model = ClassesModel()
        self.view = QListView()
        set_up_list(self.view, self.model, ClassDelegate(self, theme), "Classes")
        self.view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.view.customContextMenuRequested.connect(self._on_menu)
        self.view.clicked.connect(self._on_click)
        self.view.doubleClicked.connect(lambda index: self.rename(index.data(Qt.ItemDataRole.UserRole)))
        rename = tool_button(theme, "pencil-outline", "Rename the chosen class (double click)")
        rename.clicked.connect(self.rename_chosen)
        recolour = tool_button(theme, "palette-outline", "Recolour the chosen class (click its chip)")
        recolour.clicked.connect(self.recolour_chosen)
        add = tool_button(theme, "plus", "Add a class")
        add.clicked.connect(self.add)
        for button in (rename, recolour, add):
            self.head.addWidget(button)
        self._stack = QStackedWidget()
        self._stack.addWidget(
            EmptyState(theme, "palette-outline", "No classes yet", "They are read from the folder, or added with +.")
        )
        self._stack.addWidget(self.view)
        self.body.addWidget(self._stack)
        self.to_the_edges()
        session.project_opened.connect(lambda _: self._on_project())
        session.project_changed.connect(lambda _: self._on_schema())
        session.options.changed.connect(lambda _: self._on_options())
        session.rules_changed.connect(lambda _: self.view.viewport().update())
        theme.changed.connect(self.view.viewport().update)

    def show_keys(self, keys: list[str]) -> None:
        """Show the keys that choose the first classes, as people read them."""
        self.keys = keys
        self.view.viewport().update()

    def share(self, class_id: int) -> float | None:
        """Return the part of the open picture that a class covers, or None with nothing open."""
        current = self._session.current
        if current is None or class_id >= len(current.counts.counts):
            return None
        return current.counts.share(class_id)

    def choose_key(self, position: int) -> None:
        """Draw with the class at a position of the list."""
        if position < len(self.model.classes):
            self._session.options.choose(self.model.classes[position].id)

    def add(self) -> None:
        project = self._session.project
        if project is None:
            return
        name, agreed = QInputDialog.getText(self, "Add a class", "Name of the new class:")
        now = self._session.project
        if agreed and now is not None and now.root == project.root and self._may_be_called(name):
            schema = now.schema.extended(name.strip(), known_values(self._session))
            self.schema_edited.emit(schema)
            self._session.options.choose(schema.classes[-1].id)

    def rename(self, c: LabelClass) -> None:
        name, agreed = QInputDialog.getText(self, "Rename a class", f"New name of {c.name}:", text=c.name)
        if agreed and name.strip() != c.name and self._may_be_called(name):
            self._replace(replace(c, name=name.strip()))

    def rename_chosen(self) -> None:
        self._with_chosen(self.rename)

    def recolour_chosen(self) -> None:
        self._with_chosen(self.recolour)

    def _may_be_called(self, name: str) -> bool:
        """Refuse a name that another class has: names are what a model's classes are matched by."""
        taken = any(c.name.casefold() == name.strip().casefold() for c in self.model.classes)
        if taken:
            self.refused.emit(f"There is a class called {name.strip()} already.")
        return bool(name.strip()) and not taken

    def recolour(self, c: LabelClass) -> None:
        color = QColorDialog.getColor(QColor(*c.color), self, f"Colour of {c.name}")
        if color.isValid():
            self._replace(replace(c, color=(color.red(), color.green(), color.blue())))

    def toggle_visible(self, class_id: int) -> None:
        self.hidden = self.hidden ^ {class_id}
        self.view.viewport().update()
        self.hidden_changed.emit()

    def is_locked(self, class_id: int) -> bool:
        return class_id in self._session.rules.locked

    def toggle_lock(self, class_id: int) -> None:
        """Lock a class, or unlock it: a locked one keeps its pixels and gets no others."""
        self._session.toggle_lock(class_id)

    def show_class(self, class_id: int) -> None:
        """Make a class visible that is about to be drawn."""
        if class_id in self.hidden:
            self.toggle_visible(class_id)

    def refresh_shares(self) -> None:
        self.view.viewport().update()

    def _with_chosen(self, act: Any) -> None:
        c = next((c for c in self.model.classes if c.id == self.chosen), None)
        if c is not None:
            act(c)

    def _replace(self, changed: LabelClass) -> None:
        project = self._session.project
        assert project is not None
        self.schema_edited.emit(project.schema.replaced(changed))

    def _on_click(self, index: QModelIndex) -> None:
        at = self.view.viewport().mapFromGlobal(self.view.cursor().pos())
        row = self.view.visualRect(index)
        if not any(icon.contains(QPoint(at)) for icon in (eye_rect(row), lock_rect(row))):
            self._session.options.choose(index.data(Qt.ItemDataRole.UserRole).id)

    def _on_menu(self, at: QPoint) -> None:
        clicked = self.view.indexAt(at).data(Qt.ItemDataRole.UserRole)
        self.menu_wanted.emit(clicked, self.view.viewport().mapToGlobal(at))

    def _on_project(self) -> None:
        self.hidden = frozenset()
        self._stack.setCurrentIndex(1)
        self._on_schema()

    def _on_schema(self) -> None:
        project = self._session.project
        if project is not None and project.schema.classes != self.model.classes:
            self.model.set_schema(project.schema)
            self.note.setText(str(len(project.schema)))
            self.setMaximumHeight(HEAD + ROW * max(len(project.schema), FEWEST))  # what is over is for what lies below

    def _on_options(self) -> None:
        self.chosen = self._session.options.class_id
        self.view.viewport().update()
