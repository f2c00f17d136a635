"""What lies over the canvas, painted from a picture of it."""

from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QGraphicsEffect, QWidget

LOOKS = (
    QEvent.Type.Resize,
    QEvent.Type.LayoutRequest,
    QEvent.Type.StyleChange,
    QEvent.Type.PaletteChange,
    QEvent.Type.FontChange,
)


class Kept(QGraphicsEffect):
    """Paints a widget from a picture taken of it; who changes what it shows calls ``renew``.

    Whatever lies over a stroke is painted at each move of the brush, and labels take longer than the canvas.
    """

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self._widget = widget
        self._picture: QPixmap | None = None
        self._at = QPoint()
        widget.setGraphicsEffect(self)
        widget.installEventFilter(self)

    def renew(self) -> None:
        """Paint the widget as it is now."""
        self._picture = None
        self._widget.update()

    def draw(self, painter: QPainter) -> None:
        ratio = self._widget.devicePixelRatioF()
        if self._picture is None or self._picture.devicePixelRatioF() != ratio:
            system, unpadded = Qt.CoordinateSystem.LogicalCoordinates, QGraphicsEffect.PixmapPadMode.NoPad
            self._picture = self.sourcePixmap(system, self._at, unpadded)
        painter.drawPixmap(self._at, self._picture)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in LOOKS:
            self.renew()
        return False
