"""The rows of the menu Sample."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from segstudio.core.records import WorkState
from segstudio.gui.actions.table import NO_IMAGE, ActionSpec

if TYPE_CHECKING:
    from segstudio.gui.window import MainWindow


def _is_open(window: MainWindow) -> bool:
    return window.session.current is not None


def _is(state: WorkState) -> Callable[[MainWindow], bool]:
    def told(window: MainWindow) -> bool:
        current = window.session.current
        return current is not None and window.session.records.get(current.sample.id).state is state

    return told


def _has_pages(window: MainWindow) -> bool:
    return window.session.current is not None and len(window.samples.pages_of(window.session.current.sample)) > 1


def _toggle_carrying(window: MainWindow) -> None:
    window.bench.carrier.always = not window.bench.carrier.always


ROWS: dict[str, ActionSpec] = {
    "next": ActionSpec("Next image", "Sample", lambda w: w.samples.step(1), ("D", "Right")),
    "previous": ActionSpec("Previous image", "Sample", lambda w: w.samples.step(-1), ("A", "Left")),
    "next unfinished": ActionSpec(
        "Next unfinished image", "Sample", lambda w: w.samples.step_unfinished(1), ("Shift+D",)
    ),
    "previous unfinished": ActionSpec(
        "Previous unfinished image", "Sample", lambda w: w.samples.step_unfinished(-1), ("Shift+A",)
    ),
    "next page": ActionSpec(
        "Next page",
        "Sample",
        lambda w: w.samples.step_page(1),
        ("PgDown",),
        separated=True,
        enabled=_has_pages,
        reason="This image has no other pages",
    ),
    "previous page": ActionSpec(
        "Previous page",
        "Sample",
        lambda w: w.samples.step_page(-1),
        ("PgUp",),
        enabled=_has_pages,
        reason="This image has no other pages",
    ),
    "find": ActionSpec("Find by name", "Sample", lambda w: w.samples.search.setFocus(), ("Ctrl+F",), "magnify"),
    "done and next": ActionSpec(
        "Done and next",
        "Sample",
        lambda w: w.flow.done_and_next(),
        ("Ctrl+Return", "Ctrl+Enter"),
        "check",
        True,
        enabled=_is_open,
        reason=NO_IMAGE,
    ),
    "needs review": ActionSpec(
        "Needs review",
        "Sample",
        lambda w: w.flow.toggle_review(),
        ("Ctrl+R",),
        "flag",
        checked=_is(WorkState.REVIEW),
        enabled=_is_open,
        reason=NO_IMAGE,
    ),
    "in work": ActionSpec(
        "In work",
        "Sample",
        lambda w: w.flow.mark_open(WorkState.IN_WORK),
        checked=_is(WorkState.IN_WORK),
        enabled=_is_open,
        reason=NO_IMAGE,
    ),
    "note": ActionSpec(
        "Write a note", "Sample", lambda w: w.flow.write_note(), ("Ctrl+Shift+N",), enabled=_is_open, reason=NO_IMAGE
    ),
    "carry over": ActionSpec(
        "Carry the previous mask over",
        "Sample",
        lambda w: w.bench.carrier.carry(),
        ("Ctrl+Shift+V",),
        "content-paste",
        True,
        enabled=_is_open,
        reason=NO_IMAGE,
    ),
    "carry always": ActionSpec(
        "Carry it over on every step to an unlabelled image",
        "Sample",
        _toggle_carrying,
        checked=lambda w: w.bench.carrier.always,
    ),
}
