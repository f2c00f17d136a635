"""Somebody in front of the real window, with mouse, keys and eyes."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QTimer, QUrl
from PySide6.QtGui import QColor, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from segstudio.gui.canvas.pointing import Flash
from segstudio.gui.messages import Message
from segstudio.gui.window import MainWindow

PATIENCE = 10_000


class User:
    """Somebody in front of the window. Image positions are in pixels of the picture."""

    def __init__(self, window: MainWindow, bot: QtBot) -> None:
        self.window, self.bot = window, bot
        self.heard: list[Message] = []
        window.bench.messages.said.connect(self.heard.append)

    def open(self, path: Path) -> None:
        self.window.bench.open(path)
        self.wait(lambda: self.window.session.project is not None and self.window.session.current is not None)

    def wait(self, ready: Callable[[], object]) -> None:
        self.bot.waitUntil(lambda: bool(ready()), timeout=PATIENCE)

    def errors(self) -> list[Message]:
        return [m for m in self.heard if m.kind == "error"]

    def key(self, key: Qt.Key, *modifiers: Qt.KeyboardModifier) -> None:
        held = Qt.KeyboardModifier.NoModifier
        for modifier in modifiers:
            held |= modifier
        self.bot.keyClick(QApplication.focusWidget() or self.window, key, held)

    def at(self, x: float, y: float) -> QPoint:
        """Return where an image position is on the canvas."""
        left, top = self.window.canvas.view.to_screen(x, y)
        return QPoint(round(left), round(top))

    def drag(self, *points: tuple[float, float], button: Qt.MouseButton = Qt.MouseButton.LeftButton) -> None:
        """Press at the first image position, pass the others, release at the last."""
        canvas = self.window.canvas
        self.bot.mouseMove(canvas, self.at(*points[0]))
        self.bot.mousePress(canvas, button, pos=self.at(*points[0]))
        for point in points[1:]:
            self.bot.mouseMove(canvas, self.at(*point))
        self.bot.mouseRelease(canvas, button, pos=self.at(*points[-1]))

    def click(self, x: float, y: float) -> None:
        self.bot.mouseClick(self.window.canvas, Qt.MouseButton.LeftButton, pos=self.at(x, y))

    @property
    def flashing(self) -> bool:
        """Whether pixels of the canvas light up, or are about to."""
        flash = self.window.canvas.findChild(Flash)
        assert flash is not None
        return any(timer.isActive() for timer in flash.findChildren(QTimer))

    def drop(self, *paths: Path) -> None:
        """Drop files or folders on the window."""
        copy, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        carried = QMimeData()
        carried.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
        entered = QDragEnterEvent(QPoint(600, 400), copy, carried, left, none)
        QApplication.sendEvent(self.window, entered)
        assert entered.isAccepted()
        QApplication.sendEvent(self.window, QDropEvent(QPointF(600, 400), copy, carried, left, none))

    def label_at(self, x: int, y: int) -> int:
        assert self.window.session.current is not None
        return int(self.window.session.current.document.labels[y, x])

    def color_at(self, x: float, y: float) -> QColor:
        """Return what the screen shows at an image position."""
        return self.window.canvas.grab().toImage().pixelColor(self.at(x, y))

    def saved(self) -> None:
        """Wait until nothing is left to save."""
        self.wait(lambda: not self.window.session.unsaved())
