"""What stands around a plot: axes with round numbers, a grid, names and units."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QLineF, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen

from segstudio.gui.plots.ink import Ink, color_of, small_font
from segstudio.gui.plots.scale import Scale, number, tick_step, ticks
from segstudio.gui.theme import Tokens

HEAD, FOOT, RIGHT = 24.0, 36.0, 14.0
X_APART, Y_APART = 72.0, 26.0
"""Pixels between two ticks, at least about."""
MOST_TICKS = 7
"""More would be a grid to look at, not by."""
KEY, APART, ROW, MORE = 14.0, 18.0, 16.0, 26.0
"""Of the legend: the width of what stands before a name, between two, of a row its height, and of "+2"."""
LEAST_HEIGHT = 96.0
"""Of the values, that a legend of several rows leaves them."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the legend."""

    name: str
    ink: Ink
    dashed: bool = False
    dots: bool = False


@dataclass(frozen=True, slots=True)
class Legend:
    """What the curves are called, in rows, each entry with its width; ``left_out`` have no room at all."""

    rows: tuple[tuple[tuple[Entry, float], ...], ...] = ()
    left_out: tuple[Entry, ...] = ()

    @classmethod
    def within(cls, entries: Sequence[Entry], first: float, others: float, most: int) -> "Legend":
        """Lay entries out in at most so many rows; the first is so wide, and so are the ``others``."""
        metrics = QFontMetricsF(small_font())
        rows: list[list[tuple[Entry, float]]] = [[]]
        free, left = first, list(entries)
        while left:
            width = metrics.horizontalAdvance(left[0].name) + KEY + APART
            if width <= free:
                rows[-1].append((left.pop(0), width))
                free -= width
            elif len(rows) < most and (rows[-1] or len(rows) == 1):
                rows.append([])
                free = others
            else:
                break
        if left and rows[-1] and free < MORE:
            left.insert(0, rows[-1].pop()[0])  # what says that there are more needs room as well
        return cls(tuple(map(tuple, rows)), tuple(left))


@dataclass(frozen=True, slots=True)
class Frame:
    """Where values lie in a plot of a certain size, what the axes are called, and the curves."""

    area: QRectF
    x: Scale
    y: Scale
    x_text: str
    y_text: str
    x_whole: bool = False
    """Whether only whole numbers stand along the x axis."""
    legend: Legend = Legend()

    @classmethod
    def around(
        cls,
        size: QSizeF,
        x_span: tuple[float, float],
        y_span: tuple[float, float],
        texts: tuple[str, str],
        entries: Sequence[Entry] = (),
    ) -> "Frame":
        """Return the frame of a plot, with room for the numbers on its left and for the ``entries`` of a legend above.

        ``texts`` name the x and the y axis.
        """
        metrics = QFontMetricsF(small_font())
        legend_right = size.width() - RIGHT
        rows = 1 + max(int((size.height() - FOOT - HEAD - LEAST_HEIGHT) / ROW), 0)
        free = legend_right - 16 - metrics.horizontalAdvance(texts[1])
        legend = Legend.within(entries, free, legend_right - 8, rows)
        top = HEAD + ROW * max(len(legend.rows) - 1, 0)
        bottom = max(size.height() - FOOT, top + 1)
        step = tick_step(*y_span, _most(bottom - top, Y_APART))
        widths = [metrics.horizontalAdvance(number(v, step)) for v in ticks(*y_span, step)]
        left = max([24.0, *widths]) + 12.0
        right = max(legend_right, left + 1)
        x, y = Scale(*x_span, left, right), Scale(*y_span, bottom, top)
        return cls(QRectF(QPointF(left, top), QPointF(right, bottom)), x, y, *texts, legend=legend)

    def point(self, x: float, y: float) -> QPointF:
        return QPointF(self.x.place(x), self.y.place(y))

    def x_step(self) -> float:
        step = tick_step(self.x.low, self.x.high, _most(self.area.width(), X_APART))
        return max(step, 1.0) if self.x_whole else step

    def y_step(self) -> float:
        return tick_step(self.y.low, self.y.high, _most(self.area.height(), Y_APART))

    def draw(self, painter: QPainter, tokens: Tokens) -> None:
        """Draw the grid, the numbers and the names of the axes."""
        painter.setFont(small_font())
        self._draw_y(painter, tokens)
        self._draw_x(painter, tokens)
        painter.setPen(tokens.color("text2"))
        reach = min(self.area.center().x(), self.area.right() + RIGHT - self.area.center().x())
        across = QRectF(self.area.center().x() - reach, self.area.bottom() + 18, 2 * reach, 16)
        painter.drawText(across, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter, self.x_text)
        head = QRectF(8, 2, self.area.right() - 8, 16)
        painter.drawText(head, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, self.y_text)

    def _draw_y(self, painter: QPainter, tokens: Tokens) -> None:
        step = self.y_step()
        for value in ticks(self.y.low, self.y.high, step):
            y = round(self.y.place(value)) + 0.5
            painter.setPen(QPen(tokens.color("border"), 1))
            painter.drawLine(QLineF(self.area.left(), y, self.area.right(), y))
            painter.setPen(tokens.color("text3"))
            beside = QRectF(0, y - 8, self.area.left() - 6, 16)
            painter.drawText(beside, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, number(value, step))

    def _draw_x(self, painter: QPainter, tokens: Tokens) -> None:
        step = self.x_step()
        painter.setPen(QPen(tokens.color("strong"), 1))
        painter.drawLine(QLineF(self.area.left(), self.area.bottom(), self.area.right(), self.area.bottom()))
        for value in ticks(self.x.low, self.x.high, step):
            x = round(self.x.place(value)) + 0.5
            painter.setPen(QPen(tokens.color("strong"), 1))
            painter.drawLine(QLineF(x, self.area.bottom(), x, self.area.bottom() + 4))
            painter.setPen(tokens.color("text3"))
            below = QRectF(x - 40, self.area.bottom() + 4, 80, 16)
            painter.drawText(below, Qt.AlignmentFlag.AlignCenter, number(value, step))

    def draw_legend(self, painter: QPainter, tokens: Tokens) -> None:
        """Draw what the curves are called, from the right, and how many names have no room."""
        flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        for place, row in enumerate(self.legend.rows):
            more = MORE if self.legend.left_out and place == len(self.legend.rows) - 1 else 0.0
            x, y = self.area.right() - sum(width for _, width in row) - more + 12, 2 + place * ROW
            for entry, width in row:
                _draw_key(painter, QPointF(x, y + 8), entry, tokens)
                painter.setPen(tokens.color("text2"))
                painter.drawText(QRectF(x + KEY + 4, y, width, 16), flags, entry.name)
                x += width
            if more:
                painter.setPen(tokens.color("text3"))
                painter.drawText(QRectF(x, y, more, 16), flags, f"+{len(self.legend.left_out)}")


def _most(length: float, apart: float) -> int:
    return min(max(2, int(length / apart)), MOST_TICKS)


def _draw_key(painter: QPainter, left: QPointF, entry: Entry, tokens: Tokens) -> None:
    color = color_of(entry.ink, tokens)
    if entry.dots:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color)
        painter.drawEllipse(left + QPointF(KEY / 2, 0), 3.5, 3.5)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        return
    painter.setPen(QPen(color, 2, Qt.PenStyle.DashLine if entry.dashed else Qt.PenStyle.SolidLine))
    painter.drawLine(QLineF(left, left + QPointF(KEY, 0)))
