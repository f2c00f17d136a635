"""The labels under edit: one writer, one event, and their history."""

from dataclasses import dataclass

import cv2
import numpy as np

from segstudio.core.events import Event
from segstudio.core.raster import LabelPlane, Mask, Rect
from segstudio.editing.edit import Edit, Patch
from segstudio.editing.history import History


@dataclass(frozen=True, slots=True, eq=False)
class Change:
    """A rectangle was rewritten; ``before`` is what it held, of the rectangle's shape."""

    rect: Rect
    before: LabelPlane

    def differing(self, labels: LabelPlane) -> tuple[LabelPlane, Mask]:
        """Return what the rectangle holds now, and where that is not what it held. ``labels``: the document's."""
        after = labels[self.rect.slices]
        return after, after != self.before


class Document:
    """Owns the pixels. Everyone else reads ``labels``, a read-only view, and listens to ``changed``.

    ``revision`` grows with every change: what a worker computed of the labels holds while it is still the same.
    """

    def __init__(self, labels: LabelPlane) -> None:
        self._pixels = np.array(labels, order="C")
        self.labels = self._pixels.view()
        self.labels.flags.writeable = False
        self.history = History()
        self.changed: Event[Change] = Event()
        self.revision = 0
        self._stroke: Stroke | None = None

    def begin(self, text: str) -> "Stroke":
        """Start an edit that ends with ``commit`` or ``cancel``; one that was under way is committed first."""
        self.settle()
        self._stroke = Stroke(self, text)
        return self._stroke

    def settle(self) -> None:
        """Commit the stroke under way, if there is one."""
        if self._stroke is not None:
            self._stroke.commit()

    def snapshot(self, revision: int) -> LabelPlane | None:
        """Return a copy of the labels as they were at ``revision``, or None where they have been written to since.

        The one thing here that another thread may call: a large picture takes longer to copy than a frame.
        """
        copied = self._pixels.copy()
        return copied if self.revision == revision else None

    @property
    def editing(self) -> bool:
        """True between ``begin`` and the end of the stroke: undo and saving wait for it."""
        return self._stroke is not None

    def undo(self) -> None:
        if not self.editing and (edit := self.history.take_undo()):
            self._apply(edit.inverted())

    def redo(self) -> None:
        if not self.editing and (edit := self.history.take_redo()):
            self._apply(edit)

    def _apply(self, edit: Edit) -> None:
        for patch in edit.patches:
            self._write(patch.rect, patch.pixels())

    def _write(self, rect: Rect, pixels: LabelPlane | int, where: Mask | None = None) -> None:
        self.revision += 1  # first: a copy begun before must not pass for the labels as they are
        target = self._pixels[rect.slices]
        before = target.copy()
        if where is None:
            target[...] = pixels
        else:
            np.copyto(target, self._pixels.dtype.type(pixels), where=where)
        self.changed.emit(Change(rect, before))


class Stroke:
    """Changes made between press and release: one undo step, or none if cancelled. Once ended it does nothing."""

    def __init__(self, document: Document, text: str) -> None:
        self._document = document
        self._text = text
        self._tiles: dict[Rect, LabelPlane] = {}

    def paint(self, mask: Mask, at: tuple[int, int], value: int) -> None:
        """Set the pixels of ``mask``, whose top left corner lies at row, column ``at``, to the class id ``value``.

        The mask may reach beyond the picture. Only pixels that really change are written and announced.
        """
        labels = self._document.labels
        rect = Rect(at[0], at[1], at[0] + mask.shape[0], at[1] + mask.shape[1]).clipped(labels.shape)
        if rect.empty or self._document._stroke is not self:
            return
        inside = mask[rect.y0 - at[0] : rect.y1 - at[0], rect.x0 - at[1] : rect.x1 - at[1]]
        changed = inside & (labels[rect.slices] != value)
        x, y, width, height = cv2.boundingRect(changed.view(np.uint8))
        if not width:
            return
        tight = Rect(rect.y0 + y, rect.x0 + x, rect.y0 + y + height, rect.x0 + x + width)
        for tile in tight.tiles(labels.shape):
            if tile not in self._tiles:
                self._tiles[tile] = labels[tile.slices].copy()
        self._document._write(tight, value, changed[y : y + height, x : x + width])

    def commit(self) -> None:
        labels = self._document.labels
        patches = tuple(
            Patch.between(tile, before, labels[tile.slices])
            for tile, before in self._tiles.items()
            if not np.array_equal(before, labels[tile.slices])
        )
        self._end()
        if patches:
            self._document.history.push(Edit(self._text, patches))

    def cancel(self) -> None:
        for tile, before in self._tiles.items():
            self._document._write(tile, before)
        self._end()

    def _end(self) -> None:
        self._tiles.clear()
        if self._document._stroke is self:
            self._document._stroke = None
