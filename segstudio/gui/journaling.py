"""Each step goes into the journal of its image as soon as it is made, in a thread of its own."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from weakref import WeakKeyDictionary

from PySide6.QtCore import QObject, Signal

from segstudio.core.errors import SegstudioError
from segstudio.core.raster import LabelMap
from segstudio.core.records import Project
from segstudio.editing.document import Document
from segstudio.editing.edit import Edit
from segstudio.editing.ledger import Digests
from segstudio.gui.jobs import Background
from segstudio.gui.messages import Messages
from segstudio.io.journal_places import journal_places
from segstudio.io.journal_writer import JournalWriter
from segstudio.services.on_disk import OnDisk
from segstudio.services.open_sample import OpenSample
from segstudio.services.saving import Work
from segstudio.services.session import Session


@dataclass(slots=True)
class Kept:
    """What is known of a document beside its pixels: its journal, its changes so far, and what its files hold.

    ``on_disk`` is None where they may be written over, whatever they hold.
    """

    root: Path
    configured: bool
    sample_id: str
    journal: JournalWriter
    number: int
    on_disk: OnDisk | None


class Journaling(QObject):
    """Follows every document. Where no journal can be written the user is told, once until it can be again.

    ``safe`` while the journals of all documents of the open project hold what was drawn on them.
    """

    safe_changed = Signal(bool)  # whether what was drawn outlives a crash

    def __init__(self, session: Session, messages: Messages, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._messages = session, messages
        self._background = Background(1, "journal", self)
        self._kept: WeakKeyDictionary[Document, Kept] = WeakKeyDictionary()
        self.safe = True
        session.sample_opened.connect(self._follow)
        session.project_changed.connect(self._move)
        session.project_opened.connect(lambda _: self._see_safe())

    def kept(self, document: Document) -> Kept:
        """Return what is known of a document that was opened."""
        return self._kept[document]

    def work(self, document: Document, snapshot: Callable[[], LabelMap | None]) -> Work:
        """Return what a save needs to know of a document whose labels are as they are now."""
        kept = self._kept[document]
        number, journal = kept.number, kept.journal

        def mark(digests: Digests) -> None:
            with suppress(SegstudioError):  # told with the next step; the labels are about to be on disk
                journal.mark(number, digests)

        def done() -> None:
            with suppress(SegstudioError):
                journal.saved(number)

        return Work(snapshot, kept.on_disk, mark, done)

    def note_saved(self, document: Document, on_disk: OnDisk) -> None:
        """Take over what the files of a document hold since they were written."""
        self._kept[document].on_disk = on_disk

    def note_loaded(self, document: Document, on_disk: OnDisk) -> None:
        """Note that a document now is as its files are."""
        kept = self._kept[document]
        number, kept.on_disk = kept.number, on_disk
        self._run(lambda: kept.journal.mark(number, on_disk.digests))
        self._run(lambda: kept.journal.saved(number))

    def after(self, call: Callable[[], object]) -> None:
        """Call something in the journals' thread once all that was done until now is in them."""
        self._run(call)

    def close(self) -> None:
        """Wait until everything is in the journals."""
        self._background.close(drop=False)

    def _follow(self, opened: OpenSample) -> None:
        document, resumed, project = opened.document, opened.resumed, self._session.project
        if resumed is None or project is None or document in self._kept:
            return
        kept = Kept(
            project.root, project.configured, opened.sample.id, resumed.journal, resumed.number, resumed.on_disk
        )
        self._kept[document] = kept
        history, journal = document.history, resumed.journal

        def note(write: Callable[[], None]) -> None:
            kept.number += 1
            self._run(write)

        def note_step(edit: Edit) -> None:
            can_be_undone = len(history)
            note(lambda: journal.push(edit, can_be_undone))

        history.pushed.connect(note_step)
        history.moved.connect(lambda way: note(journal.undo if way < 0 else journal.redo))

    def _move(self, project: Project) -> None:
        """Have journals written where the project now has them, where it has become one."""
        for kept in self._kept.values():
            if kept.root == project.root and kept.configured != project.configured:
                kept.configured = project.configured
                places = journal_places(project.root, project.configured, kept.sample_id)
                self._run(partial(kept.journal.move, places))

    def _run(self, write: Callable[[], object]) -> None:
        self._background.run(write, lambda _: self._see_safe(), self._fail)

    def _fail(self, error: Exception) -> None:
        if self.safe:
            self._messages.fail(error, about="journal")
        self._see_safe()

    def _see_safe(self) -> None:
        root = self._session.project.root if self._session.project is not None else None
        safe = not any(kept.journal.behind for kept in self._kept.values() if kept.root == root)
        if safe != self.safe:
            self.safe = safe
            self.safe_changed.emit(safe)
            if safe:
                self._messages.over.emit("journal")
