"""Names and values below each other, and who says so."""

import re
from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QWidget

from segstudio.gui.widgets import label
from segstudio.services.model_facts import Fact, Mark

NAME_WIDTH = 88
MARKS: dict[Mark, tuple[str, str]] = {
    "assumed": ("assumed", "The file does not tell; this is the usual value. It can be corrected below."),
    "corrected": (
        "corrected",
        "A person says so, in the file beside the model; the model file does not, or otherwise.",
    ),
}


class FactGrid(QWidget):
    """Its rows are kept and filled anew: making labels is what takes time."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: list[tuple[QLabel, QLabel, QLabel]] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(6)
        self._grid.setColumnStretch(1, 1)

    def show_facts(self, facts: Sequence[Fact]) -> None:
        while len(self._rows) < len(facts):
            self._add_row()
        for i, row in enumerate(self._rows):
            if i < len(facts):
                _fill(row, facts[i])
            else:
                for part in row:
                    set_shown(part, False)

    def shown(self) -> dict[str, tuple[str, str]]:
        """Return what is shown: by name the value, and the mark beside it."""
        return {
            name.text(): (value.accessibleName(), mark.text())
            for name, value, mark in self._rows
            if not name.isHidden()
        }

    def _add_row(self) -> None:
        name, value, mark = label("", "note"), label("", wrap=True), label("", "tag")
        name.setFixedWidth(NAME_WIDTH)
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(value, 1)
        line.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
        self._grid.addWidget(name, len(self._rows), 0, Qt.AlignmentFlag.AlignTop)
        self._grid.addLayout(line, len(self._rows), 1)
        self._rows.append((name, value, mark))


def _fill(row: tuple[QLabel, QLabel, QLabel], fact: Fact) -> None:
    name, value, mark = row
    name.setText(fact.name)
    value.setText(breakable(fact.value))
    value.setAccessibleName(fact.value)
    value.setToolTip(fact.more)
    if (styled := "warnText" if fact.poor else "") != value.objectName():
        value.setObjectName(styled)
        value.style().polish(value)
    set_shown(name, True)
    set_shown(value, True)
    show_mark(mark, fact.mark)


def show_mark(tag: QLabel, mark: Mark) -> None:
    """Let a tag say who says something; nothing where the file itself does."""
    text, tip = MARKS.get(mark, ("", ""))
    tag.setText(text)
    tag.setToolTip(tip)
    if tag.property("mark") != mark:
        tag.setProperty("mark", mark)
        tag.style().polish(tag)
    set_shown(tag, bool(text))


def set_shown(part: QWidget, shown: bool) -> None:
    """Show or hide a part where that changes it: each change is laid out anew.

    What was never told either is shown with the widget that it lies in, whatever ``isHidden`` says of it until then.
    """
    if part.isHidden() == shown or not part.testAttribute(Qt.WidgetAttribute.WA_WState_ExplicitShowHide):
        part.setVisible(shown)


def breakable(text: str) -> str:
    """Return a text that can be wrapped within long names, which have no spaces: where their words are parted."""
    return re.sub(r"(?<=\w[_/-])(?=\w)|(?<=\w)(?=\.\w)", "\u200b", text)
