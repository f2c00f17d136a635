"""What of a widget is to be painted anew: gathered over a turn of the event loop, then asked for at once."""

from collections.abc import Iterable
from typing import cast

from PySide6.QtCore import QObject, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QRegion
from PySide6.QtWidgets import QWidget

from segstudio.core.raster import Rect

MANY = 64
"""Rectangles: more are refreshed as the one around them, for each costs a little by itself."""
FEW, CLIPPED = 8, 5
"""So few rectangles are painted as one; to clip to more makes each pixel cost so many times as much."""


class Repaints(QObject):
    """Regions are in device pixels."""

    _due = Signal()

    def __init__(self, widget: QWidget) -> None:
        super().__init__()  # of nobody: a child that is added is an event, and the widget is not there yet
        self._widget = widget
        self._wanted = QRegion()
        self._waiting = QRegion()  # asked for, and not painted yet
        # Not a timer: those that are due, and what they do, would come before the pixels under the brush.
        self._due.connect(self._ask, Qt.ConnectionType.QueuedConnection)

    def want(self, area: QRegion) -> None:
        """Paint an area anew once all that is told of in this turn of the event loop is known."""
        if self._wanted.isEmpty():
            self._due.emit()
        self._wanted += area

    def painted(self) -> None:
        """What was asked for is being painted."""
        self._waiting = QRegion()

    def _ask(self) -> None:
        """Ask Qt to paint what is wanted: with what else waits and all between, unless that is far more.

        Qt copies the pixels of one rectangle in a third of the time that it takes to clip them to several.
        """
        self._waiting += self._wanted
        self._wanted = QRegion()
        around = self._waiting.boundingRect()
        if self._waiting.rectCount() < FEW or CLIPPED * _pixels(self._waiting) > around.width() * around.height():
            self._waiting = QRegion(around)
        ratio = self._widget.devicePixelRatioF()
        if ratio == 1.0:
            self._widget.update(self._waiting)
            return
        for rect in rects_of(self._waiting):
            area = QRectF(rect)
            self._widget.update(QRectF(area.topLeft() / ratio, area.size() / ratio).toAlignedRect())


def rects_of(region: QRegion) -> list[QRect]:
    """Return the rectangles that a region is made of; that it can be iterated over is not in its types."""
    return list(cast("Iterable[QRect]", region))


def _pixels(region: QRegion) -> int:
    return sum(rect.width() * rect.height() for rect in rects_of(region))


def parts_of(region: QRegion) -> list[Rect]:
    """Return what a region is refreshed by: its rectangles, or the one around it where they are many."""
    rects = [region.boundingRect()] if region.rectCount() > MANY else rects_of(region)
    return [Rect(r.top(), r.left(), r.bottom() + 1, r.right() + 1) for r in rects]


def region_of(parts: Iterable[Rect]) -> QRegion:
    """Return the region that rectangles cover."""
    region = QRegion()
    for part in parts:
        region += QRect(part.x0, part.y0, part.x1 - part.x0, part.y1 - part.y0)
    return region
