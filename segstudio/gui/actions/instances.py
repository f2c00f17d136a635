"""The rows of the menu Edit/Instances."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QCursor

from segstudio.gui import regions
from segstudio.gui.actions.table import NO_PROJECT, ActionSpec

if TYPE_CHECKING:
    from segstudio.core.records import Instance
    from segstudio.gui.window import MainWindow


def _apart(window: MainWindow) -> bool:
    return window.session.project is not None and window.session.project.task == "instances"


def _none_apart(window: MainWindow) -> str:
    return NO_PROJECT if window.session.project is None else "Tell instances apart first: Edit, Instances"


def _chosen(window: MainWindow) -> Instance | None:
    """Return the object that is marked in the list: the one that was selected, or is drawn."""
    return window.instances_panel.view.chosen


def _delete(window: MainWindow) -> None:
    if (instance := _chosen(window)) is not None:
        window.objects.delete(instance)


def _ask_class(window: MainWindow) -> None:
    """Ask which class what is selected is to be of; where nothing is, the instance that is marked in the list."""
    if regions.has_selection(window):
        menu = window.instances_panel.menu_of_classes(lambda class_id: regions.reclass(window, class_id))
        menu.popup(QCursor.pos())
    else:
        window.instances_panel.view.ask_class(window.instances_panel.view.rect().topLeft())


ROWS: dict[str, ActionSpec] = {
    "tell apart": ActionSpec(
        "Tell instances apart",
        "Edit/Instances",
        lambda w: w.bench.tell_apart(not _apart(w)),
        checked=_apart,
        enabled=lambda w: w.session.project is not None,
        reason=NO_PROJECT,
    ),
    "new instance": ActionSpec(
        "New instance",
        "Edit/Instances",
        lambda w: w.bench.numbering.new(),
        ("M",),
        "plus",
        True,
        enabled=_apart,
        reason=_none_apart,
    ),
    "instance class": ActionSpec(
        "Change the class of the selection",
        "Edit/Instances",
        _ask_class,
        ("Shift+M",),
        "tag-outline",
        enabled=lambda w: regions.has_selection(w) or _chosen(w) is not None,
        reason="Select something, or choose an instance",
    ),
    "delete instance": ActionSpec(
        "Delete the chosen instance",
        "Edit/Instances",
        _delete,
        (),
        "trash-can-outline",
        enabled=lambda w: _chosen(w) is not None,
        reason="Choose an instance first",
    ),
    "number rest": ActionSpec(
        "Number what has no number",
        "Edit/Instances",
        lambda w: w.objects.number_rest(),
        enabled=_apart,
        reason=_none_apart,
    ),
    "colour by instance": ActionSpec(
        "Colour by instance",
        "View",
        lambda w: w.presenter.set_by_instance(not w.presenter.by_instance),
        ("Shift+V",),
        checked=lambda w: w.presenter.by_instance,
        enabled=_apart,
        reason=_none_apart,
    ),
}
