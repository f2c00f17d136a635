"""The classes that the model tells apart, and correcting their names and colours."""

from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QColorDialog, QLineEdit, QListView, QPushButton

from segstudio.core.schema import LabelClass, LabelSchema
from segstudio.gui.model.class_rows import ROW, ModelClassDelegate, ModelClasses
from segstudio.gui.model.fact_grid import show_mark
from segstudio.gui.rows import set_up_list
from segstudio.gui.theme import Theme
from segstudio.gui.widgets import Section, label
from segstudio.models import ModelInfo
from segstudio.services.model_facts import mark_of

MANY = 12
"""Classes from which on they are searched, and the rows that are in sight at the most."""


class ClassView(QListView):
    """Enter recolours what is chosen; F2 and a double click rename it."""

    entered_row = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.state() != self.State.EditingState:
            self.entered_row.emit()
        else:
            super().keyPressEvent(event)


class ClassSection(Section):
    """``edited`` gives the classes as a person corrected them; ``project_wanted`` asks for those of the project."""

    edited = Signal(object)
    project_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__("Classes")
        self.foldable(theme, opened=False)
        self._schema = LabelSchema(())
        self._mark = label("", "tag")
        self.head.addWidget(self._mark)
        self.search = QLineEdit()
        self.search.setPlaceholderText("Find a class")
        self.search.setAccessibleName("Find a class of the model")
        self.search.setClearButtonEnabled(True)
        self.rows, self.view = ModelClasses(), ClassView()
        delegate = ModelClassDelegate(theme, self.view)
        set_up_list(self.view, self.rows, delegate, "Classes of the model")
        self.view.setEditTriggers(
            QAbstractItemView.EditTrigger.DoubleClicked | QAbstractItemView.EditTrigger.EditKeyPressed
        )
        self.take = QPushButton("Take the project's classes")
        self.take.setObjectName("secondary")
        self.take.setToolTip("Output by output, in order: names, colours and ids of the open project")
        for part in (self.search, self.view, self.take):
            self.body.addWidget(part)
        self.search.textChanged.connect(self.rows.search)
        self.take.clicked.connect(self.project_wanted)
        self.rows.renamed.connect(lambda c, name: self._replace(replace(c, name=name)))
        delegate.recolour.connect(self.recolour)
        self.view.entered_row.connect(self._recolour_chosen)
        theme.changed.connect(self.view.viewport().update)

    def show_model(self, info: ModelInfo) -> None:
        scored = info.classes.scored
        self._schema = info.classes
        self.note.setText(f"{len(scored):,}")
        show_mark(self._mark, mark_of(info, "classes"))
        row = self.view.currentIndex().row()
        self.rows.set_classes(scored)
        self.view.setCurrentIndex(self.rows.index(min(row, self.rows.rowCount() - 1)))  # none stays none
        self.search.setVisible(len(scored) > MANY)
        self.view.setFixedHeight(ROW * min(len(scored), MANY) + 2)

    def recolour(self, c: LabelClass) -> None:
        """Ask for another colour of a class; the window stays free meanwhile."""
        dialog = QColorDialog(QColor(*c.color), self)
        dialog.setWindowTitle(f"Colour of {c.name}")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.colorSelected.connect(
            lambda color: self._replace(replace(c, color=(color.red(), color.green(), color.blue())))
        )
        dialog.open()

    def _recolour_chosen(self) -> None:
        index = self.view.currentIndex()
        if index.isValid():
            self.recolour(index.data(Qt.ItemDataRole.UserRole)[1])

    def _replace(self, changed: LabelClass) -> None:
        self.edited.emit(self._schema.replaced(changed))
