"""The rows of the menu Edit/Regions: what is done to selected regions, a class, or all labels."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from segstudio.editing import cleaning
from segstudio.editing.cleaning import Change
from segstudio.gui import painting_over, regions
from segstudio.gui.actions.table import ActionSpec

if TYPE_CHECKING:
    from segstudio.gui.window import MainWindow

REGIONS, CLEAN = "Edit/Regions", "Edit/Clean up"
SELECT = "Select a region first"
Run = Callable[["MainWindow"], object]


def _selected(text: str, run: Run, keys: tuple[str, ...] = (), icon: str = "", separated: bool = False) -> ActionSpec:
    return ActionSpec(text, REGIONS, run, keys, icon, separated, enabled=regions.has_selection, reason=SELECT)


def _cleaner(step: str, change: Change, icon: str, text: str, separated: bool = False) -> ActionSpec:
    return ActionSpec(text, CLEAN, regions.cleaner(step, change), (), icon, separated)


ROWS: dict[str, ActionSpec] = {
    "copy region": _selected("Copy", regions.copy, ("Ctrl+C",), "content-copy"),
    "cut region": _selected("Cut out", regions.cut_out, ("Ctrl+X",), "content-cut"),
    "paste region": ActionSpec(
        "Paste at the same place",
        REGIONS,
        regions.paste,
        ("Ctrl+V",),
        "content-paste",
        enabled=lambda w: w.session.clipboard is not None and w.session.current is not None,
        reason="Copy or cut out a region first",
    ),
    "delete region": _selected("Delete", regions.delete, ("Del",), "delete-outline"),
    "reclass region": _selected("Give the drawn class", regions.reclass, ("Ctrl+E",), "format-color-fill", True),
    "merge regions": _selected("Merge", regions.merge, ("Ctrl+J",), "vector-union"),
    "select all": ActionSpec("Select all", REGIONS, regions.select_all, ("Ctrl+A",), "select-all", True),
    "deselect": _selected("Select none", regions.deselect, ("Ctrl+Shift+A",), "select-off"),
    "fill holes": ActionSpec("Fill holes", CLEAN, regions.without_holes, (), "circle-slice-8"),
    "remove islands": ActionSpec("Remove small islands", CLEAN, regions.without_islands, (), "dots-hexagon"),
    "keep largest": ActionSpec("Keep the largest of each class", CLEAN, regions.largest_kept, (), "chart-bubble"),
    "grow": _cleaner("Grow", cleaning.grown, "arrow-expand-all", "Grow all round", True),
    "shrink": _cleaner("Shrink", cleaning.shrunk, "arrow-collapse-all", "Shrink all round"),
    "open": _cleaner("Open", cleaning.opened, "scissors-cutting", "Open: take thin bridges and bumps away"),
    "close": _cleaner("Close", cleaning.closed, "link-variant", "Close: fill narrow gaps and bays"),
    "smooth": _cleaner("Smooth", cleaning.smoothed, "blur", "Smooth outlines"),
    "lock class": ActionSpec(
        "Lock the class",
        "Edit/Paint over",
        painting_over.toggle_lock,
        ("Ctrl+L",),
        "lock-outline",
        checked=painting_over.is_locked,
    ),
    "over all": painting_over.choice("all", "Everything", separated=True),
    "over background": painting_over.choice("background", "Only the background"),
    "over classes": painting_over.choice("classes", "Only chosen classes"),
}
