"""The rows of the menu Edit/Classes: the entry of the class table that is drawn with, and those that were deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from segstudio.gui import class_changes
from segstudio.gui.actions.table import NO_PROJECT, ActionSpec
from segstudio.gui.class_changes import CHANGES, ClassChange

if TYPE_CHECKING:
    from segstudio.gui.window import MainWindow

MENU = "Edit/Classes"


def _open(window: MainWindow) -> bool:
    return class_changes.drawn(window) is not None


def _none_deleted(window: MainWindow) -> str:
    return NO_PROJECT if window.session.project is None else "No class of this project was deleted"


def _row(change: ClassChange) -> ActionSpec:
    """Return the action that does to the class that is drawn what is done to any class."""

    def run(window: MainWindow) -> None:
        if (c := class_changes.drawn(window)) is not None:
            change.run(window, c)

    def checked(window: MainWindow) -> bool:
        c = class_changes.drawn(window)
        return c is not None and change.checked is not None and change.checked(c)

    return ActionSpec(
        change.text,
        MENU,
        run,
        (),
        change.icon,
        change.separated,
        checked if change.checked is not None else None,
        enabled=_open,
        reason=NO_PROJECT,
    )


ROWS: dict[str, ActionSpec] = {
    "add class": ActionSpec(
        "Add a class", MENU, lambda w: w.classes.add(), (), "plus", enabled=_open, reason=NO_PROJECT
    ),
    **{name: _row(change) for name, change in CHANGES.items()},
    "bring back class": ActionSpec(
        "Bring back a deleted class",
        MENU,
        lambda w: w.class_menus.ask_deleted(),
        (),
        "restore",
        enabled=lambda w: bool(class_changes.deleted(w)),
        reason=_none_deleted,
    ),
}
