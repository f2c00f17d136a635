"""The section with the confusion matrix: which classes are taken for which."""

from PySide6.QtCore import QSizeF, Qt, Signal
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent

from segstudio.gui.messages import Messages
from segstudio.gui.panels.confusion_choice import ConfusionChoice, choice_button
from segstudio.gui.panels.confusion_plot import ConfusionPlot
from segstudio.gui.plots.saving import save_button
from segstudio.gui.theme import Theme
from segstudio.gui.widgets import ElidedLabel, Section, tool_button
from segstudio.services.matrix import most_confused, present

LEAST_CELL, MOST_CELL = 14.0, 19.0
EMPTY_HEIGHT = 48


class ConfusionPanel(Section):
    """As many classes as have room, those with the most errors; ``enlarged`` asks for all of them.

    ``chosen`` names a cell that was clicked, by classes.
    """

    chosen = Signal(int, int)
    enlarged = Signal()

    def __init__(self, choice: ConfusionChoice, theme: Theme, messages: Messages) -> None:
        super().__init__("Confusion")
        self.foldable(theme)
        self._choice = choice
        self.plot = ConfusionPlot(theme, LEAST_CELL, MOST_CELL)
        self.sentence = ElidedLabel("note", Qt.TextElideMode.ElideRight)
        self.shown = choice_button(choice, theme)
        self.enlarge = tool_button(theme, "arrow-expand", "All classes, large")
        self.enlarge.clicked.connect(self.enlarged)
        self.head.addWidget(self.shown)
        self.head.addWidget(self.enlarge)
        self.head.addWidget(save_button(self.plot, theme, messages))
        self.body.setSpacing(4)
        self.body.addWidget(self.plot)
        self.body.addWidget(self.sentence)
        self.plot.chosen.connect(self.chosen)
        self.plot.pointed.connect(lambda _: self._say())
        choice.changed.connect(self.refresh)

    def refresh(self) -> None:
        """Show the counts as they are now; where nobody sees them, when they are seen again."""
        if not self.isVisible():
            return
        self.plot.say(self._choice.nothing)
        matrix = self._choice.matrix()
        classes = len(matrix.classes) if matrix is not None else 0
        shown = present(matrix.confusion) if matrix is not None else ()
        self.plot.show_matrix(matrix, self._choice.by, shown)
        room = int((self.plot.width() - self.plot.left) / LEAST_CELL) - 1
        if matrix is not None and len(shown) > room:
            shown = most_confused(matrix.confusion, max(room, 2))
            self.plot.show_matrix(matrix, self._choice.by, shown)
        self.note.setText(f"{len(shown)} of {classes}" if len(shown) < classes else "")
        self.note.setToolTip("The classes that have pixels, those with the most errors; the others in the large matrix")
        self._fit()
        self._say()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.plot.pick(None)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.refresh()

    def _fit(self) -> None:
        """Give the plot the height that its cells have when they fill the width."""
        endless = QSizeF(self.plot.width(), 1e6)
        cell = self.plot.grid(endless).cell
        height = (
            max(self.plot.height_of_note(), EMPTY_HEIGHT) if self.plot.empty else round(self.plot.needed(cell).height())
        )
        if height != self.plot.height():
            self.plot.setFixedHeight(height)

    def _say(self) -> None:
        matrix, cell = self._choice.matrix(), self.plot.cell
        said = matrix is not None and cell is not None
        hint = "" if self.plot.empty else "Rows are the truth. Click a cell for its images and pixels."
        text = matrix.sentence(*cell, self._choice.by) if matrix is not None and cell is not None else hint
        self.sentence.setText(text)
        self.sentence.setToolTip(text)
        self.plot.setToolTip(text if said else "")
