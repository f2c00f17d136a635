"""A canvas with a picture on it, and somebody who works on it with mouse and keys."""

import numpy as np
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from segstudio.core.schema import LabelClass, LabelSchema
from segstudio.editing.document import Document
from segstudio.gui.canvas.canvas import Canvas
from segstudio.gui.canvas.picture import Picture
from segstudio.gui.canvas.viewport import Viewport
from segstudio.overlays.base import Style
from segstudio.tools.options import ToolOptions

LEFT, RIGHT, MIDDLE = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton, Qt.MouseButton.MiddleButton
SCHEMA = LabelSchema(
    (
        LabelClass(0, "background", (0, 0, 0), background=True),
        LabelClass(1, "cell", (230, 25, 75)),
        LabelClass(2, "nucleus", (0, 255, 3)),
    )
)
WIDTH, HEIGHT = 60, 40
SCALE = 4


class Rig:
    """A canvas that shows a picture of 60 x 40 at four times its size, and a mouse on it. Places are image pixels."""

    def __init__(self, bot: QtBot) -> None:
        self.bot = bot
        self.options = ToolOptions(class_id=1, background_id=0, size=3)
        self.canvas = Canvas(self.options)
        self.canvas.resize(500, 200)
        bot.addWidget(self.canvas)
        labels = np.zeros((HEIGHT, WIDTH), np.uint8)
        labels[20:30, 20:40] = 2
        self.document = self.show(labels)
        self.canvas.show()
        bot.waitExposed(self.canvas)
        self.canvas.set_view(Viewport(SCALE, 0, 0))

    def show(self, labels: "np.ndarray[tuple[int, int], np.dtype[np.uint8]]") -> Document:
        document = Document(labels)
        picture = Picture(np.full((HEIGHT, WIDTH, 3), 100, np.uint8))
        self.canvas.show_document(picture, document, np.full_like(labels, 1), Style.of(SCHEMA, 0.5))
        return document

    def at(self, x: float, y: float, pane: int = 0) -> QPoint:
        """Return where an image position is in a pane of the canvas."""
        left, top = self.canvas.view.to_screen(x, y)
        return QPoint(round(left), round(top)) + self.canvas.panes()[pane].origin

    def press(self, x: float, y: float, button: Qt.MouseButton = LEFT, pane: int = 0) -> None:
        self.bot.mousePress(self.canvas, button, pos=self.at(x, y, pane))

    def move(self, x: float, y: float, pane: int = 0) -> None:
        self.bot.mouseMove(self.canvas, self.at(x, y, pane))

    def release(self, x: float, y: float, button: Qt.MouseButton = LEFT, pane: int = 0) -> None:
        self.bot.mouseRelease(self.canvas, button, pos=self.at(x, y, pane))

    def click(self, x: float, y: float, button: Qt.MouseButton = LEFT) -> None:
        self.press(x, y, button)
        self.release(x, y, button)

    def double_click(self, x: float, y: float) -> None:
        """Press, release, press and release once more, as Qt tells of it."""
        self.click(x, y)
        self.bot.mouseDClick(self.canvas, LEFT, pos=self.at(x, y))
        self.release(x, y)

    def key(self, key: Qt.Key) -> None:
        self.bot.keyClick(self.canvas, key)

    def turn(self, notches: float, x: float, y: float, keys: Qt.KeyboardModifier | None = None) -> None:
        at = QPointF(self.at(x, y))
        none, phase = Qt.MouseButton.NoButton, Qt.ScrollPhase.NoScrollPhase
        held = keys or Qt.KeyboardModifier.NoModifier
        event = QWheelEvent(at, at, QPoint(), QPoint(0, round(120 * notches)), none, held, phase, False)
        QApplication.sendEvent(self.canvas, event)

    def label(self, x: int, y: int) -> int:
        return int(self.document.labels[y, x])
