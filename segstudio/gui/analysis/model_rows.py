"""The table of two models: scores of either, and their difference with its interval as a line."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPixmap
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTableView

from segstudio.core.schema import LabelClass, LabelSchema
from segstudio.gui.analysis.ranked_table import Column
from segstudio.gui.panels.chips import chip_pixmap
from segstudio.gui.theme import Theme
from segstudio.gui.widgets import Index
from segstudio.metrics.comparison import Difference
from segstudio.services.contest import Bout
from segstudio.services.tables import Table, figure, signed

LINE = 5
"""The column of the line."""

LEAST_SPAN = 0.02
SPAN_ROOM = 1.1
SURE = 0.05


@dataclass(frozen=True, slots=True)
class BoutRow:
    """One score, of summed counts or as a mean over images; ``title`` is what it is called."""

    bout: Bout
    way: Difference
    title: str


def bout_columns(schema: LabelSchema, theme: Theme) -> list[Column]:
    """Return the columns; rows are ``BoutRow``."""
    known = {c.id: c for c in schema.classes}
    return [
        Column(
            "Class",
            "Click a row to list its images, those first in which one is ahead by most",
            lambda row: row.title,
            150,
            chip=lambda row: _chip(known.get(row.bout.class_id), theme),
        ),
        Column("A", "The first prediction", lambda row: figure(row.way.first.value), 76, number=True),
        Column("B", "The second prediction", lambda row: figure(row.way.second.value), 76, number=True),
        Column("B - A", "How much B is ahead", lambda row: signed(row.way.difference.value), 84, number=True),
        Column("95 % interval", "Of the difference, by drawing images with replacement", _interval, 150, number=True),
        Column("", "The difference and its interval; the line in the middle is none", lambda row: ""),
        Column("p", "How often a difference as large comes of chance alone", _chance, 80, number=True),
        Column("Images", "In which both have this score", lambda row: f"{row.way.images:,}", 70, number=True),
    ]


def agreement_columns(table: Table, schema: LabelSchema, theme: Theme) -> list[Column]:
    """Return the columns of the agreement; rows are the places of the table's own, the last one of all classes."""
    classes = [*schema.scored, None]
    tip = "The same whoever comes first"
    return [
        Column("Class", "", lambda at: table.rows[at][0], 150, chip=lambda at: _chip(classes[at], theme)),
        Column("Dice", tip, lambda at: table.rows[at][1], 90, number=True),
        Column("IoU", tip, lambda at: table.rows[at][2], 90, number=True),
        Column("", "", lambda at: ""),
    ]


def _chip(c: LabelClass | None, theme: Theme) -> QPixmap:
    """Return the chip of a class, nothing where a row is of all."""
    return chip_pixmap(c, theme.tokens) if c is not None else QPixmap()


def _interval(row: BoutRow) -> str:
    return f"{signed(row.way.difference.low)} to {signed(row.way.difference.high)}"


def _chance(row: BoutRow) -> str:
    return figure(row.way.p)


class IntervalDelegate(QStyledItemDelegate):
    """Draws the difference as a point on its interval; all rows of a table to one scale, with 0 in the middle."""

    def __init__(self, theme: Theme, parent: QTableView, rows: Sequence[BoutRow]) -> None:
        super().__init__(parent)
        self._theme = theme
        ends = [abs(v) for row in rows for v in (row.way.difference.low, row.way.difference.high) if v == v]
        self._span = max([LEAST_SPAN, *ends]) * SPAN_ROOM

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        tokens, row = self._theme.tokens, index.data(Qt.ItemDataRole.UserRole)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(option.rect, tokens.color("select"))
        area, found = QRectF(option.rect).adjusted(8, 0, -8, 0), row.way.difference
        middle = area.center()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(tokens.color("strong"), 1))
        painter.drawLine(QPointF(middle.x(), area.top()), QPointF(middle.x(), area.bottom()))
        if found.low == found.low:
            color = tokens.color("accent" if row.way.p <= SURE else "text3")
            low, value, high = (
                QPointF(middle.x() + v / self._span * area.width() / 2, middle.y())
                for v in (found.low, found.value, found.high)
            )
            painter.setPen(QPen(color, 2))
            painter.drawLine(low, high)
            painter.setBrush(color)
            painter.drawEllipse(value, 3.5, 3.5)
        painter.restore()
