"""A plot as a file: a picture, a drawing, or its values."""

from collections.abc import Callable

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRect, QSizeF, Qt
from PySide6.QtGui import QAction, QImage, QImageWriter, QPainter
from PySide6.QtWidgets import QApplication, QMenu, QToolButton

from segstudio.gui.files import ask_file, write_told
from segstudio.gui.messages import Messages
from segstudio.gui.plots.plot import Plot
from segstudio.gui.theme import LIGHT, Theme
from segstudio.gui.widgets import tool_button
from segstudio.services.documents import csv_text

FINER = 3
"""Pixels of a PNG for each of the screen: enough for print."""
MOST_SIDE = 8192
"""Pixels of a side of a PNG from which on it is made less fine: it would take hundreds of megabytes."""


def png(plot: Plot) -> bytes:
    """Return a plot as a PNG: light whatever the theme is, for paper, and ``FINER`` than on the screen."""
    finer = max(1, min(FINER, MOST_SIDE // max(plot.width(), plot.height())))
    image = QImage(plot.size() * finer, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(finer)
    image.fill(Qt.GlobalColor.white)
    _draw(plot, QPainter(image))
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, QByteArray(b"png")).write(image)
    return bytes(buffer.data().data())


def svg(plot: Plot) -> bytes:
    """Return a plot as an SVG, light whatever the theme is; texts stay texts."""
    from PySide6.QtSvg import QSvgGenerator  # rarely wanted, and a library of its own

    sheet, buffer = QSvgGenerator(), QBuffer()  # the sheet goes first: it writes to the buffer as long as it lives
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    sheet.setOutputDevice(buffer)
    sheet.setTitle(plot.title)
    sheet.setSize(plot.size())
    sheet.setViewBox(QRect(0, 0, plot.width(), plot.height()))
    sheet.setResolution(96)
    _draw(plot, QPainter(sheet))
    return bytes(buffer.data().data())


def csv_file(plot: Plot) -> bytes:
    """Return the values of a plot, comma-separated with names first; what is not defined is empty."""
    return _values(plot, ",").encode()


WRITERS: dict[str, tuple[str, Callable[[Plot], bytes]]] = {
    "png": ("Picture (PNG)", png),
    "svg": ("Drawing (SVG)", svg),
    "csv": ("Values (CSV)", csv_file),
}


def save_button(plot: Plot, theme: Theme, messages: Messages) -> QToolButton:
    """Return a button with a menu of what a plot can be saved and copied as; the plot has it by right click, too."""
    button = tool_button(theme, "download-outline", f"Save the plot: {plot.title}")
    button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
    menu = QMenu(button)
    for suffix, (text, _) in WRITERS.items():
        action = QAction(f"Save as {text[0].lower()}{text[1:]} ...", plot)
        action.triggered.connect(lambda _=False, suffix=suffix: _ask_and_save(plot, suffix, messages))
        plot.addAction(action)
    for text, copy in (("Copy the picture", _copy_picture), ("Copy the values", _copy_values)):
        action = QAction(text, plot)
        action.triggered.connect(lambda _=False, copy=copy: None if plot.empty else copy(plot))
        plot.addAction(action)
    menu.addActions(plot.actions())
    button.setMenu(menu)
    return button


def _copy_picture(plot: Plot) -> None:
    QApplication.clipboard().setImage(QImage.fromData(png(plot)))


def _copy_values(plot: Plot) -> None:
    """Put the values on the clipboard as spreadsheets take them: with tabs."""
    QApplication.clipboard().setText(_values(plot, "\t"))


def _values(plot: Plot, delimiter: str) -> str:
    names, rows = plot.table()
    return csv_text([names, *rows], delimiter)


def _ask_and_save(plot: Plot, suffix: str, messages: Messages) -> None:
    text, write = WRITERS[suffix]
    path = ask_file(plot, "Save the plot", plot.title.lower(), text, suffix)
    if path is not None:
        write_told(path, write(plot), messages)


def _draw(plot: Plot, painter: QPainter) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    plot.draw(painter, QSizeF(plot.size()), LIGHT)
    painter.end()
