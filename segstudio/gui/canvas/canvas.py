"""The canvas: the view of a picture, and the pointer and keys that work on it."""

import math
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QEnterEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QRegion,
    QTabletEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QLineEdit, QWidget

from segstudio.core.raster import LabelPlane, Mask, Rect
from segstudio.editing.document import Document
from segstudio.gui.canvas.aids.pixels import ValueAt, draw_pixels
from segstudio.gui.canvas.brush_mark import BrushMark
from segstudio.gui.canvas.gestures import Gestures
from segstudio.gui.canvas.hand import Hand
from segstudio.gui.canvas.layouts import Pane
from segstudio.gui.canvas.picture import Picture
from segstudio.gui.canvas.pointing import Flash, Over
from segstudio.gui.canvas.previews import KeptArea, draw_preview, draw_text
from segstudio.gui.canvas.swipe import Handle
from segstudio.gui.canvas.view import PaneView
from segstudio.overlays.base import Style
from segstudio.tools.base import Easel, Look, Work, at_once, look_at_once
from segstudio.tools.options import ToolOptions


class Canvas(PaneView):
    """Hands the pointer to a tool; knows none by name."""

    drawing = Signal()  # a press is about to be handed to a tool
    escaped = Signal()  # Escape, and no shape was under way
    said = Signal(str)  # by the tool: why nothing came of what was done
    pointed = Signal(object)  # (x, y) in image pixels, or None where the pointer is elsewhere

    def __init__(
        self, options: ToolOptions, work: Work = at_once, look: Look = look_at_once, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.hand = Hand(options)
        self.gestures = Gestures(self)
        self._work, self._look = work, look
        self._area = KeptArea()
        self.accent = QColor("white")
        self._mouse: QPointF | None = None
        self._grabbed: QPointF | None = None
        self._handle = Handle(self)
        self.brush = BrushMark(self, self.hand)
        self._cursor: Qt.CursorShape | None = None
        self.pixels_shown = True
        self.value_at: ValueAt = lambda column, row: ""
        self._flash = Flash(self.update, self)
        self.may_draw: Callable[[], bool] = lambda: True
        """Asked before a press is handed to a tool; whoever says no says why."""
        self.over: list[Over] = [self._flash.draw]
        """What is drawn over each pane; whoever changes what it draws asks for an ``update``."""
        self.document_left.connect(lambda: self.hand.sit(None))
        self.document_left.connect(self._flash.end)
        options.changed.connect(lambda _: self.update())
        self.setMouseTracking(True)
        self.setTabletTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Canvas")

    def set_tool(self, name: str) -> None:
        self.hand.choose(name)
        self._show_cursor()
        self.update()

    def show_document(self, picture: Picture, document: Document, prediction: LabelPlane | None, style: Style) -> None:
        super().show_document(picture, document, prediction, style)
        self.hand.sit(Easel(document, picture.rgb, self.hand.options, self._work, self._look, self.said.emit))

    def set_picture(self, picture: Picture) -> None:
        super().set_picture(picture)
        self.hand.see(picture.rgb)

    def set_busy(self, busy: bool) -> None:
        """While something is computed of the labels nothing can be drawn on them; the view can be moved."""
        self.hand.busy = busy
        self._show_cursor()
        if not busy:
            self.update()  # what a tool shows may have changed

    def zoom(self, factor: float) -> None:
        """Zoom about the pointer, or about the middle where the pointer is elsewhere."""
        width, height = self.pane_size()
        at = self.local(self._mouse) if self._mouse is not None else QPointF(width / 2, height / 2)
        self.set_view(self.view.zoomed(factor, at.x(), at.y()))

    def fly_to(self, rect: Rect) -> None:
        """Bring a rectangle of the picture into view, seen well."""
        self.set_view(self.view.visiting(rect, self.pane_size()))

    def flash(self, mask: Mask, at: Rect) -> None:
        """Let pixels of the picture light up a few times; ``mask`` has the shape of the rectangle ``at``."""
        self._flash.begin(mask, at)

    # The pointer

    def local(self, at: QPointF) -> QPointF:
        """Return a position relative to the pane it is in, or in which the button went down that is held."""
        return super().local(at) if self._grabbed is None else at - self._grabbed

    def pane_pointed_at(self) -> int:
        """Return the number of the pane that the pointer is in, or of the first."""
        at = self._mouse.toPoint() if self._mouse is not None else QPoint(-1, -1)
        return next((i for i, pane in enumerate(self.panes()) if pane.area.contains(at)), 0)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        before, self._mouse = self._mouse, self._device(event)
        self._update_marks(before)
        if self.gestures.press(event):
            return
        if not event.buttons() & ~event.button():
            self._grabbed = self._mouse - super().local(self._mouse)
        if event.button() == Qt.MouseButton.LeftButton and self._handle.press(self._mouse):
            pass
        elif self.document is not None:
            at, twice = self.local(self._mouse), event.type() == QEvent.Type.MouseButtonDblClick
            draws = not self.hand.ready_to_pan and event.button() != Qt.MouseButton.MiddleButton
            if draws and (self.hand.busy or not self.may_draw()):
                return
            if draws:
                self.drawing.emit()
            self.hand.press(at, event.button(), event.modifiers(), self.view, twice)
        self._after_input()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self.gestures.move(event):
            return
        before, self._mouse = self._mouse, self._device(event)
        if self._handle.drag(self._mouse):
            return
        at = self.local(self._mouse)
        view = self.hand.move(at, event.modifiers(), self.view)
        if view != self.view:
            self.set_view(view)
        self._update_marks(before)
        self._show_cursor()
        self.pointed.emit(self.view.to_image(at.x(), at.y()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self.gestures.release(event):
            return
        self._handle.held = False
        self.hand.release(self.local(self._device(event)), event.button(), event.modifiers(), self.view)
        if not event.buttons():
            self._grabbed = None
        self._after_input()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.mousePressEvent(event)

    def enterEvent(self, event: QEnterEvent) -> None:
        # Space, Enter and Escape are meant for the canvas when the pointer is on it; typing elsewhere goes on.
        if not isinstance(QApplication.focusWidget(), QLineEdit | QAbstractSpinBox):
            self.setFocus()

    def leaveEvent(self, event: QEvent) -> None:
        before, self._mouse = self._mouse, None
        if self.hand.preview() is not None:
            self.update()  # it may be gone in a moment
        self.hand.leave()
        self._update_marks(before)
        self.pointed.emit(None)

    def wheelEvent(self, event: QWheelEvent) -> None:
        self.gestures.wheel(event)

    def tabletEvent(self, event: QTabletEvent) -> None:
        self.gestures.tablet(event)

    def event(self, event: QEvent) -> bool:
        return self.gestures.handle(event) or super().event(event)

    # The keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        match event.key():
            case Qt.Key.Key_Space:
                self.hand.space = True
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self.hand.finish()
            case Qt.Key.Key_Escape:
                if not self.hand.cancel():
                    self.escaped.emit()
            case Qt.Key.Key_Backspace:
                self.hand.back()
            case _:
                super().keyPressEvent(event)
                return
        self._after_input()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self.hand.space = False
            self._show_cursor()
        super().keyReleaseEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.hand.space = False  # its release will be somebody else's
        super().focusOutEvent(event)

    # What is drawn over the panes

    def paint_marks(self, painter: QPainter, arranged: list[Pane]) -> None:
        super().paint_marks(painter, arranged)
        preview = self.hand.preview()
        if preview is None:
            self._area.forget()
        size = self.picture_size
        for pane in self.marked_panes():
            painter.save()
            painter.setClipRect(self.marked_area(pane))
            painter.translate(pane.origin)
            for draw in self.over:
                draw(painter, self.view)
            if self.pixels_shown and size is not None:
                draw_pixels(painter, self.view, partial(self._exposed_in, pane), size, self.value_at)
            if preview is not None and size is not None:
                inks = self.accent, self._drawn_color()
                draw_preview(painter, preview, self.view, self.pane_size(), size, inks, self._area)
                if preview.text and self._mouse is not None:
                    draw_text(painter, preview.text, self.local(self._mouse), self.pane_size())
            if self._mouse is not None and self.brush.shown:
                self.brush.draw(painter, self.local(self._mouse))
            painter.restore()
        self._handle.draw(painter)

    def _drawn_color(self) -> QColor:
        """Return the colour of the class that the tool would draw, of others that of all marks."""
        tool = self.hand.tool
        if tool is None or not tool.draws or self._style is None:
            return self.accent
        return QColor(*self._style.rgb[tool.drawn].tolist())

    def _exposed_in(self, pane: Pane) -> QRectF:
        """Return what of a pane is being painted, in device pixels of the pane, one pixel more all round."""
        ratio = self.devicePixelRatioF()
        exposed = QRectF(self._exposed.topLeft() * ratio, self._exposed.size() * ratio).adjusted(-1, -1, 1, 1)
        return (exposed & QRectF(pane.area)).translated(-QPointF(pane.origin))

    def _update_marks(self, before: QPointF | None) -> None:
        """Repaint where the brush's outline was and where it is, or everything while a shape is being drawn."""
        if self.hand.preview() is not None:
            self.update()
        elif self.hand.kind.sized:
            region = QRegion() if before is None else self.brush.region(self.local(before))
            self.update_area(region if self._mouse is None else region + self.brush.region(self.local(self._mouse)))

    def _after_input(self) -> None:
        self._show_cursor()
        self._update_marks(self._mouse)
        if self.hand.kind.shapes:
            self.update()

    def _show_cursor(self) -> None:
        if self._cursor is not (wanted := self._wanted_cursor()):
            self._cursor = wanted
            self.setCursor(wanted)

    def _wanted_cursor(self) -> Qt.CursorShape:
        if self._mouse is not None and (cursor := self._handle.cursor(self._mouse)) is not None:
            return cursor
        if self.hand.panning:
            return Qt.CursorShape.ClosedHandCursor
        if self.hand.busy:
            return Qt.CursorShape.BusyCursor
        if self.hand.ready_to_pan:
            return Qt.CursorShape.OpenHandCursor
        return Qt.CursorShape.BlankCursor if self.brush.shown else Qt.CursorShape.CrossCursor

    def _device(self, event: QMouseEvent) -> QPointF:
        """Return the middle of the device pixel that was pointed at: what is sampled there is what is meant."""
        at = event.position() * self.devicePixelRatioF()
        return QPointF(math.floor(at.x()) + 0.5, math.floor(at.y()) + 0.5)
