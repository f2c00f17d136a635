"""Wheels, touchpads, touch screens and pens on the canvas."""

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import (
    QInputDevice,
    QNativeGestureEvent,
    QPointingDevice,
    QTabletEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QGestureEvent, QPinchGesture

from segstudio.gui.canvas.gestures import ZOOM_STEP
from tests.gui.canvas.rig import LEFT, RIGHT, SCALE, Rig

NO_BUTTON, NO_KEY = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
PEN, ERASER = QPointingDevice.PointerType.Pen, QPointingDevice.PointerType.Eraser
PRESS, MOVE, RELEASE = QEvent.Type.TabletPress, QEvent.Type.TabletMove, QEvent.Type.TabletRelease


class Pen:
    """A pen over the canvas of a rig."""

    def __init__(self, rig: Rig, end: QPointingDevice.PointerType = PEN) -> None:
        self.rig = rig
        can = QInputDevice.Capability.Position | QInputDevice.Capability.Pressure
        self.device = QPointingDevice("pen", 1, QInputDevice.DeviceType.Stylus, end, can, 1, 2)

    def send(self, kind: QEvent.Type, x: float, y: float, pressure: float, when: int = 0) -> QTabletEvent:
        at = QPointF(self.rig.at(x, y))
        button = NO_BUTTON if kind is MOVE else LEFT
        down = LEFT if pressure else NO_BUTTON
        everywhere = QPointF(self.rig.canvas.mapToGlobal(at))
        event = QTabletEvent(kind, self.device, at, everywhere, pressure, 0, 0, 0, 0, 0, NO_KEY, button, down)
        event.setTimestamp(when)
        QApplication.sendEvent(self.rig.canvas, event)
        return event

    def tap(self, x: float, y: float, when: int) -> None:
        self.send(PRESS, x, y, 1.0, when)
        self.send(RELEASE, x, y, 0.0, when + 20)


def scroll(rig: Rig, pixels: QPoint, angle: QPoint, keys: Qt.KeyboardModifier = NO_KEY) -> None:
    at = QPointF(rig.at(30, 20))
    phase = Qt.ScrollPhase.ScrollUpdate
    event = QWheelEvent(at, rig.canvas.mapToGlobal(at), pixels, angle, NO_BUTTON, keys, phase, False)
    QApplication.sendEvent(rig.canvas, event)


def test_a_pen_paints_as_wide_as_it_is_pressed(rig: Rig) -> None:
    rig.options.resize(9)
    pen = Pen(rig)
    assert pen.send(PRESS, 10.5, 10.5, 0.34).isAccepted()
    pen.send(MOVE, 20.5, 10.5, 0.34)
    pen.send(MOVE, 30.5, 10.5, 1.0)
    pen.send(RELEASE, 30.5, 10.5, 0.0)
    heights = (rig.document.labels == 1).sum(axis=0)
    assert heights[12] == 3
    assert heights[30] == 9
    rig.document.undo()
    assert not (rig.document.labels == 1).any()


def test_after_the_pen_the_mouse_paints_as_wide_as_ever(rig: Rig) -> None:
    rig.options.resize(9)
    pen = Pen(rig)
    pen.send(PRESS, 10.5, 10.5, 0.1)
    pen.send(RELEASE, 10.5, 10.5, 0.0)
    rig.click(40.5, 10.5)
    assert (rig.document.labels[:, 40] == 1).sum() == 9


def test_the_other_end_of_the_pen_erases(rig: Rig) -> None:
    eraser = Pen(rig, ERASER)
    eraser.send(PRESS, 25.5, 25.5, 1.0)
    eraser.send(MOVE, 35.5, 25.5, 1.0)
    eraser.send(RELEASE, 35.5, 25.5, 0.0)
    assert (rig.document.labels[25, 25:36] == 0).all()
    assert rig.document.labels[25, 39] == 2


def test_a_pen_over_the_canvas_shows_where_it_is_and_paints_nothing(rig: Rig) -> None:
    seen: list[object] = []
    rig.canvas.pointed.connect(seen.append)
    Pen(rig).send(MOVE, 10.5, 10.5, 0.0)
    assert len(seen) == 1
    assert not (rig.document.labels == 1).any()


def test_two_taps_of_the_pen_end_a_polygon_and_two_far_apart_do_not(rig: Rig) -> None:
    rig.canvas.set_tool("polygon")
    pen = Pen(rig)
    for i, (x, y) in enumerate(((2, 2), (12, 2), (12, 12))):
        pen.tap(x, y, 10_000 * i)
    assert not (rig.document.labels == 1).any()
    pen.tap(2, 12, 40_000)
    pen.tap(2, 12, 40_000 + QApplication.doubleClickInterval() // 2)
    assert (rig.document.labels[3:11, 3:11] == 1).all()


def test_two_fingers_pan(rig: Rig) -> None:
    scroll(rig, QPoint(12, -7), QPoint(24, -14))
    view = rig.canvas.view
    assert (view.scale, view.dx, view.dy) == (SCALE, 12, -7)


def test_two_fingers_with_ctrl_zoom(rig: Rig) -> None:
    before = rig.canvas.view.to_image(100, 60)
    scroll(rig, QPoint(0, 50), QPoint(0, 100), CTRL)
    assert rig.canvas.view.scale == pytest.approx(SCALE * ZOOM_STEP)
    assert before != rig.canvas.view.to_image(100, 60)


def test_the_wheel_with_ctrl_zooms(rig: Rig) -> None:
    rig.turn(1, 5, 5, CTRL)
    assert rig.canvas.view.scale == pytest.approx(SCALE * ZOOM_STEP)


def test_a_pinch_on_a_touchpad_zooms_about_the_pointer(rig: Rig) -> None:
    at = QPointF(rig.at(33, 11))
    device = QPointingDevice.primaryPointingDevice()
    zoom = Qt.NativeGestureType.ZoomNativeGesture
    event = QNativeGestureEvent(zoom, device, 2, at, at, rig.canvas.mapToGlobal(at), 0.25, QPointF())
    QApplication.sendEvent(rig.canvas, event)
    assert rig.canvas.view.scale == pytest.approx(SCALE * 1.25)
    assert rig.canvas.view.to_screen(33, 11) == pytest.approx((at.x(), at.y()), abs=0.51)


def test_a_pinch_on_a_screen_zooms_pans_and_drops_what_the_first_finger_drew(rig: Rig) -> None:
    def send(state: Qt.GestureState) -> None:
        pinch.state = lambda: state  # type: ignore[method-assign]  # only Qt's own recognizers set it
        QApplication.sendEvent(rig.canvas, QGestureEvent([pinch]))

    rig.press(10, 10)
    assert (rig.document.labels == 1).any()
    pinch = QPinchGesture()
    send(Qt.GestureState.GestureStarted)
    assert not (rig.document.labels == 1).any()
    rig.release(10, 10)
    middle = QPointF(rig.canvas.mapToGlobal(rig.at(30, 20)))
    pinch.setLastCenterPoint(middle)
    pinch.setCenterPoint(middle + QPointF(8, 0))
    pinch.setScaleFactor(1.5)
    send(Qt.GestureState.GestureUpdated)
    assert rig.canvas.view.scale == pytest.approx(SCALE * 1.5)
    assert rig.at(30, 20) == rig.canvas.mapFromGlobal((middle + QPointF(8, 0)).toPoint())


def test_dragging_with_ctrl_and_the_right_button_sizes_the_brush(rig: Rig) -> None:
    rig.bot.mousePress(rig.canvas, RIGHT, CTRL, rig.at(20, 10))
    rig.move(25, 10)
    assert rig.options.size == 13
    rig.move(21, 10)
    assert rig.options.size == 5
    rig.bot.mouseRelease(rig.canvas, RIGHT, CTRL, rig.at(21, 10))
    rig.move(50, 10)
    assert rig.options.size == 5
    assert not rig.document.history.steps


def test_the_right_button_alone_still_erases(rig: Rig) -> None:
    rig.press(30, 25, RIGHT)
    rig.release(30, 25, RIGHT)
    assert rig.document.labels[25, 30] == 0
