"""Beside the curves: the threshold, the figures at it, and what can be done with it."""

import math
from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from segstudio.gui.analysis.data_set_pass import DataSetPass
from segstudio.gui.analysis.page_job import PageJob
from segstudio.gui.analysis.pass_progress import PassProgress
from segstudio.gui.analysis.side_choice import SideSwitch
from segstudio.gui.analysis.sweep_curves import FIGURES
from segstudio.gui.widgets import NumberSlider, Segments, label, percent
from segstudio.metrics.probability import LEVELS

WIDTH = 228
TIPS = {
    "ECE": "Expected calibration error: how far confidence and correctness are apart, 15 bins",
    "Covered": "Share of the pixels that the model is at least so sure of",
    "Right": "Share of those pixels that are right",
}


class ThresholdSide(QWidget):
    """``moved`` says the threshold; ``reset`` asks for the run as it was predicted, ``best`` for the best threshold.

    ``switch`` chooses the prediction that is looked at. ``job`` is what writes a run; how far it is, and a way to stop
    it, is shown below the button that begins it.
    """

    moved = Signal(int)
    best = Signal()
    reset = Signal()
    write = Signal()
    curves_of = Signal(str)  # "set" or "image"

    def __init__(self, job: PageJob, switch: SideSwitch) -> None:
        super().__init__()
        self.setFixedWidth(WIDTH)
        self.slider = NumberSlider("Threshold", 0, LEVELS - 1)
        self.slider.changed.connect(self.moved)
        self.of = Segments()
        self.of.offer(
            {"set": ("Data set", "Curves of all labelled images"), "image": ("Image", "Curves of the open image")}
        )
        self.of.choose("set")
        self.of.chosen.connect(self.curves_of)
        self._meaning = label("", "caption")
        self._grid = QGridLayout()
        self._grid.setVerticalSpacing(2)
        self._grid.setColumnStretch(0, 1)
        self._names = [label("", "note") for _ in range(5)]
        self._values = [(label("", ""), label("", "note")) for _ in range(5)]
        self._of_set = label("set", "caption")
        self._grid.addWidget(label("image", "caption"), 0, 1)
        self._grid.addWidget(self._of_set, 0, 2)
        for row, (name, values) in enumerate(zip(self._names, self._values, strict=True), 1):
            self._grid.addWidget(name, row, 0)
            for column, value in enumerate(values, 1):
                value.setMinimumWidth(44)
                self._grid.addWidget(value, row, column)
        self.best_button = QPushButton("Best")
        self.reset_button = QPushButton("As predicted")
        self.write_button = QPushButton("Write as a run")
        self.best_button.setToolTip("Go to the threshold with the highest IoU of the data set")
        self.reset_button.setToolTip("Show the run's own masks again")
        self.write_button.setToolTip("Write all masks at this threshold as a new run; this one stays as it is")
        self.best_button.clicked.connect(self.best)
        self.reset_button.clicked.connect(self.reset)
        self.write_button.clicked.connect(self.write)
        self.progress = PassProgress()
        self._lay_out(job, switch)

    def show_threshold(self, threshold: int) -> None:
        """Show a threshold, without announcing it."""
        self.slider.set_value(threshold)
        self._meaning.setText(f"from a probability of {threshold / (LEVELS - 1):.2f} on")

    def show_figures(self, binary: bool, image: Sequence[float] | None, dataset: Sequence[float] | None) -> None:
        """Show figures, 0..1, of the image and of the data set; None where there are none."""
        names = FIGURES[binary]
        for row, name in enumerate(self._names):
            shown = row < len(names)
            name.setText(names[row] if shown else "")
            name.setToolTip(TIPS.get(names[row], "") if shown else "")
            for value, figures in zip(self._values[row], (image, dataset), strict=True):
                value.setText(percent(figures[row] if figures is not None else math.nan) if shown else "")
        for button in (self.best_button, self.reset_button, self.write_button):
            button.setVisible(binary)

    def show_pass(self, going: DataSetPass) -> None:
        """Show how far the data set is counted, and that its figures are of a part where they are."""
        self.progress.show_pass(going)
        self._of_set.setText(going.of_set())
        for _, of_set in self._values:
            of_set.setEnabled(going.of_set() == "set")

    def _lay_out(self, job: PageJob, switch: SideSwitch) -> None:
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(switch)
        head.addWidget(self.of)
        head.addStretch(1)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.best_button)
        buttons.addWidget(self.reset_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.progress)
        column.addLayout(head)
        column.addWidget(self.slider)
        column.addWidget(self._meaning)
        column.addLayout(self._grid)
        column.addLayout(buttons)
        column.addWidget(self.write_button)
        column.addWidget(job)
        column.addStretch(1)
