"""Edits too long for the GUI thread: computed in a worker, written to the labels a few milliseconds at a time."""

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from segstudio.core.stopping import watched
from segstudio.editing.document import Document
from segstudio.gui.jobs import Background
from segstudio.gui.messages import Messages

SLICE_S = 0.008
"""Half a frame: what is left of it is for painting."""


class Edits(QObject):
    """One thing at a time, in the order it was asked for.

    While ``busy`` nothing else may be drawn: what is computed would be of labels that are no more. ``progressed``
    says what is worked at, "" when there is nothing left to do; ``advanced`` what share of it, 0..1, is computed.
    """

    progressed = Signal(str)
    advanced = Signal(float)
    _told = Signal(object, float)  # by the worker: whose computation it is, and the share

    def __init__(self, messages: Messages, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._messages = messages
        self._background = Background(1, "edit", self)
        self._stop = threading.Event()  # of all that was asked for since the last cancel
        self._waiting = 0
        self._slices: Iterator[None] = iter(())
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._write)
        self._told.connect(self._on_told, Qt.ConnectionType.QueuedConnection)

    @property
    def busy(self) -> bool:
        return self._waiting > 0 or self._timer.isActive()

    def work(self, text: str, compute: Callable[[], Any], done: Callable[[Any], Iterable[None] | None]) -> None:
        """Compute in the worker, then do what is to be done with it here; this is a ``Work`` for tools."""
        stop = self._stop
        self._waiting += 1
        self.progressed.emit(text)

        def ended(result: Any) -> None:
            if stop is self._stop:
                self._waiting -= 1
                self._drive(done(result) or ())

        def failed(error: Exception) -> None:
            if stop is self._stop:
                self._waiting -= 1
                self._messages.fail(error)
                self._drive(())

        self._background.run(partial(watched, compute, stop, partial(self._told.emit, stop)), ended, failed)

    def undo(self, document: Document) -> None:
        if not self.busy:
            self._drive(document.undoing())

    def redo(self, document: Document) -> None:
        if not self.busy:
            self._drive(document.redoing())

    def go_to(self, document: Document, steps: int) -> None:
        """Undo or redo until so many steps stand."""
        if not self.busy:
            self._drive(document.going_to(steps))

    def cancel(self) -> bool:
        """Drop what is being computed; return whether there was anything. What is being written is written whole.

        The worker stops as soon as it looks, for what comes next waits for it.
        """
        dropped, self._waiting = self._waiting > 0, 0
        self._stop.set()
        self._stop = threading.Event()
        if dropped:
            self._drive(())
        return dropped

    def close(self) -> None:
        self.cancel()
        self._timer.stop()
        self._background.close()

    def _on_told(self, stop: threading.Event, share: float) -> None:
        if stop is self._stop:
            self.advanced.emit(share)

    def _drive(self, slices: Iterable[None]) -> None:
        for _ in self._slices:  # of the step before: its end must be there before the next one's beginning
            pass
        self._slices = iter(slices)
        self._write()

    def _write(self) -> None:
        """Write as much as half a frame has room for; the rest follows when what it changed has been painted."""
        until = time.perf_counter() + SLICE_S
        for _ in self._slices:
            if time.perf_counter() > until:
                self._timer.start()
                return
        self._timer.stop()
        if not self.busy:
            self.progressed.emit("")
