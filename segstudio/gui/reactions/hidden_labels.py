"""A word on the canvas that masks are hidden: else a picture without any looks as if there were none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QPushButton

if TYPE_CHECKING:
    from segstudio.gui.window import MainWindow

TOP, BELOW_TITLES = 12, 46
"""Pixels from the upper edge, where nothing else is there, and where panes have titles."""


class HiddenLabels(QObject):
    """While the key is held one looks below them on purpose: only what stays hidden is told. A click shows them."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.chip = QPushButton(window.canvas)
        self.chip.setObjectName("hiddenChip")
        self.chip.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.chip.setCursor(Qt.CursorShape.PointingHandCursor)
        window.theme.dress(self.chip, "eye-off-outline", 16)
        self.chip.clicked.connect(window.actions_by_name["hide"].trigger)
        window.holding.ended.connect(self.show)
        window.keymap.changed.connect(self.show)
        window.captions.placed.connect(self._place)
        self.show()

    def show(self) -> None:
        """Say it where it is so; called when masks were hidden or shown."""
        key = self._window.keymap.shown("hide")
        self.chip.setText(f"Masks hidden - {key} shows them" if key else "Masks hidden - click to show them")
        self.chip.setVisible(self._window.canvas.bare and not self._window.holding.held)
        self._place()

    def _place(self) -> None:
        canvas = self._window.canvas
        self.chip.adjustSize()
        top = BELOW_TITLES if any(title.isVisible() for title in self._window.captions.titles) else TOP
        self.chip.move((canvas.width() - self.chip.width()) // 2, top)
