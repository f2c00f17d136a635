"""One sample as the window has it, its journal and its masks written without threads."""

from functools import partial
from pathlib import Path

import numpy as np
from PIL import Image

from segstudio.core.raster import LabelMap
from segstudio.core.records import Project
from segstudio.editing.document import Document
from segstudio.editing.edit import Edit
from segstudio.io.journal import digests_of
from segstudio.io.journal_places import journal_places
from segstudio.services.open_sample import OpenSample, load_sample
from segstudio.services.opening import open_path
from segstudio.services.recovery import Resumed
from segstudio.services.saving import Saved, Work, save_work
from segstudio.services.unsaved_work import find_unsaved
from tests.services.rig import sample


class Desk:
    """One sample as the window has it, its journal written without a thread."""

    def __init__(self, root: Path, sample_id: str = "a") -> None:
        self.project = open_path(root)
        self.opened: OpenSample = load_sample(self.project, sample(self.project, sample_id), None)
        self.opened.close()
        assert self.opened.resumed is not None
        self.resumed: Resumed = self.opened.resumed
        self.id, self.known = sample_id, self.resumed.on_disk
        self.journal, self.number = self.resumed.journal, self.resumed.number
        history = self.document.history
        history.pushed.connect(self._on_push)
        history.moved.connect(self._on_move)

    @property
    def document(self) -> Document:
        return self.resumed.document

    @property
    def texts(self) -> tuple[list[str], int]:
        """What the history says, and how much of it is done."""
        return [edit.text for edit in self.document.history.steps], len(self.document.history)

    @property
    def path(self) -> Path:
        return journal_places(self.project.root, self.project.configured, self.id)[0].path

    @property
    def on_disk(self) -> bool:
        """Whether the file of the labels holds what the document does."""
        return digests_of(LabelMap(self.document.labels)) == self.known.digests

    def paint(self, row: int, value: int = 1) -> None:
        stroke = self.document.begin(f"row {row}")
        stroke.paint(np.ones((1, 30), np.bool_), (row, 1), value)
        stroke.commit()

    def save(self, noted: bool = True) -> Saved:
        """Save; without ``noted`` the program ends just before the journal says that it is done."""
        planes, number = LabelMap(self.document.labels), self.number
        done = partial(self.journal.saved, number) if noted else lambda: None
        work = Work(lambda: planes, self.known, partial(self.journal.mark, number), done)
        saved = save_work(self.project, {self.id: work}, classes=False)
        if self.id in saved.samples:
            self.known = saved.samples[self.id]
            self.document.history.mark_saved(self.document.history.position)
        return saved

    def _on_push(self, edit: Edit) -> None:
        self.number += 1
        self.journal.push(edit, len(self.document.history))

    def _on_move(self, way: int) -> None:
        self.number += 1
        (self.journal.undo if way < 0 else self.journal.redo)()


def rows(labels: np.ndarray[tuple[int, ...], np.dtype[np.unsignedinteger]]) -> list[int]:
    """Return the rows whose last but one column holds class 1."""
    return [int(row) for row in np.flatnonzero(labels[:, 29] == 1)]


def overwrite(root: Path, value: int, name: str = "a") -> None:
    """Be another program."""
    Image.fromarray(np.full((24, 32), value, np.uint8)).save(root / "masks" / f"{name}.png")


def unsaved(project: Project) -> list[tuple[str, int]]:
    return [(found.sample.id, found.changes) for found in find_unsaved(project) if found is not None]
