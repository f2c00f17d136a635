"""The rows of the menu Edit/Classes: the entry of the class table that is drawn with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segstudio.gui import class_changes
from segstudio.gui.actions.table import NO_PROJECT, ActionSpec

if TYPE_CHECKING:
    from segstudio.gui.window import MainWindow

MENU = "Edit/Classes"


def _open(window: MainWindow) -> bool:
    return class_changes.drawn(window) is not None


ROWS: dict[str, ActionSpec] = {
    "add class": ActionSpec(
        "Add a class", MENU, lambda w: w.classes.add(), (), "plus", enabled=_open, reason=NO_PROJECT
    ),
    "rename class": ActionSpec(
        "Rename the class", MENU, lambda w: w.classes.rename_chosen(), (), enabled=_open, reason=NO_PROJECT
    ),
    "recolour class": ActionSpec(
        "Recolour the class", MENU, lambda w: w.classes.recolour_chosen(), (), enabled=_open, reason=NO_PROJECT
    ),
    "class up": ActionSpec(
        "Move the class up", MENU, class_changes.move(-1), (), "", True, enabled=_open, reason=NO_PROJECT
    ),
    "class down": ActionSpec("Move the class down", MENU, class_changes.move(1), (), enabled=_open, reason=NO_PROJECT),
    "ignore class": ActionSpec(
        "Ignored by scores",
        MENU,
        class_changes.toggle_ignored,
        separated=True,
        checked=class_changes.is_ignored,
        enabled=_open,
        reason=NO_PROJECT,
    ),
    "thing class": ActionSpec(
        "Has objects to tell apart",
        MENU,
        class_changes.toggle_thing,
        checked=class_changes.is_thing,
        enabled=_open,
        reason=NO_PROJECT,
    ),
    "background class": ActionSpec(
        "Is the background",
        MENU,
        class_changes.make_background,
        checked=class_changes.is_background,
        enabled=_open,
        reason=NO_PROJECT,
    ),
    "delete class": ActionSpec(
        "Delete the class", MENU, class_changes.delete, (), "trash-can-outline", True, enabled=_open, reason=NO_PROJECT
    ),
}
