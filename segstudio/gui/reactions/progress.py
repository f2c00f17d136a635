"""Telling how far the work is that goes on behind the window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from segstudio.core.wording import counted
from segstudio.gui.folder_run import Run
from segstudio.gui.model.load_progress import STEPS, LoadProgress, Told
from segstudio.services.predict import Step

if TYPE_CHECKING:
    from segstudio.gui.window import MainWindow


class Progress(QObject):
    """Opening, saving, predicting, scoring, making the sample: in the status bar, the panels and messages."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        bench, status = window.bench, window.status
        status.cancelled.connect(self._cancel_model)
        status.cancelled.connect(self._cancel_edits)
        bench.edits.progressed.connect(status.show_edit)
        bench.edits.advanced.connect(status.show_edit_share)
        bench.edits.progressed.connect(lambda text: window.canvas.set_busy(bool(text)))
        window.canvas.escaped.connect(self._cancel_edits)
        window.canvas.document_left.connect(bench.edits.cancel)
        bench.autosave.state_changed.connect(status.show_saved)
        bench.journaling.safe_changed.connect(status.show_safe)
        bench.autosave.saved.connect(window.samples.note_saved)
        bench.opener.failed.connect(window.samples.fail)
        bench.opener.busy.connect(self._show_opening)
        bench.predictor.busy_changed.connect(lambda what: status.show_job(what, 0, 0, can_cancel=True))
        loading = LoadProgress(bench.predictor.loading, self)
        loading.told.connect(self._show_loading)
        loading.told.connect(window.model_panel.card.strip.show_told)
        bench.predictor.stepped.connect(self._on_step)
        bench.predictor.run_ended.connect(self._on_run_ended)
        bench.scorer.progressed.connect(
            lambda done, total: window.metrics.show_progress(done, total, bench.scorer.failures)
        )
        bench.scorer.finished.connect(window.samples.arrange)
        bench.sample_progress.connect(lambda done, total: status.show_job("Making the sample", done, total))

    def _cancel_edits(self) -> None:
        """Drop what is being computed of the labels; a stroke that waits for it ends as it is."""
        document = self._window.canvas.document
        if self._window.bench.edits.cancel() and document is not None:
            document.settle()

    def _cancel_model(self) -> None:
        """Stop what the status bar tells of: a run has the longer story."""
        predictor = self._window.bench.predictor
        if predictor.busy:
            predictor.cancel()
        else:
            predictor.loading.cancel()

    def _show_loading(self, told: Told | None) -> None:
        if self._window.bench.predictor.busy:
            return
        if told is None:
            self._window.status.show_job("", 0, 0)
        else:
            self._window.status.show_job(told.title, told.done, STEPS if told.done else 0, can_cancel=True)

    def _show_opening(self, busy: bool) -> None:
        if not self._window.bench.predictor.busy:  # a run has the longer story to tell
            self._window.status.show_job("Opening" if busy else "", 0, 0)

    def _on_step(self, step: Step) -> None:
        self._window.readout.show_step(step)
        self._window.samples.model.touch(step.sample.id)

    def _on_run_ended(self, run: Run) -> None:
        if not run.done:
            return  # why not was said
        title = f"{'Cancelled after' if run.cancelled else 'Predicted'} {counted(run.done, 'image')}"
        text = [f"{run.failed:,} failed: they are listed below the canvas."] if run.failed else []
        display = self._window.bench.predictor.display
        kept = display.belongs(run) and not display.shows(run)
        if kept:
            text.append(f"{run.source.name} can be chosen as {'B' if run.second else 'A'}; what was shown stays.")

        def compare() -> None:
            if kept and display.belongs(run):
                display.choose(run)
            self._window.set_mode("compare")

        self._window.bench.messages.info(title, " ".join(text), "Show it" if kept else "Compare", compare)
