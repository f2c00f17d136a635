"""A picture under its labels, in one pane or several in step: the view, and how it is painted."""

from collections.abc import Callable

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from segstudio.core.raster import LabelPlane
from segstudio.editing.document import Change, Document
from segstudio.gui.canvas import marks
from segstudio.gui.canvas.frame import Frame, Scene
from segstudio.gui.canvas.layouts import LABEL_LAYOUTS, Arrangement, Layout, Pane, pane_size, panes
from segstudio.gui.canvas.picture import Picture
from segstudio.gui.canvas.viewport import Viewport
from segstudio.overlays.base import Style


class PaneView(QWidget):
    """Paints only what changed. All its own arithmetic is in device pixels."""

    view_changed = Signal()
    panes_changed = Signal()
    document_left = Signal()  # the document that was shown no longer is

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.view = Viewport()
        self.layout_shown: Layout = LABEL_LAYOUTS["fill"]
        self.split = 0.5
        self.bare = False
        self.backdrop = QColor("black")
        self.document: Document | None = None
        self._scene: Scene | None = None
        self._style: Style | None = None
        self._frame: Frame | None = None
        self._unfollow: Callable[[], None] = lambda: None
        self._fitted = True
        self._dirty = QRect()
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMinimumSize(240, 160)

    # What is shown

    def show_document(self, picture: Picture, document: Document, prediction: LabelPlane | None, style: Style) -> None:
        """Show another sample. The view stays where the picture has the size of the one before."""
        if document is not self.document:
            self._leave()
        self._unfollow()
        same_size = self._scene is not None and self._scene.picture.size == picture.size
        self._scene, self.document, self._style = Scene(picture, document.labels, prediction), document, style
        self._unfollow = document.changed.connect(self._on_change)
        if same_size and not self._fitted:
            self.redraw()
        else:
            self.fit()

    def clear(self) -> None:
        self._leave()
        self._unfollow()
        self._unfollow = lambda: None
        self._scene = self.document = None
        self.redraw()

    def set_prediction(self, prediction: LabelPlane | None) -> None:
        if self._scene is not None:
            self._scene = Scene(self._scene.picture, self._scene.truth, prediction)
            self.redraw()

    def set_style(self, style: Style) -> None:
        self._style = style
        self.redraw()

    def set_layout(self, layout: Layout) -> None:
        """Arrange the panes in another way; a picture that was fitted is fitted anew."""
        refit = self._fitted and layout.arrangement != self.layout_shown.arrangement
        self.layout_shown = layout
        if refit:
            self.fit()
        self.redraw()
        self.panes_changed.emit()

    # The view

    def fit(self) -> None:
        """Show the whole picture; it stays fitted while the window changes."""
        if self._scene is not None:
            self.set_view(Viewport.fitting(self._scene.picture.size, self.pane_size()))
        self._fitted = True

    def set_view(self, view: Viewport) -> None:
        self.view = view
        self._fitted = False
        self.redraw()
        self.view_changed.emit()

    def redraw(self) -> None:
        """Draw everything anew at the next paint."""
        self._frame = None
        self.update()

    def panes(self) -> list[Pane]:
        return panes(self.layout_shown, self.device_size(), self.split)

    # Arithmetic between the widget's own coordinates and device pixels

    def device_size(self) -> QSize:
        return self.size() * self.devicePixelRatioF()

    def pane_size(self) -> tuple[int, int]:
        return pane_size(self.layout_shown, self.device_size())

    def in_widget(self, area: QRectF) -> QRectF:
        ratio = self.devicePixelRatioF()
        return QRectF(area.topLeft() / ratio, area.size() / ratio)

    def local(self, at: QPointF) -> QPointF:
        """Return a position relative to the view of the pane it is in."""
        arranged = self.panes()
        inside = (p for p in arranged if p.area.contains(QPoint(int(at.x()), int(at.y()))))
        return at - QPointF(next(inside, arranged[0]).origin)

    # Painting

    def update_area(self, area: QRectF) -> None:
        """Paint an area, in device pixels, anew, and all between it and what else waits to be painted.

        Qt copies the pixels of one rectangle in a third of the time that it takes to clip them to several.
        """
        self._dirty |= self.in_widget(area).toAlignedRect()
        self.update(self._dirty)

    def paintEvent(self, event: QPaintEvent) -> None:
        self._dirty = QRect()
        painter = QPainter(self)
        if self._scene is None or self._style is None:
            painter.fillRect(event.rect(), self.backdrop)
            return
        if self._frame is None:
            backdrop = self.backdrop.rgba() & 0xFFFFFFFF
            self._frame = Frame(self._scene, self.view, self.pane_size(), backdrop, self.layout_shown.gray)
        arranged = self.panes()
        if self.layout_shown.arrangement is Arrangement.BESIDE:
            painter.fillRect(event.rect(), self.palette().window())
        painter.scale(1 / self.devicePixelRatioF(), 1 / self.devicePixelRatioF())
        for pane in arranged:
            if event.rect().intersects(self.in_widget(QRectF(pane.area)).toAlignedRect()):
                painter.setClipRect(pane.area)
                shown = self._frame.base if self.bare else self._frame.shown(pane.overlay, self._style)
                painter.drawImage(pane.origin, shown)
        painter.setClipping(False)
        self.paint_marks(painter, arranged)

    def paint_marks(self, painter: QPainter, arranged: list[Pane]) -> None:
        """Draw what lies over the panes, in device pixels."""
        if self.layout_shown.arrangement is Arrangement.SWIPE:
            size = self.device_size()
            marks.draw_handle(painter, self.split * size.width(), size.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        if self._fitted:
            self.fit()
        self.redraw()

    def _leave(self) -> None:
        """End what is under way in the document shown: it would go on unseen, in the view of another picture."""
        if self.document is not None:
            self.document.settle()
            self.document_left.emit()

    def _on_change(self, change: Change) -> None:
        if self._frame is None or self._style is None:
            return
        area = QRectF()
        for part in self._frame.parts(change):
            changed = self._frame.refresh(part, self._style)
            area |= QRectF(changed.x0, changed.y0, changed.x1 - changed.x0, changed.y1 - changed.y0)
        for pane in self.panes():
            self.update_area(area.translated(QPointF(pane.origin)))
