"""The rows of the menu View."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from segstudio.gui import commands
from segstudio.gui.actions.table import NO_IMAGE, ActionSpec
from segstudio.gui.canvas.gestures import ZOOM_STEP

if TYPE_CHECKING:
    from segstudio.gui.window import MainWindow


def _mode(mode: str) -> Callable[[MainWindow], object]:
    return lambda w: w.set_mode(mode)


def _is_seen(window: MainWindow) -> bool:
    return window.windowing.seen is not None


AIDS: dict[str, tuple[str, tuple[str, ...]]] = {
    "rulers": ("Rulers", ("Ctrl+Alt+R",)),
    "scale bar": ("Scale bar", ()),
    "map": ("Map of a picture out of sight", ()),
    "pixels": ("Grid and values of large pixels", ()),
}


def _toggle(aid: str) -> Callable[[MainWindow], object]:
    return lambda w: w.aids.toggle(aid)


def _is_on(aid: str) -> Callable[[MainWindow], bool]:
    return lambda w: w.aids.on(aid)


ROWS: dict[str, ActionSpec] = {
    "label": ActionSpec("Label", "View", _mode("label"), ("Ctrl+1",), "brush"),
    "predict": ActionSpec("Predict", "View", _mode("predict"), ("Ctrl+2",), "creation"),
    "compare": ActionSpec("Compare", "View", _mode("compare"), ("Ctrl+3",), "compare-horizontal"),
    "fit": ActionSpec("Fit the picture", "View", lambda w: w.canvas.fit(), ("F",), "fit-to-screen-outline", True),
    "actual": ActionSpec("Actual size", "View", lambda w: w.canvas.zoom(1 / w.canvas.view.scale), ("Ctrl+0",)),
    "zoom in": ActionSpec("Zoom in", "View", lambda w: w.canvas.zoom(ZOOM_STEP), ("Ctrl++", "Ctrl+=")),
    "zoom out": ActionSpec("Zoom out", "View", lambda w: w.canvas.zoom(1 / ZOOM_STEP), ("Ctrl+-",)),
    "hide": ActionSpec(
        "Hide masks", "View", commands.toggle_bare, ("H",), "eye-off-outline", True, lambda w: w.canvas.bare, "peek"
    ),
    "outline": ActionSpec("Outlines only", "View", commands.toggle_outline, ("V",)),
    "fainter": ActionSpec("Fainter masks", "View", lambda w: w.presenter.set_opacity(w.presenter.opacity - 10), ("-",)),
    "stronger": ActionSpec(
        "Stronger masks", "View", lambda w: w.presenter.set_opacity(w.presenter.opacity + 10), ("=",)
    ),
    "auto contrast": ActionSpec(
        "Auto contrast",
        "View",
        lambda w: w.windowing.fit(),
        ("Shift+C",),
        "auto-fix",
        True,
        enabled=_is_seen,
        reason=NO_IMAGE,
    ),
    "reset contrast": ActionSpec(
        "Reset contrast", "View", lambda w: w.windowing.reset(), (), "restore", enabled=_is_seen, reason=NO_IMAGE
    ),
    "turn right": ActionSpec(
        "Rotate the view right", "View/Rotate and flip", lambda w: w.canvas.rotate(1), ("Ctrl+]",), "rotate-right"
    ),
    "turn left": ActionSpec(
        "Rotate the view left", "View/Rotate and flip", lambda w: w.canvas.rotate(-1), ("Ctrl+[",), "rotate-left"
    ),
    "flip": ActionSpec("Flip the view", "View/Rotate and flip", lambda w: w.canvas.flip(), (), "flip-horizontal"),
    "upright": ActionSpec(
        "Upright again", "View/Rotate and flip", lambda w: w.canvas.set_upright(), (), separated=True
    ),
    **{
        name: ActionSpec(
            text,
            "View",
            _toggle(name),
            keys,
            separated=name == "rulers",
            checked=_is_on(name),
            enabled=(lambda w: w.aids.measured) if name == "scale bar" else None,
            reason="Say how large a pixel is first: Pixel size" if name == "scale bar" else "",
        )
        for name, (text, keys) in AIDS.items()
    },
    "pixel size": ActionSpec("Pixel size...", "View", lambda w: w.aids.ask_pixel_size()),
    "theme": ActionSpec("Light or dark", "View", commands.toggle_theme, (), "theme-light-dark", True),
}
