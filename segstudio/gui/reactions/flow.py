"""From sample to sample: what is said of one, which is next, and when somebody is at work."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject

from segstudio.core.records import WorkState

if TYPE_CHECKING:
    from segstudio.gui.window import MainWindow


class Flow(QObject):
    """Joins the list, the panel of the open sample and its record."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        bench, samples, panel = window.bench, window.samples, window.record_panel
        bench.recorder.arrived.connect(lambda: samples.show_records(bench.recorder.complete))
        bench.recorder.complete_changed.connect(lambda: samples.show_records(bench.recorder.complete))
        bench.dates.came.connect(samples.show_dates)
        samples.dates_wanted.connect(self._read_dates)
        samples.view.marked.connect(self.mark)
        samples.all_finished.connect(self._say_finished)
        panel.state_chosen.connect(lambda state: self.mark_open(state))
        panel.left.connect(window.canvas.setFocus)
        window.canvas_bar.done.clicked.connect(self.done_and_next)
        window.presenter.changed.connect(lambda: window.canvas_bar.show_done(window.presenter.mode == "label"))
        for signal in (panel.typed, window.canvas.drawing, window.canvas.view_changed):
            signal.connect(self._sign)
        window.canvas.pointed.connect(lambda _: self._sign())
        window.session.sample_opened.connect(lambda _: self._sign())
        window.session.records.changed.connect(lambda _: window.action_states.refresh_soon())
        bench.opener.shown.connect(lambda loaded: bench.carrier.follow(loaded.opened))
        window.installEventFilter(self)

    def mark(self, sample_ids: Iterable[str], state: WorkState) -> None:
        """Say how far the work on samples is."""
        self._window.session.records.set_state(sample_ids, state)

    def mark_open(self, state: WorkState) -> None:
        """Say how far the work on the open sample is; what is being drawn belongs to what was done."""
        session = self._window.session
        opened = session.current
        if opened is not None:
            opened.document.settle()
            if state is WorkState.DONE and not opened.labelled:
                opened.document.history.mark_unsaved()  # that there is nothing to draw is a label as well
            self.mark([opened.sample.id], state)

    def toggle_review(self) -> None:
        """Say that the open sample needs review, or no longer; then it is in work."""
        session = self._window.session
        if session.current is not None:
            now = session.records.get(session.current.sample.id).state
            self.mark_open(WorkState.IN_WORK if now is WorkState.REVIEW else WorkState.REVIEW)

    def done_and_next(self) -> None:
        """The open sample is done; go to the next that is not."""
        if self._window.session.current is not None:
            self.mark_open(WorkState.DONE)
            self._window.samples.step_unfinished(1)
            self._window.canvas.setFocus()

    def write_note(self) -> None:
        """Go where the note is written, whatever the way of working."""
        self._window.set_mode("label")
        self._window.record_panel.notes.setFocus()

    def _read_dates(self) -> None:
        if self._window.session.project is not None:
            self._window.bench.dates.ask(self._window.session.project.samples)

    def _say_finished(self) -> None:
        done, project = len(self._window.session.records.finished), self._window.session.project
        every = len(project.samples) if project is not None else 0
        if done == every:
            self._window.bench.messages.info(f"All {every:,} samples are done.")
        else:
            self._window.bench.messages.info("No other sample in the list is unfinished.")

    def _sign(self) -> None:
        """Somebody is at work in this window."""
        if self._window.isActiveWindow():
            self._window.session.records.watch.sign()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.WindowDeactivate:
            self._window.session.records.watch.pause()
        elif event.type() == QEvent.Type.WindowActivate:
            self._sign()
        return False
