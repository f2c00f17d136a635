"""Records of samples, read in a worker when a project is opened, and kept in step with what is drawn."""

from weakref import WeakSet

from PySide6.QtCore import QObject, QTimer, Signal

from segstudio.core.errors import SegstudioError, listed
from segstudio.core.records import Project, first_with
from segstudio.editing.document import Document
from segstudio.gui.jobs import JobRunner
from segstudio.gui.messages import Messages
from segstudio.services.open_sample import OpenSample
from segstudio.services.records import RecordBatch, read_records
from segstudio.services.session import Session


class Recorder(QObject):
    """Fills ``session.records``; asked for another project while it reads, it begins anew when it has stopped."""

    arrived = Signal()  # some more are known
    complete_changed = Signal()

    def __init__(self, session: Session, messages: Messages, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._messages = session, messages
        self._runner = JobRunner(self)
        self._again = False
        self._faults: list[SegstudioError] = []
        self._followed: WeakSet[Document] = WeakSet()
        self.complete = False
        """Whether all records of the project are known: until then those of samples that were not opened are not."""
        self._runner.stepped.connect(self._on_batch)
        self._runner.failed.connect(messages.fail)
        self._runner.ended.connect(self._on_end)
        session.project_opened.connect(lambda _: self._read())
        session.sample_opened.connect(self._follow)

    def close(self) -> None:
        self._runner.close()

    def _read(self) -> None:
        self.complete, self._faults = False, []
        self.complete_changed.emit()
        if self._runner.running:
            self._again = True
            self._runner.cancel()
        elif self._session.project is not None:
            self._runner.start(read_records(self._session.project))

    def _on_batch(self, batch: RecordBatch) -> None:
        if not self._again:  # else they are another project's
            self._session.records.learn(batch.records)
            self._faults += batch.faults
            self.arrived.emit()

    def _on_end(self) -> None:
        if self._again:
            self._again = False
            QTimer.singleShot(0, self, self._read)
            return
        self.complete = True
        self.complete_changed.emit()
        if len(self._faults) == 1:
            self._messages.fail(self._faults[0])
        elif self._faults:
            names = listed([str(fault) for fault in self._faults])
            self._messages.warn(f"{len(self._faults):,} records of samples could not be read.", names)

    def _follow(self, opened: OpenSample) -> None:
        document, sample_id = opened.document, opened.sample.id
        if document not in self._followed:
            self._followed.add(document)
            document.history.changed.connect(lambda _: self._on_history(sample_id, document))

    def _on_history(self, sample_id: str, document: Document) -> None:
        project = self._session.project
        if project is None or not document.history.dirty or self._session.document_of(sample_id) is not document:
            return  # saved or undone, or of a project that was left
        self._session.records.note_edit(sample_id, _begun_from(project, sample_id))


def _begun_from(project: Project, sample_id: str) -> str:
    """Return what the first edit of a sample builds upon: labels from elsewhere, or nothing."""
    found = first_with(project.sources, sample_id)
    return "" if found is None or found[0] is project.sources[0] else f"labels:{found[0].name}"
