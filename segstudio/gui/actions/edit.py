"""The rows of the menu Edit, but for what is done to regions."""

from segstudio.gui import commands
from segstudio.gui.actions.table import ActionSpec

ROWS: dict[str, ActionSpec] = {
    "undo": ActionSpec(
        "Undo", "Edit", commands.undo, ("Ctrl+Z",), "undo", reason="Nothing was changed that could be undone"
    ),
    "redo": ActionSpec(
        "Redo",
        "Edit",
        commands.redo,
        ("Ctrl+Shift+Z", "Ctrl+Y"),
        "redo",
        reason="Nothing was undone that could be redone",
    ),
}
