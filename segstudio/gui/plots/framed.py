"""A plot with a title over it, and its save button."""

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from segstudio.gui.messages import Messages
from segstudio.gui.plots.plot import Plot
from segstudio.gui.plots.saving import save_button
from segstudio.gui.theme import Theme
from segstudio.gui.widgets import ElidedLabel, label


class FramedPlot(QWidget):
    """``note`` is said beside the title."""

    def __init__(self, plot: Plot, theme: Theme, messages: Messages, title: str = "") -> None:
        super().__init__()
        self.plot = plot
        self.title = ElidedLabel("panelHead")
        self.title.setText(title or plot.title)
        self.note = label("", "note")
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addStrut(28)
        head.addWidget(self.title)
        head.addWidget(self.note)
        head.addStretch(1)
        head.addWidget(save_button(plot, theme, messages))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(head)
        column.addWidget(plot, 1)
