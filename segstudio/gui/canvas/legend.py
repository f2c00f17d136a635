"""The box in the corner of a pane that says what its colours mean, and how many pixels have each."""

from html import escape

from PySide6.QtCore import QLineF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QLinearGradient, QMouseEvent, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from segstudio.core.schema import Color
from segstudio.gui.canvas.kept import Kept
from segstudio.gui.widgets import percent
from segstudio.services.legend import Entry, Legend, Mark, Ramp

SWATCH = 18, 10
BAR_HEIGHT = 10
RIM = QColor(110, 118, 126)
"""Round every swatch: white ones are lost on a light box, dark ones on a dark one."""
NAME_WIDTH = 190
"""Pixels that the name of a class may take."""


class LegendBox(QFrame):
    """Its rows are made once and used again: the numbers change at every stroke.

    A click asks to fold it to its head, or to unfold it.
    """

    clicked = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("legend")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setToolTip("Click to fold the legends, or to unfold them")
        self._folded = False
        self.shown: Legend | None = None
        self._head, self._score, self._arrow = QLabel(), QLabel(), QLabel()
        self._note = QLabel()
        self._note.setObjectName("note")
        self._bar = _Bar()
        self._rows: list[tuple[QLabel, QLabel, QLabel]] = []
        self._looks: dict[int, tuple[object, ...]] = {}
        self._column, self._grid = QVBoxLayout(self), QGridLayout()
        self._lay_out()
        self._kept = Kept(self)
        self.hide()

    def show_legend(self, legend: Legend) -> None:
        if legend == self.shown:
            return
        self.shown = legend
        self._fill_in(legend)

    def fold(self, folded: bool) -> None:
        """Show only the head, or all."""
        if folded != self._folded:
            self._folded = folded
            if self.shown is not None:
                self._fill_in(self.shown)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Keep it from the canvas below, which would draw."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.clicked.emit()

    def _fill_in(self, legend: Legend) -> None:
        entries = () if self._folded else legend.entries
        self._head.setText(f"<b>{escape(legend.head)}</b>")
        self._score.setText("" if legend.score is None else f"<b>IoU {percent(legend.score)}</b>")
        while len(self._rows) < len(entries):
            self._add_row()
        for i, parts in enumerate(self._rows):
            for part in parts:
                part.setVisible(i < len(entries))
        for i, (entry, parts) in enumerate(zip(entries, self._rows, strict=False)):
            self._fill(i, entry, *parts)
        self._bar.show_ramp(None if self._folded else legend.ramp)
        self._note.setText(legend.note)
        self._note.setVisible(bool(legend.note) and not self._folded)
        self._arrow.setText("▸" if self._folded else "▾")
        self._column.activate()  # else it would have the size of what it showed before
        self._kept.renew()

    def _fill(self, row: int, entry: Entry, swatch: QLabel, name: QLabel, count: QLabel) -> None:
        look = (entry.color, entry.stripe, entry.mark, self.devicePixelRatioF())
        if self._looks.get(row) != look:  # at a stroke only the numbers are others
            self._looks[row] = look
            swatch.setPixmap(swatch_of(entry, self.devicePixelRatioF()))
        name.setText(name.fontMetrics().elidedText(entry.text, Qt.TextElideMode.ElideRight, NAME_WIDTH))
        count.setText("" if entry.pixels is None else f"{entry.pixels:,} px")

    def _add_row(self) -> None:
        parts = QLabel(), QLabel(), QLabel()
        parts[1].setTextFormat(Qt.TextFormat.PlainText)  # names of classes are no markup
        for column, part in enumerate(parts):
            self._grid.addWidget(part, len(self._rows), column)
        parts[2].setAlignment(Qt.AlignmentFlag.AlignRight)
        parts[2].setMinimumWidth(76)  # so that the box does not change its size with every stroke
        self._rows.append(parts)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(16)
        head.addWidget(self._head, 1)
        head.addWidget(self._score)
        head.addWidget(self._arrow)
        self._grid.setHorizontalSpacing(10)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnStretch(1, 1)
        self._column.setContentsMargins(12, 8, 12, 8)
        self._column.setSpacing(4)
        self._column.addLayout(head)
        self._column.addLayout(self._grid)
        self._column.addWidget(self._bar)
        self._column.addWidget(self._note)


class _Bar(QWidget):
    """A bar of colours with what its ends stand for."""

    def __init__(self) -> None:
        super().__init__()
        self._ramp: Ramp | None = None
        self._colors, self._low, self._high = QLabel(), QLabel(), QLabel()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 2, 0, 0)
        grid.setSpacing(2)
        grid.addWidget(self._colors, 0, 0, 1, 2)
        grid.addWidget(self._low, 1, 0)
        grid.addWidget(self._high, 1, 1, Qt.AlignmentFlag.AlignRight)
        self._colors.setScaledContents(True)
        self._colors.setFixedHeight(BAR_HEIGHT)
        self._colors.setMinimumWidth(160)

    def show_ramp(self, ramp: Ramp | None) -> None:
        self.setVisible(ramp is not None)
        if ramp is not None and ramp != self._ramp:
            self._ramp = ramp
            self._colors.setPixmap(_gradient(ramp.colors))
            self._low.setText(ramp.low)
            self._high.setText(ramp.high)


def swatch_of(entry: Entry, ratio: float) -> QPixmap:
    """Return a sample of what an entry looks like on the picture."""
    width, height = SWATCH
    pixmap = QPixmap(round(width * ratio), round(height * ratio))
    pixmap.setDevicePixelRatio(ratio)
    line = entry.mark is not Mark.AREA
    pixmap.fill(Qt.GlobalColor.transparent if line else QColor(*entry.color))
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if line:
        painter.setPen(QPen(RIM, 5, c=Qt.PenCapStyle.FlatCap))
        painter.drawLine(QLineF(0, height / 2, width, height / 2))
        painter.setPen(QPen(QColor(*(entry.stripe or entry.color)), 3, c=Qt.PenCapStyle.FlatCap))
        painter.drawLine(QLineF(0, height / 2, width, height / 2))
        if entry.mark is Mark.DASHES:
            pen = QPen(QColor(*entry.color), 3, c=Qt.PenCapStyle.FlatCap)
            pen.setDashPattern([2, 4 / 3])
            painter.setPen(pen)
            painter.drawLine(QLineF(0, height / 2, width, height / 2))
    elif entry.stripe is not None:
        painter.setPen(QPen(QColor(*entry.stripe), 2.5))
        for x in range(-height, width, 7):
            painter.drawLine(QLineF(x, height + 1, x + height + 2, -1))
    if not line:
        painter.setPen(QPen(RIM, 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(QRectF(0.5, 0.5, width - 1, height - 1))
    painter.end()
    return pixmap


def _gradient(colors: tuple[Color, ...]) -> QPixmap:
    pixmap = QPixmap(256, BAR_HEIGHT)
    gradient = QLinearGradient(0, 0, 256, 0)
    for i, color in enumerate(colors):
        gradient.setColorAt(i / (len(colors) - 1), QColor(*color))
    painter = QPainter(pixmap)
    painter.fillRect(pixmap.rect(), gradient)
    painter.end()
    return pixmap
