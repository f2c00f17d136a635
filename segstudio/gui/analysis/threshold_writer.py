"""Write a binary run at another threshold, in a worker; the new run then stands where that was that it is made of."""

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from segstudio.core.errors import SegstudioError
from segstudio.core.records import LabelSource
from segstudio.gui.analysis.page_job import PageJob
from segstudio.gui.workbench import Workbench
from segstudio.services.binary import Binary
from segstudio.services.thresholding import ThresholdedStep, thresholded_run, write_thresholded


class ThresholdWriter(QObject):
    """One run at a time; ``changed`` says that one has begun, or ended. ``job`` shows how far it is, and stops it."""

    changed = Signal()

    def __init__(self, bench: Workbench, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bench = bench
        self.job = PageJob(bench.messages)
        self.job.stepped.connect(self._on_step)
        self.job.ended.connect(self._on_end)
        self._source: LabelSource | None = None
        self._target: LabelSource | None = None
        self._second = False
        self._files: dict[str, Path] = {}
        self._failures: dict[str, SegstudioError] = {}
        self._root, self._total = Path(), 0

    @property
    def running(self) -> bool:
        return self.job.running

    def write(self, root: Path, run: LabelSource, binary: Binary, threshold: int, second: bool = False) -> None:
        """Write ``run``, which is B where it is the ``second``, at a threshold.

        The open folder is made a project first, where it is none yet.
        """
        if not self.running:
            self._bench.autosave.when_configured(lambda: self._begin(root, run, binary, threshold, second))

    def close(self) -> None:
        self.job.close_runner()

    def _begin(self, root: Path, run: LabelSource, binary: Binary, threshold: int, second: bool) -> None:
        project = self._bench.session.project
        if project is None or project.root != root or self.running:
            return
        folder = thresholded_run(run, threshold)
        self._root, self._files, self._failures, self._total = root, {}, {}, 0
        self._source, self._second = run, second
        self._target = LabelSource(folder.name, folder, "run", read_only=True, files=self._files)
        self.job.start(lambda: write_thresholded(project, run, binary, threshold, folder))
        self.changed.emit()

    def _on_step(self, step: ThresholdedStep) -> None:
        self._total = step.total
        if step.path is not None:
            self._files[step.id] = step.path
        if step.error is not None:
            self._failures[step.id] = step.error
        self.job.show_progress(step.done, step.total, "masks")

    def _on_end(self, stopped: bool) -> None:
        session = self._bench.session
        if self._target is not None:
            listed = bool(self._files) and session.project is not None and session.project.root == self._root
            if listed:
                session.add_run(self._target)
            self._tell(self._target.name, self._choose(self._target) if listed else "", stopped)
        self.changed.emit()

    def _choose(self, target: LabelSource) -> str:
        """Show what was written, unless another run was chosen there since; return in words where it is shown."""
        session, source = self._bench.session, self._source
        shown = session.other_run if self._second else session.run
        if shown is None or source is None or shown.folder != source.folder:
            return f" What was shown stays; {target.name} can be chosen in Compare."
        if self._second:
            session.choose_other(target)
            return " It is chosen as B now."
        session.choose_run(target)
        return " It is chosen now."

    def _tell(self, name: str, chosen: str, stopped: bool) -> None:
        """Say what was written, and why it is not all there is; of a job that failed as a whole that was said."""
        messages, written = self._bench.messages, len(self._files)
        first = next(iter(self._failures.values()), None)
        failed = "" if first is None else f" {len(self._failures):,} failed, the first one: {first.sentence()}"
        if stopped:
            messages.warn(f"Stopped writing {name}", f"{written:,} of {self._total:,} masks.{failed}{chosen}")
        elif first is not None and not written:
            messages.fail(SegstudioError(f"No mask of {name} could be written. {first}", first.hint))
        elif first is not None:
            messages.warn(f"Wrote {name}, but not all of it", f"{written:,} of {self._total:,} masks.{failed}{chosen}")
        elif written:
            messages.info(f"Wrote {name}", f"{written:,} masks.{chosen}")
