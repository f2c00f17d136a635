"""Save by itself: a moment after the last stroke, in a worker, and before anything that would lose it."""

from collections.abc import Callable
from dataclasses import replace
from weakref import WeakSet

from PySide6.QtCore import QObject, QTimer, Signal

from segstudio.core.records import Project
from segstudio.editing.document import Document
from segstudio.gui.jobs import Background
from segstudio.gui.messages import Messages
from segstudio.services.saving import save_classes, save_labels
from segstudio.services.session import OpenSample, Session

DELAY_MS = 800


class Autosave(QObject):
    """Labels that could not be saved stay in memory, the user is told once, and the next edit tries again."""

    saved = Signal(str)  # sample id
    state_changed = Signal(str)  # "unsaved", "saving", "saved", "clean", "failed"

    def __init__(self, session: Session, messages: Messages, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._messages = session, messages
        self._background = Background(1, "save", self)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(DELAY_MS)
        self._timer.timeout.connect(self.save_now)
        self._saving: set[str] = set()
        self._told = False
        self._waiting: list[Callable[[bool], None]] = []
        self._followed: WeakSet[Document] = WeakSet()
        session.sample_opened.connect(self._follow)

    def save_now(self) -> None:
        """Save whatever is not on disk; a stroke under way is waited for."""
        project = self._session.project
        unsaved = self._session.unsaved()
        if project is None or not unsaved:
            self.state_changed.emit("clean")
            self._settle(True)
            return
        if any(document.editing for _, document in unsaved):
            self._timer.start()
            return
        for sample_id, document in unsaved:
            if sample_id not in self._saving:
                self._save(project, sample_id, document)

    def save_schema(self) -> None:
        """Save the project's class table; a folder that is no project yet becomes one."""
        project = self._session.project
        if project is None:
            return

        def done(configured: Project) -> None:
            self._note_configured(configured)
            self.state_changed.emit("saved")

        def failed(error: Exception) -> None:
            self.state_changed.emit("failed")
            self._messages.fail(error, "Try again", self.save_schema)

        self._background.run(lambda: save_classes(project), done, failed)

    def when_saved(self, then: Callable[[bool], None]) -> None:
        """Save, then call ``then`` with whether everything is on disk."""
        self._waiting.append(then)
        self.save_now()

    def close(self) -> None:
        self._timer.stop()
        self._background.close()

    def _follow(self, opened: OpenSample) -> None:
        document = opened.document
        if document not in self._followed:
            self._followed.add(document)
            document.history.changed.connect(lambda _: self._on_history(document))

    def _on_history(self, document: Document) -> None:
        if document.history.dirty:
            self.state_changed.emit("unsaved")
            self._timer.start()

    def _save(self, project: Project, sample_id: str, document: Document) -> None:
        self._saving.add(sample_id)
        self.state_changed.emit("saving")
        position, labels = document.history.position, document.labels.copy()

        def done(configured: Project) -> None:
            self._saving.discard(sample_id)
            self._told = False
            document.history.mark_saved(position)
            self._session.edited.add(sample_id)
            self._note_configured(configured)
            self.saved.emit(sample_id)
            self._after()

        def failed(error: Exception) -> None:
            self._saving.discard(sample_id)
            self.state_changed.emit("failed")
            if not self._told:
                self._told = True
                self._messages.fail(error, "Try again", self.save_now)
            self._settle(False)

        self._background.run(lambda: save_labels(project, sample_id, labels), done, failed)

    def _note_configured(self, configured: Project) -> None:
        """Take over that the open project now has a file of its own, and where its labels go."""
        project = self._session.project
        if project is not None and project.root == configured.root and not project.configured:
            self._session.update_project(replace(project, configured=True, sources=configured.sources))

    def _after(self) -> None:
        if self._saving:
            return
        if not self._session.unsaved():
            self.state_changed.emit("saved")
            self._settle(True)
        elif self._waiting:
            self.save_now()
        else:  # painted on meanwhile
            self._timer.start()

    def _settle(self, saved: bool) -> None:
        if self._saving:
            return
        waiting, self._waiting = self._waiting, []
        for then in waiting:
            then(saved)
