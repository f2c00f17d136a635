"""The chip of a class: its colour, or a hatch where the class is ignored."""

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QBrush, QColor, QIcon, QPainter, QPen, QPixmap

from segstudio.core.schema import LabelClass
from segstudio.gui.theme import Tokens

MIDDLE = 128
"""Of lightness: below it stripes are white."""


def paint_chip(painter: QPainter, rect: QRect, c: LabelClass, tokens: Tokens, faded: bool = False) -> None:
    """Draw a class's chip; a class that is hidden is faded."""
    color = QColor(*c.color)
    if faded:
        color.setAlpha(110)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(tokens.color("strong"), 1))
    painter.setBrush(color)
    painter.drawRoundedRect(rect, 3, 3)
    if c.ignore:
        painter.setPen(Qt.PenStyle.NoPen)
        stripes = QColor("white" if color.lightness() < MIDDLE else "black")
        painter.setBrush(QBrush(stripes, Qt.BrushStyle.BDiagPattern))
        painter.drawRoundedRect(rect, 3, 3)
    painter.restore()


def chip_icon(c: LabelClass, tokens: Tokens) -> QIcon:
    """Return a class's chip for rows that can be selected."""
    return untinted(chip_pixmap(c, tokens))


def untinted(pixmap: QPixmap) -> QIcon:
    """Return a picture that keeps its colours where its row is selected: Qt tints those that it is not told of."""
    icon = QIcon(pixmap)
    icon.addPixmap(pixmap, QIcon.Mode.Selected)
    return icon


def chip_pixmap(c: LabelClass, tokens: Tokens, size: int = 14) -> QPixmap:
    """Return a class's chip as a picture, for lists that Qt paints."""
    pixmap = QPixmap(size + 2, size + 2)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    paint_chip(painter, QRect(1, 1, size - 1, size - 1), c, tokens)
    painter.end()
    return pixmap
