"""Pictures of the suspicious regions in sight, cut out of their images by a worker."""

from collections import OrderedDict
from collections.abc import Mapping
from typing import TypeAlias

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QPixmap

from segstudio.core.display import Display, Kind
from segstudio.core.raster import Rect, RgbImage
from segstudio.core.records import Sample
from segstudio.gui.jobs import Background
from segstudio.gui.qimage import rgb_copy
from segstudio.services.cutouts import cutout, region_cutting
from segstudio.services.error_regions import Key
from segstudio.services.seen import look
from segstudio.services.session import Session
from segstudio.services.suspicion import Suspicion

SIDE = 40
"""Pixels of a row's picture; it has twice as many, for dense screens."""
KEPT = 600
WAITING = 48
"""Requests that wait at the most: older ones have long been scrolled past."""

Name: TypeAlias = tuple[str, Key]


class SuspiciousCutouts(QObject):
    """``ready`` says that a picture has come. Of an image that cannot be read the picture stays empty."""

    ready = Signal()

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._background = Background(1, "suspicious cutouts", self)
        self._kept: OrderedDict[Name, QPixmap] = OrderedDict()
        self._waiting: OrderedDict[Name, Suspicion] = OrderedDict()
        self._samples: Mapping[str, Sample] = {}
        self._displays: dict[Kind, Display] = {}
        self._last: tuple[str, RgbImage] | None = None  # regions of an image often come together
        self._generation = 0  # what was asked for in an earlier one comes too late
        self._busy = False
        self._empty = QPixmap(SIDE, SIDE)
        self._empty.fill(Qt.GlobalColor.transparent)

    def get(self, found: Suspicion) -> QPixmap:
        """Return the picture of a region; an empty one before it has come."""
        if self._displays != self._session.displays:
            self.forget()
        name = found.sample_id, found.key
        if name in self._kept:
            self._kept.move_to_end(name)
            return self._kept[name]
        if found.sample_id not in self._samples:
            return self._empty
        self._waiting[name] = found
        self._waiting.move_to_end(name)
        while len(self._waiting) > WAITING:
            self._waiting.popitem(last=False)
        self._next()
        return self._empty

    def forget(self) -> None:
        """Drop what is waited for and kept: other regions are shown, or images look different."""
        self.rest()
        project = self._session.project
        self._samples = {sample.id: sample for sample in project.samples} if project is not None else {}
        self._displays = dict(self._session.displays)
        self._kept.clear()

    def rest(self) -> None:
        """Drop what is waited for, and the image cut from last: nobody looks at the regions."""
        self._generation += 1
        self._last = None
        self._waiting.clear()

    def close(self) -> None:
        self._waiting.clear()
        self._background.close()

    def _next(self) -> None:
        if self._busy or not self._waiting:
            return
        name, found = self._waiting.popitem()
        self._busy, generation, last = True, self._generation, self._last
        sample, displays = self._samples[found.sample_id], self._displays

        def done(cut: tuple[RgbImage, RgbImage]) -> None:
            picture, image = cut
            if generation == self._generation:
                self._last = sample.id, image
                self._put(name, QPixmap.fromImage(rgb_copy(picture), Qt.ImageConversionFlag.ColorOnly))
            self._go_on()

        def failed(_: Exception) -> None:  # opening the image says what is wrong with it
            if generation == self._generation:
                self._put(name, self._empty)
            self._go_on()

        self._background.run(lambda: _cut(sample, displays, found.rect, last), done, failed)

    def _put(self, name: Name, picture: QPixmap) -> None:
        self._kept[name] = picture
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        self.ready.emit()

    def _go_on(self) -> None:
        self._busy = False
        self._next()


def _cut(
    sample: Sample, displays: Mapping[Kind, Display], rect: Rect, last: tuple[str, RgbImage] | None
) -> tuple[RgbImage, RgbImage]:
    """Return a region's picture, and the image that it is cut out of: it is read unless it is the last one."""
    image = last[1] if last is not None and last[0] == sample.id else look(sample, displays).image
    return cutout(region_cutting(image, rect, 2 * SIDE), 2 * SIDE), image
