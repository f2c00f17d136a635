"""What a page of the analysis dock is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from segstudio.gui.window import MainWindow


class Page(QWidget):
    """Made when it is first shown; it works only while it is."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__()
        self.window_shown = window

    def refresh(self) -> None:
        """Show what is so now: called when the page is shown, and a moment after what it shows may have changed."""
        raise NotImplementedError

    def leave(self) -> None:
        """The page is shown no more: stop what it computes, and put back what it changed on the canvas."""

    def close_page(self) -> None:
        """The window closes: wait for what works in the background."""
