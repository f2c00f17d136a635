"""Following the sample that is open: its history, and the pixels of each class."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from segstudio.editing.history import History
from segstudio.gui.actions import ACTIONS
from segstudio.services.open_sample import OpenSample

if TYPE_CHECKING:
    from segstudio.gui.window import MainWindow

SHARES_MS = 50
COUNTING_S = 0.005
DRAWING_S = 0.001
"""What is counted at a time while one draws: the next event of the mouse may be there already."""


class Following(QObject):
    """Names what can be undone and redone; counts anew, a moment after a stroke."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._unfollow: Callable[[], None] = lambda: None
        self._shares = QTimer(self)
        self._shares.setSingleShot(True)
        self._shares.timeout.connect(self._count)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.timeout.connect(self._count_rest)
        window.session.project_opened.connect(lambda _: self._let_go())
        window.session.sample_opened.connect(self._follow)
        window.history_panel.wanted.connect(self._go_to)
        self._show_history(None)

    def _go_to(self, steps: int) -> None:
        current = self._window.session.current
        if current is not None:
            self._window.bench.edits.go_to(current.document, steps)

    def _count(self) -> None:
        """Count what was drawn, a part of a frame at a time, then show it.

        In the middle of a stroke little is counted, so that not too much waits for its end, and nothing is shown.
        """
        current = self._window.session.current
        if current is not None and current.document.editing:
            current.catch_up(DRAWING_S)
            self._shares.start(SHARES_MS)
            return
        if current is not None and not current.counts.catch_up(COUNTING_S):
            self._shares.start(0)
            return
        self._window.classes.refresh_shares()
        self._window.readout.again()
        self._count_rest()

    def _count_rest(self) -> None:
        """Count what is compared, too, before it is asked for: what waits for it would fill the memory."""
        current = self._window.session.current
        if current is not None and not current.document.editing and not current.catch_up(COUNTING_S):
            self._rest.start(0)

    def _count_soon(self) -> None:
        if not self._shares.isActive():
            self._shares.start(SHARES_MS)

    def _let_go(self) -> None:
        self._unfollow()
        self._unfollow = lambda: None

    def _follow(self, opened: OpenSample) -> None:
        self._unfollow()
        history, document = opened.document.history, opened.document
        stop_history = history.changed.connect(lambda _: self._show_history(history))
        stop_document = document.changed.connect(lambda _: self._count_soon())

        def unfollow() -> None:
            stop_history()
            stop_document()

        self._unfollow = unfollow
        self._show_history(history)
        self._count()

    def _show_history(self, history: History | None) -> None:
        """Name what can be undone and redone, and grey what cannot."""
        texts = (history.undo_text, history.redo_text) if history is not None else (None, None)
        for name, text in zip(("undo", "redo"), texts, strict=True):
            action = self._window.actions_by_name[name]
            action.setEnabled(text is not None)
            action.setText(f"{ACTIONS[name].text} {text.lower()}" if text else ACTIONS[name].text)
