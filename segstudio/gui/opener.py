"""Open folders and samples: read in a worker, assigned in the GUI thread when everything is there."""

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from segstudio.core.records import LabelSource, Project, Sample
from segstudio.editing.document import Document
from segstudio.gui.canvas.picture import Picture
from segstudio.gui.jobs import Background
from segstudio.gui.messages import Messages
from segstudio.services.opening import open_path
from segstudio.services.session import OpenSample, Session, load_sample


@dataclass(frozen=True, slots=True, eq=False)
class Loaded:
    """A sample ready to be shown."""

    opened: OpenSample
    picture: Picture


class Opener(QObject):
    """What was open stays open until what is asked for has been read whole."""

    busy = Signal(bool)
    shown = Signal(object)  # a Loaded, after the session has it
    failed = Signal(str, str)  # sample id, sentence

    def __init__(self, session: Session, messages: Messages, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._messages = session, messages
        self._background = Background(1, "open", self)
        self._generation = 0
        self._picture: Picture | None = None
        session.run_changed.connect(self._reload)

    def open(self, path: Path) -> None:
        """Open a folder, a project or an image."""
        self._generation += 1
        generation = self._generation
        self.busy.emit(True)

        def done(project: Project) -> None:
            self.busy.emit(False)
            if generation == self._generation:
                self._session.open_project(project)
                self._announce(project)
                self.go(_first(project, path))

        def failed(error: Exception) -> None:
            self.busy.emit(False)
            self._messages.fail(error)

        self._background.run(lambda: open_path(path), done, failed)

    def go(self, sample: Sample) -> None:
        """Show a sample. Asked for another before it was read, this one is dropped."""
        project = self._session.project
        if project is None:
            return
        self._generation += 1
        generation, run = self._generation, self._session.run
        document = self._session.document_of(sample.id)

        def done(loaded: Loaded) -> None:
            if generation != self._generation or self._session.project is None:
                loaded.opened.close()
                return
            self._session.show(loaded.opened)
            self.shown.emit(loaded)
            for problem in loaded.opened.problems:
                self._messages.warn(str(problem), problem.hint)

        def failed(error: Exception) -> None:
            if generation == self._generation:
                self.failed.emit(sample.id, str(error))
                self._messages.fail(error)

        self._background.run(lambda: _load(project, sample, run, document), done, failed)

    def close(self) -> None:
        self._background.close()

    def _reload(self, _: LabelSource | None) -> None:
        """Read the open sample anew: its prediction is another one."""
        if self._session.current is not None:
            self.go(self._session.current.sample)

    def _announce(self, project: Project) -> None:
        if project.notes:
            self._messages.info(f"Opened {project.root.name}", "\n".join(project.notes[:4]))


def _load(project: Project, sample: Sample, run: LabelSource | None, document: Document | None) -> Loaded:
    opened = load_sample(project, sample, run, document)
    return Loaded(opened, Picture(opened.image))


def _first(project: Project, path: Path) -> Sample:
    """Return the sample to begin with: the image that was named, or the first."""
    named = (s for s in project.samples if s.image == path)
    return next(named, project.samples[0])
