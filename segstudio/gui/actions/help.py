"""The rows of the menu Help."""

from segstudio.gui import commands
from segstudio.gui.actions.table import ActionSpec

ROWS: dict[str, ActionSpec] = {
    "keys": ActionSpec("Keys", "Help", lambda w: w.show_keys(), ("?",), "keyboard-outline"),
    "about": ActionSpec("About segstudio", "Help", commands.show_about, (), "information-outline"),
}
