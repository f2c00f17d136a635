"""The options that weights leave open, each with the values it can have."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from segstudio.gui.model.fact_grid import NAME_WIDTH, show_mark
from segstudio.gui.theme import Theme
from segstudio.gui.widgets import Choice, label
from segstudio.models import ModelInfo
from segstudio.models.description import Choice as OpenOption
from segstudio.models.references import Option
from segstudio.services.model_facts import mark_of


class OptionRows(QWidget):
    """``edited`` gives the name of an option and the value that was chosen."""

    edited = Signal(str, object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(6)
        self._rows: list[QWidget] = []

    def show_model(self, info: ModelInfo) -> None:
        for row in self._rows:
            self._column.removeWidget(row)
            row.deleteLater()
        self._rows = [self._row(info, choice) for choice in (*info.choices, *info.settled)]
        for row in self._rows:
            self._column.addWidget(row)
        self.setVisible(bool(self._rows))

    def _row(self, info: ModelInfo, choice: OpenOption) -> QWidget:
        name, made = choice.option.replace("_", " ").capitalize(), QWidget()
        line = QHBoxLayout(made)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        title, field, mark = label(name, "note", wrap=True), Choice(self._theme, name), label("", "tag")
        title.setFixedWidth(NAME_WIDTH)
        title.setBuddy(field)
        for value in choice.values:
            field.addItem(word(value), value)
        field.setCurrentIndex(choice.values.index(info.options.get(choice.option, choice.usual)))
        field.setToolTip(choice.why)
        field.activated.connect(lambda at: self.edited.emit(choice.option, choice.values[at]))
        show_mark(mark, mark_of(info, choice.option))
        line.addWidget(title)
        line.addWidget(field, 1)
        line.addWidget(mark, 0, Qt.AlignmentFlag.AlignVCenter)
        return made


def word(value: Option) -> str:
    """Return a value of an option as people say it."""
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)
