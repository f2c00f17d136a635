"""The table of two models: scores of either, and their difference with its interval as a line."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTableView

from segstudio.core.schema import LabelClass, LabelSchema
from segstudio.core.wording import signed
from segstudio.gui.analysis.ranked_table import Column
from segstudio.gui.panels.chips import chip_pixmap
from segstudio.gui.theme import Theme
from segstudio.gui.widgets import NOT_DEFINED, Index
from segstudio.metrics.comparison import DRAWS, LEVEL, SWAPS, Difference
from segstudio.services.contest import Bout
from segstudio.services.tables import Table, figure

LINE = 4
"""The column of the line."""

AHEAD = {"A": QColor(0x8B, 0x5C, 0xF6), "B": QColor(0xEB, 0xC2, 0x1F)}
"""The colours of who is ahead."""

LEAST_SPAN = 0.02
SPAN_ROOM = 1.1
SURE = 0.05


@dataclass(frozen=True, slots=True)
class BoutRow:
    """One score, of summed counts or as a mean over images; differences are A - B, as everywhere."""

    bout: Bout
    way: Difference

    def told(self) -> str:
        """Return in a sentence who is ahead, and how sure that is."""
        apart = self.way.difference
        if math.isnan(apart.value):
            return f"{self.bout.name}: not defined for one of the two."
        ahead = "A is ahead" if apart.value > 0 else "B is ahead" if apart.value < 0 else "neither is ahead"
        sure = "chance alone would seldom do that" if self.way.p <= SURE else "that may be chance"
        ways = "all ways" if self.way.exact else f"{SWAPS:,} random ways"
        by = f" by {hundredths(abs(apart.value))} points" if apart.value else ""
        return (
            f"{self.bout.name}: {ahead}{by}, and {sure} (p = {figure(self.way.p)}). "
            f"Intervals are of {DRAWS:,} draws of the images; p is of swapping A and B image by image, {ways}."
        )


def hundredths(value: float) -> str:
    """Return a score in per cent with two decimals, which differences need."""
    return NOT_DEFINED if math.isnan(value) else f"{100 * value:.2f}"


def bout_columns(schema: LabelSchema, theme: Theme) -> list[Column]:
    """Return the columns; rows are ``BoutRow``."""
    known = {c.id: c for c in schema.classes}
    return [
        Column(
            "Class",
            "Click a row to list the images in which one is ahead, by how much",
            lambda row: row.bout.name,
            104,
            chip=lambda row: _chip(known.get(row.bout.class_id), theme),
        ),
        Column(
            "A - B",
            "How much A is ahead, in points of a hundred",
            lambda row: _signed(row.way.difference.value),
            52,
            number=True,
        ),
        Column("p", "How often chance alone is as far apart", lambda row: figure(row.way.p), 58, number=True),
        Column(
            f"{100 * LEVEL:g} % interval",
            "Of the difference, by drawing images with replacement",
            _interval,
            132,
            number=True,
        ),
        Column(
            "◂ B   A ▸",
            "The better one's side: the difference on its interval; gray where it may be chance",
            _nothing,
        ),
        Column("A", "The first prediction, %", lambda row: hundredths(row.way.first.value), 56, number=True),
        Column("B", "The second prediction, %", lambda row: hundredths(row.way.second.value), 56, number=True),
        Column("Images", "In which both have this score", lambda row: f"{row.way.images:,}", 56, number=True),
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
    apart = row.way.difference
    return NOT_DEFINED if math.isnan(apart.low) else f"{_signed(apart.low)} to {_signed(apart.high)}"


def _nothing(row: BoutRow) -> str:
    """Return the text of a cell that is painted."""
    return ""


def _signed(value: float) -> str:
    return NOT_DEFINED if math.isnan(value) else signed(value, 2)


class IntervalDelegate(QStyledItemDelegate):
    """Draws the difference as a point on its interval, 0 in the middle.

    All rows have one scale, on which each lies as a whole.
    """

    def __init__(self, theme: Theme, parent: QTableView, rows: Sequence[BoutRow]) -> None:
        super().__init__(parent)
        self._theme = theme
        found = [row.way.difference for row in rows if not math.isnan(row.way.difference.low)]
        most = max((max(abs(one.low), abs(one.high)) for one in found), default=0.0)
        self._span = max(LEAST_SPAN, most) * SPAN_ROOM

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
        if not math.isnan(found.low):
            ahead = AHEAD["A" if found.value > 0 else "B"]
            color = ahead if row.way.p <= SURE else tokens.color("text3")
            low, value, high = (
                QPointF(middle.x() + v / self._span * area.width() / 2, middle.y())
                for v in (found.low, found.value, found.high)
            )
            painter.setPen(QPen(color, 4))
            painter.drawLine(low, high)
            painter.setPen(QPen(color, 1))
            painter.drawLine(value - QPointF(0, 6), value + QPointF(0, 6))
        painter.restore()
