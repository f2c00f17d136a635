"""Save work where the user may be sure to find it, and never over somebody else's."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from segstudio.core.errors import SegstudioError
from segstudio.core.raster import LabelPlane
from segstudio.core.records import Project
from segstudio.io.masks import write_mask
from segstudio.services.opening import configure, save_schema


@dataclass(frozen=True, slots=True)
class Saved:
    """What a save has done: the project as it then is, the samples whose labels are on disk, and the first fault."""

    project: Project
    samples: tuple[str, ...]
    classes: bool
    error: SegstudioError | None = None


def save_work(project: Project, labels: Mapping[str, Callable[[], LabelPlane | None]], classes: bool) -> Saved:
    """Write labels, and the class table where ``classes``; runs in a worker.

    ``labels`` gives by sample id a function that returns the plane, or None where it has changed since and has to
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
        plane = snapshot()
        try:
            if plane is not None:
                write_mask(project.sources[0].target(sample_id), plane, project.schema)
                written.append(sample_id)
        except SegstudioError as error:
            fault = fault or error
    return Saved(project, tuple(written), True, fault)
