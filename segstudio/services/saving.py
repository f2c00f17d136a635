"""Save work where the user may be sure to find it, and never over somebody else's."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from segstudio.core.errors import SegstudioError
from segstudio.core.raster import LabelMap
from segstudio.core.records import Project, SampleRecord
from segstudio.io.instances import write_label_map
from segstudio.io.records import record_path, write_record
from segstudio.services.opening import configure, save_schema


@dataclass(frozen=True, slots=True)
class Saved:
    """What a save has done: the project as it then is, the samples whose labels are on disk, and the first fault.

    ``records`` are those that are on disk, ``notes`` sentences about files that were moved aside for them.
    """

    project: Project
    samples: tuple[str, ...]
    classes: bool
    error: SegstudioError | None = None
    records: Mapping[str, SampleRecord] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def save_work(
    project: Project,
    labels: Mapping[str, Callable[[], LabelMap | None]],
    classes: bool,
    records: Mapping[str, SampleRecord] | None = None,
) -> Saved:
    """Write labels, records by sample id, and the class table where ``classes``; runs in a worker.

    ``labels`` gives by sample id a function that returns the planes, or None where it has changed since and has to
    wait for the next save. The first save in a folder that is no project yet makes it one. A sample that cannot be
    written does not keep the others from it; what was on disk before is still whole then.
    """
    try:
        if not project.configured:
            project = configure(project)
        elif classes:
            project = save_schema(project)
    except SegstudioError as error:
        return Saved(project, (), False, error)
    written: list[str] = []
    fault: SegstudioError | None = None
    for sample_id, snapshot in labels.items():
        planes = snapshot()
        try:
            if planes is not None:
                write_label_map(project.sources[0].target(sample_id), planes, project.schema)
                written.append(sample_id)
        except SegstudioError as error:
            fault = fault or error
    recorded, notes, record_fault = _save_records(project, records or {})
    return Saved(project, tuple(written), True, fault or record_fault, recorded, notes)


def _save_records(
    project: Project, records: Mapping[str, SampleRecord]
) -> tuple[dict[str, SampleRecord], tuple[str, ...], SegstudioError | None]:
    """Write records; return those that are on disk then, what is to be told, and the first fault."""
    written: dict[str, SampleRecord] = {}
    notes: list[str] = []
    fault: SegstudioError | None = None
    for sample_id, record in records.items():
        path = record_path(project.records, sample_id)
        try:
            if aside := write_record(path, record):
                notes.append(f"{path} is no record that can be read: it is kept as {aside.name}.")
            written[sample_id] = record
        except SegstudioError as error:
            fault = fault or error
    return written, tuple(notes), fault
