"""Work in a project that was not saved before the program ended: looked for when the project is opened."""

from PySide6.QtCore import QObject, Signal

from segstudio.core.errors import SegstudioError, listed
from segstudio.core.records import Project, Sample
from segstudio.core.wording import counted
from segstudio.gui.autosave import Autosave
from segstudio.gui.discards import Discards
from segstudio.gui.jobs import JobRunner
from segstudio.gui.messages import Messages
from segstudio.services.open_sample import OpenSample
from segstudio.services.saving import Saved
from segstudio.services.session import Session
from segstudio.services.unsaved_work import Unsaved, find_unsaved, save_unsaved


class UnsavedWork(QObject):
    """Offers to save, show or discard what is found. The sample that is open tells of itself."""

    wanted = Signal(object)  # a Sample to be shown

    def __init__(
        self,
        session: Session,
        messages: Messages,
        autosave: Autosave,
        discards: Discards,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._session, self._messages = session, messages
        self._autosave, self._discards = autosave, discards
        self._looker, self._saver = JobRunner(self), JobRunner(self)
        self._looked_at: Project | None = None
        self._again = self._to_tell = False
        self._found: list[Unsaved] = []
        self._faults: list[SegstudioError] = []
        self._looker.stepped.connect(self._on_found)
        self._looker.ended.connect(self._on_looked)
        self._looker.failed.connect(messages.fail)
        self._saver.stepped.connect(lambda step: self._on_saved(*step))
        self._saver.ended.connect(self._on_all_saved)
        self._saver.failed.connect(messages.fail)
        session.project_opened.connect(lambda _: self._look())
        session.sample_opened.connect(self._on_sample)

    def close(self) -> None:
        self._looker.close()
        self._saver.close()

    def _on_sample(self, _: OpenSample) -> None:
        if self._to_tell:
            self._tell_found()

    def _look(self) -> None:
        """Look through the journals of the project; begun anew where another was opened meanwhile."""
        self._found, self._looked_at, self._to_tell = [], self._session.project, False
        self._again = self._looker.running
        if self._again:
            self._looker.cancel()
        elif self._looked_at is not None:
            self._looker.start(find_unsaved(self._looked_at))

    def _on_found(self, found: Unsaved | None) -> None:
        if found is not None and not self._again:
            self._found.append(found)

    def _on_looked(self) -> None:
        if self._again:
            self._look()
        elif self._session.current is None:
            self._to_tell = True  # once it is known which sample is shown, and tells of itself
        else:
            self._tell_found()

    def _tell_found(self) -> None:
        self._to_tell = False
        found = [s for s, _ in self._found if self._session.document_of(s.id) is None]
        if found:
            self._messages.ask(
                f"Work on {counted(len(found), 'image')} was recovered that had not been saved.",
                listed([sample.id for sample in found]),
                ("Save", lambda: self._save(found)),
                ("Show", lambda: self.wanted.emit(found[0])),
                ("Discard", lambda: self._discard(found)),
            )

    def _save(self, samples: list[Sample]) -> None:
        """Save what was recovered; what has been opened since is saved as everything that is open."""
        self._autosave.when_configured(lambda: self._start_saving(samples))
        self._autosave.save_now()

    def _start_saving(self, samples: list[Sample]) -> None:
        project = self._session.project
        closed = [s for s in samples if self._session.document_of(s.id) is None]
        if project is not None and not self._saver.running:
            self._faults = []
            self._saver.start(save_unsaved(project, closed))

    def _on_saved(self, sample: Sample, saved: Saved) -> None:
        if saved.error is not None:
            self._faults.append(saved.error)
        for sample_id in saved.samples:
            self._session.edited.add(sample_id)
            self._autosave.saved.emit(sample_id)

    def _on_all_saved(self) -> None:
        if self._faults:
            self._messages.fail(self._faults[0])
        else:
            self._messages.info("Saved what was recovered.")

    def _discard(self, samples: list[Sample]) -> None:
        project = self._session.project
        closed = [s for s in samples if self._session.document_of(s.id) is None]
        if project is not None:
            self._discards.discard(project, closed)
