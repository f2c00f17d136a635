"""Open folders and samples: read in a worker, assigned in the GUI thread when everything is there."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from segstudio.core.display import Display, Kind
from segstudio.core.errors import SegstudioError, SizeMismatch
from segstudio.core.records import LabelSource, Project, Sample, SampleRecord
from segstudio.editing.document import Document
from segstudio.gui.autosave import Autosave
from segstudio.gui.canvas.displayed import DisplayedPicture, displayed
from segstudio.gui.jobs import Background
from segstudio.gui.messages import Messages
from segstudio.services.model_paths import ModelFound
from segstudio.services.open_sample import OpenSample, Said, load_sample, read_said
from segstudio.services.opening import open_path
from segstudio.services.records import record_of
from segstudio.services.run_record import written_classes
from segstudio.services.session import Session

MOST_NOTES = 3
"""Lines of what is told of a folder that was opened: the picture is below them."""


@dataclass(frozen=True, slots=True, eq=False)
class Loaded:
    """A sample ready to be shown."""

    opened: OpenSample
    picture: DisplayedPicture
    record: SampleRecord | None


class Opener(QObject):
    """What was open stays open until what is asked for has been read whole, and the work in it is on disk."""

    busy = Signal(bool)
    shown = Signal(object)  # a Loaded, after the session has it
    failed = Signal(str, str)  # sample id, sentence
    model_found = Signal(object)  # a path that turned out to be a model

    def __init__(self, session: Session, messages: Messages, autosave: Autosave, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._messages, self._autosave = session, messages, autosave
        self._background = Background(1, "open", self)
        self._folders = 0  # a late answer is dropped when another folder has been asked for since
        self._samples = 0
        self._asked: Sample | None = None
        self.last_sample: Callable[[Path], str] = lambda root: ""
        """Tells which sample of a project was open last, by its id."""
        session.run_changed.connect(self._read_prediction)
        session.other_run_changed.connect(self._read_other)

    def open(self, path: Path) -> None:
        """Open a folder, a project or an image."""
        self._folders += 1
        generation = self._folders
        self.busy.emit(True)

        def done(project: Project) -> None:
            if generation == self._folders:
                self.busy.emit(False)
                self._session.settle()
                self._autosave.when_saved(lambda saved: self._assign(generation, project, path, saved))

        def failed(error: Exception) -> None:
            if generation != self._folders:
                return
            self.busy.emit(False)
            if isinstance(error, ModelFound):
                self.model_found.emit(error.path)
            else:
                self._messages.fail(error)

        self._background.run(lambda: open_path(path), done, failed)

    def go(self, sample: Sample) -> None:
        """Show a sample. Asked for another before it was read, this one is dropped."""
        project = self._session.project
        if project is None:
            return
        self._samples += 1
        generation, run, self._asked = self._samples, self._session.run, sample
        other_run = self._session.other_run
        predicted = run is not None and sample.id in run.files
        document = self._session.document_of(sample.id)

        def done(loaded: Loaded) -> None:
            if generation != self._samples or self._session.project is None:
                loaded.opened.close()
                return
            if loaded.record is not None:
                self._session.records.learn({sample.id: loaded.record})
            self._session.show(loaded.opened)
            self._messages.over.emit("sample")
            self.shown.emit(loaded)
            now = self._session.run
            if now is not run or (now is not None and sample.id in now.files) != predicted:
                self._read_prediction(now)
            if self._session.other_run is not other_run:
                self._read_other(self._session.other_run)
            self._tell(loaded.opened.problems)

        def failed(error: Exception) -> None:
            if generation == self._samples:
                self._asked = self._session.current.sample if self._session.current is not None else None
                self.failed.emit(sample.id, str(error))
                self._messages.fail(error, about="sample")

        displays = dict(self._session.displays)
        self._background.run(lambda: _load(project, sample, (run, other_run), document, displays), done, failed)

    def reload(self) -> None:
        """Read the sample anew that was asked for last, as after the labels were dropped from memory."""
        if self._asked is not None:
            self.go(self._asked)

    def drop_unstored(self, second: bool) -> None:
        """Take a prediction of the open sample away that is in no file, the second one or the first.

        What the run has stored in its place is read anew.
        """
        current = self._session.current
        if current is None or not (current.other_by if second else current.predicted_by):
            return
        if second:
            self._session.set_other(None)
            self._read_other(self._session.other_run)
        else:
            self._session.set_prediction(None)
            self._read_prediction(self._session.run)

    def close(self) -> None:
        self._background.close()

    def _assign(self, generation: int, project: Project, path: Path, saved: bool) -> None:
        if generation != self._folders:
            return
        if not saved:
            self._messages.warn(f"{path.name} was not opened.", "What is open has work that could not be saved.")
        else:
            self._session.open_project(project)
            if project.notes:
                self._tell_notes(f"Opened {project.root.name}", project.notes)
            # What was asked for in the project before comes too late now.
            self.go(_first(project, path, self.last_sample(project.root)))

    def _tell_notes(self, title: str, notes: Sequence[str]) -> None:
        """Tell the first of what is to be told of a folder, a line each; where there is more, offer all of it."""
        if len(notes) <= MOST_NOTES:
            self._messages.info(title, "\n".join(notes))
        else:
            every = partial(self._messages.info, title, "\n".join(notes))
            self._messages.info(title, "\n".join(notes[:MOST_NOTES]), f"Show all {len(notes):,} notes", every)

    def _read_prediction(self, run: LabelSource | None) -> None:
        """Read what another run says of the open sample."""
        project, current = self._session.project, self._session.current
        if project is None or current is None:
            return
        before = current.prediction

        def done(said: Said) -> None:
            late = self._session.current is not current or self._session.run is not run
            if not late and current.prediction is before:  # else it was predicted meanwhile
                self._session.set_prediction(said.labels, self._session.predicted, said.confidence, said.numbers)
            self._tell(said.problems)

        self._read_said(current, run, done)

    def _read_other(self, run: LabelSource | None) -> None:
        """Read what is shown beside the prediction."""
        current = self._session.current
        if self._session.project is None or current is None:
            return
        before = current.other

        def done(said: Said) -> None:
            late = self._session.current is not current or self._session.other_run is not run
            if not late and current.other is before:  # else it was predicted meanwhile
                classes = written_classes(run.folder) if run is not None else ()
                self._session.set_other(said.labels, classes, said.confidence, said.numbers)
            self._tell(said.problems)

        self._read_said(current, run, done)

    def _read_said(self, current: OpenSample, run: LabelSource | None, done: Callable[[Said], None]) -> None:
        assert self._session.project is not None
        schema = self._session.project.schema
        self._background.run(
            lambda: read_said(current.sample, run, schema, current.document), done, self._messages.fail
        )

    def _tell(self, problems: Iterable[SegstudioError]) -> None:
        for problem in problems:
            if (run := self._run_of_other_size(problem)) is not None:
                resize = ("Resize nearest for comparing", lambda run=run: self._session.resize(run))
                text = f"{run.name} is not compared here. Its masks can be brought to the size of the labels."
                self._messages.ask(str(problem), text, resize, about="sample")
            else:
                self._messages.warn(str(problem), problem.hint, about="sample")

    def _run_of_other_size(self, problem: SegstudioError) -> LabelSource | None:
        """Return the prediction whose mask has another size than the labels, None where something else is wrong."""
        if not isinstance(problem, SizeMismatch):
            return None
        runs = (run for run in (self._session.run, self._session.other_run) if run is not None)
        return next((run for run in runs if problem.path in run.files.values()), None)


def _load(
    project: Project,
    sample: Sample,
    runs: tuple[LabelSource | None, LabelSource | None],
    document: Document | None,
    displays: Mapping[Kind, Display],
) -> Loaded:
    opened = load_sample(project, sample, runs[0], document, displays, runs[1])
    try:
        return Loaded(
            opened, displayed(opened.seen.samples, opened.seen.display, opened.seen.image), record_of(project, sample)
        )
    except Exception:
        opened.close()
        raise


def _first(project: Project, path: Path, last: str) -> Sample:
    """Return the sample to begin with: the image that was named, or that which was open last, or the first."""
    named = next((s for s in project.samples if s.image == path), None)
    return named or next((s for s in project.samples if s.id == last), project.samples[0])
