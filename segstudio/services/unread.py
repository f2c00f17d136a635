"""What changed in a document since somebody last looked: drawing comes far more often than its effect is read."""

from collections.abc import Callable

from segstudio.core.raster import LabelPlane, Rect
from segstudio.editing.document import Change, Document

_BLOCK = 1024
"""Side of the squares in which changes are merged: one rectangle around changes far apart would be mostly rest."""
_LIMIT = 1 << 24
"""Pixels that may wait: what they were before is kept in memory for so long."""


class UnreadChanges:
    """Collects changes, and merges them when read: a pixel that changed twice counts as one that changed once.

    ``count`` gets a rectangle's labels as they were when last read, and as they are, from ``read`` and, so that not
    too many wait, in the course of a change.
    """

    def __init__(self, document: Document, count: Callable[[Rect, LabelPlane, LabelPlane], None]) -> None:
        self._document = document
        self._count = count
        self._waiting: dict[Rect, list[tuple[Rect, LabelPlane]]] = {}
        self._pixels = 0
        self._stop = document.changed.connect(self._on_change)

    def read(self) -> None:
        """Count all that waits."""
        waiting, self._waiting, self._pixels = self._waiting, {}, 0
        for changes in waiting.values():
            rects = [rect for rect, _ in changes]
            around = Rect(*(min(r[i] for r in rects) for i in (0, 1)), *(max(r[i] for r in rects) for i in (2, 3)))
            now = self._document.labels[around.slices]
            before = now.copy()
            for rect, held in reversed(changes):
                before[rect.y0 - around.y0 : rect.y1 - around.y0, rect.x0 - around.x0 : rect.x1 - around.x0] = held
            self._count(around, before, now)

    def close(self) -> None:
        """Count what waits and follow the document no more."""
        self.read()
        self._stop()

    def _on_change(self, change: Change) -> None:
        rect = change.rect
        for block in rect.tiles(self._document.labels.shape, _BLOCK):
            part = Rect(*map(max, rect[:2], block[:2]), *map(min, rect[2:], block[2:]))
            held = change.before[part.y0 - rect.y0 : part.y1 - rect.y0, part.x0 - rect.x0 : part.x1 - rect.x0]
            self._waiting.setdefault(block, []).append((part, held))
        self._pixels += change.before.size
        if self._pixels > _LIMIT:
            self.read()
