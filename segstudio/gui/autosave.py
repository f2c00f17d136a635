"""Save by itself: a moment after the last stroke, in a worker, and before anything that would lose it."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from weakref import WeakSet

from PySide6.QtCore import QObject, QTimer, Signal

from segstudio.core.errors import SegstudioError
from segstudio.core.records import Project
from segstudio.editing.document import Document
from segstudio.editing.edit import Edit
from segstudio.gui.jobs import Background
from segstudio.gui.journaling import Journaling
from segstudio.gui.messages import Messages
from segstudio.services.open_sample import OpenSample
from segstudio.services.saving import Saved, save_work
from segstudio.services.session import Session

DELAY_MS = 800
RETRY_MS, LONGEST_MS = 1_000, 30_000
"""After a save that failed the next one waits, twice as long each time."""

KEPT = "What you draw is kept, and saved as soon as it can be."


class Autosave(QObject):
    """One save at a time. What could not be saved stays in memory and in the journal, the user is told once.

    It is tried again at the next edit, and by itself. What somebody else has written to is left alone until the user
    has decided: it is ``contested``.
    """

    saved = Signal(str)  # sample id
    changed_on_disk = Signal(str)  # id of a sample that somebody else has written to, so that it was not saved
    state_changed = Signal(str)  # "unsaved", "saving", "saved", "clean", "failed"

    def __init__(
        self, session: Session, messages: Messages, journaling: Journaling, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._session, self._messages, self._journaling = session, messages, journaling
        self._background = Background(1, "save", self)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(DELAY_MS)
        self._timer.timeout.connect(self.save_now)
        self.saving = False
        self._told = False
        self._failures = 0
        self.contested: set[str] = set()
        self._waiting: list[Callable[[bool], None]] = []
        self._followed: WeakSet[Document] = WeakSet()
        session.sample_opened.connect(self._follow)
        session.records.changed.connect(lambda _: self._on_records())
        session.project_opened.connect(lambda _: self.contested.clear())

    @property
    def settled(self) -> bool:
        """True while everything is on disk and nothing is being written: an undo makes a save under way a wrong one."""
        return not self.saving and not self._session.has_work

    def save_now(self) -> None:
        """Save whatever is not on disk; a stroke or a save under way is waited for."""
        if self.saving:
            return
        project, unsaved = self._session.project, self._session.unsaved()
        if project is None or not self._session.has_work:
            self.state_changed.emit("clean")
            self._settle(True)
        elif not self._can_save:
            self._leave_contested()
        elif any(document.editing for _, document in unsaved):
            self._timer.start(DELAY_MS)
        else:
            self._save(project, dict(unsaved))

    def when_saved(self, then: Callable[[bool], None]) -> None:
        """Save, then call ``then`` with whether everything is on disk."""
        self._waiting.append(then)
        self.save_now()

    def when_configured(self, then: Callable[[], None]) -> None:
        """Make the open folder a project where it is none yet, then call ``then``; where that fails, only say so."""
        project = self._session.project
        if project is not None and project.configured:
            then()
        elif project is not None:
            self._waiting.append(lambda _: then() if self._is_configured() else None)
            if not self.saving:
                self._save(project, {i: d for i, d in self._session.unsaved() if not d.editing})

    def close(self) -> None:
        """Wait for the save under way."""
        self._timer.stop()
        self._background.close(drop=False)

    def _follow(self, opened: OpenSample) -> None:
        document = opened.document
        if document not in self._followed:
            self._followed.add(document)
            document.history.changed.connect(lambda _: self._on_history(document))
            if document.history.dirty:  # recovered: saved when the user has seen it and goes on
                self.state_changed.emit("unsaved")

    def _on_history(self, document: Document) -> None:
        if document.history.dirty:
            self.state_changed.emit("unsaved")
            self._timer.start(DELAY_MS)

    def _on_records(self) -> None:
        if self._session.records.unsaved():
            self.state_changed.emit("unsaved")
            self._timer.start(DELAY_MS)

    def _save(self, project: Project, documents: dict[str, Document]) -> None:
        self._session.records.settle()
        self._timer.stop()
        self.saving = True
        self.state_changed.emit("saving")
        documents = {i: document for i, document in documents.items() if i not in self.contested}
        positions = {sample_id: document.history.position for sample_id, document in documents.items()}
        works = {i: self._journaling.work(d, partial(d.snapshot, d.revision)) for i, d in documents.items()}
        classes, records = self._session.classes_unsaved, self._session.records.unsaved()
        unread = self._session.records.unread()

        def done(result: Saved) -> None:
            self.saving = False
            self._note(project, result, documents, positions)
            if result.error is not None:
                self._fail(result.error)
            else:
                self._go_on()

        def failed(error: Exception) -> None:
            self.saving = False
            self._fail(error)

        self._background.run(lambda: save_work(project, works, classes, records, unread), done, failed)

    def _note(
        self, asked: Project, result: Saved, documents: dict[str, Document], positions: dict[str, Edit | None]
    ) -> None:
        """Take over what is on disk now: labels, classes, and what the project has become by being written."""
        if result.classes:
            self._session.mark_classes_saved(asked)
        project = self._session.project
        if project is not None and project.root == asked.root and result.project is not asked:
            became = result.project  # what it declares may have been changed since the save was asked for
            now = replace(
                project, configured=became.configured, config_stamp=became.config_stamp, sources=became.sources
            )
            self._session.update_project(now)
        self._session.records.mark_saved(result.records)
        for note in result.notes:
            self._messages.warn(note)
        for sample_id, on_disk in result.samples.items():
            self._session.edited.add(sample_id)
            self._session.writes.note(sample_id)
            self._journaling.note_saved(documents[sample_id], on_disk)
            documents[sample_id].history.mark_saved(positions[sample_id])
            self.saved.emit(sample_id)
        self.contested.update(result.changed)

    def _is_configured(self) -> bool:
        return self._session.project is not None and self._session.project.configured

    @property
    def _can_save(self) -> bool:
        session = self._session
        labels = any(sample_id not in self.contested for sample_id, _ in session.unsaved())
        return labels or session.classes_unsaved or bool(session.records.unsaved())

    def _fail(self, error: Exception) -> None:
        self.state_changed.emit("failed")
        self._timer.start(min(RETRY_MS << min(self._failures, 10), LONGEST_MS))
        self._failures += 1
        if not self._told:
            self._told = True
            if isinstance(error, SegstudioError) and self._journaling.safe:
                error = SegstudioError(str(error), f"{error.hint} {KEPT}".lstrip())
            self._messages.fail(error, "Try again", self.save_now, about="save")
        self._settle(False)

    def _go_on(self) -> None:
        if self._told:
            self._told, self._failures = False, 0
            self._messages.over.emit("save")
            self._messages.info("Saving works again.", "What could not be saved before is on disk now.")
        if not self._session.has_work:
            self.state_changed.emit("saved")
            self._settle(True)
        elif not self._can_save:
            self._leave_contested()
        elif self._waiting:
            self.save_now()
        else:  # painted on meanwhile
            self._timer.start(DELAY_MS)

    def _leave_contested(self) -> None:
        """Wait for the user to decide about what somebody else has written to."""
        self.state_changed.emit("failed")
        for sample_id in sorted(self.contested):
            self.changed_on_disk.emit(sample_id)
        self._settle(False)

    def _settle(self, saved: bool) -> None:
        waiting, self._waiting = self._waiting, []
        while waiting:
            waiting.pop(0)(saved)
            if saved and not self.settled:  # it made work: the others go on when that is on disk too
                break
        self._waiting = [*waiting, *self._waiting]
