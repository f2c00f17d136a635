"""Masks that another program has written to while they are open here: noticed, told, and left to the user."""

from collections.abc import Iterable
from functools import partial

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QGuiApplication

from segstudio.core.records import Project, Sample
from segstudio.editing.document import Document
from segstudio.editing.edit import Edit
from segstudio.editing.ledger import UNKNOWN
from segstudio.editing.replacing import replacing
from segstudio.gui.autosave import Autosave
from segstudio.gui.edits import Edits
from segstudio.gui.jobs import Background
from segstudio.gui.journaling import Journaling
from segstudio.gui.messages import Messages
from segstudio.io.journal import digests_of
from segstudio.services.on_disk import OnDisk, Stamps, changed_since, stamps_of
from segstudio.services.recovery import read_begun
from segstudio.services.session import Session

LOADED = "Load from disk"
LOOK_MS = 2_000
"""Between two looks at the files of the open sample: two look-ups in a worker, so that a slow network holds up nobody.

The system's own notices do not come from network folders, and end with a file that is replaced as a whole.
"""


class DiskChanges(QObject):
    """Looks every now and then, and when the program is turned to again; and hears of what a save has found."""

    def __init__(
        self,
        session: Session,
        messages: Messages,
        edits: Edits,
        autosave: Autosave,
        journaling: Journaling,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._session, self._messages, self._edits = session, messages, edits
        self._autosave, self._journaling = autosave, journaling
        self._background = Background(1, "watch", self)
        self._looking = False
        self._looked_at: tuple[OnDisk, Stamps] | None = None
        """What was known of the files that were looked at last, and their stamps then: those are not read again."""
        self._clock = QTimer(self)
        self._clock.timeout.connect(self.look)
        self._clock.start(LOOK_MS)
        autosave.changed_on_disk.connect(self._tell)
        if isinstance(app := QGuiApplication.instance(), QGuiApplication):
            app.applicationStateChanged.connect(self._on_state)

    def look(self) -> None:
        """See whether the labels of the open sample are still those on disk. One change is told once."""
        project, opened = self._session.project, self._session.current
        if project is None or opened is None or self._autosave.saving or self._looking:
            return
        sample, kept = opened.sample, self._journaling.kept(opened.document)
        known = kept.on_disk
        if known is None:
            return
        before = self._looked_at[1] if self._looked_at is not None and self._looked_at[0] is known else known.stamps
        self._looking = True

        def work() -> tuple[Stamps, bool]:
            now = stamps_of(project, sample.id)
            return now, now != before and changed_since(project, sample, known)

        def done(found: tuple[Stamps, bool]) -> None:
            self._looking = False
            saved_since = self._autosave.saving or kept.on_disk is not known
            if saved_since or self._session.current is not opened:
                return
            self._looked_at, changed = (known, found[0]), found[1]
            if changed:
                self._autosave.contested.add(sample.id)
                self._tell(sample.id)

        def failed(error: Exception) -> None:
            self._looking = False
            self._messages.fail(error)

        self._background.run(work, done, failed)

    def overwrite(self, sample_id: str) -> None:
        """Save what is open, whatever the files hold by now."""
        document = self._session.document_of(sample_id)
        if document is not None:
            self._autosave.contested.discard(sample_id)
            self._journaling.kept(document).on_disk = None
            document.history.mark_saved(UNKNOWN)
            self._autosave.save_now()

    def load(self, sample_id: str, text: str = LOADED) -> None:
        """Make the labels those on disk, as one step that can be undone."""
        project, document = self._session.project, self._session.document_of(sample_id)
        sample = next((s for s in project.samples if s.id == sample_id), None) if project is not None else None
        if project is None or document is None or sample is None:
            return
        document.settle()
        revision = document.revision

        def done(read: tuple[OnDisk, Edit] | None) -> Iterable[None] | None:
            if read is None or document.revision != revision:  # changed meanwhile
                self.load(sample_id, text)
                return None
            on_disk, edit = read
            slices = document.applying(edit)
            self._autosave.contested.discard(sample_id)
            self._journaling.note_loaded(document, on_disk)
            self._session.writes.note(sample_id)
            document.history.mark_saved(document.history.position)
            self._autosave.save_now()
            return slices

        self._edits.work("Reading", partial(_read, project, sample, document, revision, text), done)

    def close(self) -> None:
        self._clock.stop()
        self._background.close()

    def _on_state(self, state: Qt.ApplicationState) -> None:
        if state == Qt.ApplicationState.ApplicationActive:
            self.look()

    def _tell(self, sample_id: str) -> None:
        self._messages.ask(
            f"The labels of {sample_id} were changed by another program.",
            "They were not written over. What is drawn here is kept.",
            ("Load theirs", partial(self.load, sample_id)),
            ("Overwrite", partial(self.overwrite, sample_id)),
        )


def _read(project: Project, sample: Sample, document: Document, revision: int, text: str) -> tuple[OnDisk, Edit] | None:
    """Return what is on disk and the step that leads there; None where the document has changed."""
    stamps = stamps_of(project, sample.id)
    planes = read_begun(project, sample).planes
    now = document.snapshot(revision)
    return None if now is None else (OnDisk(stamps, digests_of(planes)), replacing(text, now, planes))
