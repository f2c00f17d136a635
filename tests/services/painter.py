"""Somebody who paints and saves until the process is killed: ``python -m tests.services.painter``.

Reads lines of a project's folder and a seed. For each, a child is forked that paints, undoes and saves as the window
does, with a thread for the journal and one for the masks, and writes the number of each change that is in the journal.
When it has been killed, "ended" follows.
"""

import os
import sys
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from itertools import count
from pathlib import Path

import numpy as np

from segstudio.core.records import Project
from segstudio.editing.document import Document
from segstudio.editing.edit import Edit
from segstudio.services.on_disk import OnDisk
from segstudio.services.open_sample import load_sample
from segstudio.services.opening import open_path
from segstudio.services.recovery import Resumed
from segstudio.services.saving import Saved, Work, save_work


def resumed(root: Path) -> tuple[Project, Resumed]:
    """Open the one sample of a project as the window does."""
    project = open_path(root)
    opened = load_sample(project, project.samples[0], None)
    opened.close()
    assert not opened.problems, opened.problems
    assert opened.resumed is not None
    return project, opened.resumed


def change(document: Document, seed: int) -> bool:
    """Make the change that a seed stands for; return whether it was one."""
    rng = np.random.default_rng(seed)
    before = document.revision
    if (kind := rng.integers(0, 8)) == 0:
        document.undo()
    elif kind == 1:
        document.redo()
    else:
        stroke, value = document.begin(f"Stroke {seed}"), int(rng.choice([0, 1, 1, 255]))
        for _ in range(3):
            at = int(rng.integers(-10, 190)), int(rng.integers(-10, 210))
            stroke.paint(rng.random((25, 25)) > 0.2, at, value, int(rng.integers(1, 6)) if value == 1 else 0)
        stroke.commit()
    return document.revision != before


class Painter:
    """A document, and the two threads that the window has for it."""

    def __init__(self, project: Project, begun: Resumed) -> None:
        self.project, self.document = project, begun.document
        self.known: OnDisk | None = begun.on_disk
        self.journal, self.number = begun.journal, begun.number
        self._writer, self._saver = ThreadPoolExecutor(1), ThreadPoolExecutor(1)
        self.written: Future[None] | None = None
        self._saved: Future[Saved] | None = None
        self.document.history.pushed.connect(self._on_push)
        self.document.history.moved.connect(lambda way: self._note(self.journal.undo if way < 0 else self.journal.redo))

    def save(self) -> None:
        """Begin to save, unless a save is under way."""
        if self._saved is not None and not self._saved.done():
            return
        self._take_over()
        snapshot = partial(self.document.snapshot, self.document.revision)
        mark, done = (partial(note, self.number) for note in (self.journal.mark, self.journal.saved))
        work = Work(snapshot, self.known, mark, done)
        self._saved = self._saver.submit(save_work, self.project, {self.project.samples[0].id: work}, False)

    def _take_over(self) -> None:
        if self._saved is not None:
            saved = self._saved.result()
            assert saved.error is None, saved.error
            assert not saved.changed, "nobody else writes here"
            for on_disk in saved.samples.values():
                self.known = on_disk

    def _on_push(self, edit: Edit) -> None:
        kept = len(self.document.history)
        self._note(lambda: self.journal.push(edit, kept))

    def _note(self, write: Callable[[], None]) -> None:
        self.number += 1
        self.written = self._writer.submit(write)


def paint(root: Path, seed: int) -> None:
    """Paint until somebody ends it."""
    painter = Painter(*resumed(root))
    for number in count():
        change(painter.document, seed + number)
        if painter.written is not None:
            painter.written.result()
        os.write(1, f"{number}\n".encode())
        if number % 4 == 3:
            painter.save()


def serve() -> None:
    for line in sys.stdin:
        root, seed = line.rstrip("\n").rsplit(" ", 1)
        if (child := os.fork()) == 0:
            try:
                paint(Path(root), int(seed))
            finally:
                os._exit(1)
        os.write(1, f"child {child}\n".encode())
        status = os.waitpid(child, 0)[1]
        os.write(1, f"ended {os.waitstatus_to_exitcode(status)}\n".encode())


if __name__ == "__main__":
    serve()
