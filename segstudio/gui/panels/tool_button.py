"""A button of the tool strip: where it stands for several tools, a press that is held shows the others."""

from PySide6.QtCore import QPoint, QPointF, Qt, QTimer, Signal
from PySide6.QtGui import QContextMenuEvent, QMouseEvent, QPainter, QPaintEvent, QPalette, QPolygonF
from PySide6.QtWidgets import QToolButton

HELD_MS = 350
CORNER = 7


class ToolButton(QToolButton):
    """Chooses a tool. Where ``several``, a corner is marked, and ``others_wanted`` says that the others are wanted.

    They are by a press that is held, the right button, the menu key, or a click when the tool is chosen already.
    """

    others_wanted = Signal()

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name
        self.several = False
        self.setCheckable(True)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(HELD_MS)
        self._timer.timeout.connect(self._open)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self.several and event.button() == Qt.MouseButton.LeftButton:
            if self.isChecked():
                self._open()
                return
            self._timer.start()
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._timer.stop()
        super().mouseReleaseEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if self.several:
            self._open()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self.several:
            return
        corner = QPointF(self.rect().bottomRight() - QPoint(3, 3))
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        role = QPalette.ColorRole.HighlightedText if self.isChecked() else QPalette.ColorRole.PlaceholderText
        painter.setBrush(self.palette().color(role))
        painter.drawPolygon(QPolygonF([corner, corner - QPointF(CORNER, 0), corner - QPointF(0, CORNER)]))
        painter.end()

    def _open(self) -> None:
        self._timer.stop()
        self.setDown(False)
        self.others_wanted.emit()
