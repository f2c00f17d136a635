"""How far a pass over the data set is, below what a page shows of it."""

from PySide6.QtWidgets import QProgressBar, QVBoxLayout, QWidget

from segstudio.gui.analysis.data_set_pass import DataSetPass
from segstudio.gui.widgets import label, tip_of


class PassProgress(QWidget):
    """A bar while everything is gone over, and in words how far that is and how much failed; why is in the tip."""

    def __init__(self) -> None:
        super().__init__()
        self._bar, self._text = QProgressBar(), label("", "note", wrap=True)
        self._bar.setTextVisible(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self._bar)
        column.addWidget(self._text)

    def show_pass(self, going: DataSetPass) -> None:
        """Show how far a pass is now."""
        self._bar.setRange(0, max(going.total, 1))
        self._bar.setValue(going.done)
        self._bar.setVisible(going.running and not going.whole)
        self._text.setText(going.text())
        self._text.setVisible(bool(going.text()))
        self._text.setToolTip(tip_of(going.failures.values()))
