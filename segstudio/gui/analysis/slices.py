"""How large a class is from slice to slice: the truth, and what was predicted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from segstudio.gui.analysis.class_of_page import ClassOfPage
from segstudio.gui.analysis.page import Page
from segstudio.gui.analysis.pass_progress import PassProgress
from segstudio.gui.analysis.slicing import FIRST, SECOND, TRUTH, Slicing
from segstudio.gui.plots.framed import FramedPlot
from segstudio.gui.plots.ink import TRUTH as TRUTH_INK
from segstudio.gui.plots.ink import A as A_INK
from segstudio.gui.plots.ink import B as B_INK
from segstudio.gui.plots.lines import Axes, LinePlot
from segstudio.gui.plots.series import Series
from segstudio.gui.widgets import ElidedLabel, label

if TYPE_CHECKING:
    from segstudio.gui.window import MainWindow

SIDE_WIDTH = 240
INKS = {TRUTH: TRUTH_INK, FIRST: A_INK, SECOND: B_INK}
SEVERAL = "There is one slice only: a stack has pages, and images of a sequence lie in one folder."
NOTHING = "Neither labels nor predictions say anything of these slices."


class SlicesPage(Page):
    """A click on a slice opens it."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.slicing = Slicing(window.session, window.bench.messages, self)
        self.slicing.changed.connect(self._show)
        self.of_class = ClassOfPage(window)
        self.plot = LinePlot(window.theme, "Area by slice")
        self.plot.clicked.connect(self._open)
        self._totals = {name: (ElidedLabel("note"), label("")) for name in INKS}
        self._progress = PassProgress()
        self._lay_out()

    def refresh(self) -> None:
        self.of_class.refresh()
        self.slicing.follow()
        self._show()

    def leave(self) -> None:
        self.slicing.stop()

    def close_page(self) -> None:
        self.slicing.close()

    def _open(self, number: float) -> None:
        self.window_shown.bench.opener.go(self.slicing.slices[round(number) - 1])

    # What is seen

    @property
    def _pixel(self) -> tuple[float, str]:
        """The area of a pixel and its unit."""
        project = self.window_shown.session.project
        if project is None or project.spacing is None:
            return 1.0, "px"
        return project.spacing[0] * project.spacing[1], f"{project.unit or 'units'}\N{SUPERSCRIPT TWO}"

    def _show(self) -> None:
        session, slices = self.window_shown.session, self.slicing.slices
        class_id, (size, unit) = self.of_class.class_id, self._pixel
        areas = {} if class_id is None or len(slices) < 2 else self.slicing.areas(class_id)
        numbers = np.arange(1.0, len(slices) + 1)
        names = self._names()
        curves = [Series(names[name], numbers, size * values, INKS[name]) for name, values in areas.items()]
        self.plot.say(SEVERAL if len(slices) < 2 else NOTHING)
        opened = None if session.current is None else session.current.sample
        marks = [(slices.index(opened) + 1.0, "open")] if opened in slices else []
        axes = Axes("Slice", f"Area, {unit}", x_names=tuple(s.name for s in slices))
        self.plot.show_series(curves, axes, marks)
        for name, (caption, value) in self._totals.items():
            caption.setText(names[name] if name in areas else "")
            value.setText(f"{size * float(np.nansum(areas[name])):,.0f} {unit}" if name in areas else "")
        self._progress.show_pass(self.slicing.going)

    def _names(self) -> dict[str, str]:
        session = self.window_shown.session
        names = {TRUTH: "truth", FIRST: "A", SECOND: "B"}
        if session.run is not None:
            names[FIRST] = f"A {session.run.name}"
        if session.other_run is not None:
            names[SECOND] = f"B {session.other_run.name}"
        return names

    def _lay_out(self) -> None:
        side = QWidget()
        side.setFixedWidth(SIDE_WIDTH)
        grid = QGridLayout()
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(0, 1)
        grid.addWidget(label("over all slices", "caption"), 0, 0)
        for row, (caption, value) in enumerate(self._totals.values(), 1):
            grid.addWidget(caption, row, 0)
            grid.addWidget(value, row, 1, Qt.AlignmentFlag.AlignRight)
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.of_class)
        column.addLayout(grid)
        column.addWidget(self._progress)
        column.addStretch(1)
        row_of = QHBoxLayout(self)
        row_of.setContentsMargins(12, 4, 12, 8)
        row_of.setSpacing(16)
        row_of.addWidget(FramedPlot(self.plot, self.window_shown.theme, self.window_shown.bench.messages), 1)
        row_of.addWidget(side)
