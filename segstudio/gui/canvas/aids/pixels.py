"""Pixels told apart when they are large on the screen: lines between them, and their values where these fit."""

import math
from collections.abc import Callable
from functools import lru_cache

from PySide6.QtCore import QLineF, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter

from segstudio.gui.canvas.viewport import Viewport

GRID_FROM = 16.0
"""Screen pixels to a pixel of the picture, from which on lines are drawn."""

VALUES_FROM = 40.0
LINE = QColor(128, 128, 128, 90)

ValueAt = Callable[[int, int], str]
"""The value of the pixel in a column and a row, one line for each channel."""


def draw_pixels(
    painter: QPainter, view: Viewport, exposed: Callable[[], QRectF], size: tuple[int, int], value_at: ValueAt
) -> None:
    """Draw within what is ``exposed``, in device pixels of a pane; ``size`` is the picture's (width, height)."""
    if view.scale < GRID_FROM:
        return
    area = exposed()
    seen = _between(view.to_image(area.left(), area.top()), view.to_image(area.right(), area.bottom()))
    x0, y0 = max(math.floor(seen.left()), 0), max(math.floor(seen.top()), 0)
    x1, y1 = min(math.ceil(seen.right()), size[0]), min(math.ceil(seen.bottom()), size[1])
    if x0 >= x1 or y0 >= y1:
        return
    _draw_grid(painter, view, (x0, y0, x1, y1))
    if view.scale >= VALUES_FROM:
        _write_values(painter, view, (x0, y0, x1, y1), value_at)


def _draw_grid(painter: QPainter, view: Viewport, box: tuple[int, int, int, int]) -> None:
    x0, y0, x1, y1 = box
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
    painter.setPen(LINE)
    lines = [_line(view, x, y0, x, y1) for x in range(x0, x1 + 1)]
    lines += [_line(view, x0, y, x1, y) for y in range(y0, y1 + 1)]
    painter.drawLines(lines)


def _line(view: Viewport, x0: int, y0: int, x1: int, y1: int) -> QLineF:
    return QLineF(*view.to_screen(x0, y0), *view.to_screen(x1, y1))


def _write_values(painter: QPainter, view: Viewport, box: tuple[int, int, int, int], value_at: ValueAt) -> None:
    x0, y0, x1, y1 = box
    font = QFont(painter.font())
    font.setPixelSize(max(round(view.scale / 5), 8))
    font_key, height = font.toString(), QFontMetricsF(font).height()
    for row in range(y0, y1):
        for column in range(x0, x1):
            x, y = view.to_screen(column + 0.5, row + 0.5)
            lines = value_at(column, row).split("\n")
            y -= len(lines) * height / 2
            for i, line in enumerate(lines):
                word = _word(line, font_key)
                painter.drawImage(QPointF(round(x - word.width() / 2), round(y + i * height)), word)


def _between(a: tuple[float, float], b: tuple[float, float]) -> QRectF:
    return QRectF(QPointF(*a), QPointF(*b)).normalized()


@lru_cache(maxsize=4096)
def _word(text: str, font_key: str) -> QImage:
    """Return a line of text, light over dark. Drawn anew for each of a thousand pixels it would take three frames."""
    font = QFont()
    font.fromString(font_key)
    metrics = QFontMetricsF(font)
    size = QSizeF(metrics.horizontalAdvance(text) + 2, metrics.height() + 1)
    word = QImage(size.toSize(), QImage.Format.Format_ARGB32_Premultiplied)
    word.fill(Qt.GlobalColor.transparent)
    painter = QPainter(word)
    painter.setFont(font)
    for color, shift in ((QColor(0, 0, 0, 200), 1.0), (QColor(255, 255, 255), 0.0)):
        painter.setPen(color)
        painter.drawText(QPointF(shift, metrics.ascent() + shift), text)
    painter.end()
    return word
