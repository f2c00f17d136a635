"""A run as it is made of a folder: how far it is, and what becomes of it in the window."""

from dataclasses import dataclass
from pathlib import Path

from segstudio.core.errors import UnreadableFile
from segstudio.core.records import LabelSource, Sample
from segstudio.core.schema import LabelClass
from segstudio.services.predict import Step
from segstudio.services.run_record import read_run
from segstudio.services.session import Session


@dataclass(slots=True, eq=False)
class Run:
    """A folder run under way: its project, where its masks are found, what it predicts, and how far it is.

    ``files`` is what ``source`` lists: it grows while the run goes on. The ``second`` of two belongs beside the first.
    """

    root: Path
    source: LabelSource
    files: dict[str, Path]
    samples: tuple[Sample, ...]
    classes: tuple[LabelClass, ...]
    second: bool = False
    done: int = 0
    failed: int = 0
    cancelled: bool = False
    """Whether it was, before it had all its images."""


def _failed(run: Run) -> int:
    """Return how many images failed by what the run itself wrote last: some may have after it was cancelled."""
    try:
        return len(read_run(run.source.folder)["failed"])
    except (UnreadableFile, KeyError, TypeError):  # somebody removed it
        return run.failed


class RunDisplay:
    """Adds a run to its project, and shows it where nothing else is shown: nobody is torn away from another one."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def step(self, run: Run, step: Step) -> None:
        """Count a step, and show what it predicted where the run and the image are shown."""
        run.failed += step.error is not None
        run.done += step.error is None
        if step.prediction is not None:
            run.files[step.sample.id] = run.source.target(step.sample.id)
        if not self.belongs(run):
            return  # another project was opened meanwhile; the run goes on and is found in its folder
        self._add(run)
        current, said = self._session.current, step.prediction
        if said is None or current is None or current.sample.id != step.sample.id or not self.shows(run):
            return
        if run.second:
            self._session.set_other(said.labels, run.classes, said.confidence, said.instances)
        else:
            self._session.set_prediction(said.labels, run.classes, said.confidence, said.instances)

    def end(self, run: Run, cancelled: bool) -> None:
        """Count what a cancelled run has written besides: what was at work was finished, but is no step any more."""
        if cancelled:
            for sample in run.samples:
                if sample.id not in run.files and (written := run.source.target(sample.id)).is_file():
                    run.files[sample.id] = written
            run.done = len(run.files)
            run.failed = _failed(run)
        run.cancelled = cancelled and run.done + run.failed < len(run.samples)

    def belongs(self, run: Run) -> bool:
        """Whether the project that is open is the one it is made for."""
        return self._session.project is not None and self._session.project.root == run.root

    def shows(self, run: Run) -> bool:
        """Whether it is what predictions are looked at of, where it belongs."""
        return self._shown(run) is run.source

    def choose(self, run: Run) -> None:
        """Show a run where it belongs, with its classes: its folder may not say them yet."""
        if run.second:
            self._session.choose_other(run.source)
        else:
            self._session.choose_run(run.source)
            self._session.predicted = run.classes

    def _add(self, run: Run) -> None:
        """Add a run to the project at its first step, or the first since the project was opened again."""
        assert self._session.project is not None
        known = next((known for known in self._session.project.runs if known.folder == run.source.folder), None)
        if known is not None and known.files is run.files:
            run.source = known  # it may be compared at another size by now
            return
        self._session.add_run(run.source)
        shown = self._shown(run)
        if shown is None or shown.folder == run.source.folder:
            self.choose(run)

    def _shown(self, run: Run) -> LabelSource | None:
        return self._session.other_run if run.second else self._session.run
