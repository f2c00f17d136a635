"""From the key for the next image to its first painted frame, and how long the window is held meanwhile."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtTest import QTest

from segstudio.gui.window import MainWindow
from segstudio.io.images import read_image
from tests.benchmarks.desk import PATIENCE_MS, Heart, PaintCounter, desk
from tests.benchmarks.report import Row

DATA = Path(os.environ.get("SEGSTUDIO_TEST_DATA", Path(__file__).parents[3] / "shared" / "data"))
STEPS = 467
STALL_MS = 100.0
"""From here on a hand that goes through a folder notices that the window does not follow."""


def measure(folder: Path, images: Path = DATA / "camvid", steps: int = STEPS) -> Iterator[Row]:
    """Step through a folder of pictures; the peer is decoding them."""
    if not images.is_dir():
        return
    with desk(images) as window:
        project = window.session.project
        assert project is not None
        steps = min(steps, len(project.samples) - 1)
        with Heart() as heart:
            times = [step(window) for _ in range(steps)]
        decode = []
        for sample in project.samples[1 : steps + 1]:
            began = time.perf_counter()
            read_image(sample.image)
            decode.append(1000 * (time.perf_counter() - began))
    yield Row(f"stepping: {images.name}, key to frame", times, peer=decode)
    yield Row(f"stepping: {images.name}, late beats", heart.late, STALL_MS, 1.0)


def step(window: MainWindow) -> float:
    """Press D and wait until the next image is on the screen; return the milliseconds."""
    paints, loop = PaintCounter(window.canvas), QEventLoop()
    before = window.session.current
    painted: list[bool] = []

    def on_paint() -> None:
        if window.session.current is not before:
            painted.append(True)
            loop.quit()

    paints.on_paint = on_paint
    began = time.perf_counter()
    QTest.keyClick(window, Qt.Key.Key_D)
    QTimer.singleShot(PATIENCE_MS, loop, loop.quit)
    loop.exec()
    took = 1000 * (time.perf_counter() - began)
    paints.deleteLater()
    assert painted, "the next image did not come"
    return took
