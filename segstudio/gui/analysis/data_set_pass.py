"""A pass over a data set in a worker: what it has found is found again where it is no longer so."""

from collections.abc import Callable, Generator
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeAlias

from PySide6.QtCore import QObject, Signal

from segstudio.core.records import Project
from segstudio.core.wording import counted
from segstudio.gui.jobs import JobRunner
from segstudio.gui.messages import Messages
from segstudio.gui.pace import Pace
from segstudio.services.open_sample import OpenSample
from segstudio.services.session import Session
from segstudio.services.steps import DataSetStep

Ids: TypeAlias = frozenset[str]
Steps: TypeAlias = Generator[Any, None, None]
Make: TypeAlias = Callable[[Project, Ids | None], Steps]
"""Called in a worker for the steps of a project as it is now, of its samples alone; with no ids of all there are."""


class DataSetPass(QObject):
    """A pass over a data set: ``stepped`` has each step of the last one that was begun, ``ended`` comes after it.

    Images that were written to since are gone over again by ``catch_up``. Whoever puts in by itself what is open as it
    is drawn is ``live``: what is open, or not on disk yet, is then read only once it is closed and saved. ``failures``
    says why an image is not among the results, by id.
    """

    stepped = Signal(object)
    ended = Signal()

    def __init__(self, session: Session, messages: Messages, parent: QObject | None = None, live: bool = True) -> None:
        super().__init__(parent)
        self._session, self._live = session, live
        self._runner = JobRunner(self)
        self._runner.stepped.connect(self._on_step)
        self._runner.failed.connect(messages.fail)
        self._runner.ended.connect(self._on_end)
        self._make: Make | None = None
        self._root: Path | None = None
        self._next: Steps | None = None
        self._stopped = False
        self._again: Ids | None = None  # None: everything is gone over
        self._seen = session.writes.count
        self._doubted: set[str] = set()
        self._opened: tuple[OpenSample, int] | None = None
        self.whole = False
        """Whether the pass went over everything."""
        self.done, self.total = 0, 0
        self.failures: dict[str, str] = {}
        self._pace = Pace()
        session.sample_opened.connect(self._follow)
        session.sample_closed.connect(lambda _: self._follow(None))
        self._follow(session.current)

    @property
    def running(self) -> bool:
        """Whether there are steps to come."""
        return self._next is not None or (self._runner.running and not self._stopped)

    def begin(self, make: Make) -> None:
        """Begin a pass over everything; one that is under way is stopped."""
        self.stop()
        self._make, self.whole = make, False
        self.done, self.total, self.failures = 0, 0, {}
        self._doubted.clear()
        self._pace.start()
        self._go_over(None)

    def catch_up(self) -> None:
        """Go once more over what was written since a pass began, if one did and none is under way."""
        project = self._session.project
        if self._make is None or self.running or project is None or project.root != self._root:
            return
        outdated = (self._doubted | self._session.writes.since(self._seen)) - self._in_hand()
        if outdated:
            self._doubted |= self._session.writes.since(self._seen)  # those in hand come later
            self._go_over(frozenset(outdated))

    def stop(self) -> None:
        """Stop; of steps that are under way nothing is heard any more."""
        self._next, self._stopped = None, True
        self._runner.cancel()

    def close(self) -> None:
        self._runner.close()

    def of_set(self) -> str:
        """Return what to call that which was found: of the set, or of how many of its images so far."""
        return "set" if self.whole or self.done == self.total else f"set, {self.done:,} of {self.total:,}"

    def text(self) -> str:
        """Return how far the pass is, how fast, and how many images failed; nothing where there is nothing to tell."""
        parts = [f"{self.done:,} of {counted(self.total, 'image')}"] if self.done < self.total else []
        parts += [self._pace.told(self.done, self.total, "images")] if self.running else []
        parts += [f"{len(self.failures):,} not measured"] if self.failures else []
        return ", ".join(filter(None, parts))

    def _in_hand(self) -> set[str]:
        """Return the samples of which the labels in memory are what counts."""
        if not self._live:
            return set()
        opened = {self._opened[0].sample.id} if self._opened is not None else set()
        return opened | {sample_id for sample_id, _ in self._session.unsaved()}

    def _follow(self, opened: OpenSample | None) -> None:
        """Doubt what is known of a sample that was drawn on: what was put in may not be what it was left with."""
        if self._live and self._opened is not None:
            before, revision = self._opened
            if before.document.revision != revision:
                self._doubted.add(before.sample.id)
        self._opened = None if opened is None else (opened, opened.document.revision)

    def _go_over(self, ids: Ids | None) -> None:
        project, make = self._session.project, self._make
        assert project is not None
        assert make is not None
        self._root = project.root
        self._again, self._seen = ids, self._session.writes.count
        steps = _steps(make, project, ids)
        if self._runner.running:
            self._next = steps
        else:
            self._start(steps)

    def _on_step(self, step: DataSetStep) -> None:
        if self._stopped:
            return
        self.failures.pop(step.id, None)
        if step.error is not None:
            self.failures[step.id] = step.error.sentence()
        if self._again is None:
            self.done, self.total = step.done, step.total
        self._doubted.discard(step.id)
        self.stepped.emit(step)

    def _on_end(self) -> None:
        if self._next is not None:
            steps, self._next = self._next, None
            self._start(steps)
            return
        if not self._stopped:
            self.whole = self.whole or self._again is None
            self._doubted -= self._again or set()  # of those without a step there is nothing to tell any more
            self.catch_up()
        self.ended.emit()

    def _start(self, steps: Steps) -> None:
        self._stopped = False
        self._runner.start(steps)


def _steps(make: Make, project: Project, ids: Ids | None) -> Steps:
    """Begin in the worker: what is found of a data set before the first step takes its time, too."""
    if ids is not None:
        project = replace(project, samples=tuple(sample for sample in project.samples if sample.id in ids))
    yield from make(project, ids)
