"""The rows of the menu Tools: one a drawing tool, what all of them share, and the class that is drawn."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from segstudio.gui import regions
from segstudio.gui.actions.table import ActionSpec
from segstudio.tools import TOOLS

if TYPE_CHECKING:
    from segstudio.gui.window import MainWindow

TOOL_KEYS = {
    "brush": "B",
    "eraser": "E",
    "polygon": "P",
    "rectangle": "R",
    "ellipse": "O",
    "lasso": "L",
    "livewire": "S",
    "fill": "G",
    "wand": "W",
    "grabcut": "K",
    "superpixel": "U",
    "threshold": "Y",
    "snap": "J",
    "select": "T",
    "cut": "C",
    "pick": "I",
    "pan": "Shift+H",
}
CLASS_KEYS = "1234567890"


def _tool(name: str) -> Callable[[MainWindow], object]:
    return lambda w: w.choose_tool(name)


def _class(position: int) -> Callable[[MainWindow], object]:
    return lambda w: regions.choose_class(w, position)


def _has_class(position: int) -> Callable[[MainWindow], bool]:
    return lambda w: position < len(w.classes.model.classes)


ROWS: dict[str, ActionSpec] = {
    **{
        f"tool {name}": ActionSpec(tool.text, "Tools", _tool(name), (TOOL_KEYS[name],), tool.icon)
        for name, tool in TOOLS.items()
    },
    "smaller": ActionSpec("Smaller brush", "Tools", lambda w: w.session.options.resize_by(-1), ("[",), separated=True),
    "larger": ActionSpec("Larger brush", "Tools", lambda w: w.session.options.resize_by(1), ("]",)),
    "much smaller": ActionSpec("Much smaller brush", "Tools", lambda w: w.session.options.resize_by(-10), ("{",)),
    "much larger": ActionSpec("Much larger brush", "Tools", lambda w: w.session.options.resize_by(10), ("}",)),
    "swap": ActionSpec("Swap with background", "Tools", lambda w: w.session.options.swap(), ("X",), separated=True),
    **{
        f"class {i + 1}": ActionSpec(
            f"Draw class {i + 1}",
            "Tools/Class to draw",
            _class(i),
            (key,),
            enabled=_has_class(i),
            reason="There are not as many classes",
        )
        for i, key in enumerate(CLASS_KEYS)
    },
}
