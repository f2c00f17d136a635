"""How far the outlines of one class lie apart, and where."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from segstudio.core.raster import Rect
from segstudio.core.wording import counted
from segstudio.gui.analysis.class_of_page import ClassOfPage
from segstudio.gui.analysis.far_line import FarLine
from segstudio.gui.analysis.outlining import Outlining
from segstudio.gui.analysis.page import Page
from segstudio.gui.analysis.pass_progress import PassProgress
from segstudio.gui.analysis.side_choice import SideSwitch
from segstudio.gui.plots.framed import FramedPlot
from segstudio.gui.plots.lines import Axes, LinePlot
from segstudio.gui.plots.series import Series
from segstudio.gui.widgets import NOT_DEFINED, label
from segstudio.metrics.boundary import BAND
from segstudio.metrics.far_points import FarPoints
from segstudio.metrics.outlines import OUTLINE_TITLES
from segstudio.services.outline_curves import FIGURES, WIDTHS, OutlineCurves

if TYPE_CHECKING:
    from segstudio.gui.window import MainWindow

SIDE_WIDTH = 240
ROOM_FOR_BOTH = 560
"""Pixels of width below which only the first plot is shown."""
LENGTHS = ("hd", "hd95", "assd")
"""The figures that are distances; the others are parts of one."""
POINTED = ("hd", "hd95")
"""Those that two points on the canvas stand for."""
TIPS = {
    "hd": "Hausdorff distance: the farthest that one outline gets from the other. Click to see where.",
    "hd95": "Its 95th percentile, the larger of both directions. Click to see where.",
    "assd": "Average symmetric surface distance: the mean over both outlines",
    "nsd": "Surface Dice: part of both outlines that is within 1 of the other, a pixel or the unit of the pixels' size",
    "boundary_iou": "IoU of the bands inside the outlines, 2 % of the diagonal wide",
    "boundary_f1": "F1 of the outlines within 0.8 % of the diagonal",
}
NOTHING = "Outlines are compared where an image has labels and a prediction."


class DistancesPage(Page):
    """A click on HD or HD95 shows the two points on the canvas."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        theme = window.theme
        self.outlining = Outlining(window.session, window.analysis.sides, window.bench.messages, self)
        self.outlining.changed.connect(self._show)
        self.line = FarLine(window.canvas)
        self._pointed = ""
        self.of_class = ClassOfPage(window)
        self.switch = SideSwitch(window.analysis.sides, window.session, self)
        self.nsd = LinePlot(theme, "Surface Dice by tolerance")
        self.boundary = LinePlot(theme, "Boundary IoU by width")
        self.figures = {key: QPushButton() if key in POINTED else label("") for key in FIGURES}
        self._sets = {key: label(NOT_DEFINED, "note") for key in FIGURES}
        self._of_set = label("set", "caption")
        self.measure_button = QPushButton("Measure the data set")
        self.measure_button.setToolTip("Measure this class in every labelled image; what was measured before is kept")
        self.measure_button.clicked.connect(self._measure_or_stop)
        self.contours_button = QPushButton("Colour the contours")
        self.contours_button.setToolTip("Show the prediction's contours on the canvas, coloured by their distance")
        self.contours_button.clicked.connect(self._colour_contours)
        self._progress = PassProgress()
        self._lay_out()

    # As a page

    def refresh(self) -> None:
        self.of_class.refresh()
        self.outlining.follow(self.of_class.class_id)
        self._show()

    def leave(self) -> None:
        self.outlining.stop()
        self._pointed = ""
        self.line.show(None)

    def close_page(self) -> None:
        self.outlining.close()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._second.setVisible(self.width() >= ROOM_FOR_BOTH)

    # Where it is

    def point_out(self, key: str) -> None:
        """Show the two points that a distance stands for, and fly there; asked for again, show them no more."""
        self._pointed = "" if key == self._pointed else key
        self._show_line()
        if (points := self.line.shown) is not None:
            (y0, x0), (y1, x1) = points.truth, points.prediction
            around = Rect(min(y0, y1), min(x0, x1), max(y0, y1) + 1, max(x0, x1) + 1)
            self.window_shown.canvas.fly_to(around.grown(8))

    def _show_line(self) -> None:
        found = self.outlining.image
        points: FarPoints | None = None
        if found is not None and self._pointed:
            points = found.hd_points if self._pointed == "hd" else found.hd95_points
        text = "" if points is None else f"{OUTLINE_TITLES[self._pointed]} {self._length(points.distance)}"
        self.line.show(points, text)

    # What is seen

    @property
    def unit(self) -> str:
        """The unit of distances: that of the project's pixels where they have a size."""
        project = self.window_shown.session.project
        return "px" if project is None or project.spacing is None else project.unit or "units"

    def _length(self, value: float) -> str:
        if not math.isfinite(value):
            return NOT_DEFINED if math.isnan(value) else "infinite"
        return f"{value:,.1f} {self.unit}" if value >= 10 else f"{value:.2f} {self.unit}"

    def _text(self, key: str, value: float) -> str:
        if key in LENGTHS:
            return self._length(value)
        return NOT_DEFINED if math.isnan(value) else f"{100 * value:.1f} %"

    def _show(self) -> None:
        image, total, asked = self.outlining.image, self.outlining.measured(), self.outlining.asked
        curves: list[tuple[str, int, OutlineCurves]] = [] if image is None else [("image", 0, image)]
        tolerances = np.zeros(0) if asked is None else asked.tolerances
        nsd = [Series(name, tolerances, 100 * c.nsd, ink) for name, ink, c in curves]
        boundary = [Series(name, 100 * WIDTHS, 100 * c.boundary_iou, ink) for name, ink, c in curves]
        if total is not None:
            nsd.append(Series("data set", tolerances, 100 * total.nsd, 1, "dashed"))
            boundary.append(Series("data set", 100 * WIDTHS, 100 * total.boundary_iou, 1, "dashed"))
        for plot in (self.nsd, self.boundary):
            plot.say(self._advice())
        at = [] if asked is None else [(asked.settings.tolerance, "NSD")]
        self.nsd.show_series(nsd, Axes(f"Tolerance, {self.unit}", "%", None, (0, 100), 0.1), at)
        axes = Axes("Width, % of the diagonal", "%", (0, 100 * float(WIDTHS[-1])), (0, 100), 0.1)
        self.boundary.show_series(boundary, axes, [(100 * BAND, "2 %")])
        self._show_figures()
        self._show_line()

    def _show_figures(self) -> None:
        image, total = self.outlining.image, self.outlining.measured()
        summaries = None if total is None else total.figures
        for i, key in enumerate(FIGURES):
            self.figures[key].setText(NOT_DEFINED if image is None else self._text(key, float(image.values[i])))
            points = None if image is None else {"hd": image.hd_points, "hd95": image.hd95_points}.get(key)
            self.figures[key].setEnabled(points is not None)
            found = None if summaries is None else summaries[i]
            self._sets[key].setText(NOT_DEFINED if found is None else self._text(key, found.value))
            missing = (
                "" if found is None else f"{counted(found.infinite, 'image')} infinite, {found.undefined} not defined"
            )
            self._sets[key].setToolTip(missing)
        going = self.outlining.going
        self._of_set.setText(going.of_set())
        for figure in self._sets.values():
            figure.setEnabled(going.of_set() == "set")
        self._progress.show_pass(going)
        self.measure_button.setText("Stop" if going.running else "Measure the data set")
        self.measure_button.setEnabled(going.running or self.window_shown.analysis.sides.run is not None)

    def _advice(self) -> str:
        current = self.window_shown.session.current
        said = None if current is None else self.window_shown.analysis.sides.said(current)
        ready = current is not None and current.has_truth and said is not None
        if ready and self.outlining.image is None:
            return "Measuring ..."
        return "Neither labels nor prediction have this class here." if ready else NOTHING

    def _colour_contours(self) -> None:
        """Show the contours of the chosen prediction on the canvas."""
        window = self.window_shown
        window.presenter.set_layout("signed contours")
        window.presenter.show_in(
            0, "signed contours" if window.analysis.sides.letter == "A" else "other signed contours"
        )

    def _measure_or_stop(self) -> None:
        if self.outlining.going.running:
            self.outlining.stop()
        else:
            self.outlining.measure_set()

    def _lay_out(self) -> None:
        theme, messages = self.window_shown.theme, self.window_shown.bench.messages
        first = FramedPlot(self.nsd, theme, messages, "NSD")
        self._second = FramedPlot(self.boundary, theme, messages, "Boundary IoU")
        across = QHBoxLayout(self)
        across.setContentsMargins(12, 4, 12, 8)
        across.setSpacing(16)
        across.addWidget(first, 1)
        across.addWidget(self._second, 1)
        across.addWidget(self._side())

    def _side(self) -> QWidget:
        side = QWidget()
        side.setFixedWidth(SIDE_WIDTH)
        grid = QGridLayout()
        grid.setVerticalSpacing(1)
        grid.setColumnStretch(0, 1)
        for place, head in ((1, label("image", "caption")), (2, self._of_set)):
            grid.addWidget(head, 0, place, Qt.AlignmentFlag.AlignRight)
        for row, key in enumerate(FIGURES, 1):
            name, value = label(OUTLINE_TITLES[key], "note"), self.figures[key]
            name.setToolTip(TIPS[key])
            value.setToolTip(TIPS[key])
            if isinstance(value, QPushButton):
                value.setObjectName("link")
                value.setAccessibleName(f"Show where {OUTLINE_TITLES[key]} is")
                value.clicked.connect(lambda _=False, key=key: self.point_out(key))
            grid.addWidget(name, row, 0)
            grid.addWidget(value, row, 1, Qt.AlignmentFlag.AlignRight)
            grid.addWidget(self._sets[key], row, 2, Qt.AlignmentFlag.AlignRight)
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.switch)
        column.addWidget(self.of_class)
        column.addLayout(grid)
        column.addWidget(self.contours_button)
        column.addWidget(self.measure_button)
        column.addWidget(self._progress)
        column.addStretch(1)
        return side
