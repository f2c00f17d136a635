"""Write the scores of the chosen run to a file: what was drawn is saved first, then the files are scored."""

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from segstudio.gui.jobs import JobRunner
from segstudio.gui.workbench import Workbench
from segstudio.services.evaluate import ScoredStep
from segstudio.services.project_report import FileKind, write_report


class Reporter(QObject):
    """One file at a time. ``progressed`` says how many images of how many are scored, 0 of 0 when it is over."""

    progressed = Signal(int, int)

    def __init__(self, bench: Workbench, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bench = bench
        self._runner = JobRunner(self)
        self._runner.stepped.connect(self._on_step)
        self._runner.failed.connect(self._on_failed)
        self._runner.ended.connect(self._on_end)
        self._path = Path()
        self._whole = False

    @property
    def running(self) -> bool:
        return self._runner.running

    def write(self, kind: FileKind, path: Path) -> None:
        """Save the labels, then write the file."""
        if self.running:
            self._bench.messages.info(f"{self._path.name} is still being written.")
        else:
            self._bench.autosave.when_saved(lambda saved: self._begin(kind, path, saved))

    def cancel(self) -> None:
        self._runner.cancel()

    def close(self) -> None:
        self._runner.close()

    def _begin(self, kind: FileKind, path: Path, saved: bool) -> None:
        session = self._bench.session
        if not saved:
            self._bench.messages.warn(f"{path.name} was not written.", "There are labels that could not be saved.")
        elif session.project is not None and session.run is not None and not self.running:
            self._path, self._whole = path, False
            self._runner.start(write_report(session.project, session.run, kind, path))

    def _on_step(self, step: ScoredStep) -> None:
        self._whole = step.done == step.total
        self.progressed.emit(step.done, step.total)

    def _on_failed(self, error: Exception) -> None:
        self._whole = False
        self._bench.messages.fail(error)

    def _on_end(self) -> None:
        self.progressed.emit(0, 0)
        if self._whole:
            self._bench.messages.info(f"Saved {self._path.name}", str(self._path.parent))
