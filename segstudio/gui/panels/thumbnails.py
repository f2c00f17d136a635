"""Small pictures of samples, decoded by worker threads and kept for as long as they are likely to be seen again."""

from collections import OrderedDict

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QPixmap

from segstudio.core.raster import RgbImage
from segstudio.core.records import Sample
from segstudio.gui.jobs import Background
from segstudio.gui.qimage import rgb_copy
from segstudio.io.images import read_thumbnail

EDGE = 144
"""Pixels of the longer side: twice what a row shows, for dense screens."""
KEPT = 600
WAITING = 48
"""Requests that wait at the most: older ones have long been scrolled past."""


class Thumbnails(QObject):
    """``ready`` names the sample whose picture has come, or has been found unreadable."""

    ready = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = Background(1, "thumbnails", self)
        self._kept: OrderedDict[str, QPixmap | None] = OrderedDict()
        self._waiting: OrderedDict[str, Sample] = OrderedDict()
        self._busy: str | None = None
        self._generation = 0

    def get(self, sample: Sample) -> QPixmap | None:
        """Return the picture of a sample, or ask for it and return None. An unreadable one stays None."""
        if sample.id in self._kept:
            self._kept.move_to_end(sample.id)
            return self._kept[sample.id]
        if sample.id != self._busy:
            self._waiting[sample.id] = sample
            self._waiting.move_to_end(sample.id)
            while len(self._waiting) > WAITING:
                self._waiting.popitem(last=False)
            self._next()
        return None

    def retry(self) -> None:
        """Forget which samples were unreadable."""
        for sample_id in [i for i, pixmap in self._kept.items() if pixmap is None]:
            del self._kept[sample_id]

    def clear(self) -> None:
        self._kept.clear()
        self._waiting.clear()
        self._busy = None
        self._generation += 1

    def close(self) -> None:
        self._waiting.clear()
        self._background.close()

    def _next(self) -> None:
        if self._busy is not None or not self._waiting:
            return
        sample_id, sample = self._waiting.popitem()
        self._busy, generation = sample_id, self._generation
        self._background.run(
            lambda: read_thumbnail(sample.image, EDGE, sample.page),
            lambda image: self._put(generation, sample_id, image),
            lambda _: self._put(generation, sample_id, None),  # opening the sample says what is wrong with it
        )

    def _put(self, generation: int, sample_id: str, image: RgbImage | None) -> None:
        if generation != self._generation:
            return
        self._busy = None
        pixmap = None
        if image is not None:
            pixmap = QPixmap.fromImage(rgb_copy(image), Qt.ImageConversionFlag.ColorOnly)
        self._kept[sample_id] = pixmap
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        self.ready.emit(sample_id)
        self._next()
