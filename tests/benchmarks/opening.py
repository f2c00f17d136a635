"""From opening a folder with one large photograph to its first painted frame, against decoding it."""

import time
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
from PySide6.QtCore import QEventLoop, QTimer

from segstudio.io.images import read_image
from tests.benchmarks.desk import PATIENCE_MS, PaintCounter, desk
from tests.benchmarks.report import Row
from tests.benchmarks.scenes import texture

EDGE, TIMES = 8192, 5
RATIO = 1.2


def measure(folder: Path, edge: int = EDGE, times: int = TIMES) -> Iterator[Row]:
    """Open copies of one JPEG, and decode each copy by itself with what the program decodes with."""
    folder.mkdir(parents=True)
    _, encoded = cv2.imencode(".jpg", texture(np.random.default_rng(edge), edge))
    opened, decoded = [], []
    for i in range(times):
        copy = folder / str(i) / "images"
        copy.mkdir(parents=True)
        (copy / "large.jpg").write_bytes(encoded.tobytes())
        began = time.perf_counter()
        read_image(copy / "large.jpg")
        decoded.append(1000 * (time.perf_counter() - began))
        opened.append(_opened(folder / str(i)))
    yield Row(f"opening: JPEG of {edge} px (peer: decoding)", opened, RATIO * float(np.median(decoded)), peer=decoded)


def _opened(folder: Path) -> float:
    with desk() as window:
        paints, loop = PaintCounter(window.canvas), QEventLoop()

        def on_paint() -> None:
            if window.session.current is not None:
                QTimer.singleShot(0, loop, loop.quit)

        paints.on_paint = on_paint
        limit = QTimer()
        limit.setSingleShot(True)
        limit.timeout.connect(loop.quit)
        limit.start(PATIENCE_MS)
        began = time.perf_counter()
        window.bench.open(folder)
        loop.exec()
        took = 1000 * (time.perf_counter() - began)
        assert limit.isActive(), "the picture did not come"
    return took
