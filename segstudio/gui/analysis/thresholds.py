"""How scores depend on the threshold, and whether the model is as sure as it is right."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout

from segstudio.core.raster import LabelPlane
from segstudio.gui.analysis.newest import Newest, Same
from segstudio.gui.analysis.page import Page
from segstudio.gui.analysis.side_choice import SideSwitch
from segstudio.gui.analysis.sweep_curves import (
    FEW,
    RELIABILITY_AXES,
    SCORE_AXES,
    figures_at,
    reliability_curves,
    score_curves,
    sure_axes,
    sure_curves,
)
from segstudio.gui.analysis.sweeping import Sweeping
from segstudio.gui.analysis.threshold_side import ThresholdSide
from segstudio.gui.analysis.threshold_writer import ThresholdWriter
from segstudio.gui.plots.framed import FramedPlot
from segstudio.gui.plots.lines import LinePlot
from segstudio.metrics.probability import LEVELS, Counts, decided, sweep
from segstudio.services.open_sample import OpenSample
from segstudio.services.thresholding import thresholded

if TYPE_CHECKING:
    from segstudio.gui.window import MainWindow

AS_PREDICTED = LEVELS // 2
"""The threshold at which a binary model's masks are those that it predicts."""
ROOM_FOR_BOTH = 560
"""Pixels of width below which only the first plot is shown."""
NOTHING_KEPT = (
    "This run kept neither confidence nor probabilities.\n"
    "Predict again with 'Keep confidence' in Predict, or with --confidence on the command line."
)
NO_RUN = "There is no prediction to look at yet: predict the folder, or choose a run."
NO_TRUTH = "Nothing is labelled yet, so there is nothing to hold this against."


class ThresholdsPage(Page):
    """Moving the threshold of a binary run A shows its mask on the canvas; leaving the page brings the run's back."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        theme, messages = window.theme, window.bench.messages
        self.sweeping = Sweeping(window.session, window.analysis.sides, messages, self)
        self.writer = ThresholdWriter(window.bench, self)
        self.plot = LinePlot(theme, "Scores by threshold")
        self.calibration = LinePlot(theme, "Reliability")
        self._of = "set"
        self.side = ThresholdSide(self.writer.job, SideSwitch(window.analysis.sides, window.session, self))
        self._newest = Newest(messages, self)
        self.threshold = AS_PREDICTED
        self._wanted: int | None = None  # None: as predicted
        self._letter = window.analysis.sides.letter
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(0)
        self._soon.timeout.connect(self._try)
        self._lay_out()
        self._connect()

    # As a page

    def refresh(self) -> None:
        before = self.sweeping.subject, self.sweeping.image
        if self._letter != (letter := self.window_shown.analysis.sides.letter):
            self._letter = letter
            self.as_predicted()
        self.sweeping.follow()
        if before != (self.sweeping.subject, self.sweeping.image) or self.plot.empty:
            self._show()  # else it is what this page has changed by itself

    def leave(self) -> None:
        self.sweeping.stop()
        self._soon.stop()
        if self.window_shown.session.project is not None:
            self.as_predicted()

    def close_page(self) -> None:
        self.sweeping.close()
        self.writer.close()
        self._newest.close()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.calibration_frame.setVisible(self.width() >= ROOM_FOR_BOTH)

    # The threshold

    def set_threshold(self, threshold: int) -> None:
        """Put the threshold somewhere; of a binary run, show the mask that it makes."""
        self.threshold = threshold
        if self.binary and self._tried_on_canvas:
            self._wanted = threshold
            self._soon.start()  # a hand moves faster than pictures are drawn
        self._show_threshold()

    def as_predicted(self) -> None:
        """Show the run's own masks again."""
        self.threshold, self._wanted = AS_PREDICTED, None
        self._try()
        self._show_threshold()

    def go_to_best(self) -> None:
        """Go to the threshold with the highest IoU of the data set."""
        if (counts := self._curves_of("set")) is not None:
            self.set_threshold(sweep(counts).best)

    def write_run(self) -> None:
        """Write the masks at this threshold as a new run."""
        subject = self.sweeping.subject
        if subject is not None and subject.asked.binary is not None:
            self.writer.write(
                subject.project.root, subject.run, subject.asked.binary, self.threshold, second=self._letter == "B"
            )

    @property
    def binary(self) -> bool:
        """Whether the run tells one class from the rest, and kept its probability."""
        return self.sweeping.subject is not None and self.sweeping.subject.asked.binary is not None

    @property
    def _tried_on_canvas(self) -> bool:
        """Whether the mask of a threshold takes the place of a prediction on the canvas: only A's does."""
        return self.window_shown.analysis.sides.letter == "A"

    def _try(self) -> None:
        """Show the mask at the threshold that is wanted, made in a worker, or what the run has stored."""
        session, subject, sure = self.window_shown.session, self.sweeping.subject, self.sweeping.sure
        wanted = self._wanted
        opened = session.current
        binary = None if subject is None else subject.asked.binary
        if opened is None:
            return
        if wanted is None or sure is None or binary is None:
            self._newest.forget()
            session.try_prediction(None)
            return
        key = (Same(opened), Same(sure), wanted, binary)
        self._newest.ask(key, partial(thresholded, sure, wanted, binary), partial(self._show_mask, opened))

    def _show_mask(self, opened: OpenSample, labels: LabelPlane) -> None:
        if self.window_shown.session.current is opened:
            self.window_shown.session.try_prediction(labels)

    # What is seen

    def _curves_of(self, what: str) -> Counts | None:
        return self.sweeping.image if what == "image" else self.sweeping.dataset

    def _news(self) -> None:
        """Something was counted. An image that was opened with a threshold set is shown at it."""
        current = self.window_shown.session.current
        if self._wanted is not None and current is not None and current.stored is None and self.isVisible():
            self._newest.forget()
            self._try()
        self._show()

    def _show(self) -> None:
        counts, binary = self._curves_of(self._of), self.binary
        for plot in (self.plot, self.calibration):
            plot.say(self._advice())
        if counts is None or not int(counts.true.sum() + counts.false.sum()):
            self.plot.show_series([], SCORE_AXES)
            self.calibration.show_series([], RELIABILITY_AXES)
        elif binary:
            best = sweep(counts).best
            self.plot.show_series(score_curves(counts), SCORE_AXES, [(float(best), f"best {best}")])
        else:
            self.plot.show_series(sure_curves(counts), sure_axes(counts))
        self.plot_frame.title.setText("Scores by threshold" if binary else "Accuracy by confidence")
        self.plot_frame.title.setToolTip("" if binary else FEW)
        self._show_threshold()

    def _show_threshold(self) -> None:
        counts, binary = self._curves_of(self._of), self.binary
        if counts is not None and not self.plot.empty:
            sure = decided(counts, self.threshold) if binary else counts
            self.calibration.show_series(reliability_curves(sure), RELIABILITY_AXES)
        self.plot.set_line(None if self.plot.empty else float(self.threshold))
        self.side.show_threshold(self.threshold)
        figures = [
            None if (c := self._curves_of(what)) is None else figures_at(c, self.threshold, binary)
            for what in ("image", "set")
        ]
        self.side.show_figures(binary, *figures)
        self.side.slider.setEnabled(self.sweeping.subject is not None)
        self.side.write_button.setEnabled(not self.writer.running)
        self.window_shown.action_states.refresh_soon()
        self.side.show_pass(self.sweeping.going)

    def _advice(self) -> str:
        if self.window_shown.analysis.sides.run is None:
            return NO_RUN
        if self.sweeping.subject is None:
            return NOTHING_KEPT
        if self._of == "image" and self.sweeping.sure is None:
            return "The run says nothing of this image, or it is still being read."
        return "Counting ..." if self.sweeping.going.running else NO_TRUTH

    def _choose_curves(self, what: str) -> None:
        self._of = what
        self._show()

    def _connect(self) -> None:
        self.sweeping.changed.connect(self._news)
        self.writer.changed.connect(self._show_threshold)
        self.plot.line_moved.connect(lambda x: self.set_threshold(round(x)))
        self.side.moved.connect(self.set_threshold)
        self.side.best.connect(self.go_to_best)
        self.side.reset.connect(self.as_predicted)
        self.side.write.connect(self.window_shown.actions_by_name["write threshold"].trigger)
        self.side.curves_of.connect(self._choose_curves)

    def _lay_out(self) -> None:
        window = self.window_shown
        self.plot_frame = FramedPlot(self.plot, window.theme, window.bench.messages)
        self.calibration_frame = FramedPlot(self.calibration, window.theme, window.bench.messages)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 4, 12, 8)
        row.setSpacing(16)
        row.addWidget(self.plot_frame, 3)
        row.addWidget(self.calibration_frame, 2)
        row.addWidget(self.side)
