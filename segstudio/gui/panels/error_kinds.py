"""The section with the shares of each kind of mistake, class by class, of the open sample."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QBrush, QColor, QHelpEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QToolTip, QWidget

from segstudio.core.schema import LabelClass
from segstudio.gui.error_finder import ErrorFinder
from segstudio.gui.panels.chips import paint_chip
from segstudio.gui.theme import Theme
from segstudio.gui.widgets import Section, label
from segstudio.metrics.error_kinds import ErrorKind
from segstudio.services.session import Session

ROW, NAME, PIXELS = 22, 112, 72

LOOKS: dict[ErrorKind, tuple[str, Qt.BrushStyle]] = {
    ErrorKind.SLIP: ("#56B4E9", Qt.BrushStyle.SolidPattern),
    ErrorKind.HOLE: ("#0072B2", Qt.BrushStyle.BDiagPattern),
    ErrorKind.MISSED: ("#D55E00", Qt.BrushStyle.SolidPattern),
    ErrorKind.PHANTOM: ("#E69F00", Qt.BrushStyle.FDiagPattern),
    ErrorKind.SWAP: ("#CC79A7", Qt.BrushStyle.SolidPattern),
    ErrorKind.IGNORE: ("#909AA4", Qt.BrushStyle.DiagCrossPattern),
}
"""Colours of Okabe and Ito ("Color Universal Design", 2008), every other one with a hatch: never by hue alone."""


def paint_kind(painter: QPainter, rect: QRect, kind: ErrorKind, ground: QColor) -> None:
    """Fill a rectangle with the look of a kind."""
    color, pattern = QColor(LOOKS[kind][0]), LOOKS[kind][1]
    painter.fillRect(rect, color)
    if pattern is not Qt.BrushStyle.SolidPattern:
        painter.fillRect(rect, QBrush(ground, pattern))


class KindBars(QWidget):
    """A row a class with mistakes: name, a bar of its wrong pixels by kind, and how many they are.

    ``chosen`` names a class and a kind, None for all of them.
    """

    chosen = Signal(object, object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._rows: list[tuple[LabelClass, NDArray[np.int64]]] = []
        self.setMouseTracking(True)
        self.setAccessibleName("Kinds of mistakes by class")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def show_shares(self, rows: list[tuple[LabelClass, NDArray[np.int64]]]) -> None:
        """Show the pixels of each kind, shape (kinds,), by class."""
        self._rows = rows
        described = (f"{c.name}: {self._told(pixels)}" for c, pixels in rows)
        self.setAccessibleDescription("; ".join(described))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, ROW * len(self._rows))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, t = QPainter(self), self._theme.tokens
        for row, (c, pixels) in enumerate(self._rows):
            top = row * ROW
            paint_chip(painter, QRect(0, top + 5, 12, 12), c, t)
            painter.setPen(t.color("text"))
            name = painter.fontMetrics().elidedText(c.name, Qt.TextElideMode.ElideRight, NAME - 26)
            painter.drawText(QRect(20, top, NAME - 24, ROW), Qt.AlignmentFlag.AlignVCenter, name)
            for kind, part in self._parts(row):
                paint_kind(painter, part, kind, t.color("panel"))
            painter.setPen(t.color("text2"))
            numbers = QRect(self.width() - PIXELS, top, PIXELS, ROW)
            right = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
            painter.drawText(numbers, right, f"{int(pixels.sum()):,} px")

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and (row := self._row(event.pos())) is not None:
            c, pixels = self._rows[row]
            kind = self._kind(event.pos())
            text = f"{c.name}\n{self._told(pixels)}" + (f"\n{kind.text.capitalize()}: {kind.meaning}" if kind else "")
            QToolTip.showText(event.globalPos(), text, self)
            return True
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        at = event.position().toPoint()
        if (row := self._row(at)) is not None:
            self.chosen.emit(self._rows[row][0].id, self._kind(at))

    def _row(self, at: QPoint) -> int | None:
        return at.y() // ROW if 0 <= at.y() < ROW * len(self._rows) else None

    def _kind(self, at: QPoint) -> ErrorKind | None:
        row = self._row(at)
        parts = self._parts(row) if row is not None else []
        return next((kind for kind, part in parts if part.adjusted(0, -5, 0, 5).contains(at)), None)

    def _parts(self, row: int) -> list[tuple[ErrorKind, QRect]]:
        """Return where in its bar each kind of a row lies; the bars are as long as each other, for they are shares."""
        pixels = self._rows[row][1]
        room, total = self.width() - NAME - PIXELS - 8, max(int(pixels.sum()), 1)
        ends = [NAME + round(room * int(end) / total) for end in np.cumsum(pixels)]
        starts = [NAME, *ends[:-1]]
        boxes = (QRect(a, row * ROW + 5, b - a, ROW - 10) for a, b in zip(starts, ends, strict=True))
        return [(kind, box) for kind, box in zip(ErrorKind, boxes, strict=True) if box.width() > 0]

    def _told(self, pixels: NDArray[np.int64]) -> str:
        total = int(pixels.sum())
        shares = zip(ErrorKind, pixels.tolist(), strict=True)
        return ", ".join(f"{kind.text} {100 * count / total:.0f} %" for kind, count in shares if count)


class ErrorKindsPanel(Section):
    """What kinds of mistakes cost each class how much."""

    def __init__(self, session: Session, finder: ErrorFinder, theme: Theme) -> None:
        super().__init__("Error kinds")
        self.foldable(theme, opened=False)
        self._session, self._finder = session, finder
        self.bars = KindBars(theme)
        self._legend = _Legend(theme)
        self._advice = label("", "hintText", wrap=True)
        for part in (self._legend, self.bars, self._advice):
            self.body.addWidget(part)
        finder.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show the shares as they are now, the class with most wrong pixels first."""
        shares, project = self._finder.shares, self._session.project
        rows: list[tuple[LabelClass, NDArray[np.int64]]] = []
        if shares is not None and project is not None:
            rows = [(c, pixels) for c, pixels in zip(project.schema.scored, shares, strict=False) if pixels.any()]
        self.bars.show_shares(sorted(rows, key=lambda row: -int(row[1].sum())))
        found = self._finder.found
        thick = f"; an outline may be {found.regions.thickness} px off" if found is not None else ""
        self.note.setText("this image")
        self._advice.setText(f"A wrong pixel counts for its true class and for the predicted one{thick}.")


class _Legend(QWidget):
    """The look of each kind and its name."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(4)
        for place, kind in enumerate(ErrorKind):
            swatch, name = _Swatch(kind, theme), label(kind.text, "caption")
            name.setToolTip(kind.meaning)
            grid.addWidget(swatch, place // 3, 2 * (place % 3))
            grid.addWidget(name, place // 3, 2 * (place % 3) + 1)
        for column in (1, 3, 5):
            grid.setColumnStretch(column, 1)


class _Swatch(QWidget):
    def __init__(self, kind: ErrorKind, theme: Theme) -> None:
        super().__init__()
        self._kind, self._theme = kind, theme
        self.setFixedSize(18, 10)
        theme.changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        paint_kind(QPainter(self), self.rect(), self._kind, self._theme.tokens.color("panel"))
