"""Save work where the user may be sure to find it, and never over somebody else's."""

import os
import struct
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from segstudio.core.errors import SegstudioError, UnwritableFile
from segstudio.core.raster import LabelMap
from segstudio.core.records import Project, SampleRecord
from segstudio.editing.ledger import Digests
from segstudio.io.instances import write_label_map
from segstudio.io.journal import digests_of
from segstudio.io.project import CONFIG_NAME
from segstudio.io.records import record_path, write_record
from segstudio.services.on_disk import OnDisk, changed_since, stamps_of
from segstudio.services.opening import configure, save_schema


@dataclass(frozen=True, slots=True)
class Work:
    """Labels to be written. ``snapshot`` returns them, or None where they have to wait for the next save.

    ``known`` says what their files held last: what somebody else has put there since is not written over. ``mark`` is
    told what the files are about to hold, and ``done`` is called when they do.
    """

    snapshot: Callable[[], LabelMap | None]
    known: OnDisk | None = None
    mark: Callable[[Digests], None] = lambda _: None
    done: Callable[[], None] = lambda: None


@dataclass(frozen=True, slots=True)
class Saved:
    """What a save has done: the project as it then is, the samples whose labels are on disk, and the first fault.

    ``samples`` are in the order in which they were written, with what their files now hold. ``changed`` are those that
    somebody else has written to, which were left alone. ``records`` are those that are on disk, ``notes`` sentences
    about files that were moved aside for them.
    """

    project: Project
    samples: Mapping[str, OnDisk]
    classes: bool
    error: SegstudioError | None = None
    records: Mapping[str, SampleRecord] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()


def save_work(
    project: Project,
    labels: Mapping[str, Work],
    classes: bool,
    records: Mapping[str, SampleRecord] | None = None,
    unread: Mapping[str, Collection[str]] = MappingProxyType({}),
) -> Saved:
    """Write labels, records by sample id, and the class table where ``classes``; runs in a worker.

    ``unread`` names what is known of records that were not read, by sample id.

    The first save in a folder that is no project yet makes it one. A sample that cannot be written does not keep the
    others from it; what was on disk before is still whole then. A project that is gone is not made anew.
    """
    try:
        if not project.configured:
            project = configure(project)
        elif not os.path.lexists(project.root / CONFIG_NAME):
            raise UnwritableFile(project.root, "the project is no longer there", "Put the folder back in its place.")
        elif classes:
            project = save_schema(project)
    except SegstudioError as error:
        return Saved(project, {}, False, error)
    written: dict[str, OnDisk] = {}
    changed: list[str] = []
    fault: SegstudioError | None = None
    for sample_id, work in labels.items():
        try:
            if (planes := work.snapshot()) is None:
                continue
            if (held := _write(project, sample_id, work, planes)) is None:
                changed.append(sample_id)
            else:
                written[sample_id] = held
        except SegstudioError as error:
            fault = fault or error
        except (OSError, ValueError, struct.error) as error:  # of this sample alone: the others are saved all the same
            fault = fault or SegstudioError(
                f"{sample_id} could not be saved: {error}.", "Other images are saved all the same."
            )
    recorded, notes, record_fault = _save_records(project, records or {}, unread)
    return Saved(project, written, True, fault or record_fault, recorded, notes, tuple(changed))


def _write(project: Project, sample_id: str, work: Work, planes: LabelMap) -> OnDisk | None:
    """Write labels and return what their files then hold; None where somebody else has written to them."""
    digests = digests_of(planes)
    sample = next((s for s in project.samples if s.id == sample_id), None)
    if sample is not None and work.known is not None and changed_since(project, sample, work.known, digests):
        return None
    work.mark(digests)
    write_label_map(project.sources[0].target(sample_id), planes, project.schema)
    work.done()
    return OnDisk(stamps_of(project, sample_id), digests)


def _save_records(
    project: Project, records: Mapping[str, SampleRecord], unread: Mapping[str, Collection[str]]
) -> tuple[dict[str, SampleRecord], tuple[str, ...], SegstudioError | None]:
    """Write records; return those that are on disk then, what is to be told, and the first fault."""
    written: dict[str, SampleRecord] = {}
    notes: list[str] = []
    fault: SegstudioError | None = None
    for sample_id, record in records.items():
        path = record_path(project.records, sample_id)
        try:
            if aside := write_record(path, record, unread.get(sample_id)):
                notes.append(f"{path} is no record that can be read: it is kept as {aside.name}.")
            written[sample_id] = record
        except SegstudioError as error:
            fault = fault or error
    return written, tuple(notes), fault
