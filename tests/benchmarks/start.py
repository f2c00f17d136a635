"""From the start of a process to the window's first painted frame, with nothing open yet."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks.report import Row

ROOT = Path(__file__).parents[2]
TARGET_MS = 1000.0
TIMES = 5

WATCH = """
import sys, time
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QWidget

class Watch(QObject):
    painted = False

    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint:
            self.painted = True
        return False

def until_painted(*_):
    window = next(w for w in QApplication.topLevelWidgets() if w.isVisible())
    watch = Watch()
    window.installEventFilter(watch)
    while not watch.painted:
        QApplication.processEvents()
    print(time.monotonic())
    assert "torch" not in sys.modules
    return 0
"""
OURS = """
from segstudio.__main__ import main
QApplication.exec = until_painted
main([])
"""
BARE = """
import cv2, numpy
app = QApplication(sys.argv)
window = QWidget()
window.resize(1600, 1000)
window.show()
until_painted()
"""


def measure(folder: Path, times: int = TIMES) -> Iterator[Row]:
    """Start our window, and one of Qt's with cv2 and numpy imported, in turn; warm, and compiled as installed."""
    started(OURS, folder)
    pairs = [(started(OURS, folder), started(BARE, folder)) for _ in range(times)]
    yield Row("start: first frame", [ours for ours, _ in pairs], TARGET_MS, peer=[bare for _, bare in pairs])


def started(script: str, folder: Path) -> float:
    """Run a script in an interpreter of its own; return the milliseconds until its window was painted.

    What it compiles is kept in ``folder``, whatever is set for this process.
    """
    env = {**os.environ, "PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(folder / "compiled")}
    command = [sys.executable, "-c", WATCH + script]
    began = time.monotonic()
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return 1000 * (float(done.stdout) - began)
