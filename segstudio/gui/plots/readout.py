"""The box beside the pointer that says what lies under it."""

from collections.abc import Sequence
from typing import TypeAlias

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from segstudio.gui.plots.ink import small_font
from segstudio.gui.theme import Tokens

ROW, PAD, CHIP, AWAY = 16.0, 8.0, 14.0, 12.0

Line: TypeAlias = tuple[QColor | None, str, str]
"""A chip's colour or none, a name, a value."""


def draw_readout(
    painter: QPainter, within: QRectF, at: QPointF, title: str, lines: Sequence[Line], tokens: Tokens
) -> None:
    """Draw a title and named values beside ``at``, on the side where there is room ``within`` the plot."""
    bold, plain = QFontMetricsF(small_font(True)), QFontMetricsF(small_font())
    rows = [
        CHIP * (color is not None) + plain.horizontalAdvance(name) + 16 + bold.horizontalAdvance(value)
        for color, name, value in lines
    ]
    width = max([bold.horizontalAdvance(title), *rows]) + 2 * PAD
    height = ROW * (1 + len(lines)) + PAD
    left = at.x() + AWAY if at.x() + AWAY + width <= within.right() else at.x() - AWAY - width
    top = min(max(at.y() - height / 2, within.top()), max(within.bottom() - height, within.top()))
    box = QRectF(max(left, within.left()), top, width, height)
    painter.setPen(QPen(tokens.color("strong"), 1))
    painter.setBrush(tokens.color("raised"))
    painter.drawRoundedRect(box, 4, 4)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setFont(small_font(True))
    painter.setPen(tokens.color("text"))
    inner = QRectF(box.left() + PAD, box.top() + PAD / 2, width - 2 * PAD, ROW)
    painter.drawText(inner, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, title)
    for line in lines:
        inner.translate(0, ROW)
        _draw_line(painter, inner, line, tokens)


def _draw_line(painter: QPainter, inner: QRectF, line: Line, tokens: Tokens) -> None:
    color, name, value = line
    left = inner.left()
    if color is not None:
        painter.fillRect(QRectF(left, inner.center().y() - 4, 8, 8), color)
        left += CHIP
    painter.setFont(small_font())
    painter.setPen(tokens.color("text2"))
    painter.drawText(QRectF(left, inner.top(), inner.width(), ROW), Qt.AlignmentFlag.AlignVCenter, name)
    painter.setFont(small_font(True))
    painter.setPen(tokens.color("text"))
    painter.drawText(inner, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, value)
