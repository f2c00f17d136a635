"""The whole picture, small, with a frame around what is in sight; shown while not all of it is."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QPen, QTransform
from PySide6.QtWidgets import QWidget

from segstudio.gui.canvas.kept import Kept
from segstudio.gui.canvas.picture import Picture
from segstudio.gui.canvas.view import PaneView
from segstudio.gui.canvas.viewport import Viewport
from segstudio.gui.qimage import opaque_view

EDGE = 168
"""Screen pixels of the longer side."""


class Minimap(QWidget):
    """Click or drag to bring another part of the picture into the middle. ``wanted`` is the user's choice."""

    def __init__(self, canvas: PaneView) -> None:
        super().__init__(canvas)
        self._kept = Kept(self)
        self._canvas = canvas
        self._image = QImage()
        self._laid: tuple[tuple[object, ...], QImage] = (), QImage()
        self.wanted = True
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName("Map of the picture")
        self.setToolTip("Click or drag to go there")
        canvas.view_changed.connect(self.refresh)
        canvas.panes_changed.connect(self.refresh)
        self.hide()

    def show_picture(self, picture: Picture) -> None:
        """Take over the picture as it is shown, made small."""
        scale = min(2 * EDGE / max(picture.size), 1.0)
        width, height = (max(round(side * scale), 1) for side in picture.size)
        self._image = opaque_view(picture.render(Viewport(scale), (width, height), 0, gray=False)).copy()
        self.refresh()

    def refresh(self) -> None:
        """Follow the view; be there only while part of the picture is out of sight."""
        size = self._canvas.picture_size
        self.setVisible(self.wanted and size is not None and not self._sight().contains(_whole(size)))
        if size is not None and self.isVisibleTo(self._canvas):
            width, height = size[::-1] if self._canvas.view.orientation.transposed else size
            scale = EDGE / max(width, height)
            self.resize(max(round(width * scale), 8), max(round(height * scale), 8))
            self._kept.renew()

    def _sight(self) -> QRectF:
        """Return what of the picture the pane shows, in image pixels; it may reach beyond the picture."""
        (width, height), view = self._canvas.pane_size(), self._canvas.view
        return QRectF(QPointF(*view.to_image(0, 0)), QPointF(*view.to_image(width, height))).normalized()

    def _to_map(self) -> QTransform:
        """Return the way from image pixels to the map, laid as the view is."""
        size = self._canvas.picture_size or (1, 1)
        axes = self._canvas.view.orientation.axes
        laid = QTransform(axes.xx, axes.yx, axes.xy, axes.yy, 0, 0)
        box = laid.mapRect(_whole(size))
        return (
            laid
            * QTransform.fromTranslate(-box.x(), -box.y())
            * QTransform.fromScale(self.width() / box.width(), self.height() / box.height())
        )

    def _map(self, size: tuple[int, int]) -> QImage:
        """Return the picture as it is laid, in device pixels; kept, for to make it takes a tenth of a frame."""
        ratio = self.devicePixelRatioF()
        key = self._image.cacheKey(), self.size(), ratio, self._canvas.view.orientation
        if key != self._laid[0]:
            laid = QImage(self.size() * ratio, QImage.Format.Format_RGB32)
            laid.fill(Qt.GlobalColor.black)
            painter = QPainter(laid)
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.setTransform(self._to_map() * QTransform.fromScale(ratio, ratio))
            painter.drawImage(_whole(size), self._image)
            painter.end()
            self._laid = key, laid
        return self._laid[1]

    def paintEvent(self, event: QPaintEvent) -> None:
        size = self._canvas.picture_size
        if size is None:
            return
        painter = QPainter(self)
        painter.drawImage(self.rect(), self._map(size))
        seen = self._to_map().mapRect(self._sight()).intersected(QRectF(self.rect())).adjusted(0.5, 0.5, -1.5, -1.5)
        for pen in (QPen(QColor(0, 0, 0, 180), 3), QPen(QColor(255, 255, 255), 1.5)):
            painter.setPen(pen)
            painter.drawRect(seen)
        painter.setPen(QColor(0, 0, 0, 160))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._go(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._go(event.position())

    def _go(self, at: QPointF) -> None:
        """Bring a place of the map into the middle of the pane."""
        inverted, _ = self._to_map().inverted()
        wanted = inverted.map(at)
        x, y = self._canvas.view.to_screen(wanted.x(), wanted.y())
        width, height = self._canvas.pane_size()
        self._canvas.set_view(self._canvas.view.panned(width / 2 - x, height / 2 - y))


def _whole(size: tuple[int, int]) -> QRectF:
    return QRectF(0, 0, *size)
