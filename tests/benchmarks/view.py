"""A frame while the view is moved and zoomed, on a large picture, in the real window."""

import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from PySide6.QtGui import QColor, QImage, QPainter

from segstudio.gui.canvas.viewport import Viewport
from segstudio.gui.window import MainWindow
from tests.benchmarks.desk import PaintCounter, desk, settle
from tests.benchmarks.report import Row
from tests.benchmarks.scenes import large_project

TARGET_MS = 16.0
EDGE = 16384
SCALES = (0.03, 0.055, 0.12, 0.3, 0.49, 0.7, 1.0, 1.9, 4.0, 8.0, 40.0)
FRAMES = 20
STEP = (37, 23)


def measure(folder: Path, edge: int = EDGE, scales: Sequence[float] = SCALES, frames: int = FRAMES) -> Iterator[Row]:
    """Pan at every scale and zoom from the smallest to the largest. The peer is Qt alone that copies one image."""
    with desk(large_project(folder / str(edge), edge)) as window:
        for mode in ("label", "compare"):
            window.set_mode(mode)
            window.toasts.clear()
            settle()
            bare = blit(window)
            for scale in scales:
                views = [centred(window, scale).panned(i * STEP[0], i * STEP[1]) for i in range(frames)]
                yield Row(f"view, pan: {edge}, {mode}, {scale:g}", shown(window, views), TARGET_MS, 0.95, bare)
            zooms = [centred(window, scales[0] * (scales[-1] / scales[0]) ** (i / 60)) for i in range(61)]
            yield Row(f"view, zoom: {edge}, {mode}", shown(window, zooms), TARGET_MS, 0.95, bare)


def centred(window: MainWindow, scale: float) -> Viewport:
    assert window.session.current is not None
    height, width = window.session.current.document.labels.shape
    return Viewport.centred((width, height), window.canvas.pane_size(), scale)


def shown(window: MainWindow, views: Sequence[Viewport]) -> list[float]:
    """Return the milliseconds from each view to its last pixel."""
    paints, times = PaintCounter(window.canvas), []
    for view in views:
        before, began = paints.count, time.perf_counter()
        window.canvas.set_view(view)
        paints.await_paint(before)
        times.append(1000 * (time.perf_counter() - began))
    paints.deleteLater()
    return times


def blit(window: MainWindow, repeats: int = 30) -> list[float]:
    image = QImage(window.canvas.size(), QImage.Format.Format_RGB32)
    image.fill(QColor("gray"))
    target, times = QImage(image), []
    for _ in range(repeats):
        began = time.perf_counter()
        painter = QPainter(target)
        painter.drawImage(0, 0, image)
        painter.end()
        times.append(1000 * (time.perf_counter() - began))
    return times
