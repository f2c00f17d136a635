"""Take a model's classes over for images that nobody has chosen any for."""

from dataclasses import replace

from segstudio.core.records import Project
from segstudio.core.schema import LabelSchema
from segstudio.io.classes import FIRST_CLASSES
from segstudio.io.project import CONFIG_NAME, read_config
from segstudio.models.segmenter import ModelInfo
from segstudio.services.session import Session


def adopt_classes(session: Session, info: ModelInfo) -> bool:
    """Take the model's classes over where nobody has chosen any yet; return False where no project is open."""
    project, classes = session.project, offered_classes(info)
    if project is None:
        return False
    unchosen = project.schema == FIRST_CLASSES and not project.configured and not session.has_work
    # Labels that are in memory are filled with the background there was, which must mean the same, and as wide.
    fits = (classes.background, classes.dtype) == (FIRST_CLASSES.background, FIRST_CLASSES.dtype)
    if unchosen and fits and "classes" not in info.assumed:
        adopted = replace(project, schema=classes)
        session.update_project(adopted)
        session.mark_classes_saved(adopted)  # nobody's work yet: it comes with the first edit
    return True


def offered_classes(info: ModelInfo) -> LabelSchema:
    """Return the model's classes as those of a project; a class 0 that is called background is that, marked or not."""
    classes, first = info.classes, info.classes.get(FIRST_CLASSES.background)
    if first is not None and first.name.casefold() == "background" and not any(c.background for c in classes.classes):
        classes = classes.replaced(replace(first, background=True))
    return classes.with_background()


def has_classes(project: Project) -> bool:
    """Tell whether a project's classes are declared, or found in labels, and not merely there to begin with.

    Raises ``UnreadableFile`` where ``segstudio.toml`` cannot be read any more.
    """
    if project.schema != FIRST_CLASSES or any(source.files for source in project.sources):
        return True
    return project.configured and bool(read_config(project.root / CONFIG_NAME).schema)
