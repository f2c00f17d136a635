"""Carry labels over to the open sample: read and compared in a worker, written as one step."""

from collections.abc import Iterable
from functools import partial

from PySide6.QtCore import QObject

from segstudio.core.errors import SegstudioError
from segstudio.core.records import Project, WorkState
from segstudio.gui.edits import Edits
from segstudio.gui.messages import Messages
from segstudio.services.carry import Carried, carry_over, samples_before
from segstudio.services.open_sample import OpenSample
from segstudio.services.session import Session


class Carrier(QObject):
    """``always``: do it by itself on every step to a sample that nobody has labelled or touched."""

    def __init__(self, session: Session, messages: Messages, edits: Edits, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._messages, self._edits = session, messages, edits
        self.always = False

    def carry(self, quietly: bool = False) -> None:
        """Fill the background of the open sample with the labels of the one before; ``quietly``: or say nothing."""
        project, opened = self._session.project, self._session.current
        if project is not None and opened is not None and not self._edits.busy:
            self._read(project, opened, quietly)

    def _read(self, project: Project, opened: OpenSample, quietly: bool) -> None:
        document = opened.document
        document.settle()
        before, basis = samples_before(project, opened.sample.id), document.basis
        in_memory = {s.id: d for s in before if (d := self._session.document_of(s.id)) is not None}
        kept = {sample_id: partial(d.snapshot, d.revision) for sample_id, d in in_memory.items()}

        def compute() -> Carried | SegstudioError:
            try:
                return carry_over(project, before, document, kept)
            except SegstudioError as error:  # told, but not as a failure: nothing is broken
                return error

        def done(found: Carried | SegstudioError) -> Iterable[None] | None:
            if self._session.current is not opened:
                return None
            if document.basis != basis:  # drawn on, or another rule: what was found is of the past
                self._read(project, opened, quietly)
            elif isinstance(found, SegstudioError):
                self._tell(str(found), quietly)
            elif not found.edit.patches:
                self._tell(f"{found.source.id} has nothing to add here: only background is filled.", quietly)
            else:
                return self._apply(opened, found)
            return None

        self._edits.work("Carrying over", compute, done)

    def follow(self, opened: OpenSample) -> None:
        """Carry over by itself, where that is wanted and nobody has begun to work on the sample."""
        untouched = self._session.records.get(opened.sample.id).state is WorkState.UNLABELLED
        if self.always and untouched and not opened.labelled and not len(opened.document.history):
            self.carry(quietly=True)

    def _apply(self, opened: OpenSample, found: Carried) -> Iterable[None]:
        if not opened.labelled:
            self._session.records.note_edit(opened.sample.id, f"sample:{found.source.id}")
        return opened.document.applying(found.edit)

    def _tell(self, text: str, quietly: bool) -> None:
        if not quietly:
            self._messages.info(text)
