"""The real window, painted in by mouse until the process is killed: ``python -m tests.journeys.window_painter FOLDER``.

Draws a line every few rows, from the top, and writes the number of each row whose line is in the journal.
"""

import os
import sys
from functools import partial
from pathlib import Path

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtTest import QTest

from segstudio.gui import autosave
from segstudio.gui.app import make_application, make_window
from segstudio.gui.window import MainWindow

WIDTH, HEIGHT = 300, 400
LEFT, RIGHT, STEP = 10, 50, 6


def draw(window: MainWindow, row: int) -> None:
    def at(x: int) -> QPoint:
        left, top = window.canvas.view.to_screen(x + 0.5, row + 0.5)
        return QPoint(round(left), round(top))

    button = Qt.MouseButton.LeftButton
    QTest.mousePress(window.canvas, button, pos=at(LEFT))
    QTest.mouseMove(window.canvas, at((LEFT + RIGHT) // 2))
    QTest.mouseMove(window.canvas, at(RIGHT))
    QTest.mouseRelease(window.canvas, button, pos=at(RIGHT))
    window.bench.journaling.after(partial(os.write, 1, f"{row}\n".encode()))


def main() -> None:
    autosave.DELAY_MS = 20
    app = make_application()
    window = make_window()
    window.resize(1000, 700)
    window.show()
    window.session.options.resize(3)
    rows = iter(range(STEP, HEIGHT - STEP, STEP))
    hand = QTimer(window)
    hand.timeout.connect(lambda: draw(window, next(rows, STEP)))
    window.bench.opener.shown.connect(lambda _: hand.start(5))
    window.bench.open(Path(sys.argv[1]))
    app.exec()


if __name__ == "__main__":
    main()
