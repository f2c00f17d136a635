"""Show what the demo made: the window on Compare at the worst image, or pictures of the three ways of working."""

import sys
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEventLoop, QMessageLogContext, QTimer, QtMsgType, qInstallMessageHandler

from segstudio.core.errors import SegstudioError
from segstudio.gui.app import close_on_signals, make_application, make_window, show_window
from segstudio.gui.presenter import LAYOUTS
from segstudio.gui.window import MainWindow
from segstudio.services.demo import DemoResult

PATIENCE_MS = 120_000
SETTLING_MS = 300
"""Thumbnails and bars come a moment after what they belong to."""


def show(result: DemoResult) -> None:
    """Open the window on Compare at the demo's worst image; return when it is closed."""
    app = make_application()
    window = make_window()
    show_window(window)
    _open(window, result)
    window.bench.load_sample_model()
    close_on_signals(window)
    app.exec()


def save_screenshots(result: DemoResult) -> list[Path]:
    """Save pictures of the window, 1600 x 1000, in each way of working; return the files, in the demo's folder."""
    # The offscreen platform says of every window that it cannot hint sizes; nothing else that Qt says is dropped.
    qInstallMessageHandler(_say_unless_about_hints)
    make_application()
    window = make_window()
    window.resize(1600, 1000)
    window.show()
    saved: list[Path] = []
    _open(window, result)
    _wait(lambda: len(window.session.scores) == len(result.evaluation.ids))
    window.bench.load_sample_model()
    _wait(lambda: window.bench.predictor.model is not None)
    for mode in LAYOUTS:
        window.set_mode(mode)
        window.toasts.clear()
        _settle()
        target = result.project.root / f"screenshot-{mode}.png"
        if not window.grab().save(str(target)):
            raise SegstudioError(f"{target} could not be written.", "Free the disk or choose another folder.")
        saved.append(target)
    window.close()
    return saved


def _say_unless_about_hints(kind: QtMsgType, context: QMessageLogContext, text: str) -> None:
    if "propagateSizeHints" not in text:
        sys.stderr.write(f"{text}\n")


def _open(window: MainWindow, result: DemoResult) -> None:
    window.bench.open(result.project.root)
    _wait(lambda: window.session.current is not None)
    worst = next(s for s in result.project.samples if s.id == result.worst)
    window.bench.opener.go(worst)
    _wait(lambda: window.session.current is not None and window.session.current.sample.id == result.worst)
    window.set_mode("compare")


def _wait(ready: Callable[[], bool]) -> None:
    """Let the window work until something has happened; raise where it does not in two minutes."""
    loop, poll, limit = QEventLoop(), QTimer(), QTimer()
    poll.timeout.connect(lambda: loop.quit() if ready() else None)
    limit.setSingleShot(True)
    limit.timeout.connect(loop.quit)
    poll.start(10)
    limit.start(PATIENCE_MS)
    loop.exec()
    poll.stop()
    if not ready():
        raise SegstudioError("The window did not answer in time.", "Try again on a machine that is less busy.")


def _settle() -> None:
    loop = QEventLoop()
    QTimer.singleShot(SETTLING_MS, loop.quit)
    loop.exec()
