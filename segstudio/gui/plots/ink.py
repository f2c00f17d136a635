"""The colours of curves: apart from each other for every eye, and readable on dark and on light."""

from typing import TypeAlias

from PySide6.QtGui import QColor, QFont
from PySide6.QtWidgets import QApplication

from segstudio.gui.theme import DARK, Tokens

Ink: TypeAlias = int | QColor
"""A place in the row of colours, which follow the theme; or a colour of its own, as that of a class."""

ON_DARK = ("#35C7B4", "#FF9F1C", "#8FB4FF", "#D58CFF", "#F2D64B", "#E8EAED")
ON_LIGHT = ("#0A7064", "#B45309", "#2457C5", "#8A2BC2", "#7A6400", "#1B1F23")
"""After Okabe and Ito, lightened and darkened to 4.5:1 on the panels; purple and yellow are A's and B's everywhere."""
A, B, TRUTH = 3, 4, 5
"""Places of the two predictions and the truth, where there is a curve of each."""


def color_of(ink: Ink, tokens: Tokens) -> QColor:
    """Return the colour of ``ink`` in a theme; places beyond the row begin it anew."""
    if isinstance(ink, QColor):
        return ink
    row = ON_DARK if tokens is DARK else ON_LIGHT
    return QColor(row[ink % len(row)])


def small_font(bold: bool = False) -> QFont:
    """Return the font of figures beside axes: that of the program, with its tabular figures."""
    font = QFont(QApplication.font())
    font.setPixelSize(11)
    font.setBold(bold)
    return font
