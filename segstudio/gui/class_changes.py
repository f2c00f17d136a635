"""What is done to an entry of the class table: to the class that is drawn, or to one whose row was clicked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

from segstudio.core.schema import LabelClass
from segstudio.core.wording import counted
from segstudio.services.class_use import ClassUse, class_use

if TYPE_CHECKING:
    from segstudio.gui.window import MainWindow

Run: TypeAlias = "Callable[[MainWindow, LabelClass], object]"


@dataclass(frozen=True, slots=True)
class ClassChange:
    """``text`` names it in menus. Where it is something that is on or off, ``checked`` tells which."""

    text: str
    run: Run
    icon: str = ""
    separated: bool = False
    """A line goes before it in a menu."""
    checked: Callable[[LabelClass], bool] | None = None


def drawn(window: MainWindow) -> LabelClass | None:
    """Return the class that is drawn, None with nothing open."""
    project = window.session.project
    return project.schema.get(window.session.options.class_id) if project is not None else None


def deleted(window: MainWindow) -> tuple[LabelClass, ...]:
    """Return the classes that were deleted from the open project, the last one first."""
    project = window.session.project
    return project.schema.deleted[::-1] if project is not None else ()


def bring_back(window: MainWindow, c: LabelClass) -> None:
    """Put a deleted class back into the table, for the pixels that still hold its value."""
    if c in deleted(window):
        assert window.session.project is not None
        window.bench.change_schema(window.session.project.schema.restored(c.id))
        window.session.options.choose(c.id)


def _toggle_ignored(window: MainWindow, c: LabelClass) -> None:
    _replace(window, replace(c, ignore=not c.ignore))


def _toggle_thing(window: MainWindow, c: LabelClass) -> None:
    _replace(window, replace(c, thing=not c.thing))


def _make_background(window: MainWindow, c: LabelClass) -> None:
    """Let new masks hold the class, and the eraser write it."""
    assert window.session.project is not None
    window.bench.change_schema(window.session.project.schema.with_background_at(c.id))


def _move(by: int) -> Run:
    """Return what moves a class up or down the list, and so to another key."""

    def change(window: MainWindow, c: LabelClass) -> None:
        assert window.session.project is not None
        window.bench.change_schema(window.session.project.schema.moved(c.id, by))

    return change


def _delete(window: MainWindow, c: LabelClass) -> None:
    """Take a class out of the table; not while the open picture has pixels of it, nor unasked where others have."""
    project, use = window.session.project, class_use(window.session, c.id)
    assert project is not None
    if c.id == project.schema.background:
        window.bench.messages.warn(f"{c.name} is the background.", "Make another class the background first.")
    elif use.pixels:
        also = f", and some in {_told(use)}" if use.others else ""
        text = "Give them another class first: Edit > Clean up and Regions work on a whole class."
        window.bench.messages.warn(f"{c.name} has {use.pixels:,} pixels in this picture{also}.", text)
    elif use.others:
        window.bench.messages.ask(
            f"{c.name} has pixels in {_told(use)}.",
            "Deleted, they keep their value and are drawn gray, until the class is brought back.",
            ("Delete it all the same", lambda: _take_out(window, c)),
        )
    else:
        _take_out(window, c)


def _told(use: ClassUse) -> str:
    return f"{use.others:,} of {counted(use.known, 'other picture')} that were compared"


def _take_out(window: MainWindow, c: LabelClass) -> None:
    project = window.session.project
    if project is None or project.schema.get(c.id) != c:
        return
    window.bench.change_schema(project.schema.without(c.id))
    window.bench.messages.info(
        f"{c.name} was taken out of the table.",
        "Other pictures may hold pixels of it: they keep their value, which no new class gets, and are drawn gray. "
        "Edit > Classes brings it back at any time.",
        "Bring it back",
        lambda: bring_back(window, c),
    )


def _replace(window: MainWindow, changed: LabelClass) -> None:
    assert window.session.project is not None
    window.bench.change_schema(window.session.project.schema.replaced(changed))


CHANGES: dict[str, ClassChange] = {
    "rename class": ClassChange("Rename the class", lambda w, c: w.classes.rename(c)),
    "recolour class": ClassChange("Recolour the class", lambda w, c: w.classes.recolour(c)),
    "class up": ClassChange("Move the class up", _move(-1), separated=True),
    "class down": ClassChange("Move the class down", _move(1)),
    "ignore class": ClassChange("Ignored by scores", _toggle_ignored, "", True, lambda c: c.ignore),
    "thing class": ClassChange("Has instances to tell apart", _toggle_thing, checked=lambda c: c.thing),
    "background class": ClassChange("Is the background", _make_background, checked=lambda c: c.background),
    "delete class": ClassChange("Delete the class", _delete, "trash-can-outline", separated=True),
}
"""By the names of the actions that do the same to the class that is drawn, in the order of the menus."""
