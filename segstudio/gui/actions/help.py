"""The rows of the menu Help."""

from segstudio.gui import commands
from segstudio.gui.actions.table import ActionSpec

ROWS: dict[str, ActionSpec] = {
    "palette": ActionSpec("Find a command or sample", "Help", commands.find, ("Ctrl+K",), "magnify"),
    "keys": ActionSpec("Keys", "Help", commands.show_keys, ("?",), "keyboard-outline"),
    "change keys": ActionSpec(
        "Change keys", "Help", commands.change_keys, ("Ctrl+Alt+K",), "keyboard-settings-outline"
    ),
    "last message": ActionSpec("Show the last message again", "Help", lambda w: w.toasts.again()),
    "about": ActionSpec("About segstudio", "Help", commands.show_about, (), "information-outline"),
}
