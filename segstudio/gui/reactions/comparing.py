"""Compare's analysis dock: when it is shown, how high it is, and what it is closed with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QTimer, Signal

from segstudio.gui.analysis.pages import PAGES

if TYPE_CHECKING:
    from segstudio.gui.window import MainWindow

FIRST_PART, MOST_PART = 0.36, 0.9
"""Of the middle of the window, that the dock gets as long as nobody wants it higher or lower; and at the most."""
LEAST_CANVAS = 302
"""Pixels of height that are left for the canvas and the bar above it, whatever the dock wants."""


class Comparing(QObject):
    """Shows the dock in Compare, as long as the user wants it. ``changed`` says that this, or its height, is another.

    ``part`` of the middle is the dock's, also when the window becomes larger or smaller.
    """

    changed = Signal()

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.analysis_shown: bool = False
        self.part = FIRST_PART
        self._soon = QTimer(self)  # the splitter shares out its new height by itself first
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self._share_room)
        window.analysis.closed.connect(self.toggle_analysis)
        window.presenter.changed.connect(self._show)
        window.session.project_opened.connect(lambda _: self._show())
        window.canvas_side.splitterMoved.connect(lambda *_: self._note_part())
        window.canvas_side.installEventFilter(self)

    def toggle_analysis(self) -> None:
        """Show the analysis, in Compare if need be, or close it."""
        self.analysis_shown = not self.analysis_shown
        if self.analysis_shown and self._window.presenter.mode != "compare":
            self._window.set_mode("compare")
        self._show()
        self._window.action_states.refresh_soon()
        self.changed.emit()

    def show_page(self, name: str) -> None:
        """Show a page of the analysis, in Compare if need be."""
        if not self.analysis_shown:
            self.toggle_analysis()
        elif self._window.presenter.mode != "compare":
            self._window.set_mode("compare")
        self._window.analysis.show_page(name)

    def take_over(self, shown: bool, page: str, part: float) -> None:
        """Show the analysis, or do not, as it was before: it comes into sight in Compare."""
        if page in PAGES:
            self._window.analysis.page = page
        self.analysis_shown = shown
        self.part = part if 0 < part <= MOST_PART else self.part
        self._show()

    def give_room(self, part: float) -> None:
        """Give the dock at least a part of the middle."""
        if part > self.part:
            self.part = part
            self._share_room()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._soon.start()
        return False

    def _show(self) -> None:
        window = self._window
        compared = window.presenter.mode == "compare" and window.session.project is not None
        if (shown := self.analysis_shown and compared) == window.analysis.isHidden():
            window.analysis.setVisible(shown)
            self._share_room()

    def _share_room(self) -> None:
        side, dock = self._window.canvas_side, self._window.analysis
        if not dock.isHidden():
            below = min(round(self.part * side.height()), side.height() - LEAST_CANVAS)
            side.setSizes([side.height() - below, below])

    def _note_part(self) -> None:
        side, dock = self._window.canvas_side, self._window.analysis
        self.part = min(dock.height() / max(side.height(), 1), MOST_PART)
        self.changed.emit()
