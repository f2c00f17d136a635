"""Start the window."""

import logging
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import cast

# cv2 points Qt at plugins and fonts of its own Qt when it is imported; ours must not follow, nor programs we start.
import cv2  # noqa: F401

for _name in ("QT_QPA_PLATFORM_PLUGIN_PATH", "QT_QPA_FONTDIR"):
    os.environ.pop(_name, None)

# Once it is loaded, PySide6 reads the source of every module that is imported: what needs no Qt comes before it.
import segstudio.services.session  # noqa: E402, F401, I001

from PySide6.QtCore import QTimer  # noqa: E402
from PySide6.QtWidgets import QApplication  # noqa: E402

from segstudio.gui.memory import spare_memory_work  # noqa: E402
from segstudio.gui.reactions import remembering  # noqa: E402
from segstudio.gui.settings import Settings  # noqa: E402
from segstudio.gui.theme import Mode, Theme  # noqa: E402
from segstudio.gui.window import MainWindow  # noqa: E402
from segstudio.gui.workbench import Workbench  # noqa: E402

SIGNALS_MS = 250


def make_application() -> QApplication:
    """Return the application, made where there is none yet."""
    running = QApplication.instance()
    if isinstance(running, QApplication):
        return running
    app = QApplication(sys.argv[:1])
    app.setApplicationName("segstudio")
    app.setOrganizationName("segstudio")
    return app


def make_window() -> MainWindow:
    """Return the window, with what was remembered from the last time; not yet shown."""
    settings = Settings()
    theme = Theme(make_application())
    if settings.theme in ("dark", "light"):
        theme.set_mode(cast(Mode, settings.theme))
    window = MainWindow(Workbench(settings), theme)
    theme.put_on()
    remembering.restore(window)
    return window


def report_bugs(window: MainWindow) -> None:
    """Show in the window what nobody expected, instead of ending: the labels are in memory."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    sys.excepthook = _reporter(window)


def show_window(window: MainWindow) -> None:
    """Show the window where it was the last time; at first in its own size, or over the whole of a smaller screen."""
    report_bugs(window)
    room = window.screen().availableGeometry()
    first = window.bench.settings.geometry.isEmpty()
    share = 0.95 if first else 1.0  # a window that was left as large as the screen comes back so
    if window.width() > share * room.width() or window.height() > share * room.height():
        window.showMaximized()
    else:
        window.show()


def run(path: Path | None = None) -> int:
    """Open the window, with what a path holds, and stay until it is closed. Returns the exit status."""
    app = make_application()
    window = make_window()
    show_window(window)
    spare_memory_work()
    if path is not None:
        window.bench.open(path)
    close_on_signals(window)
    return app.exec()


def close_on_signals(window: MainWindow) -> None:
    """Let Ctrl+C in the terminal and a polite kill close the window as its button does: everything is saved first."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: QTimer.singleShot(0, window, window.close))
    awake = QTimer(window)  # Python hears of signals only while it runs
    awake.timeout.connect(lambda: None)
    awake.start(SIGNALS_MS)


def _reporter(window: MainWindow) -> Callable[[type[BaseException], BaseException, TracebackType | None], None]:
    """Show what nobody expected as a bug, with the trace in the log, and go on: the labels are in memory."""

    def report(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if isinstance(error, Exception):
            window.bench.messages.fail(error)
        else:
            sys.__excepthook__(kind, error, trace)

    return report
