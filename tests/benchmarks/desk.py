"""The real window, watched: when it paints, and how long it keeps its user waiting."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import QEvent, QEventLoop, QObject, Qt, QTimer
from PySide6.QtGui import QPaintEvent, QRegion
from PySide6.QtWidgets import QApplication, QWidget

from segstudio.gui.app import make_window
from segstudio.gui.memory import spare_memory_work
from segstudio.gui.window import MainWindow

PATIENCE_MS = 240_000
TICK_MS = 5
POSTED = 2
"""What comes by way of the event loop before a change is seen."""
SIZE = (1600, 1000)


@contextmanager
def desk(path: Path | None = None) -> Iterator[MainWindow]:
    """Open the window, with what a path holds, and close it again."""
    window = make_window()
    window.resize(*SIZE)
    window.show()
    window.activateWindow()  # keys go to the active window only
    spare_memory_work()
    try:
        wait(window.isActiveWindow)
        if path is not None:
            window.bench.open(path)
            wait(lambda: window.session.current is not None)
            wait(lambda: window.session.run is None or len(window.session.scores))
        settle()
        yield window
    finally:
        closed: list[bool] = []
        window.closed.connect(lambda: closed.append(True))
        window.close()
        wait(lambda: closed)
        window.deleteLater()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def wait(ready: Callable[[], object]) -> None:
    """Let the window work, as its own event loop would, until something has happened."""
    if ready():
        return
    loop, poll, limit = QEventLoop(), QTimer(), QTimer()
    poll.timeout.connect(lambda: loop.quit() if ready() else None)
    limit.setSingleShot(True)
    limit.timeout.connect(loop.quit)
    poll.start(20)
    limit.start(PATIENCE_MS)
    loop.exec()
    poll.stop()
    assert ready(), "the window did not get there"


def settle(milliseconds: int = 300) -> None:
    """Let what comes a moment later come: thumbnails, bars, messages."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


class PaintCounter(QObject):
    """Counts the paint events that a widget gets, so that none is timed that did not happen. ``area``: of the last."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.count = 0
        self.area = QRegion()
        self.on_paint: Callable[[], None] = lambda: None
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QPaintEvent):
            self.count += 1
            self.area = event.region()
            self.on_paint()
        return False

    def await_paint(self, before: int) -> None:
        """Process events until there were more paints than ``before``, and their pixels are in the window.

        As the event loop does: what is posted comes first, which are the wish to paint and then the painting. Timers
        that are due come after it: what they do is not waited for once the last pixel is drawn.
        """
        limit = time.perf_counter() + PATIENCE_MS / 1000
        for _ in range(POSTED):
            if self.count == before:
                QApplication.sendPostedEvents()
        while self.count == before:
            QApplication.processEvents()
            assert time.perf_counter() < limit, "the window did not paint"


class Heart(QObject):
    """Beats every ``TICK_MS`` in the GUI thread; ``late`` is by how many milliseconds each beat came too late."""

    def __init__(self) -> None:
        super().__init__()
        self.late: list[float] = []
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)

    def __enter__(self) -> "Heart":
        self._last = time.perf_counter()
        self._timer.start(TICK_MS)
        return self

    def __exit__(self, *_: object) -> None:
        self._beat()
        self._timer.stop()

    def _beat(self) -> None:
        now = time.perf_counter()
        self.late.append(max(1000 * (now - self._last) - TICK_MS, 0.0))
        self._last = now
