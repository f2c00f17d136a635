"""The rows of the menu Sample."""

from segstudio.gui.actions.table import ActionSpec

ROWS: dict[str, ActionSpec] = {
    "next": ActionSpec("Next image", "Sample", lambda w: w.samples.step(1), ("D", "Right")),
    "previous": ActionSpec("Previous image", "Sample", lambda w: w.samples.step(-1), ("A", "Left")),
    "find": ActionSpec("Find by name", "Sample", lambda w: w.samples.search.setFocus(), ("Ctrl+F",), "magnify"),
}
