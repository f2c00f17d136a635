"""The rows of the menu File."""

from segstudio.gui import commands
from segstudio.gui.actions.table import ActionSpec

RECENT = "File/Open recent"

ROWS: dict[str, ActionSpec] = {
    "open folder": ActionSpec("Open a folder", "File", commands.ask_folder, ("Ctrl+O",), "folder-open-outline"),
    "open image": ActionSpec("Open an image", "File", commands.ask_image, ("Ctrl+Shift+O",), "image-outline"),
    "clear recent": ActionSpec("Forget what was open last", RECENT, lambda w: w.clear_recent()),
    "sample": ActionSpec("Try the sample", "File", lambda w: w.bench.open_sample_project(), ("Ctrl+T",), "creation"),
    "save": ActionSpec(
        "Save now", "File", lambda w: w.bench.autosave.save_now(), ("Ctrl+S",), "content-save-outline", True
    ),
    "quit": ActionSpec("Quit", "File", lambda w: w.close(), ("Ctrl+Q",), separated=True),
}
