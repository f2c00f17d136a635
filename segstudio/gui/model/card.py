"""The card: what the file of the loaded model was understood to be."""

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QPushButton, QVBoxLayout, QWidget

from segstudio.gui.model.facts import facts
from segstudio.gui.theme import Theme
from segstudio.gui.widgets import Section, label, tool_button
from segstudio.models import ModelInfo

_TOP: Final = Qt.AlignmentFlag.AlignTop


class ModelCard(Section):
    """What is known of the loaded model; what the file did not tell is marked as assumed."""

    def __init__(self, theme: Theme) -> None:
        super().__init__("Model")
        self.open = tool_button(theme, "folder-open-outline", "Load a model file")
        self.head.addWidget(self.open)
        self._empty = QWidget()
        column = QVBoxLayout(self._empty)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(label("No model yet. Drop a model file on the window, or load one.", "hintText", wrap=True))
        self.load = QPushButton("Load a model")
        self.sample = QPushButton("Use the sample model")
        self.sample.setToolTip("The small U-Net that comes with segstudio; it knows synthetic cells only")
        for button in (self.load, self.sample):
            button.setObjectName("secondary")
            column.addWidget(button)
        self._facts = QWidget()
        self._grid = QGridLayout(self._facts)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(6)
        self._grid.setColumnStretch(1, 1)
        self.body.addWidget(self._empty)
        self.body.addWidget(self._facts)
        self._facts.hide()

    def show_model(self, info: ModelInfo) -> None:
        while (item := self._grid.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.deleteLater()
        for i, fact in enumerate(facts(info)):
            value = label(fact.value, wrap=True)
            value.setToolTip(fact.more)
            self._grid.addWidget(label(fact.name, "note"), i, 0, _TOP)
            self._grid.addWidget(value, i, 1, _TOP)
            if fact.assumed:
                tag = label("assumed", "tag")
                tag.setToolTip(
                    "The file does not tell; this is the usual value.\n"
                    f"Set it in {info.file.name}.segstudio.toml: segstudio inspect says how"
                )
                self._grid.addWidget(tag, i, 2, _TOP)
        self._empty.hide()
        self._facts.show()

    def allow(self, free: bool) -> None:
        """Let another model be loaded, or not."""
        self.load.setEnabled(free)
        self.sample.setEnabled(free)
