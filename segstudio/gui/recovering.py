"""Work that was not saved before the program ended: told when its sample is opened, and looked for in a project."""

from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from segstudio.core.errors import SegstudioError, listed
from segstudio.core.records import Project, Sample
from segstudio.editing.edit import Edit
from segstudio.gui.autosave import Autosave
from segstudio.gui.disk_changes import DiskChanges
from segstudio.gui.edits import Edits
from segstudio.gui.jobs import Background, JobRunner
from segstudio.gui.journaling import Journaling
from segstudio.gui.messages import Messages
from segstudio.services.open_sample import OpenSample
from segstudio.services.recovery import Contested, laid_over
from segstudio.services.saving import Saved
from segstudio.services.session import Session
from segstudio.services.unsaved_work import Moved, Unsaved, bring_back, find_unsaved, give_up, journals_of, save_unsaved

DISCARD = "Discard what was recovered"


class Recovering(QObject):
    """Nothing is given up unasked, or saved unseen: what is shown is saved with the next stroke, or on leaving."""

    wanted = Signal(object)  # a Sample to be shown

    def __init__(
        self,
        session: Session,
        messages: Messages,
        edits: Edits,
        autosave: Autosave,
        journaling: Journaling,
        disk: DiskChanges,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._session, self._messages, self._edits = session, messages, edits
        self._autosave, self._journaling, self._disk = autosave, journaling, disk
        self._background = Background(1, "recover", self)
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
        autosave.saved.connect(self._on_sample_saved)

    def close(self) -> None:
        self._looker.close()
        self._saver.close()
        self._background.close()

    # The sample that is opened

    def _on_sample(self, opened: OpenSample) -> None:
        resumed, sample = opened.resumed, opened.sample
        for about in ("recovered", "sample contested"):
            self._messages.over.emit(about)
        if self._to_tell:
            self._tell_found()
        if resumed is None:
            return
        if resumed.changes:
            self._messages.ask(
                f"Recovered {_changes(resumed.changes)} of {sample.id}.",
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
            f"{opened.sample.id} was changed by another program, and {_changes(len(contested.edits))} were not saved.",
            "The file's labels are shown. What was drawn before can be put on top of them, where it was.",
            ("Put mine on top", lambda: self._lay_over(opened, contested)),
            ("Keep the file's", lambda: self._give_up(list(contested.paths), 1)),
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
            slices = document.applying(edit)
            self._journaling.after(partial(_remove, contested.paths))
            return slices

        self._edits.work("Putting it on top", compute, done)

    # The others

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
                f"Work on {_images(len(found))} was recovered that had not been saved.",
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
            self._give_up(journals_of(project, closed), len(closed))

    def _give_up(self, paths: list[Path], images: int) -> None:
        def done(moved: list[Moved]) -> None:
            text = f"Discarded the recovered work on {_images(images)}."
            self._messages.info(text, "", "Bring back", lambda: self._in_worker(lambda: bring_back(moved)))

        self._background.run(lambda: give_up(paths), done, self._messages.fail)

    def _in_worker(self, call: Callable[[], None]) -> None:
        self._background.run(call, lambda _: None, self._messages.fail)


def _changes(count: int) -> str:
    return f"{count:,} change" if count == 1 else f"{count:,} changes"


def _images(count: int) -> str:
    return f"{count:,} image" if count == 1 else f"{count:,} images"


def _remove(paths: Iterable[Path]) -> None:
    for path in paths:
        path.unlink(missing_ok=True)
