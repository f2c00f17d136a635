"""What is done to the class that is drawn, as an entry of the class table; each is given the window."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from segstudio.core.schema import LabelClass, LabelSchema

if TYPE_CHECKING:
    from segstudio.gui.window import MainWindow


def drawn(window: MainWindow) -> LabelClass | None:
    """Return the class that is drawn, None with nothing open."""
    project = window.session.project
    return project.schema.get(window.session.options.class_id) if project is not None else None


def is_ignored(window: MainWindow) -> bool:
    return (c := drawn(window)) is not None and c.ignore


def is_thing(window: MainWindow) -> bool:
    return (c := drawn(window)) is not None and c.thing


def is_background(window: MainWindow) -> bool:
    return (c := drawn(window)) is not None and c.background


def toggle_ignored(window: MainWindow) -> None:
    """Leave the class out of scores, or count it again."""
    if (c := drawn(window)) is not None:
        _replace(window, replace(c, ignore=not c.ignore))


def toggle_thing(window: MainWindow) -> None:
    """Say that the class has objects that can be told apart, or that it has none."""
    if (c := drawn(window)) is not None:
        _replace(window, replace(c, thing=not c.thing))


def make_background(window: MainWindow) -> None:
    """Let new masks hold the class, and the eraser write it."""
    c, project = drawn(window), window.session.project
    if c is not None and project is not None:
        others = tuple(replace(o, background=o.id == c.id) for o in project.schema.classes)
        window.bench.change_schema(LabelSchema(others))


def move(by: int) -> Callable[[MainWindow], None]:
    """Return what moves the class up or down the list, and so to another key."""

    def change(window: MainWindow) -> None:
        c, project = drawn(window), window.session.project
        if c is not None and project is not None:
            window.bench.change_schema(project.schema.moved(c.id, by))

    return change


def delete(window: MainWindow) -> None:
    """Take the class out of the table; not while the open picture has pixels of it."""
    c, project, current = drawn(window), window.session.project, window.session.current
    if c is None or project is None:
        return
    if c.id == project.schema.background:
        window.bench.messages.warn(f"{c.name} is the background.", "Make another class the background first.")
    elif current is not None and current.counts.counts[c.id]:
        pixels = int(current.counts.counts[c.id])
        text = "Give them another class first: Edit > Clean up and Regions work on a whole class."
        window.bench.messages.warn(f"{c.name} has {pixels:,} pixels in this picture.", text)
    else:
        window.bench.change_schema(project.schema.without(c.id))
        text = "Pixels of it in other pictures keep their value, and are drawn gray."
        window.bench.messages.info(
            f"{c.name} was taken out of the table.", text, "Undo", lambda: _bring_back(window, c)
        )


def _replace(window: MainWindow, changed: LabelClass) -> None:
    project = window.session.project
    if project is not None:
        window.bench.change_schema(project.schema.replaced(changed))


def _bring_back(window: MainWindow, c: LabelClass) -> None:
    project = window.session.project
    if project is not None and project.schema.get(c.id) is None:
        window.bench.change_schema(LabelSchema((*project.schema.classes, c)))
