"""The options that weights leave open, each with the values it can have."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

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
        self._rows: dict[OpenOption, tuple[QWidget, Choice, QLabel]] = {}

    def show_model(self, info: ModelInfo) -> None:
        """Show what is open, or was until a person settled it; rows that stay keep the focus."""
        wanted = (*info.choices, *info.settled)
        for gone in [choice for choice in self._rows if choice not in wanted]:
            row = self._rows.pop(gone)[0]
            self._column.removeWidget(row)
            row.deleteLater()
        for choice in wanted:
            if choice not in self._rows:
                self._rows[choice] = self._row(choice)
                self._column.addWidget(self._rows[choice][0])
            _, field, mark = self._rows[choice]
            field.setCurrentIndex(choice.values.index(info.options.get(choice.option, choice.usual)))
            show_mark(mark, mark_of(info, choice.option))
        self.setVisible(bool(wanted))

    def _row(self, choice: OpenOption) -> tuple[QWidget, Choice, QLabel]:
        name, made = choice.option.replace("_", " ").capitalize(), QWidget()
        line = QHBoxLayout(made)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        title, field, mark = label(name, "note", wrap=True), Choice(self._theme, name), label("", "tag")
        title.setFixedWidth(NAME_WIDTH)
        title.setBuddy(field)
        for value in choice.values:
            field.addItem(word(value), value)
        field.setToolTip(choice.why)
        field.activated.connect(lambda at: self.edited.emit(choice.option, choice.values[at]))
        line.addWidget(title)
        line.addWidget(field, 1)
        line.addWidget(mark, 0, Qt.AlignmentFlag.AlignVCenter)
        return made, field, mark


def word(value: Option) -> str:
    """Return a value of an option as people say it."""
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)
