"""What may be drawn over: choosing it by actions. Each function is given the window."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from segstudio.gui.actions.table import ActionSpec
from segstudio.services.paint_rules import Over

if TYPE_CHECKING:
    from segstudio.gui.window import MainWindow

MENU = "Edit/Paint over"


def is_locked(window: MainWindow) -> bool:
    return window.session.options.class_id in window.session.rules.locked


def toggle_lock(window: MainWindow) -> None:
    """Lock the class that is drawn, or unlock it."""
    window.session.toggle_lock(window.session.options.class_id)


def choice(over: Over, text: str, separated: bool = False) -> ActionSpec:
    """Return the action that lets something be drawn over."""

    def run(window: MainWindow) -> None:
        window.session.set_rules(replace(window.session.rules, over=over))
        if over == "classes":
            show(window)  # which ones is chosen there

    return ActionSpec(text, MENU, run, separated=separated, checked=lambda w: w.session.rules.over == over)


def show(window: MainWindow) -> None:
    """Show where all of it is chosen."""
    window.set_mode("label")
    window.rules_panel.set_opened(True)
    window.label_side.show_section(window.rules_panel)
