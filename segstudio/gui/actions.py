"""Everything that can be done, once: menus, shortcuts, tool tips and the sheet of keys are made from this table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar

from segstudio.gui import commands
from segstudio.gui.canvas.canvas import ZOOM_STEP
from segstudio.gui.keys import KeySheet
from segstudio.tools import TOOLS

if TYPE_CHECKING:
    from segstudio.gui.window import MainWindow


@dataclass(frozen=True, slots=True)
class ActionSpec:
    """``keys`` are in Qt's portable form; the first is the one that is shown."""

    text: str
    menu: str
    run: Callable[[MainWindow], object]
    keys: tuple[str, ...] = ()
    icon: str = ""
    separated: bool = False
    """A line goes before it in the menu."""


def _tool(name: str) -> Callable[[MainWindow], object]:
    return lambda w: w.choose_tool(name)


def _class(position: int) -> Callable[[MainWindow], object]:
    return lambda w: w.classes.choose_key(position)


def _mode(mode: str) -> Callable[[MainWindow], object]:
    return lambda w: w.set_mode(mode)


TOOL_KEYS = {"brush": "B", "eraser": "E", "polygon": "P", "fill": "G", "pick": "I", "pan": "Shift+H"}

ACTIONS: dict[str, ActionSpec] = {
    "open folder": ActionSpec("Open a folder", "File", commands.ask_folder, ("Ctrl+O",), "folder-open-outline"),
    "open image": ActionSpec("Open an image", "File", commands.ask_image, ("Ctrl+Shift+O",), "image-outline"),
    "sample": ActionSpec("Try the sample", "File", lambda w: w.bench.open_sample_project(), ("Ctrl+T",), "creation"),
    "save": ActionSpec(
        "Save now", "File", lambda w: w.bench.autosave.save_now(), ("Ctrl+S",), "content-save-outline", True
    ),
    "quit": ActionSpec("Quit", "File", lambda w: w.close(), ("Ctrl+Q",), separated=True),
    "undo": ActionSpec("Undo", "Edit", commands.undo, ("Ctrl+Z",), "undo"),
    "redo": ActionSpec("Redo", "Edit", commands.redo, ("Ctrl+Shift+Z", "Ctrl+Y"), "redo"),
    **{
        f"tool {name}": ActionSpec(tool.text, "Edit", _tool(name), (TOOL_KEYS[name],), tool.icon, i == 0)
        for i, (name, tool) in enumerate(TOOLS.items())
    },
    "smaller": ActionSpec("Smaller brush", "Edit", lambda w: w.session.options.resize_by(-1), ("[",), separated=True),
    "larger": ActionSpec("Larger brush", "Edit", lambda w: w.session.options.resize_by(1), ("]",)),
    "much smaller": ActionSpec("Much smaller brush", "Edit", lambda w: w.session.options.resize_by(-10), ("{",)),
    "much larger": ActionSpec("Much larger brush", "Edit", lambda w: w.session.options.resize_by(10), ("}",)),
    "swap": ActionSpec("Swap with background", "Edit", lambda w: w.session.options.swap(), ("X",)),
    "label": ActionSpec("Label", "View", _mode("label"), ("Ctrl+1",), "brush"),
    "predict": ActionSpec("Predict", "View", _mode("predict"), ("Ctrl+2",), "creation"),
    "compare": ActionSpec("Compare", "View", _mode("compare"), ("Ctrl+3",), "compare-horizontal"),
    "fit": ActionSpec("Fit the picture", "View", lambda w: w.canvas.fit(), ("F",), "fit-to-screen-outline", True),
    "actual": ActionSpec("Actual size", "View", lambda w: w.canvas.zoom(1 / w.canvas.view.scale), ("Ctrl+0",)),
    "zoom in": ActionSpec("Zoom in", "View", lambda w: w.canvas.zoom(ZOOM_STEP), ("Ctrl++", "Ctrl+=")),
    "zoom out": ActionSpec("Zoom out", "View", lambda w: w.canvas.zoom(1 / ZOOM_STEP), ("Ctrl+-",)),
    "hide": ActionSpec("Hide masks", "View", commands.toggle_bare, ("H",), "eye-off-outline", True),
    "outline": ActionSpec("Outlines only", "View", commands.toggle_outline, ("V",)),
    "fainter": ActionSpec("Fainter masks", "View", lambda w: w.presenter.set_opacity(w.presenter.opacity - 10), ("-",)),
    "stronger": ActionSpec(
        "Stronger masks", "View", lambda w: w.presenter.set_opacity(w.presenter.opacity + 10), ("=",)
    ),
    "theme": ActionSpec("Light or dark", "View", commands.toggle_theme, (), "theme-light-dark", True),
    "next": ActionSpec("Next image", "Sample", lambda w: w.samples.step(1), ("D", "Right")),
    "previous": ActionSpec("Previous image", "Sample", lambda w: w.samples.step(-1), ("A", "Left")),
    "find": ActionSpec("Find by name", "Sample", lambda w: w.samples.search.setFocus(), ("Ctrl+F",), "magnify"),
    **{
        f"class {i + 1}": ActionSpec(f"Draw class {i + 1}", "Sample", _class(i), (key,), separated=i == 0)
        for i, key in enumerate("1234567890")
    },
    "load model": ActionSpec("Load a model", "Model", commands.ask_model, ("Ctrl+M",), "cube-outline"),
    "predict image": ActionSpec(
        "Predict this image", "Model", lambda w: w.bench.predictor.predict_current(), ("Ctrl+P",), "creation"
    ),
    "predict folder": ActionSpec(
        "Predict the folder", "Model", commands.predict_folder, ("Ctrl+Shift+P",), "folder-play-outline"
    ),
    "cancel": ActionSpec("Cancel the run", "Model", lambda w: w.bench.predictor.cancel(), (), "close"),
    "keys": ActionSpec("Keys", "Help", lambda w: KeySheet(keys_by_menu(), w).open(), ("?",), "keyboard-outline"),
    "about": ActionSpec("About segstudio", "Help", commands.show_about, (), "information-outline"),
}


def make_actions(window: MainWindow) -> dict[str, QAction]:
    """Return an action for each row of the table, owned by the window."""
    made: dict[str, QAction] = {}
    for name, spec in ACTIONS.items():
        action = QAction(spec.text, window)
        action.setShortcuts([QKeySequence(k) for k in spec.keys])
        keys = f" ({shown_key(name)})" if spec.keys else ""
        action.setToolTip(spec.text + keys)
        action.triggered.connect(lambda _=False, run=spec.run: run(window))
        window.addAction(action)
        made[name] = action
    return made


def make_menus(bar: QMenuBar, actions: dict[str, QAction]) -> dict[str, QMenu]:
    """Fill the menu bar, in the order of the table."""
    menus: dict[str, QMenu] = {}
    for name, spec in ACTIONS.items():
        if spec.menu not in menus:
            menus[spec.menu] = bar.addMenu(spec.menu)
        if spec.separated:
            menus[spec.menu].addSeparator()
        menus[spec.menu].addAction(actions[name])
    return menus


def shown_key(name: str) -> str:
    """Return the shortcut of an action as people read it, or nothing."""
    keys = ACTIONS[name].keys
    return QKeySequence(keys[0]).toString(QKeySequence.SequenceFormat.NativeText) if keys else ""


def keys_by_menu() -> dict[str, list[tuple[str, str]]]:
    """Return (shortcut, text) of every action that has one, by menu; the class keys as one row."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for name, spec in ACTIONS.items():
        if spec.keys and not name.startswith("class "):
            groups.setdefault(spec.menu, []).append((shown_key(name), spec.text))
    groups["Sample"].append(("1 ... 9, 0", "Draw one of the first ten classes"))
    return groups
