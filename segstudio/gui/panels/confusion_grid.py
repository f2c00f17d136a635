"""Where the cells of a confusion matrix lie, and in which colours they are seen."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSizeF
from PySide6.QtGui import QColor

from segstudio.gui.theme import DARK, Tokens
from segstudio.metrics.overlap import FloatArray

LEVELS = 24
"""Shades of a colour: more cannot be told apart, and cells of one shade are drawn together."""
MOST_CELL = 34.0
WRONG_ON_DARK, WRONG_ON_LIGHT = "#FF9F1C", "#D97706"
INK_DARK, INK_LIGHT = "#000000", "#FFFFFF"
MIDDLE = 0.179
"""Of luminance: on lighter colours black has more contrast than white, on all others at least 4.5:1."""


@dataclass(frozen=True, slots=True)
class Grid:
    """Cells of one size below and right of (left, top), all in pixels of the widget."""

    left: float
    top: float
    cell: float
    rows: int
    columns: int

    @classmethod
    def within(
        cls, size: QSizeF, margins: tuple[float, float], shape: tuple[int, int], least: float, most: float = MOST_CELL
    ) -> "Grid":
        """Return the grid with cells as large as there is room for, from ``least`` to ``most`` pixels."""
        (left, top), (rows, columns) = margins, shape
        room = min((size.width() - left) / max(columns, 1), (size.height() - top) / max(rows, 1))
        return cls(left, top, float(int(min(max(room, least), most))), rows, columns)

    @property
    def area(self) -> QRectF:
        return QRectF(self.left, self.top, self.columns * self.cell, self.rows * self.cell)

    def rect(self, row: int, column: int) -> QRectF:
        return QRectF(self.left + column * self.cell, self.top + row * self.cell, self.cell, self.cell)

    def at(self, place: QPointF) -> tuple[int, int] | None:
        """Return the row and column at a place, None outside."""
        if not self.area.contains(place):
            return None
        row, column = int((place.y() - self.top) / self.cell), int((place.x() - self.left) / self.cell)
        return min(row, self.rows - 1), min(column, self.columns - 1)


def levels(parts: FloatArray, whole: bool) -> NDArray[np.int64]:
    """Return the shade of each cell, 0..LEVELS, of square matrices whose diagonal is what is right.

    By the root, so that one pixel in a hundred is seen. Where the cells are parts of the ``whole``, right and wrong
    ones are measured by the greatest of their kind: the wrong ones would all be pale beside the right ones.
    """
    shade = np.nan_to_num(parts)
    if whole:
        right = np.eye(*shade.shape, dtype=np.bool_)
        for kind in (right, ~right):
            most = float(shade[kind].max(initial=0.0))
            shade[kind] /= most or 1.0
    found: NDArray[np.int64] = np.ceil(np.sqrt(np.clip(shade, 0, 1)) * LEVELS).astype(np.int64)
    return found


def color_of(level: int, right: bool, tokens: Tokens) -> QColor:
    """Return the colour of a shade: the accent for what is right, orange for what is wrong."""
    wrong = WRONG_ON_DARK if tokens is DARK else WRONG_ON_LIGHT
    full, ground = QColor(tokens.accent) if right else QColor(wrong), tokens.color("input")
    part = level / LEVELS
    return QColor(
        round(ground.red() + (full.red() - ground.red()) * part),
        round(ground.green() + (full.green() - ground.green()) * part),
        round(ground.blue() + (full.blue() - ground.blue()) * part),
    )


def ink_on(color: QColor) -> QColor:
    """Return the colour of a text that is read on another."""
    channels = (color.redF(), color.greenF(), color.blueF())
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]  # as WCAG 2 defines it
    return QColor(INK_DARK if luminance > MIDDLE else INK_LIGHT)


def short(pixels: int) -> str:
    """Return a number of pixels in three or four signs: 999, 12k, 0.4M, 31M."""
    for unit, size in (("G", 10**9), ("M", 10**6), ("k", 10**3)):
        if pixels >= size:
            return f"{pixels / size:.1f}{unit}" if pixels < 10 * size and unit != "k" else f"{pixels // size}{unit}"
    return str(pixels)
