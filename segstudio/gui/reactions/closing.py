"""Closing the window: once everything is saved; where it cannot be, it is the user who decides."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QMessageBox

from segstudio.gui.reactions import remembering

if TYPE_CHECKING:
    from segstudio.gui.window import MainWindow


class Closing(QObject):
    """Decides whether the window may close now, and has it closed later where it may not yet."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._given_up = self._asked = False

    def close(self) -> bool:
        """Close, or begin to: return whether it is done. Else the window closes itself once all is saved."""
        window, bench = self._window, self._window.bench
        window.session.settle()
        if bench.autosave.settled or self._given_up:
            window.hide()  # what is still at work may take seconds to stop
            remembering.keep(window)
            window.thumbnails.close()
            window.instances_panel.cutouts.close()
            window.windowing.close()
            window.analysis.close_pages()
            window.confusions.close()
            window.scored_images.close()
            window.reporter.close()
            window.model_panel.exporting.close()
            bench.close()
            return True
        if not self._asked:
            self._asked = True
            bench.autosave.when_saved(self._go_on)
        return False

    def _go_on(self, saved: bool) -> None:
        if saved:
            self._close_for_good()
            return
        box = QMessageBox(QMessageBox.Icon.Warning, "Not saved", "Some work could not be saved.", parent=self._window)
        box.setStandardButtons(QMessageBox.StandardButton.Discard | QMessageBox.StandardButton.Cancel)
        box.setInformativeText("Close all the same and lose it?")
        if self._window.bench.kept_for_next_start:
            box.setInformativeText("What you drew is kept, and offered when the folder is opened again.")
            box.button(QMessageBox.StandardButton.Discard).setText("Close")
        box.setDefaultButton(QMessageBox.StandardButton.Cancel)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.finished.connect(self._on_answer)
        box.open()

    def _on_answer(self, answer: int) -> None:
        self._asked = False
        if answer == QMessageBox.StandardButton.Discard:
            self._close_for_good()

    def _close_for_good(self) -> None:
        self._given_up = True
        self._window.close()
