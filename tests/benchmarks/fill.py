"""The largest areas: a whole square filled, most of it enclosed by a polygon."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from segstudio.core.schema import LabelSchema
from segstudio.gui.window import MainWindow
from segstudio.io.masks import write_mask
from tests.benchmarks.desk import Heart, desk, wait
from tests.benchmarks.report import Row
from tests.benchmarks.scenes import large_project

FILL_TARGET_MS, POLYGON_TARGET_MS, FRAME_MS = 1500.0, 500.0, 16.0
EDGE, TIMES = 16384, 3
SHARE = 0.8
"""Side of the polygon, of that of the picture: 64 % of its area."""


def measure(folder: Path, edge: int = EDGE, times: int = TIMES) -> Iterator[Row]:
    """Fill an empty plane, and draw a polygon on it, each undone again. The peer is OpenCV alone."""
    root = large_project(folder / str(edge), edge)
    empty = np.zeros((edge, edge), np.uint8)
    with desk(root) as window:
        assert window.session.project is not None
        schema: LabelSchema = window.session.project.schema
    write_mask(root / "masks" / "large.png", empty, schema)
    with desk(root) as window, Heart() as heart:
        filled = [_timed(window, lambda: _fill(window)) for _ in range(times)]
        drawn = [_timed(window, lambda: _polygon(window)) for _ in range(times)]
    flooded = [_clock(lambda: cv2.floodFill(empty.copy(), None, (0, 0), 1)) for _ in range(times)]
    corners = (np.array([[0, 0], [1, 0], [1, 1], [0, 1]]) * SHARE * edge).astype(np.int32)
    enclosed = [_clock(lambda: cv2.fillPoly(empty, [corners], 1)) for _ in range(times)]
    yield Row(f"fill: {edge} px whole (peer: cv2.floodFill)", filled, FILL_TARGET_MS, 1.0, flooded)
    yield Row(f"fill, polygon: 64 % of {edge} px (peer: cv2.fillPoly)", drawn, POLYGON_TARGET_MS, 1.0, enclosed)
    yield Row("fill, polygon: late beats", heart.late, FRAME_MS, 0.99)


def _timed(window: MainWindow, draw: Callable[[], None]) -> float:
    """Draw, wait until all is written and painted, and take it back."""
    assert window.session.current is not None
    document = window.session.current.document
    steps = len(document.history)

    def work() -> None:
        draw()
        wait(lambda: len(document.history) > steps and not window.bench.edits.busy)

    took = _clock(work)
    QTest.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    wait(lambda: len(document.history) == steps and not window.bench.edits.busy)
    return took


def _fill(window: MainWindow) -> None:
    window.choose_tool("fill")
    QTest.mouseClick(window.canvas, Qt.MouseButton.LeftButton, pos=window.canvas.rect().center())


def _polygon(window: MainWindow) -> None:
    window.choose_tool("polygon")
    canvas, (width, height) = window.canvas, window.canvas.picture_size or (0, 0)
    inset = (1 - SHARE) / 2
    for x, y in ((inset, inset), (1 - inset, inset), (1 - inset, 1 - inset), (inset, 1 - inset)):
        left, top = canvas.view.to_screen(x * width, y * height)
        QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=QPoint(round(left), round(top)))
    QTest.keyClick(canvas, Qt.Key.Key_Return)


def _clock(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - began)
