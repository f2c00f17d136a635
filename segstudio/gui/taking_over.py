"""Taking the prediction over into the truth: of a region, of a class, of what is selected. Each is given the window."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from segstudio.core.raster import LabelPlane
from segstudio.core.schema import LabelClass, LabelSchema
from segstudio.editing.accepting import class_area, taken
from segstudio.editing.document import Document
from segstudio.editing.edit import Edit
from segstudio.editing.shapes import Placed
from segstudio.gui.regions import easel_of, has_selection, selected
from segstudio.services.error_regions import ErrorRegion, still_there

if TYPE_CHECKING:
    from segstudio.gui.window import MainWindow

Area = Callable[[Document, LabelPlane, LabelSchema], Placed | None]


def take_region(window: MainWindow, region: ErrorRegion, then: Callable[[], object]) -> None:
    """Make the truth in a region what was predicted there; ``then`` follows where anything has changed."""
    project, messages = window.session.project, window.bench.messages
    if project is None:
        return
    if project.schema.get(region.predicted) is None:
        messages.info("There is nothing to take.", f"The prediction is {region.predicted} there, which is no class.")
        return

    def area(document: Document, prediction: LabelPlane, schema: LabelSchema) -> Placed | None:
        mask = still_there(region, document.labels, prediction)
        return None if mask is None else (mask, region.rect[:2])

    _take(window, "Take prediction", area, then)


def take_class(window: MainWindow) -> None:
    """Make a class exactly as it was predicted in this image."""
    if (c := class_to_take(window)) is not None:
        tell = _undo_offered(window, f"{c.name} is now as predicted.")
        _take(window, f"Take {c.name}", lambda d, p, s: class_area(d.labels, p, c.id, s), tell)


def class_to_take(window: MainWindow) -> LabelClass | None:
    """Return the class that is looked at alone: which one is drawn with was chosen for something else."""
    project, focus = window.session.project, window.presenter.focus
    return project.schema.get(focus) if project is not None and focus is not None else None


def take_selection(window: MainWindow) -> None:
    """Make what is selected as it was predicted."""
    area = selected(window)
    if area is not None:
        tell = _undo_offered(window, "What was selected is now as predicted.")
        _take(window, "Take selection", lambda d, p, s: area, tell)


def can_take(window: MainWindow) -> bool:
    current = window.session.current
    return current is not None and current.prediction is not None


def can_take_class(window: MainWindow) -> bool:
    return can_take(window) and class_to_take(window) is not None


def can_take_selection(window: MainWindow) -> bool:
    return can_take(window) and has_selection(window)


def _take(window: MainWindow, text: str, area: Area, then: Callable[[], object]) -> None:
    easel, project, current = easel_of(window), window.session.project, window.session.current
    if easel is None or project is None or current is None or current.prediction is None:
        return
    document, prediction, schema = easel.document, current.prediction, project.schema

    def compute() -> Edit | None:
        found = area(document, prediction, schema)
        return None if found is None else taken(document, text, found, prediction, schema)

    easel.change(text, compute, then)


def _undo_offered(window: MainWindow, title: str) -> Callable[[], object]:
    """Return what tells of a step that changed much, and offers to undo it."""
    current, edits = window.session.current, window.bench.edits

    def tell() -> None:
        if current is not None:
            window.bench.messages.info(title, "", "Undo", lambda: edits.undo(current.document))

    return tell
