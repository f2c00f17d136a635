"""The confusion matrix of all classes, large."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout

from segstudio.gui.analysis.page import Page
from segstudio.gui.panels.confusion_choice import scope_switch, side_switch, way_switch
from segstudio.gui.panels.confusion_plot import ConfusionPlot
from segstudio.gui.plots.saving import save_button
from segstudio.gui.widgets import Check, label
from segstudio.services.matrix import most_confused, present

if TYPE_CHECKING:
    from segstudio.gui.window import MainWindow

LEAST_CELL = 18.0
FEW = 12
"""Classes that are shown where only those with the most errors are."""
SIDE_WIDTH = 256


class MatrixPage(Page):
    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._choice = window.confusion_choice
        self.plot = ConfusionPlot(window.theme, LEAST_CELL, names_on_top=True)
        self.few = Check(f"Only the {FEW} with the most errors", window.theme)
        self.few.setToolTip("Leave out the classes that are seldom confused")
        self.note, self.sentence = label("", "note"), label("", "note", wrap=True)
        self._lay_out(window)
        self.plot.chosen.connect(window.confusions.show_cell)
        self.plot.pointed.connect(lambda _: self._say())
        self.few.toggled.connect(lambda _: self.refresh())
        self._choice.changed.connect(self.refresh)

    def refresh(self) -> None:
        if not self.isVisible():
            return
        self.plot.say(self._choice.nothing)
        matrix = self._choice.matrix()
        classes = len(matrix.classes) if matrix is not None else 0
        shown = present(matrix.confusion) if matrix is not None else ()
        self.few.setVisible(len(shown) > FEW)
        if matrix is not None and len(shown) > FEW and self.few.isChecked():
            shown = most_confused(matrix.confusion, FEW)
        self.plot.show_matrix(matrix, self._choice.by, shown)
        self.plot.setMinimumSize(self.plot.needed(LEAST_CELL).toSize())
        part = f"{len(shown)} of {classes}" if len(shown) < classes else f"{classes}"
        self.note.setText(f"{self._choice.note}, {part} classes")
        self.note.setToolTip("Classes that have no pixels are left out")
        self._say()

    def leave(self) -> None:
        self.plot.pick(None)

    def _say(self) -> None:
        matrix, cell = self._choice.matrix(), self.plot.cell
        hint = "Rows are the truth, columns what it was taken for. Click a cell to list its images."
        text = matrix.sentence(*cell, self._choice.by) if matrix is not None and cell is not None else hint
        self.sentence.setText(text)

    def _lay_out(self, window: MainWindow) -> None:
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidget(self.plot)
        for part in (self.plot, area.viewport()):
            part.setAutoFillBackground(False)
        for bar in (area.horizontalScrollBar(), area.verticalScrollBar()):
            bar.valueChanged.connect(lambda _: self.plot.update())  # its names stay in sight
        side = QVBoxLayout()
        side.setSpacing(8)
        head = QHBoxLayout()
        head.addWidget(self.note, 1)
        head.addWidget(save_button(self.plot, window.theme, window.bench.messages))
        side.addLayout(head)
        side.addWidget(side_switch(self._choice, self))
        side.addWidget(scope_switch(self._choice))
        side.addWidget(way_switch(self._choice))
        side.addWidget(self.few)
        side.addWidget(self.sentence)
        side.addStretch(1)
        self.sentence.setFixedWidth(SIDE_WIDTH)
        line = QHBoxLayout(self)
        line.setContentsMargins(12, 8, 12, 12)
        line.setSpacing(16)
        line.addLayout(side)
        line.addWidget(area, 1)
