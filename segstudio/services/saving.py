"""Save labels where the user may be sure to find them, and never over somebody else's."""

from segstudio.core.raster import LabelPlane
from segstudio.core.records import Project
from segstudio.io.masks import write_mask
from segstudio.services.opening import configure, save_schema


def save_labels(project: Project, sample_id: str, labels: LabelPlane) -> Project:
    """Write a sample's labels to the project's first source; runs in a worker.

    The first save in a folder that is no project yet makes it one. Returns the project as it then is.
    Raises ``UnwritableFile``; what was on disk before is still whole then.
    """
    configured = project if project.configured else configure(project)
    write_mask(configured.sources[0].target(sample_id), labels, configured.schema)
    return configured


def save_classes(project: Project) -> Project:
    """Write the project's class table; runs in a worker. Returns the project as it then is, as ``save_labels`` does."""
    if not project.configured:
        return configure(project)
    save_schema(project)
    return project
