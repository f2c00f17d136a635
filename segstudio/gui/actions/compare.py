"""The rows of the menu Compare."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from segstudio.gui import commands, taking_over
from segstudio.gui.actions.table import NO_PROJECT, ActionSpec
from segstudio.gui.analysis import commands as analysis

if TYPE_CHECKING:
    from segstudio.gui.window import MainWindow

UNPREDICTED = "Choose predictions that have this image first"
NO_THRESHOLD = "Look at the thresholds of a run of two classes first: Analysis, Thresholds"
NO_OBJECTS = "Match the objects of an image first"


def _at_region(window: MainWindow) -> bool:
    return window.errors.current is not None


def _what_to_take(window: MainWindow) -> str:
    return "Choose one class over the picture first" if taking_over.can_take(window) else UNPREDICTED


def _what_to_select(window: MainWindow) -> str:
    return "Select a region first" if taking_over.can_take(window) else UNPREDICTED


def _of_region(text: str, run: Callable[[MainWindow], object], key: str, icon: str) -> ActionSpec:
    return ActionSpec(text, "Compare", run, (key,), icon, enabled=_at_region, reason="Go to an error region first")


def _has_kept(window: MainWindow) -> bool:
    return window.bench.errors.listed.kept > 0


ROWS: dict[str, ActionSpec] = {
    "analysis": ActionSpec(
        "Analysis",
        "Compare",
        lambda w: w.comparing.toggle_analysis(),
        ("Ctrl+Alt+A",),
        "chart-box-outline",
        checked=lambda w: w.comparing.analysis_shown,
    ),
    "add predictions": ActionSpec(
        "Add predictions...",
        "Compare",
        commands.ask_predictions,
        (),
        "folder-plus-outline",
        enabled=lambda w: w.session.project is not None,
        reason=NO_PROJECT,
    ),
    "next error": ActionSpec(
        "Next error region",
        "Compare",
        lambda w: w.errors.step(1),
        ("N",),
        "chevron-down",
        separated=True,
        enabled=taking_over.can_take,
        reason=UNPREDICTED,
    ),
    "previous error": ActionSpec(
        "Previous error region",
        "Compare",
        lambda w: w.errors.step(-1),
        ("Shift+N",),
        "chevron-up",
        enabled=taking_over.can_take,
        reason=UNPREDICTED,
    ),
    "take prediction": _of_region("Take the prediction there", lambda w: w.errors.take(), "Shift+T", "tray-arrow-down"),
    "keep truth": _of_region("Keep the truth there", lambda w: w.errors.keep(), "Shift+K", "check"),
    "paint truth": _of_region("Paint the truth there", lambda w: w.errors.paint(), "Shift+B", "brush"),
    "list kept": ActionSpec(
        "List kept error regions again",
        "Compare",
        lambda w: w.errors.list_kept(),
        enabled=_has_kept,
        reason="No error region was kept",
    ),
    "take class": ActionSpec(
        "Take the chosen class over from the prediction",
        "Compare",
        taking_over.take_class,
        icon="tray-arrow-down",
        separated=True,
        enabled=taking_over.can_take_class,
        reason=_what_to_take,
    ),
    "take selection": ActionSpec(
        "Take what is selected over from the prediction",
        "Compare",
        taking_over.take_selection,
        icon="selection-drag",
        enabled=taking_over.can_take_selection,
        reason=_what_to_select,
    ),
    "best threshold": ActionSpec(
        "Go to the best threshold",
        "Compare",
        analysis.best_threshold,
        icon="chart-bell-curve",
        separated=True,
        enabled=analysis.can_threshold,
        reason=NO_THRESHOLD,
    ),
    "write threshold": ActionSpec(
        "Write this threshold as a new run",
        "Compare",
        analysis.write_threshold,
        icon="content-save-outline",
        enabled=analysis.can_threshold,
        reason=NO_THRESHOLD,
    ),
    "objects": ActionSpec("Match objects", "Compare", analysis.show_objects, icon="vector-combine", separated=True),
    "next object": ActionSpec(
        "Next object that is not right",
        "Compare",
        lambda w: analysis.step_object(w, 1),
        ("Alt+N",),
        "chevron-double-down",
        enabled=analysis.can_step_object,
        reason=NO_OBJECTS,
    ),
    "previous object": ActionSpec(
        "Previous object that is not right",
        "Compare",
        lambda w: analysis.step_object(w, -1),
        ("Alt+Shift+N",),
        "chevron-double-up",
        enabled=analysis.can_step_object,
        reason=NO_OBJECTS,
    ),
}
