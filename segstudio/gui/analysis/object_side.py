"""Beside the table of objects: at what they are matched, and what that comes to."""

import math
from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from segstudio.gui.analysis.data_set_pass import DataSetPass
from segstudio.gui.analysis.pass_progress import PassProgress
from segstudio.gui.analysis.side_choice import SideSwitch
from segstudio.gui.widgets import NumberSlider, label, percent, row
from segstudio.metrics.average_precision import all_points
from segstudio.services.open_objects import ObjectTotal

WIDTH = 236
FIGURES = {
    "Matched": "Objects found: predictions of their class with the least IoU",
    "Other class": "Objects found and called another class",
    "Missed": "Objects without a partner",
    "False": "Predictions without a partner; those mostly where the truth is ignored are not counted",
    "Merged": "Predictions in which two or more objects lie, each with most of its pixels",
    "Split": "Objects in which two or more predictions lie, each with most of its pixels",
    "AP": "Area under the curve of precision against recall at this IoU, all points",
    "PQ": "Panoptic quality, pairs above an IoU of 50 %: SQ x RQ, a mean over the classes of objects; over those of "
    "stuff too where the project does not tell instances apart",
    "SQ": "Segmentation quality: the mean IoU of what matched",
    "RQ": "Recognition quality: F1 of the segments",
}


class ObjectSide(QWidget):
    """``moved`` says the least IoU and the least score, 0..1; ``switch`` chooses the prediction that is matched."""

    moved = Signal(float, float)

    def __init__(self, switch: SideSwitch) -> None:
        super().__init__()
        self.switch = switch
        self.setFixedWidth(WIDTH)
        self.iou = NumberSlider("Least IoU of a pair", 5, 95, " %")
        self.score = NumberSlider("Least score of a prediction", 0, 100, " %")
        self.iou.set_value(50)
        self.iou.setToolTip("Objects match from this IoU on")
        self.score.setToolTip("Predicted objects below this score are left out")
        for slider in (self.iou, self.score):
            slider.changed.connect(lambda _: self.moved.emit(self.iou.value() / 100, self.score.value() / 100))
        self._values = {name: (label("-"), label("-", "note")) for name in FIGURES}
        self._of_set = label("set", "caption")
        self.note, self.progress = label("", "note", wrap=True), PassProgress()
        self._lay_out()

    def show_totals(self, image: ObjectTotal | None, dataset: ObjectTotal | None) -> None:
        """Show what the open image and the data set have come to; None where nothing is known."""
        columns = [_figures(total) for total in (image, dataset)]
        for n, values in enumerate(self._values.values()):
            for value, column in zip(values, columns, strict=True):
                value.setText(column[n])

    def show_pass(self, going: DataSetPass) -> None:
        """Show how far the data set is read, and that its figures are of a part where they are."""
        self.progress.show_pass(going)
        self._of_set.setText(going.of_set())
        for _, of_set in self._values.values():
            of_set.setEnabled(going.of_set() == "set")

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setVerticalSpacing(1)
        grid.setColumnStretch(0, 1)
        grid.addWidget(label("image", "caption"), 0, 1)
        grid.addWidget(self._of_set, 0, 2)
        for place, (name, tip) in enumerate(FIGURES.items(), 1):
            caption = label(name, "note")
            caption.setToolTip(tip)
            grid.addWidget(caption, place, 0)
            for at, value in enumerate(self._values[name], 1):
                value.setMinimumWidth(52)
                grid.addWidget(value, place, at)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.switch)
        column.addWidget(self.progress)
        column.addLayout(row("IoU from", self.iou, 64))
        column.addLayout(row("Score from", self.score, 64))
        column.addLayout(grid)
        column.addStretch(1)
        column.addWidget(self.note)


def _figures(total: ObjectTotal | None) -> Sequence[str]:
    if total is None or total.ranked is None:
        return ["-"] * len(FIGURES)
    c = total.counts
    counts = (c.matched, c.mistaken, c.missed, c.false, c.merged, c.split)
    precision = all_points(total.ranked) if total.sure else math.nan
    return [*(f"{count:,}" for count in counts), percent(precision), *map(percent, total.panoptic)]
