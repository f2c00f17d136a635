"""The confusion matrix as a heat map: rows are the truth, columns what it was taken for."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, QSizeF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent

from segstudio.gui.canvas.repaints import rects_of
from segstudio.gui.panels.confusion_grid import MOST_CELL, Grid
from segstudio.gui.panels.confusion_painter import MatrixPainter, Shown
from segstudio.gui.plots.plot import Cell, Plot
from segstudio.gui.theme import Theme, Tokens
from segstudio.services.matrix import By, Matrix

STEPS = {Qt.Key.Key_Left: (0, -1), Qt.Key.Key_Right: (0, 1), Qt.Key.Key_Up: (-1, 0), Qt.Key.Key_Down: (1, 0)}


class ConfusionPlot(Plot):
    """``pointed`` names the cell under the pointer, or that the arrow keys went to; ``chosen`` the one clicked.

    Cells are (row, column) by the places of classes, the column behind the last class is no class; None is no cell.
    With ``names_on_top`` columns have names, else chips. Cells are of ``least`` to ``most`` pixels.
    """

    pointed = Signal(object)
    chosen = Signal(int, int)

    def __init__(self, theme: Theme, least: float, most: float = MOST_CELL, names_on_top: bool = False) -> None:
        super().__init__(theme, "Confusion matrix")
        self._least, self._most, self._names_on_top = least, most, names_on_top
        self._shown: Shown | None = None
        self.cell: tuple[int, int] | None = None
        self._picked: tuple[int, int] | None = None  # the one that is current while the pointer is elsewhere
        self.setAccessibleDescription("Arrow keys go from cell to cell, Enter lists the images with its pixels.")

    def show_matrix(self, matrix: Matrix | None, by: By, classes: Sequence[int]) -> None:
        """Show the cells of some classes, by their places; only those that look otherwise are painted anew."""
        before, self._shown = self._shown, None
        if matrix is not None and matrix.confusion.pixels:
            self._shown = Shown.of(matrix, by, tuple(classes), self._names_on_top)
        if not self._shows(self._picked):
            self._picked = None
        if not self._shows(self.cell):
            self.go_to(None)
        changed = self._shown.changed_from(before) if self._shown is not None else None
        if changed is None:
            self.update()
            return
        grid = self.grid(QSizeF(self.size()))
        for row, column in changed.tolist():
            self.update(grid.rect(row, column).toAlignedRect())

    def pick(self, cell: tuple[int, int] | None) -> None:
        """Let a cell stay the current one when the pointer leaves; None for none."""
        self._picked = cell if self._shows(cell) else None
        self.go_to(self._picked)

    def go_to(self, cell: tuple[int, int] | None) -> None:
        """Make a cell the current one, and say so."""
        if cell != self.cell:
            self.cell = cell
            self.pointed.emit(cell)
            self.update()

    # What it is made of

    @property
    def empty(self) -> bool:
        return self._shown is None

    @property
    def left(self) -> float:
        """Return how much room the names of the rows take."""
        return self._shown.margins[0] if self._shown is not None else 0.0

    def grid(self, size: QSizeF) -> Grid:
        if self._shown is None:
            return Grid(0, 0, self._least, 0, 0)
        shape = len(self._shown.rows), len(self._shown.columns)
        return Grid.within(size, self._shown.margins, shape, self._least, self._most)

    def needed(self, cell: float) -> QSizeF:
        """Return how large the plot is with cells of a size."""
        if self._shown is None:
            return QSizeF(0, 0)
        left, top = self._shown.margins
        return QSizeF(left + len(self._shown.columns) * cell + 1, top + len(self._shown.rows) * cell + 1)

    def draw(self, painter: QPainter, size: QSizeF, tokens: Tokens) -> None:
        assert self._shown is not None
        whole = QRectF(QPointF(0, 0), size)
        MatrixPainter(painter, self._shown, self.grid(size), tokens, whole).draw(whole)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw what is to be seen anew of what is in sight: of many classes that is a small part, and its names."""
        if self._shown is None:
            super().paintEvent(event)
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        seen = QRectF(self.visibleRegion().boundingRect())
        drawn = MatrixPainter(painter, self._shown, self.grid(QSizeF(self.size())), self.tokens, seen, self.cell)
        for part in rects_of(event.region()):
            drawn.draw(QRectF(part))

    def table(self) -> tuple[Sequence[str], Sequence[Sequence[Cell]]]:
        assert self._shown is not None
        return self._shown.matrix.table(self._shown.by)

    # Under the pointer

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
        if step is not None and self._shown is not None:
            self._step(self._shown, *step)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and self.cell is not None:
            self.chosen.emit(*self.cell)
        else:
            super().keyPressEvent(event)

    def _step(self, shown: Shown, down: int, right: int) -> None:
        if self.cell is None:
            self.pick((shown.rows[0], shown.columns[0]))
            return
        row, column = shown.rows.index(self.cell[0]) + down, shown.columns.index(self.cell[1]) + right
        row, column = min(max(row, 0), len(shown.rows) - 1), min(max(column, 0), len(shown.columns) - 1)
        self.pick((shown.rows[row], shown.columns[column]))

    def _shows(self, cell: tuple[int, int] | None) -> bool:
        shown = self._shown
        return cell is not None and shown is not None and cell[0] in shown.rows and cell[1] in shown.columns

    def _at(self, place: QPointF) -> tuple[int, int] | None:
        found = self.grid(QSizeF(self.size())).at(place)
        if found is None or self._shown is None:
            return None
        return self._shown.rows[found[0]], self._shown.columns[found[1]]
