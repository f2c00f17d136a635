"""Pictures of the objects in the list, cut out by a worker and kept for as long as they are likely to be seen again."""

from collections import OrderedDict

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QPixmap

from segstudio.core.raster import RgbImage
from segstudio.core.records import Instance
from segstudio.gui.jobs import Background
from segstudio.gui.messages import Messages
from segstudio.gui.qimage import rgb_copy
from segstudio.services.cutouts import cutout, cutting
from segstudio.services.open_sample import OpenSample

EDGE = 96
"""Pixels of the longer side: more than twice what a row shows, for dense screens."""
KEPT = 600
WAITING = 48
"""Requests that wait at the most: older ones have long been scrolled past."""


class Cutouts(QObject):
    """``ready`` says that the picture of an object has come, by its number."""

    ready = Signal(int)

    def __init__(self, messages: Messages, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._messages = messages
        self._background = Background(1, "cutouts", self)
        self._opened: OpenSample | None = None
        self._kept: OrderedDict[int, tuple[Instance, QPixmap]] = OrderedDict()
        self._waiting: OrderedDict[int, Instance] = OrderedDict()
        self._busy = False

    def show(self, opened: OpenSample | None) -> None:
        """Cut from another sample, or from none."""
        self._opened = opened
        self._kept.clear()
        self._waiting.clear()

    def get(self, instance: Instance) -> QPixmap | None:
        """Return the picture of an object, an old one where it has changed since; None before there is one."""
        kept = self._kept.get(instance.number)
        if kept is None or kept[0] != instance:
            self._waiting[instance.number] = instance
            self._waiting.move_to_end(instance.number)
            while len(self._waiting) > WAITING:
                self._waiting.popitem(last=False)
            self._next()
        if kept is None:
            return None
        self._kept.move_to_end(instance.number)
        return kept[1]

    def close(self) -> None:
        self.show(None)
        self._background.close()

    def _next(self) -> None:
        opened = self._opened
        if self._busy or not self._waiting or opened is None or opened.document.instances is None:
            return
        _, instance = self._waiting.popitem()
        what = cutting(opened.seen.image, opened.document.instances, instance, EDGE)
        self._busy = True
        self._background.run(
            lambda: cutout(what, EDGE), lambda image: self._put(opened, instance, image), self._give_up
        )

    def _put(self, opened: OpenSample, instance: Instance, image: RgbImage) -> None:
        self._busy = False
        if opened is self._opened:
            pixmap = QPixmap.fromImage(rgb_copy(image), Qt.ImageConversionFlag.ColorOnly)
            self._kept[instance.number] = instance, pixmap
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
            self.ready.emit(instance.number)
        self._next()

    def _give_up(self, error: Exception) -> None:
        self._busy = False
        self._messages.fail(error)
