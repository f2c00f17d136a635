"""Write the scores of the chosen run to a file: what was drawn is saved first, then the files are scored."""

from collections.abc import Generator
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from segstudio.gui.files import tell_written
from segstudio.gui.jobs import JobRunner
from segstudio.gui.workbench import Workbench
from segstudio.services.report_kinds import FileKind, ReportStep, ReportSubject


class Reporter(QObject):
    """One file at a time. ``progressed`` says what is done, and how much of it; "" when it is over."""

    progressed = Signal(str, int, int)

    def __init__(self, bench: Workbench, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bench = bench
        self._runner = JobRunner(self)
        self._runner.stepped.connect(self._on_step)
        self._runner.failed.connect(bench.messages.fail)
        self._runner.ended.connect(lambda: self.progressed.emit("", 0, 0))
        self._path = Path()

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
            self._path = path
            records = {sample.id: session.records.get(sample.id) for sample in session.project.samples}
            asked = ReportSubject(session.project, session.run, session.other_run, records)
            self._runner.start(_written(asked, kind, path))

    def _on_step(self, step: ReportStep | Path) -> None:
        if isinstance(step, Path):
            tell_written(step, self._bench.messages)
        else:
            self.progressed.emit(*step)


def _written(asked: ReportSubject, kind: FileKind, path: Path) -> Generator[ReportStep | Path, None, None]:
    from segstudio.services.project_report import write_report  # what a start should not wait for

    yield from write_report(asked, kind, path)
