"""The rows of the menu Compare."""

from segstudio.gui.actions.table import ActionSpec

ROWS: dict[str, ActionSpec] = {
    "analysis": ActionSpec(
        "Analysis",
        "Compare",
        lambda w: w.comparing.toggle_analysis(),
        ("Ctrl+Alt+A",),
        "chart-box-outline",
        checked=lambda w: w.comparing.analysis_shown,
    ),
}
