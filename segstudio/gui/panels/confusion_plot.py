"""The confusion matrix as a heat map: rows are the truth, columns what it was taken for."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSizeF, Qt, Signal
from PySide6.QtGui import QFont, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPen

from segstudio.gui.panels.chips import paint_chip
from segstudio.gui.panels.confusion_grid import Grid, color_of, ink_on, levels, short
from segstudio.gui.plots.ink import small_font
from segstudio.gui.plots.plot import Cell, Plot
from segstudio.gui.theme import Theme, Tokens
from segstudio.services.matrix import By, Matrix, parts

CHIP, MOST_NAME, GAP = 12, 120.0, 6.0
TEXT_FROM = 18.0
"""Pixels of a cell from which on its number is written in it."""
WRITTEN_FROM = 0.005
"""Parts of 1 from which on they are written: less would be 0 %."""
STEPS = {Qt.Key.Key_Left: (0, -1), Qt.Key.Key_Right: (0, 1), Qt.Key.Key_Up: (-1, 0), Qt.Key.Key_Down: (1, 0)}


class ConfusionPlot(Plot):
    """``pointed`` names the cell under the pointer, or that the arrow keys went to, None when there is none; ``chosen``
    the one that was clicked. Cells are (row, column) by classes, the column behind the last class is no class.

    With ``names_on_top`` columns have names, else chips.
    """

    pointed = Signal(object)
    chosen = Signal(int, int)

    def __init__(self, theme: Theme, least: float, names_on_top: bool = False) -> None:
        super().__init__(theme, "Confusion matrix")
        self._least, self._names_on_top = least, names_on_top
        self._matrix: Matrix | None = None
        self._by = By.ROW
        self._rows: tuple[int, ...] = ()
        self._columns: tuple[int, ...] = ()
        self.cell: tuple[int, int] | None = None
        self._picked: tuple[int, int] | None = None  # the one that is current while the pointer is elsewhere
        self.setAccessibleDescription("Arrow keys go from cell to cell, Enter lists the images with its pixels.")

    def show_matrix(self, matrix: Matrix | None, by: By, shown: Sequence[int]) -> None:
        """Show the cells of some classes, by their places."""
        self._matrix, self._by = matrix, by
        self._rows = tuple(shown) if matrix is not None else ()
        outside = matrix is not None and bool(matrix.confusion.counts[:, -1].any())
        self._columns = (*self._rows, len(matrix.classes)) if matrix is not None and outside else self._rows
        if not self._shows(self._picked):
            self._picked = None
        if not self._shows(self.cell):
            self.go_to(None)
        self.redraw()

    def pick(self, cell: tuple[int, int] | None) -> None:
        """Let a cell stay the current one when the pointer leaves; None for none."""
        self._picked = cell if self._shows(cell) else None
        self.go_to(self._picked)

    def _shows(self, cell: tuple[int, int] | None) -> bool:
        return cell is not None and cell[0] in self._rows and cell[1] in self._columns

    def go_to(self, cell: tuple[int, int] | None) -> None:
        """Make a cell the current one, and say so."""
        if cell != self.cell:
            self.cell = cell
            self.pointed.emit(cell)
            self.update()

    # What it is made of

    @property
    def empty(self) -> bool:
        return self._matrix is None or not self._matrix.confusion.pixels

    @property
    def margins(self) -> tuple[float, float]:
        """Return how much room the names need, left and above."""
        metrics = QFontMetricsF(small_font())
        widths = [metrics.horizontalAdvance(self._name(place)) for place in self._columns]
        widths = [width + 2 for width in widths]
        left = min(max([24.0, *widths]), MOST_NAME) + GAP + (CHIP + 4 if self._names_on_top else 0)
        return left, (min(max([0.0, *widths]), MOST_NAME) + GAP if self._names_on_top else CHIP + GAP)

    def grid(self, size: QSizeF) -> Grid:
        return Grid.within(size, self.margins, (len(self._rows), len(self._columns)), self._least)

    def needed(self, cell: float) -> QSizeF:
        """Return how large the plot is with cells of a size."""
        (left, top), (rows, columns) = self.margins, (len(self._rows), len(self._columns))
        return QSizeF(left + columns * cell + 1, top + rows * cell + 1)

    def draw(self, painter: QPainter, size: QSizeF, tokens: Tokens) -> None:
        grid = self.grid(size)
        self._draw_cells(painter, grid, tokens)
        self._draw_rows(painter, grid, tokens, 0.0)
        self._draw_columns(painter, grid, tokens, 0.0)

    def _values(self) -> tuple[np.ndarray[tuple[int, ...], np.dtype[np.float64]], list[list[int]]]:
        """Return the parts and the pixels of the cells that are shown."""
        assert self._matrix is not None
        shown = np.ix_(self._rows, self._columns)
        return parts(self._matrix.confusion, self._by)[shown], self._matrix.confusion.counts[shown].tolist()

    def _draw_cells(self, painter: QPainter, grid: Grid, tokens: Tokens) -> None:
        values, pixels = self._values()
        shades = levels(values, self._by is By.COUNTS)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.fillRect(grid.area, tokens.color("input"))
        gap = 1.0 if grid.cell >= 8 else 0.0
        texts = self._texts(values, pixels) if grid.cell >= TEXT_FROM else {}
        painter.setFont(_cell_font())
        for right in (True, False):
            of_kind = np.eye(*shades.shape, dtype=np.bool_) == right
            for level in np.unique(shades[of_kind & (shades > 0)]).tolist():
                at = np.argwhere(of_kind & (shades == level)).tolist()
                color = color_of(level, right, tokens)
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(color)
                painter.drawRects([grid.rect(r, c).adjusted(0, 0, -gap, -gap) for r, c in at])
                painter.setPen(ink_on(color))
                for r, c in at:
                    if (text := texts.get((r, c))) is not None:
                        painter.drawText(grid.rect(r, c), Qt.AlignmentFlag.AlignCenter, text)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)

    def _texts(
        self, values: np.ndarray[tuple[int, ...], np.dtype[np.float64]], pixels: list[list[int]]
    ) -> dict[tuple[int, int], str]:
        if self._by is By.COUNTS:
            return {(r, c): short(n) for r, row in enumerate(pixels) for c, n in enumerate(row) if n}
        written = np.argwhere(np.nan_to_num(values) >= WRITTEN_FROM).tolist()
        return {(r, c): _written(float(values[r, c])) for r, c in written}

    def _draw_rows(self, painter: QPainter, grid: Grid, tokens: Tokens, at: float) -> None:
        """Draw the names of the rows, their left end at ``at``."""
        assert self._matrix is not None
        right = at + grid.left - GAP
        for n, place in enumerate(self._rows):
            lit = self.cell is not None and self.cell[0] == place
            painter.setFont(small_font(lit))
            painter.setPen(tokens.color("text" if lit else "text2"))
            y = grid.rect(n, 0).y()
            chip = CHIP + 4 if self._names_on_top else 0
            room = QRectF(at, y, right - at - chip, grid.cell)
            name = painter.fontMetrics().elidedText(self._name(place), Qt.TextElideMode.ElideRight, int(room.width()))
            painter.drawText(room, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, name)
            if chip:
                self._draw_chip(painter, QPointF(right - CHIP / 2, y + grid.cell / 2), place, tokens, grid.cell)

    def _draw_columns(self, painter: QPainter, grid: Grid, tokens: Tokens, at: float) -> None:
        """Draw the names of the columns, or their chips, their upper end at ``at``."""
        bottom = at + grid.top - GAP
        for n, place in enumerate(self._columns):
            x = grid.rect(0, n).center().x()
            if not self._names_on_top:
                self._draw_chip(painter, QPointF(x, bottom - CHIP / 2 + 2), place, tokens, grid.cell)
                continue
            lit = self.cell is not None and self.cell[1] == place
            painter.setFont(small_font(lit))
            painter.setPen(tokens.color("text" if lit else "text2"))
            painter.save()
            painter.translate(x, bottom)
            painter.rotate(-90)
            room = QRectF(0, -grid.cell / 2, bottom - at, grid.cell)
            name = painter.fontMetrics().elidedText(self._name(place), Qt.TextElideMode.ElideRight, int(room.width()))
            painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, name)
            painter.restore()

    def _draw_chip(self, painter: QPainter, middle: QPointF, place: int, tokens: Tokens, cell: float) -> None:
        assert self._matrix is not None
        side = min(CHIP - 2, cell - 3)
        box = QRectF(0, 0, side, side)
        box.moveCenter(middle)
        if place < len(self._matrix.classes):
            paint_chip(painter, box.toRect(), self._matrix.classes[place], tokens)
        else:
            painter.setPen(QPen(tokens.color("text3"), 1.2))
            painter.drawLine(box.topLeft(), box.bottomRight())
            painter.drawLine(box.topRight(), box.bottomLeft())

    def table(self) -> tuple[Sequence[str], Sequence[Sequence[Cell]]]:
        assert self._matrix is not None
        return self._matrix.table(self._by)

    def _name(self, place: int) -> str:
        return "" if self._matrix is None else self._matrix.name(place)

    # Under the pointer

    def draw_over(self, painter: QPainter) -> None:
        grid = self.grid(QSizeF(self.size()))
        if self.cell is not None:
            at = self._rows.index(self.cell[0]), self._columns.index(self.cell[1])
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(self.tokens.color("text"), 2 if self.hasFocus() else 1.5))
            painter.drawRect(grid.rect(*at).adjusted(0, 0, -1, -1))
        seen = QRectF(self.visibleRegion().boundingRect())
        panel = self.tokens.color("panel")
        painter.fillRect(QRectF(seen.left(), 0, grid.left, self.height()), panel)
        self._draw_rows(painter, grid, self.tokens, seen.left())
        painter.fillRect(QRectF(0, seen.top(), self.width(), grid.top), panel)
        painter.save()
        painter.setClipRect(QRectF(seen.left() + grid.left, seen.top(), self.width(), grid.top))
        self._draw_columns(painter, grid, self.tokens, seen.top())
        painter.restore()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.go_to(self._at(event.position()))
        self.setCursor(Qt.CursorShape.ArrowCursor if self.cell is None else Qt.CursorShape.PointingHandCursor)

    def leaveEvent(self, event: QEvent) -> None:
        self.go_to(self._picked)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and (cell := self._at(event.position())) is not None:
            self.pick(cell)
            self.chosen.emit(*cell)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = STEPS.get(Qt.Key(event.key()))
        if step is not None and self._rows:
            self._step(*step)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and self.cell is not None:
            self.chosen.emit(*self.cell)
        else:
            super().keyPressEvent(event)

    def _step(self, down: int, right: int) -> None:
        if self.cell is None:
            self.pick((self._rows[0], self._columns[0]))
            return
        row, column = self._rows.index(self.cell[0]) + down, self._columns.index(self.cell[1]) + right
        row, column = min(max(row, 0), len(self._rows) - 1), min(max(column, 0), len(self._columns) - 1)
        self.pick((self._rows[row], self._columns[column]))

    def _at(self, place: QPointF) -> tuple[int, int] | None:
        found = None if self.empty else self.grid(QSizeF(self.size())).at(place)
        return None if found is None else (self._rows[found[0]], self._columns[found[1]])


def _written(part: float) -> str:
    """Return a part of 1 in per cent, never 100 where something is missing."""
    return "100" if part == 1 else str(min(round(100 * part), 99))


def _cell_font() -> QFont:
    font = small_font()
    font.setPixelSize(10)
    return font
