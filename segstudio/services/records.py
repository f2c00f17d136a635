"""The records of the open project in memory: what was read, what was changed, and the time that passes."""

import getpass
import time
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

from segstudio.core.errors import SegstudioError
from segstudio.core.events import Event
from segstudio.core.records import Project, Sample, SampleRecord, WorkState
from segstudio.io.records import list_records, merged, read_record, record_path
from segstudio.services.stopwatch import Stopwatch

BLANK = SampleRecord()
BATCH = 2000
LEAST_SECONDS = 1.0
"""Less time than this is not worth a write of its own."""


@dataclass(slots=True)
class RecordBatch:
    """Some of the records of a project, and the faults of those that could not be read."""

    records: dict[str, SampleRecord] = field(default_factory=dict)
    faults: list[SegstudioError] = field(default_factory=list)


def read_records(project: Project) -> Generator[RecordBatch, None, None]:
    """Read the records of a project's samples, some at a time; one without a file of its own has none. In a worker."""
    batch = RecordBatch()
    ids = {sample.id for sample in project.samples}
    try:
        for sample_id, path in list_records(project.records) if project.configured else ():
            if sample_id not in ids:
                continue
            try:
                batch.records[sample_id] = read_record(path)
            except SegstudioError as error:
                batch.faults.append(error)
            if len(batch.records) >= BATCH:
                yield batch
                batch = RecordBatch()
    except SegstudioError as error:  # the folder itself
        batch.faults.append(error)
    yield batch


def record_of(project: Project, sample: Sample) -> SampleRecord | None:
    """Read the record of one sample, blank where there is none; runs in a worker.

    None for one that cannot be read: ``read_records`` tells of it.
    """
    path = record_path(project.records, sample.id)
    if project.configured and path.exists():
        with suppress(SegstudioError):
            return read_record(path)
        return None
    return BLANK


class Records:
    """Lives in the GUI thread. ``changed`` names the samples whose records somebody changed.

    One may be changed before it was read: of such a record only what was changed is known, and written.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.changed: Event[tuple[str, ...]] = Event()
        self.watch = Stopwatch(clock)
        self.finished: set[str] = set()
        """The samples that are done."""
        self._author = _author()
        self.start()

    def start(self) -> None:
        """Forget everything: another project is opened."""
        self._records: dict[str, SampleRecord] = {}
        self._unsaved: dict[str, SampleRecord] = {}
        self._read: set[str] = set()
        self._changed_unread: dict[str, frozenset[str]] = {}
        self._counts: Counter[WorkState] = Counter()
        self._visited, self._touched = "", False
        self.finished.clear()
        self.watch.take()

    def get(self, sample_id: str) -> SampleRecord:
        return self._records.get(sample_id, BLANK)

    def count(self, state: WorkState) -> int:
        """Return how many records say this state."""
        return self._counts[state]

    def learn(self, read: Mapping[str, SampleRecord]) -> None:
        """Take over what was read from disk, save where something newer is known."""
        for sample_id, record in read.items():
            if sample_id in self._read:
                continue
            self._read.add(sample_id)
            names = self._changed_unread.pop(sample_id, frozenset())
            self._put(sample_id, merged(record, self.get(sample_id), names))
            if names:
                self._unsaved[sample_id] = self._records[sample_id]

    def set_state(self, sample_ids: Iterable[str], state: WorkState) -> None:
        """Say how far the work on some samples is."""
        changed = tuple(i for i in sample_ids if self.get(i).state is not state)
        for sample_id in changed:
            self._change(sample_id, state=state)
        self._announce(changed)

    def set_notes(self, sample_id: str, notes: str) -> None:
        if notes != self.get(sample_id).notes:
            self._change(sample_id, notes=notes)
            self._announce((sample_id,))

    def note_edit(self, sample_id: str, mask_from: str = "") -> None:
        """Say that labels were drawn: the sample is in work then, unless it is done or needs review already."""
        self._touch(sample_id)
        before = self.get(sample_id)
        if before.state is WorkState.UNLABELLED:
            self._change(sample_id, state=WorkState.IN_WORK, mask_from=before.mask_from or mask_from)
            self._announce((sample_id,))

    def seconds(self, sample_id: str) -> float:
        """Return the time worked on a sample until now."""
        running = self.watch.seconds if self._touched and sample_id == self._visited else 0.0
        return self.get(sample_id).seconds + running

    def visit(self, sample_id: str) -> None:
        """Another sample is shown: its time begins, and counts once somebody touches it."""
        self.settle()
        self._visited, self._touched = sample_id, False
        self.watch.take()

    def settle(self, least: float = LEAST_SECONDS) -> None:
        """Put the time that passed into the record of the sample that is shown, where that was touched."""
        if self._touched and self.watch.seconds >= least:
            seconds = round(self.get(self._visited).seconds + self.watch.take(), 1)
            self._change(self._visited, seconds=seconds)
            self._announce((self._visited,))

    def unsaved(self) -> dict[str, SampleRecord]:
        """Return the records that are not on disk, by sample id."""
        return dict(self._unsaved)

    def unread(self) -> dict[str, frozenset[str]]:
        """Return, by sample id, the names of what was changed of records that were not read."""
        return dict(self._changed_unread)

    def mark_saved(self, written: Mapping[str, SampleRecord]) -> None:
        """Say which records are on disk; one that was changed since is not."""
        for sample_id, record in written.items():
            if self._unsaved.get(sample_id) is record:
                del self._unsaved[sample_id]

    def _change(self, sample_id: str, **values: Any) -> None:
        values["author"] = self._author
        self._touch(sample_id)
        self._put(sample_id, replace(self.get(sample_id), **values))
        if sample_id not in self._read:
            self._changed_unread[sample_id] = self._changed_unread.get(sample_id, frozenset()) | values.keys()
        self._unsaved[sample_id] = self._records[sample_id]

    def _put(self, sample_id: str, record: SampleRecord) -> None:
        if sample_id in self._records:
            self._counts[self._records[sample_id].state] -= 1
        self._records[sample_id] = record
        self._counts[record.state] += 1
        (self.finished.add if record.state is WorkState.DONE else self.finished.discard)(sample_id)

    def _touch(self, sample_id: str) -> None:
        self._touched = self._touched or sample_id == self._visited

    def _announce(self, sample_ids: tuple[str, ...]) -> None:
        if sample_ids:
            self.changed.emit(sample_ids)


def _author() -> str:
    """Return the name that the system has for whoever works here, or nothing."""
    with suppress(OSError, KeyError, ImportError):
        return getpass.getuser()
    return ""
