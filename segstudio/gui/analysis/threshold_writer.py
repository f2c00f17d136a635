"""Write a binary run at another threshold, in a worker; the new run becomes the chosen one."""

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from segstudio.core.records import LabelSource
from segstudio.gui.jobs import JobRunner
from segstudio.gui.workbench import Workbench
from segstudio.services.binary import Binary
from segstudio.services.thresholding import ThresholdedStep, thresholded_run, write_thresholded


class ThresholdWriter(QObject):
    """One run at a time; ``changed`` says how far it is."""

    changed = Signal()

    def __init__(self, bench: Workbench, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bench = bench
        self._runner = JobRunner(self)
        self._runner.stepped.connect(self._on_step)
        self._runner.failed.connect(bench.messages.fail)
        self._runner.ended.connect(self._on_end)
        self._target: LabelSource | None = None
        self._files: dict[str, Path] = {}
        self._root = Path()
        self._failed = 0
        self.done, self.of = 0, 0

    @property
    def running(self) -> bool:
        return self._runner.running

    def write(self, root: Path, run: LabelSource, binary: Binary, threshold: int) -> None:
        """Write ``run`` at a threshold; the open folder is made a project first, where it is none yet."""
        if not self.running:
            self._bench.autosave.when_configured(lambda: self._begin(root, run, binary, threshold))

    def close(self) -> None:
        self._runner.close()

    def _begin(self, root: Path, run: LabelSource, binary: Binary, threshold: int) -> None:
        project = self._bench.session.project
        if project is None or project.root != root or self.running:
            return
        folder = thresholded_run(run, threshold)
        self._root, self._files, self._failed, self.done, self.of = root, {}, 0, 0, 0
        self._target = LabelSource(folder.name, folder, "run", read_only=True, files=self._files)
        self._runner.start(write_thresholded(project, run, binary, threshold, folder))

    def _on_step(self, step: ThresholdedStep) -> None:
        self.done, self.of = step.done, step.total
        if step.path is not None:
            self._files[step.id] = step.path
        self._failed += step.error is not None
        self.changed.emit()

    def _on_end(self) -> None:
        session, messages = self._bench.session, self._bench.messages
        same = session.project is not None and session.project.root == self._root
        if self._target is not None and self._files and same:
            session.add_run(self._target)
            missed = f", {self._failed:,} failed" if self._failed else ""
            messages.info(f"Wrote {self._target.name}", f"{len(self._files):,} masks{missed}. It is chosen now.")
        self.changed.emit()
