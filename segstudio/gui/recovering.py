"""Work on a sample that was not saved before the program ended: told when it is opened, and left to the user."""

from collections.abc import Iterable
from functools import partial

from PySide6.QtCore import QObject

from segstudio.core.wording import counted
from segstudio.editing.edit import Edit
from segstudio.gui.autosave import Autosave
from segstudio.gui.discards import Discards
from segstudio.gui.disk_changes import DiskChanges
from segstudio.gui.edits import Edits
from segstudio.gui.journaling import Journaling
from segstudio.gui.messages import Messages
from segstudio.services.open_sample import OpenSample
from segstudio.services.recovery import Contested, laid_over
from segstudio.services.session import Session
from segstudio.services.unsaved_work import DISCARD, give_up


class Recovering(QObject):
    """Nothing is given up unasked, or saved unseen: what is shown is saved with the next stroke, or on leaving."""

    def __init__(
        self,
        session: Session,
        messages: Messages,
        edits: Edits,
        autosave: Autosave,
        journaling: Journaling,
        disk: DiskChanges,
        discards: Discards,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._session, self._messages, self._edits = session, messages, edits
        self._autosave, self._journaling = autosave, journaling
        self._disk, self._discards = disk, discards
        session.sample_opened.connect(self._on_sample)
        autosave.saved.connect(self._on_sample_saved)

    def _on_sample(self, opened: OpenSample) -> None:
        resumed, sample = opened.resumed, opened.sample
        for about in ("recovered", "sample contested"):
            self._messages.over.emit(about)
        if resumed is None:
            return
        if resumed.changes:
            self._messages.ask(
                f"Recovered {counted(resumed.changes, 'change')} of {sample.id}.",
                "They had not been saved when the program ended. They are in the picture, and can be undone.",
                ("Keep", self._autosave.save_now),
                ("Discard", partial(self._disk.load, sample.id, DISCARD)),
                about="recovered",
            )
        if resumed.contested is not None:
            self._offer_contested(opened, resumed.contested)

    def _on_sample_saved(self, sample_id: str) -> None:
        current = self._session.current
        if current is not None and current.sample.id == sample_id:  # there is nothing to go back to
            self._messages.over.emit("recovered")

    def _offer_contested(self, opened: OpenSample, contested: Contested) -> None:
        self._messages.ask(
            f"{opened.sample.id} was changed by another program. Not saved: {counted(len(contested.edits), 'change')}.",
            "The file's labels are shown. What was drawn here before can be put on top of them, where it was.",
            ("Put mine on top", lambda: self._lay_over(opened, contested)),
            ("Keep the file's", lambda: self._discards.give_up(list(contested.paths), 1)),
            about="sample contested",
        )

    def _lay_over(self, opened: OpenSample, contested: Contested) -> None:
        document = opened.document
        document.settle()
        revision = document.revision

        def compute() -> Edit | None:
            planes = document.snapshot(revision)
            return None if planes is None else laid_over(planes, contested.edits, "Recovered work")

        def done(edit: Edit | None) -> Iterable[None] | None:
            if edit is None or document.revision != revision:  # changed meanwhile
                self._lay_over(opened, contested)
                return None
            slices, journal = document.applying(edit), self._journaling.kept(document).journal
            if not edit.patches or document.history.position is edit:  # the picture has it all; else a stroke was begun
                self._journaling.after(lambda: None if journal.behind else give_up(contested.paths))
            return slices

        self._edits.work("Putting it on top", compute, done)
