"""Which classes objects are taken for, and of which they are missed or made up."""

import math
from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from segstudio.core.schema import LabelClass
from segstudio.gui.messages import Messages
from segstudio.gui.panels.confusion_choice import WAYS
from segstudio.gui.panels.confusion_plot import ConfusionPlot
from segstudio.gui.plots.saving import save_button
from segstudio.gui.theme import Theme
from segstudio.gui.widgets import ElidedLabel, Segments, label
from segstudio.services.matrix import By, ObjectMatrix, most_confused, present
from segstudio.services.open_objects import ObjectTotal

LEAST_CELL, MOST_CELL = 16.0, 30.0
MOST_CLASSES = 12
"""Beside "nothing": of more those with the most wrong objects are shown, and all are in the file."""


class ObjectClasses(QWidget):
    """``chosen`` names the ids of the classes of a cell that was clicked, None for nothing.

    Whoever shows it finds a place for ``ways``, the switch between counts and parts.
    """

    chosen = Signal(object, object)

    def __init__(self, theme: Theme, messages: Messages, class_of: Callable[[int], LabelClass]) -> None:
        super().__init__()
        self._class_of = class_of
        self._by = By.COUNTS
        self._matrix: ObjectMatrix | None = None
        self.plot = ConfusionPlot(theme, LEAST_CELL, MOST_CELL)
        self.plot.say("No object is matched yet.")
        self.plot.pointed.connect(lambda _: self._say())
        self.plot.chosen.connect(self._choose)
        self.ways = Segments()
        self.ways.offer({by: (text, tip.replace("Pixels", "Objects")) for by, (text, tip) in WAYS.items()})
        self.ways.choose(self._by.value)
        self.ways.chosen.connect(lambda way: self._show(By(way)))
        self.sentence = ElidedLabel("note", Qt.TextElideMode.ElideRight)
        head = QHBoxLayout()
        head.addWidget(label("Taken for", "panelHead"))
        head.addStretch(1)
        head.addWidget(save_button(self.plot, theme, messages))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(head)
        column.addWidget(self.plot, 1)
        column.addWidget(self.sentence)

    def show_total(self, total: ObjectTotal) -> None:
        """Show what the objects of a data set were taken for."""
        classes = [self._class_of(class_id) for class_id in total.classes]
        self._matrix = ObjectMatrix.of(total.confusion, classes) if classes else None
        self._show(self._by)

    def _show(self, by: By) -> None:
        self._by = by
        shown: tuple[int, ...] = ()
        if self._matrix is not None:
            shown = present(self._matrix.confusion)
            if len(shown) > MOST_CLASSES + 1:
                nothing = len(self._matrix.classes) - 1
                shown = tuple(sorted({*most_confused(self._matrix.confusion, MOST_CLASSES), nothing}))
        self.plot.show_matrix(self._matrix, by, shown)
        self.plot.setMinimumWidth(math.ceil(self.plot.needed(LEAST_CELL).width()))
        self._say()

    def _say(self) -> None:
        cell, matrix = self.plot.cell, self._matrix
        hint = "Rows are the truth. Click a cell for its objects." if not self.plot.empty else ""
        self.sentence.setText(matrix.sentence(*cell, self._by) if matrix is not None and cell is not None else hint)
        self.sentence.setToolTip(self.sentence.text())
        self.plot.setToolTip(self.sentence.text() if cell is not None else "")

    def _choose(self, row: int, column: int) -> None:
        assert self._matrix is not None
        classes = self._matrix.classes[:-1]
        ids = [classes[place].id if place < len(classes) else None for place in (row, column)]
        self.chosen.emit(*ids)
