"""The field above the list of samples: a part of a name, or conditions; it says what of them it does not know."""

from collections.abc import Sequence

from PySide6.QtWidgets import QLineEdit

from segstudio.gui.widgets import label
from segstudio.services.sample_query import EXAMPLE

HELP = f"""A part of the name. Of scored images also conditions: {EXAMPLE}
iou, dice, accuracy, errors, size; of a class iou:car, dice:car, precision:car, recall:car, share:car, errors:car
Names with spaces in quotes: class:"traffic light\""""


class SampleSearch(QLineEdit):
    """``unknown`` is the line to put below it."""

    def __init__(self) -> None:
        super().__init__()
        self.setPlaceholderText(f"Name, or {EXAMPLE}")
        self.setToolTip(HELP)
        self.setClearButtonEnabled(True)
        self.setAccessibleName("Find samples by name")
        self.unknown = label("", "warnText", wrap=True)
        self.unknown.hide()

    def show_unknown(self, sentences: Sequence[str]) -> None:
        """Say what was asked for and is not known; nothing where there are no sentences."""
        self.unknown.setText("\n".join(sentences))
        self.unknown.setVisible(bool(sentences))
