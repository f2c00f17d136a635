"""How many pixels an overlay paints as what, kept up to date while the truth is edited."""

import time
from collections.abc import Callable
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from segstudio.core.raster import LabelMap, LabelPlane, Rect, row_blocks
from segstudio.editing.document import Document
from segstudio.overlays.base import OverlayInput, Style
from segstudio.services.shares import class_counts
from segstudio.services.unread import UnreadChanges

Judge: TypeAlias = Callable[[OverlayInput], NDArray[np.uint8]]
"""Returns a small number for each pixel, which does not depend on its neighbours: ``agreement.differences``, ..."""

NUMBERS = 8
"""More than any judge tells apart."""
_PIXELS = 1 << 18


class LiveVerdicts:
    """Counts what the function says of every pixel of a document and two predictions that an overlay is made from.

    So the legend cannot tell anything else than the picture. ``counts`` is exact whenever it is read, int64 of shape
    (``NUMBERS``,). Raises ``ValueError`` where the planes differ in shape.
    """

    def __init__(self, judge: Judge, document: Document, a: LabelPlane, b: LabelPlane, style: Style) -> None:
        if not a.shape == b.shape == document.labels.shape:
            raise ValueError(f"predictions of the shapes {a.shape} and {b.shape} for {document.labels.shape}")
        self._judge, self._a, self._b, self._style = judge, a, b, style
        self._counts = np.zeros(NUMBERS, np.int64)
        self._changes = UnreadChanges(document, self._on_changed, anew=self._forget, nothing_yet=True)

    @property
    def counts(self) -> NDArray[np.int64]:
        self._changes.read()
        return self._counts

    def catch_up(self, seconds: float) -> bool:
        """Count what changed as long as there is time, and return whether the counts can now be read at once."""
        return self._changes.read_for(seconds)

    def close(self) -> None:
        """Follow the document no more."""
        self._changes.close()

    def _on_changed(self, rect: Rect, before: LabelMap | None, now: LabelMap) -> None:
        self._counts = self._counts + self._count(now.classes, rect)
        if before is not None:
            self._counts = self._counts - self._count(before.classes, rect)

    def _count(self, truth: LabelPlane, rect: Rect) -> NDArray[np.int64]:
        a, b = np.ascontiguousarray(self._a[rect.slices]), np.ascontiguousarray(self._b[rect.slices])
        found = self._judge(OverlayInput(np.ascontiguousarray(truth), a, self._style, (0, 0), other=b))
        return np.bincount(found.ravel(), minlength=NUMBERS)

    def _forget(self) -> None:
        self._counts = np.zeros(NUMBERS, np.int64)


class PlaneCounts:
    """How many pixels hold each value of a plane that does not change, counted some rows at a time."""

    def __init__(self, plane: LabelPlane) -> None:
        self._blocks = (plane[rows] for rows in row_blocks(plane, _PIXELS))
        self.counts = np.zeros(np.iinfo(plane.dtype).max + 1, np.int64)
        """One entry for every value that the plane's dtype can hold, complete once ``catch_up`` has returned True."""

    def catch_up(self, seconds: float) -> bool:
        """Count as long as there is time, and return whether everything is counted."""
        until = time.perf_counter() + seconds
        for block in self._blocks:
            self.counts += class_counts(block)
            if time.perf_counter() > until:
                return False
        return True
