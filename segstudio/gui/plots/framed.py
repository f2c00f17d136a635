"""A plot with a title over it, and its save button."""

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from segstudio.gui.messages import Messages
from segstudio.gui.plots.plot import Plot
from segstudio.gui.plots.saving import save_button
from segstudio.gui.theme import Theme
from segstudio.gui.widgets import label


class FramedPlot(QWidget):
    """``head`` has room for a control between the title and the save button."""

    def __init__(self, plot: Plot, theme: Theme, messages: Messages, title: str = "") -> None:
        super().__init__()
        self.plot = plot
        self.title = label(title or plot.title, "panelHead")
        self.note = label("", "note")
        self.head = QHBoxLayout()
        self.head.setSpacing(8)
        self.head.addWidget(self.title)
        self.head.addWidget(self.note)
        self.head.addStretch(1)
        self.head.addWidget(save_button(plot, theme, messages))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(self.head)
        column.addWidget(plot, 1)

    def add_control(self, control: QWidget) -> None:
        """Put a control at the right end of the head, before the save button."""
        self.head.insertWidget(self.head.count() - 1, control)
