"""What comes from wheels, touchpads, touch screens and pens, and from the mouse with Ctrl and its right button."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QInputDevice, QMouseEvent, QNativeGestureEvent, QPointingDevice, QTabletEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QGestureEvent, QPinchGesture

if TYPE_CHECKING:
    from segstudio.gui.canvas.canvas import Canvas

ZOOM_STEP = 1.2
NOTCH = 120
"""What one notch of a wheel turns, in Qt's units."""
NOTCH_PIXELS = 50
"""How far two fingers go on a touchpad for as much zoom as a notch."""
TWICE_REACH = 8
"""Within how many pixels a pen must come down again for a double click."""

AS_MOUSE = {
    QEvent.Type.TabletPress: QEvent.Type.MouseButtonPress,
    QEvent.Type.TabletMove: QEvent.Type.MouseMove,
    QEvent.Type.TabletRelease: QEvent.Type.MouseButtonRelease,
}


class Gestures:
    """Moves and zooms the view of a canvas, sizes its brush, and lets a pen draw as the mouse does."""

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas
        self._sizing: tuple[float, int] | None = None  # where on the screen the drag began, and the size there
        self._tapped: tuple[int, QPointF] | None = None  # when and where the pen came down last
        if sys.platform != "darwin":  # there the same pinch comes as a native gesture, which tells it finer
            canvas.grabGesture(Qt.GestureType.PinchGesture)

    def handle(self, event: QEvent) -> bool:
        """Take an event that is a gesture; return whether it was one."""
        if isinstance(event, QNativeGestureEvent) and event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
            self._zoom(1 + event.value(), event.position())
            return True
        if isinstance(event, QGestureEvent):
            pinch = event.gesture(Qt.GestureType.PinchGesture)
            if isinstance(pinch, QPinchGesture):
                self._pinch(pinch)
                return True
        return False

    def wheel(self, event: QWheelEvent) -> None:
        """Size the brush with Shift; pan with two fingers; else zoom, with Ctrl always."""
        moved, keys = event.pixelDelta(), event.modifiers()
        turned = (event.angleDelta().y() or event.angleDelta().x()) / NOTCH
        if keys & Qt.KeyboardModifier.ShiftModifier and self._canvas.hand.kind.sized:
            self._canvas.hand.options.resize_by(turned)
        elif not _of_fingers(event):
            self._zoom(ZOOM_STEP**turned, event.position())
        elif keys & Qt.KeyboardModifier.ControlModifier:
            self._zoom(ZOOM_STEP ** (moved.y() / NOTCH_PIXELS), event.position())
        else:
            self._pan(QPointF(moved))

    def press(self, event: QMouseEvent) -> bool:
        """Begin to size the brush where Ctrl and the right button ask for it; return whether they do."""
        wanted = (
            event.button() == Qt.MouseButton.RightButton and event.modifiers() == Qt.KeyboardModifier.ControlModifier
        )
        if not wanted or not self._canvas.hand.kind.sized or event.buttons() != Qt.MouseButton.RightButton:
            return False
        self._sizing = event.position().x(), self._canvas.hand.options.size
        return True

    def move(self, event: QMouseEvent) -> bool:
        """Let the brush's edge follow the pointer while it is being sized; return whether it is."""
        if self._sizing is None:
            return False
        start, size = self._sizing
        moved = (event.position().x() - start) * self._canvas.devicePixelRatioF() / self._canvas.view.scale
        self._canvas.hand.options.resize(round(size + 2 * moved))
        return True

    def release(self, event: QMouseEvent) -> bool:
        """End sizing the brush; return whether it was being sized."""
        sized, self._sizing = self._sizing is not None, None
        return sized

    def tablet(self, event: QTabletEvent) -> None:
        """Draw with a pen as with the mouse, with its pressure; its other end erases, as the right button does."""
        event.accept()  # else Qt sends the same once more as a mouse event
        hand = self._canvas.hand
        eraser = event.pointerType() == QPointingDevice.PointerType.Eraser
        if event.buttons() and event.type() != QEvent.Type.TabletRelease:
            hand.pressure = event.pressure()  # when a pen is lifted, what it was last pressed with counts
        kind = AS_MOUSE[event.type()]
        if event.type() == QEvent.Type.TabletPress:
            self._canvas.setFocus(Qt.FocusReason.MouseFocusReason)
            if self._taps_twice(event):
                kind = QEvent.Type.MouseButtonDblClick
        button, buttons = event.button(), event.buttons()
        if eraser:
            button, buttons = _swapped(button), _all_swapped(buttons)
        at, everywhere = event.position(), event.globalPosition()
        self._canvas.event(QMouseEvent(kind, at, everywhere, button, buttons, event.modifiers()))
        if not event.buttons():
            hand.pressure = 1.0

    def _taps_twice(self, event: QTabletEvent) -> bool:
        """Return whether the pen came down here a moment ago: Qt makes double clicks of the mouse's presses only."""
        before, self._tapped = self._tapped, (event.timestamp(), event.position())
        if before is None or event.timestamp() - before[0] > QApplication.doubleClickInterval():
            return False
        self._tapped = None
        return (event.position() - before[1]).manhattanLength() <= TWICE_REACH

    def _pinch(self, pinch: QPinchGesture) -> None:
        """Zoom and pan with two fingers; what the first began to draw was not meant."""
        if pinch.state() == Qt.GestureState.GestureStarted:
            self._canvas.hand.unpress()
        elif pinch.state() == Qt.GestureState.GestureUpdated:
            self._pan(pinch.centerPoint() - pinch.lastCenterPoint())
            self._zoom(pinch.scaleFactor(), self._canvas.mapFromGlobal(pinch.centerPoint()))

    def _pan(self, moved: QPointF) -> None:
        device = moved * self._canvas.devicePixelRatioF()
        self._canvas.set_view(self._canvas.view.panned(device.x(), device.y()))

    def _zoom(self, factor: float, position: QPointF) -> None:
        at = self._canvas.local(position * self._canvas.devicePixelRatioF())
        self._canvas.set_view(self._canvas.view.zoomed(factor, at.x(), at.y()))


def _of_fingers(event: QWheelEvent) -> bool:
    """Return whether two fingers on a touchpad scroll: a wheel turns by notches, has no phases, and is a mouse's."""
    if event.pixelDelta().isNull():
        return False
    touchpad = event.device() is not None and event.device().type() == QInputDevice.DeviceType.TouchPad
    return touchpad or event.phase() != Qt.ScrollPhase.NoScrollPhase or event.angleDelta().isNull()


def _swapped(button: Qt.MouseButton) -> Qt.MouseButton:
    return Qt.MouseButton.RightButton if button == Qt.MouseButton.LeftButton else button


def _all_swapped(buttons: Qt.MouseButton) -> Qt.MouseButton:
    if not buttons & Qt.MouseButton.LeftButton:
        return buttons
    return buttons & ~Qt.MouseButton.LeftButton | Qt.MouseButton.RightButton
