"""From a brush event to repainted pixels, on large pictures, in the real window."""

import time
from collections.abc import Callable, Iterator, Sequence
from itertools import product
from pathlib import Path

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from segstudio.gui.canvas.viewport import Viewport
from segstudio.gui.window import MainWindow
from tests.benchmarks.desk import PaintCounter, desk, settle, wait
from tests.benchmarks.report import Row
from tests.benchmarks.scenes import large_project

TARGET_MS, HUGE_TARGET_MS, UNDO_TARGET_MS = 2.0, 8.0, 10.0
EVENT_MS = 8
"""Between events: a mouse that reports 125 times a second."""
STEP = 9
"""Screen pixels between events: a hand that crosses the canvas in a second."""
EDGES, RADII, MODES = (2048, 8192, 16384), (10, 50, 200, 1000), ("label", "compare")
HUGE = 1000
ZOOMS: dict[str, float | None] = {"fit": None, "1:1": 1.0, "8x": 8.0}
STROKES, MOVES = 6, 40


def measure(
    folder: Path,
    edges: Sequence[int] = EDGES,
    radii: Sequence[int] = RADII,
    strokes: int = STROKES,
) -> Iterator[Row]:
    """Paint ``strokes`` strokes in every combination of picture, way of working, zoom and radius in image pixels.

    The peer is Qt alone that draws picture and overlay where the last event repainted; of the rows on size it is the
    same stroke on the smallest picture.
    """
    smallest: dict[tuple[str, str, int], list[float]] = {}
    for edge in edges:
        with desk(large_project(folder / str(edge), edge)) as window:
            for combination in product(MODES, ZOOMS, radii):
                mode, zoom, radius = combination
                what = f"{edge}, {mode}, {zoom}, r {radius}"
                painter = Painter(window, mode, ZOOMS[zoom], radius)
                times = painter.paint(strokes, EVENT_MS)
                target = HUGE_TARGET_MS if radius >= HUGE else TARGET_MS
                yield Row(f"brush: {what}", times, target, 0.95, painter.blit())
                yield Row(f"brush, undo and redo: {what}", painter.undo_and_redo(strokes), UNDO_TARGET_MS, 0.95)
                first = smallest.setdefault(combination, times)
                if first is not times:
                    yield Row(f"brush: {what} (peer: {edges[0]})", times, peer=first)


class Hand:
    """Paints strokes on a widget with the mouse, and times each event until the widget has painted.

    ``finish`` waits for what a repaint leaves to be done elsewhere, as by a graphics card."""

    def __init__(self, widget: QWidget, finish: Callable[[], object] = lambda: None) -> None:
        self._widget, self._finish = widget, finish
        self.paints = PaintCounter(widget)

    def stroke(self, part: float, pause_ms: float) -> tuple[list[float], QPointF]:
        """Paint a stroke that begins at a part 0..1 of the height; return the milliseconds of each press and move,
        and where it ends.

        ``pause_ms`` lies between two events, as with a mouse; without it the caches of the processor stay warm."""
        at = QPointF(self._widget.width() * 0.3, self._widget.height() * (0.2 + 0.6 * part))
        times = [self._timed(QEvent.Type.MouseButtonPress, at, pause_ms)]
        for _ in range(MOVES):
            at += QPointF(STEP, STEP / 3)
            times.append(self._timed(QEvent.Type.MouseMove, at, pause_ms))
        self._send(QEvent.Type.MouseButtonRelease, at)
        return times, at

    def _timed(self, kind: QEvent.Type, at: QPointF, pause_ms: float) -> float:
        """Send an event after a pause, and time it from there until it is painted."""
        due = time.perf_counter() + pause_ms / 1000
        while time.perf_counter() < due:
            QApplication.processEvents()
        before, began = self.paints.count, time.perf_counter()
        self._send(kind, at)
        self.paints.await_paint(before)
        self._finish()
        return 1000 * (time.perf_counter() - began)

    def _send(self, kind: QEvent.Type, at: QPointF) -> None:
        button = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseMove else Qt.MouseButton.LeftButton
        held = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseButtonRelease else Qt.MouseButton.LeftButton
        where = self._widget.mapToGlobal(at)
        event = QMouseEvent(kind, at, where, button, held, Qt.KeyboardModifier.NoModifier)
        QApplication.sendEvent(self._widget, event)


class Painter:
    """Paints in the window, by mouse and by keys."""

    def __init__(self, window: MainWindow, mode: str, scale: float | None, radius: int) -> None:
        self._window, self._canvas = window, window.canvas
        window.set_mode(mode)
        window.choose_tool("brush")
        window.session.options.resize(2 * radius)
        window.toasts.clear()
        self._canvas.fit()
        if scale is not None:
            assert window.session.current is not None
            height, width = window.session.current.document.labels.shape
            self._canvas.set_view(Viewport.centred((width, height), self._canvas.pane_size(), scale))
        wait(lambda: not window.session.unsaved())
        settle()
        self._hand = Hand(self._canvas)
        self._paints = self._hand.paints

    def paint(self, strokes: int, pause_ms: float) -> list[float]:
        """Paint strokes in changing classes; return the milliseconds of each press and move."""
        times: list[float] = []
        for stroke in range(strokes):
            self._window.session.options.choose(1 + stroke % 3)
            taken, end = self._hand.stroke(stroke / strokes, pause_ms)
            times += taken
            self._require_painted(end)
        return times

    def undo_and_redo(self, strokes: int) -> list[float]:
        """Undo and redo the last strokes; return the milliseconds from each key to the last pixel."""
        return [self._timed_step(key) for key in [Qt.Key.Key_Z] * strokes + [Qt.Key.Key_Y] * strokes]

    def _timed_step(self, key: Qt.Key) -> float:
        before, began = self._paints.count, time.perf_counter()
        QTest.keyClick(self._window, key, Qt.KeyboardModifier.ControlModifier)
        self._paints.await_paint(before)
        while self._window.bench.edits.busy:
            before = self._paints.count
            self._paints.await_paint(before)
        return 1000 * (time.perf_counter() - began)

    def blit(self, repeats: int = 30) -> list[float]:
        """Return what it takes Qt alone to draw picture and overlay where the last event repainted."""
        below, above = (QImage(self._canvas.size(), kind) for kind in _FORMATS)
        below.fill(QColor("gray"))
        above.fill(QColor(90, 20, 20, 128))
        target = QImage(below)
        times: list[float] = []
        for _ in range(repeats):
            began = time.perf_counter()
            painter = QPainter(target)
            painter.setClipRegion(self._paints.area)
            painter.drawImage(0, 0, below)
            painter.drawImage(0, 0, above)
            painter.end()
            times.append(1000 * (time.perf_counter() - began))
        return times

    def _require_painted(self, at: QPointF) -> None:
        """Check that the label under the pointer is the one chosen: else nothing was measured."""
        current = self._window.session.current
        assert current is not None
        x, y = self._canvas.view.to_image(at.x(), at.y())
        assert current.document.labels[int(y), int(x)] == self._window.session.options.class_id


_FORMATS = (QImage.Format.Format_RGB32, QImage.Format.Format_ARGB32_Premultiplied)
