"""What is compared: where this is another, what was found of it before is of no use any more."""

from dataclasses import dataclass
from pathlib import Path

from segstudio.core.records import LabelSource, Spacing
from segstudio.core.schema import LabelSchema
from segstudio.gui.analysis.newest import Same
from segstudio.services.session import Session


@dataclass(frozen=True, slots=True)
class Compared:
    """A run against the labels of a project, with its classes and the size of its pixels.

    The run is one object as long as its masks, and whether they are resized, are the same.
    """

    root: Path
    schema: LabelSchema
    spacing: Spacing | None
    run: Same


def compared(session: Session, run: LabelSource | None) -> Compared | None:
    """Return what is compared now when a run is; None where there is no project, or no run."""
    project = session.project
    if project is None or run is None:
        return None
    return Compared(project.root, project.schema, project.spacing, Same(run))
