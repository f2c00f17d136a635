"""Compare's analysis dock: when it is shown, and what it is closed with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

if TYPE_CHECKING:
    from segstudio.gui.window import MainWindow


class Comparing(QObject):
    """Shows the dock in Compare, as long as the user wants it."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.analysis_shown = False
        window.analysis.closed.connect(self.toggle_analysis)
        window.presenter.changed.connect(self._show)
        window.session.project_opened.connect(lambda _: self._show())

    def toggle_analysis(self) -> None:
        """Show the analysis, in Compare if need be, or close it."""
        self.analysis_shown = not self.analysis_shown
        if self.analysis_shown and self._window.presenter.mode != "compare":
            self._window.set_mode("compare")
        self._show()
        self._window.action_states.refresh_soon()

    def show_page(self, name: str) -> None:
        """Show a page of the analysis."""
        if not self.analysis_shown:
            self.toggle_analysis()
        self._window.analysis.show_page(name)

    def _show(self) -> None:
        window = self._window
        compared = window.presenter.mode == "compare" and window.session.project is not None
        window.analysis.setVisible(self.analysis_shown and compared)
