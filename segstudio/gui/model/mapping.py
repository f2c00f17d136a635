"""Which class of the project each output of the model is written as: by name, by order, or chosen by hand."""

from pathlib import Path
from typing import Final, cast

from PySide6.QtCore import QModelIndex, QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QLineEdit, QListView, QPushButton

from segstudio.core.schema import LabelSchema
from segstudio.gui.model.mapping_rows import ROW, MappedRows, MappingDelegate, middle_of
from segstudio.gui.model.target_popup import TargetPopup
from segstudio.gui.rows import set_up_list
from segstudio.gui.theme import Theme
from segstudio.gui.widgets import Section, Segments, label, tool_button
from segstudio.models import ModelInfo
from segstudio.services.class_mapping import ClassMap, ClassMapping, How, map_classes, names_classes

HOWS: Final = {
    "name": ("By name", "The class of the same name, or of one that differs in spelling only"),
    "order": ("By order", "Output for output, the classes of the project in their order, ignored ones left out"),
    "hand": ("By hand", "As it is now; click a row to choose another class for it"),
}
ASSUMED_NAMES: Final = "The file does not tell these names: they are the usual ones for so many classes."
SAVE: Final = "Save the class mapping as a file, for segstudio predict --map"
SAME_ID: Final = (
    "So each is written as the project's class with the same id, which may be another thing: look at a prediction, "
    "and click a row to choose another class, or say that these are right."
)
MANY: Final = 12
"""Outputs from which on they are searched, and the rows that are in sight at the most."""


class MappingView(QListView):
    """A click or Enter on a row asks for another target of it."""

    wanted = Signal(object)  # its index

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        index = self.indexAt(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and index.isValid():
            self.wanted.emit(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F2) and self.currentIndex().isValid():
            self.wanted.emit(self.currentIndex())
        else:
            super().keyPressEvent(event)


class MappingSection(Section):
    """``chosen`` gives the mapping as the user wants it; ``saved`` asks for it as a file."""

    chosen = Signal(object)
    saved = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__("Written as")
        self.foldable(theme, opened=False)
        self._mapping = ClassMapping()
        self._of: tuple[Path, LabelSchema] | None = None
        self.found: ClassMap | None = None
        self.save = tool_button(theme, "download-outline", SAVE)
        self.head.addWidget(self.save)
        self.how = Segments()
        self.how.offer(HOWS)
        self.search = QLineEdit()
        self.search.setPlaceholderText("Find a class")
        self.search.setAccessibleName("Find a class of the model that is mapped")
        self.search.setClearButtonEnabled(True)
        self.rows, self.view, self.popup = MappedRows(), MappingView(), TargetPopup(theme, self)
        delegate = MappingDelegate(theme, self.view)
        set_up_list(self.view, self.rows, delegate, "What the outputs of the model are written as")
        self._about = label("", "note", wrap=True)
        self.confirm = QPushButton("These are right")
        self.confirm.setObjectName("secondary")
        self.confirm.setToolTip("Keep each class as it is written now, as chosen by hand")
        self.confirm.clicked.connect(self._confirm)
        for part in (self.how, self.search, self.view, self._about, self.confirm):
            self.body.addWidget(part)
        self.search.textChanged.connect(self.rows.search)
        self.how.chosen.connect(lambda how: self.chosen.emit(self._mapping.by(cast(How, how))))
        self.view.wanted.connect(self._offer)
        self.popup.chosen.connect(lambda c, to: self.chosen.emit(self._mapping.with_chosen(c.id, to)))
        self.save.clicked.connect(self.saved)
        theme.changed.connect(self.view.viewport().update)

    def show_mapping(self, info: ModelInfo, schema: LabelSchema, mapping: ClassMapping) -> None:
        """Show what becomes of the outputs of a model in a project of these classes."""
        same = (info.file, schema) == self._of
        self._mapping, self._of = mapping, (info.file, schema)
        self.found = found = map_classes(info, schema, mapping)
        self.rows.set_map(found, keep_order=same and mapping.how == "hand")
        self.how.choose(mapping.how)
        self.note.setText(told_in_head(found))
        self.note.setToolTip(found.sentence())
        self.search.setVisible(len(found.rows) > MANY)
        self.view.setFixedHeight(ROW * min(len(found.rows), MANY) + 2)
        self.confirm.setVisible(bool(found.unchecked))
        self._about.setText(what_becomes(found, info))

    def focus(self) -> None:
        """Open it, for the keyboard."""
        self.set_opened(True)
        self.view.setFocus()

    def _confirm(self) -> None:
        assert self.found is not None
        self.chosen.emit(self._mapping.confirming(self.found.unchecked))

    def _offer(self, index: QModelIndex) -> None:
        """Open the choices below the right half of a row."""
        assert self._of is not None
        row, viewport = self.view.visualRect(index), self.view.viewport()
        row.setLeft(middle_of(row))
        at = QRect(viewport.mapToGlobal(row.topLeft()), row.size())
        self.popup.open_for(index.data(Qt.ItemDataRole.UserRole), self._of[1], at)


def told_in_head(found: ClassMap) -> str:
    """Return how many outputs are no class of the project, in a few words."""
    missing, count, unchecked = len(found.unmapped), len(found.rows), len(found.unchecked)
    if unchecked:
        return "same id, not checked" if found.by_number else f"{unchecked:,} of {count:,} by id, not checked"
    if found.how == "order" and not missing:
        return f"all {count:,} by order"
    return f"{missing:,} of {count:,} not in this project" if missing else f"all {count:,} in this project"


def what_becomes(found: ClassMap, info: ModelInfo) -> str:
    """Say what is written where an output is no class of the project, and where names are only assumed."""
    said = ["The prediction on the screen follows at once; runs stay as they were written."]
    if any(row.found == "nothing" for row in found.rows):
        nothing = found.schema.get(found.schema.background)
        said.insert(0, f"Nothing is written as {nothing.name if nothing is not None else 'background'}.")
    if any(row.found == "new" for row in found.rows):
        said.insert(0, "New classes are written with the id shown; the project does not get them.")
    if found.by_number:
        named = names_classes(info)
        why = "None of the model's names is one of the project's." if named else "The file does not name its classes."
        said.insert(0, f"{why} {SAME_ID}")
    elif "classes" in info.assumed and any(row.found in ("name", "alike") for row in found.rows):
        said.insert(0, ASSUMED_NAMES)
    return " ".join(said)
