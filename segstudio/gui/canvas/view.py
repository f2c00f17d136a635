"""A picture under its labels, in one pane or several in step: the view, and how it is painted."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import chain

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QRegion, QResizeEvent
from PySide6.QtWidgets import QWidget

from segstudio.core.raster import Confidence, LabelMap, LabelPlane, Rect
from segstudio.editing.document import Change, Document
from segstudio.gui.canvas.contents import GRAY
from segstudio.gui.canvas.frame import Frame, Scene
from segstudio.gui.canvas.layouts import LABEL_LAYOUTS, Arrangement, Layout, Pane, pane_size, panes
from segstudio.gui.canvas.moved_view import MovedView
from segstudio.gui.canvas.picture import Picture
from segstudio.gui.canvas.repaints import Repaints, parts_of, rects_of, region_of
from segstudio.gui.canvas.viewport import Viewport
from segstudio.overlays.base import Pixels, Style


class PaneView(MovedView):
    """Paints only what changed. All its own arithmetic is in device pixels."""

    resized = Signal()
    repictured = Signal()  # what lies below a pixel of the canvas is no longer what it was
    document_left = Signal()  # the document that was shown no longer is

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.layout_shown: Layout = LABEL_LAYOUTS["fill"]
        self.split = 0.5
        self.swapped = False
        self.bare = False
        self.backdrop = QColor("black")
        self.document: Document | None = None
        self._scene: Scene | None = None
        self._style: Style | None = None
        self._frame: Frame | None = None
        self._spare: list[Pixels] = []  # the memory of the frame before
        self._stale: list[list[Rect]] = []  # of a pane: what is drawn anew before the next paint, for each change
        self._unfollow: Callable[[], None] = lambda: None
        self._repaints = Repaints(self)
        self._arranged: tuple[tuple[object, ...], list[Pane]] | None = None
        self._exposed = QRectF()  # what is being painted, in the widget's own coordinates
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMinimumSize(240, 160)

    # What is shown

    def show_document(self, picture: Picture, document: Document, prediction: LabelPlane | None, style: Style) -> None:
        """Show another sample. The view stays where the picture has the size of the one before."""
        if document is not self.document:
            self._leave()
        self._unfollow()
        same_size = self._scene is not None and self._scene.picture.size == picture.size
        self._scene = Scene(picture, document.labels, prediction, document.instances)
        self.document, self._style = document, style
        self._unfollow = document.changed.connect(self._on_change)
        if same_size and not self.fitted:
            self.redraw()
        else:
            self.fit()
        if not same_size:
            self.panes_changed.emit()  # they lie as the picture's shape has it

    def clear(self) -> None:
        self._leave()
        self._unfollow()
        self._unfollow = lambda: None
        self._scene = self.document = None
        self.redraw()

    def set_predictions(
        self,
        said: LabelMap | None,
        other: LabelPlane | None,
        confidence: Confidence | None,
        other_confidence: Confidence | None = None,
    ) -> None:
        """Show a prediction, a second one, and how sure the models of both were."""
        if self._scene is not None:
            labels, found = said if said is not None else (None, None)
            self._scene = replace(
                self._scene,
                prediction=labels,
                found=found,
                other=other,
                confidence=confidence,
                other_confidence=other_confidence,
            )
            self.redraw()

    def set_picture(self, picture: Picture) -> None:
        """Show the same picture as it looks now."""
        if self._scene is not None:
            self._scene = replace(self._scene, picture=picture)
            self.redraw()

    def set_style(self, style: Style) -> None:
        self._style = style
        self.redraw()

    def set_lit(self, lit: tuple[int, ...], rects: Iterable[Rect]) -> None:
        """Outline some objects; ``rects`` of the picture are around them, and around those that were."""
        if self._style is not None:
            self._style = replace(self._style, lit=lit)
        if self._frame is not None:
            self._mark_stale(map(self._frame.on_screen, rects))

    def set_layout(self, layout: Layout) -> None:
        """Arrange the panes in another way; what is seen is kept, or fitted anew, where they get another size."""
        before = self.pane_size()
        self.layout_shown = layout
        if self.pane_size() != before:
            self.settle_view()
        self.redraw()  # else overlays that are shown no more would be kept up to date
        self.panes_changed.emit()

    def set_swapped(self, swapped: bool) -> None:
        """Let each pane show what it shows while the blink key is held, or what it shows else."""
        self.swapped = swapped
        self.update()
        self.panes_changed.emit()

    def set_split(self, split: float) -> None:
        """Put the handle of a swipe elsewhere, 0..1."""
        self.split = split
        self.update()
        self.panes_changed.emit()

    def seen_at(self, view: Viewport, size: tuple[int, int], overlay: str) -> QImage | None:
        """Return what another view of the picture shows under an overlay, None where there is nothing to show."""
        if self._scene is None or self._style is None:
            return None
        frame = Frame(self._scene, view, size, self.backdrop.rgba() & 0xFFFFFFFF, GRAY)
        return frame.shown(overlay, self._style).copy()  # the frame, which has the memory, ends here

    @property
    def picture_size(self) -> tuple[int, int] | None:
        """Width and height of the picture in its own pixels, None with nothing shown."""
        return self._scene.picture.size if self._scene is not None else None

    def redraw(self) -> None:
        """Draw everything anew at the next paint."""
        if self._frame is not None:
            self._spare = self._frame.buffers()
        self._frame = None
        self.update()

    def panes(self) -> list[Pane]:
        """Return the panes as they are arranged; asked for several times an event, so kept while nothing changes."""
        scene, turned = self._scene, self.view.orientation
        key = self.layout_shown, self.size(), self.devicePixelRatioF(), self.split, self.swapped, scene, turned
        if self._arranged is None or self._arranged[0] != key:
            arranged = panes(self.layout_shown, self.device_size(), self.split, self.swapped, self._lying)
            self._arranged = key, arranged
        return self._arranged[1]

    # Arithmetic between the widget's own coordinates and device pixels

    def device_size(self) -> QSize:
        ratio = self.devicePixelRatioF()
        return self.size() if ratio == 1.0 else self.size() * ratio

    def pane_size(self) -> tuple[int, int]:
        return pane_size(self.layout_shown, self.device_size(), self._lying)

    @property
    def _lying(self) -> tuple[int, int] | None:
        """Width and height of the picture as it lies on the screen."""
        size = self.picture_size
        return size[::-1] if size is not None and self.view.orientation.transposed else size

    def in_widget(self, area: QRect) -> QRect:
        """Return the rectangle of the widget that a rectangle of device pixels lies in."""
        ratio = self.devicePixelRatioF()
        if ratio == 1.0:
            return area
        return QRectF(QPointF(area.topLeft()) / ratio, QSizeF(area.size()) / ratio).toAlignedRect()

    def _on_device(self, area: QRect) -> QRect:
        """Return the rectangle of device pixels that a rectangle of the widget lies in."""
        ratio = self.devicePixelRatioF()
        if ratio == 1.0:
            return area
        return QRectF(QPointF(area.topLeft()) * ratio, QSizeF(area.size()) * ratio).toAlignedRect()

    def local(self, at: QPointF) -> QPointF:
        """Return a position relative to the view of the pane it is in."""
        arranged = self.panes()
        pane = arranged[0]
        if len(arranged) > 1:
            where = QPoint(int(at.x()), int(at.y()))
            pane = next((pane for pane in arranged if pane.area.contains(where)), pane)
        return at - QPointF(pane.origin)

    # Painting

    def update_area(self, area: QRegion) -> None:
        """Paint an area, in device pixels, anew, once all that is told of in this turn of the event loop is known."""
        self._repaints.want(area)

    def paintEvent(self, event: QPaintEvent) -> None:
        self._exposed = QRectF(event.rect())
        self._repaints.painted()
        painter = QPainter(self)
        if self._scene is None or self._style is None:
            painter.fillRect(event.rect(), self.backdrop)
            return
        if self._frame is None:
            backdrop = self.backdrop.rgba() & 0xFFFFFFFF
            self._frame = Frame(self._scene, self.view, self.pane_size(), backdrop, GRAY, self._spare)
            self._spare, self._stale = [], []
        self._refresh(self._frame, self._style)
        arranged, ratio = self.panes(), self.devicePixelRatioF()
        if ratio != 1.0:
            painter.scale(1 / ratio, 1 / ratio)
        region = event.region()
        for pane in arranged:
            if seen := rects_of(region & self.in_widget(pane.area)):
                shown = self._frame.picture() if self.bare else self._frame.shown(pane.overlay, self._style)
                self._paint_pane(painter, pane, shown, [self._on_device(rect) & pane.area for rect in seen])
        if self._apart:
            self._paint_gap(painter, arranged)
        self.paint_marks(painter, arranged)

    def _paint_pane(self, painter: QPainter, pane: Pane, shown: QImage, seen: Sequence[QRect]) -> None:
        """Paint each rectangle by itself: clipped to several, copying a pixel takes Qt ten times as long."""
        for area in seen:
            painter.setClipRect(area)
            painter.drawImage(area.topLeft(), shown, area.translated(-pane.origin))
        painter.setClipping(False)

    def _paint_gap(self, painter: QPainter, arranged: Sequence[Pane]) -> None:
        gap = QRegion(QRect(QPoint(), self.device_size()))
        for pane in arranged:
            gap -= pane.area
        for rect in rects_of(gap):
            painter.fillRect(rect, self.palette().window())

    def marked_panes(self) -> list[Pane]:
        """Return the panes that what is drawn shows in; those of a swipe lie over each other."""
        return self.panes() if self._apart else self.panes()[:1]

    def marked_area(self, pane: Pane) -> QRect:
        """Return where on the canvas what is drawn over a pane shows."""
        return pane.area if self._apart else QRect(QPoint(), self.device_size())

    def update_marked(self, area: QRegion) -> None:
        """Paint an area of each pane anew, in device pixels from its origin."""
        for pane in self.marked_panes():
            self.update_area(area.translated(pane.origin) & self.marked_area(pane))

    @property
    def _apart(self) -> bool:
        return self.layout_shown.arrangement is Arrangement.BESIDE

    def paint_marks(self, painter: QPainter, arranged: list[Pane]) -> None:
        """Draw what lies over the panes, in device pixels."""

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.settle_view()
        self.redraw()
        self.resized.emit()

    def _leave(self) -> None:
        """End what is under way in the document shown: it would go on unseen, in the view of another picture."""
        if self.document is not None:
            self.document.settle()
            self.document_left.emit()

    def _on_change(self, change: Change) -> None:
        """Note what of the screen is stale: however many changes come between two paints, it is drawn once."""
        if self._frame is not None:
            self._mark_stale(self._frame.parts(change))
        self.repictured.emit()

    def _mark_stale(self, parts: Iterable[Rect]) -> None:
        rects = list(parts)
        stale = region_of(rects)
        if stale.isEmpty():
            return
        self._stale.append(rects)
        for pane in self.panes():
            self.update_area(stale.translated(pane.origin))

    def _refresh(self, frame: Frame, style: Style) -> None:
        stale, self._stale = self._stale, []
        if len(stale) == 1:
            frame.refresh(stale[0], style)  # as they are: a region of rectangles that overlap a little has many more
        elif stale:
            frame.refresh(parts_of(region_of(chain.from_iterable(stale))), style)
