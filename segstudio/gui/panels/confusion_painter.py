"""How a confusion matrix is drawn: cells in shades, their numbers, and the names, which stay in sight."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPen

from segstudio.gui.panels.chips import paint_chip
from segstudio.gui.panels.confusion_grid import Grid, color_of, ink_on, levels, short
from segstudio.gui.plots.ink import small_font
from segstudio.gui.theme import Tokens
from segstudio.metrics.overlap import FloatArray
from segstudio.services.matrix import By, Matrix, parts

CHIP, MOST_NAME, GAP = 12, 120.0, 6.0
TEXT_FROM = 18.0
"""Pixels of a cell from which on its number is written in it."""
WRITTEN_FROM = 0.005
"""Parts of 1 from which on they are written: less would be 0 %."""
CENTRE = Qt.AlignmentFlag.AlignCenter


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """The cells of some classes, by their places; with ``names_on_top`` columns have names, else chips."""

    matrix: Matrix
    by: By
    rows: tuple[int, ...]
    columns: tuple[int, ...]
    names_on_top: bool
    shades: NDArray[np.int64]
    written: NDArray[np.int64]
    """Pixels, or per cent; 0 for nothing that is written."""

    @classmethod
    def of(cls, matrix: Matrix, by: By, classes: tuple[int, ...], names_on_top: bool) -> "Shown":
        outside = (len(matrix.classes),) if matrix.confusion.counts[:, -1].any() else ()
        columns = (*classes, *outside)
        chosen = np.ix_(classes, columns)
        values = parts(matrix.confusion, by)[chosen]
        written = matrix.confusion.counts[chosen] if by is By.COUNTS else _per_cent(values)
        return cls(matrix, by, classes, columns, names_on_top, levels(values, by is By.COUNTS), written)

    @property
    def margins(self) -> tuple[float, float]:
        """Return how much room the names need, left and above."""
        metrics = QFontMetricsF(small_font())
        widths = [metrics.horizontalAdvance(self.matrix.name(place)) + 2 for place in self.columns]
        name = min(max([24.0, *widths]), MOST_NAME)
        return (name + GAP + CHIP + 4, name + GAP) if self.names_on_top else (name + GAP, CHIP + GAP)

    def text(self, row: int, column: int) -> str:
        """Return what is written in a cell, "" for nothing."""
        number = int(self.written[row, column])
        return "" if not number else short(number) if self.by is By.COUNTS else str(number)

    def changed_from(self, other: "Shown | None") -> NDArray[np.int64] | None:
        """Return the rows and columns of the cells that look otherwise, shape (n, 2); None where all may."""
        if other is None or (self.rows, self.columns, self.by) != (other.rows, other.columns, other.by):
            return None
        if self.matrix.classes != other.matrix.classes:
            return None
        return np.argwhere((self.shades != other.shades) | (self.written != other.written))


@dataclass(frozen=True, slots=True, eq=False)
class MatrixPainter:
    """Draws what of a matrix lies within ``seen``; the cell ``lit``, by classes, is framed and its names stand out."""

    painter: QPainter
    shown: Shown
    grid: Grid
    tokens: Tokens
    seen: QRectF
    lit: tuple[int, int] | None = None

    def draw(self, area: QRectF) -> None:
        """Draw what lies in a rectangle."""
        painter, grid = self.painter, self.grid
        corner = self.seen.topLeft() + QPointF(grid.left, grid.top)
        cells = QRectF(corner, self.seen.bottomRight())
        names = QRectF(self.seen.left(), cells.top(), grid.left, cells.height()) & area
        heads = QRectF(cells.left(), self.seen.top(), cells.width(), grid.top) & area
        painter.save()
        if not (drawn := cells & area).isEmpty():
            painter.setClipRect(drawn)
            self._draw_cells(drawn)
            self._draw_frame()
        if not names.isEmpty():
            painter.setClipRect(names)
            self._draw_rows(names)
        if not heads.isEmpty():
            painter.setClipRect(heads)
            self._draw_columns(heads)
        painter.restore()
        axes = QRectF(self.seen.topLeft(), corner - QPointF(GAP, GAP))
        if self.shown.names_on_top and axes.intersects(area):
            painter.setFont(small_font())
            painter.setPen(self.tokens.color("text3"))
            painter.drawText(axes, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom, "taken for →\ntruth ↓")

    def _draw_cells(self, within: QRectF) -> None:
        painter, grid, shades = self.painter, self.grid, self.shown.shades
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.fillRect(grid.area, self.tokens.color("input"))
        painter.setFont(_cell_font())
        rows, columns = self._rows(within), self._columns(within)
        part = shades[rows.start : rows.stop, columns.start : columns.stop]
        right = np.equal.outer(np.arange(rows.start, rows.stop), np.arange(columns.start, columns.stop))
        for is_right in (True, False):
            for level in np.unique(part[(right == is_right) & (part > 0)]).tolist():
                at = np.argwhere((right == is_right) & (part == level)).tolist()
                self._draw_shade([(rows.start + r, columns.start + c) for r, c in at], level, is_right)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)

    def _draw_shade(self, cells: list[tuple[int, int]], level: int, right: bool) -> None:
        color, gap = color_of(level, right, self.tokens), 1.0 if self.grid.cell >= 8 else 0.0
        self.painter.setPen(Qt.PenStyle.NoPen)
        self.painter.setBrush(color)
        self.painter.drawRects([self.grid.rect(r, c).adjusted(0, 0, -gap, -gap) for r, c in cells])
        self.painter.setPen(ink_on(color))
        for r, c in cells if self.grid.cell >= TEXT_FROM else ():
            if text := self.shown.text(r, c):
                self.painter.drawText(self.grid.rect(r, c), CENTRE, text)

    def _draw_frame(self) -> None:
        if self.lit is not None:
            at = self.shown.rows.index(self.lit[0]), self.shown.columns.index(self.lit[1])
            self.painter.setBrush(Qt.BrushStyle.NoBrush)
            self.painter.setPen(QPen(self.tokens.color("text"), 1.5))
            self.painter.drawRect(self.grid.rect(*at).adjusted(0, 0, -1, -1))

    def _draw_rows(self, within: QRectF) -> None:
        right = self.seen.left() + self.grid.left - GAP
        chip = CHIP + 4 if self.shown.names_on_top else 0
        for n in self._rows(within):
            place, y = self.shown.rows[n], self.grid.rect(n, 0).y()
            self._write_as(self.lit is not None and self.lit[0] == place)
            room = QRectF(self.seen.left(), y, self.grid.left - GAP - chip, self.grid.cell)
            flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            self.painter.drawText(room, flags, self._fitting(place, room.width()))
            if chip:
                self._draw_chip(QPointF(right - CHIP / 2, y + self.grid.cell / 2), place)

    def _draw_columns(self, within: QRectF) -> None:
        bottom = self.seen.top() + self.grid.top - GAP
        for n in self._columns(within):
            place, x = self.shown.columns[n], self.grid.rect(0, n).center().x()
            if not self.shown.names_on_top:
                self._draw_chip(QPointF(x, bottom - CHIP / 2 + 2), place)
                continue
            self._write_as(self.lit is not None and self.lit[1] == place)
            self.painter.save()
            self.painter.translate(x, bottom)
            self.painter.rotate(-90)
            room = QRectF(0, -self.grid.cell / 2, self.grid.top - GAP, self.grid.cell)
            flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
            self.painter.drawText(room, flags, self._fitting(place, room.width()))
            self.painter.restore()

    def _write_as(self, lit: bool) -> None:
        self.painter.setFont(small_font(lit))
        self.painter.setPen(self.tokens.color("text" if lit else "text2"))

    def _fitting(self, place: int, width: float) -> str:
        name = self.shown.matrix.name(place)
        return self.painter.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, int(width))

    def _draw_chip(self, middle: QPointF, place: int) -> None:
        side = min(CHIP - 2, self.grid.cell - 3)
        box = QRectF(0, 0, side, side)
        box.moveCenter(middle)
        if place < len(self.shown.matrix.classes):
            paint_chip(self.painter, box.toRect(), self.shown.matrix.classes[place], self.tokens)
        else:
            self.painter.setPen(QPen(self.tokens.color("text3"), 1.2))
            self.painter.drawLine(box.topLeft(), box.bottomRight())
            self.painter.drawLine(box.topRight(), box.bottomLeft())

    def _rows(self, within: QRectF) -> range:
        top, cell = self.grid.top, self.grid.cell
        return _in_sight(within.top() - top, within.bottom() - top, cell, len(self.shown.rows))

    def _columns(self, within: QRectF) -> range:
        left, cell = self.grid.left, self.grid.cell
        return _in_sight(within.left() - left, within.right() - left, cell, len(self.shown.columns))


def _per_cent(values: FloatArray) -> NDArray[np.int64]:
    """Return parts of 1 as they are written, 100 only where nothing is missing; 0 where nothing is written."""
    found = np.where(values == 1, 100, np.minimum(np.rint(100 * np.nan_to_num(values)), 99))
    return np.where(values >= WRITTEN_FROM, found, 0).astype(np.int64)


def _in_sight(first: float, last: float, cell: float, every: int) -> range:
    return range(min(max(int(first / cell), 0), every), min(max(int(last / cell) + 1, 0), every))


def _cell_font() -> QFont:
    font = small_font()
    font.setPixelSize(10)
    return font
