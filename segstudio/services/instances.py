"""The objects of the open sample: a list that is exact whenever it is read, and what is done to one as a whole."""

from collections.abc import Collection
from dataclasses import dataclass, field

import cv2
import numpy as np

from segstudio.core.raster import InstancePlane, LabelMap, Mask, Rect
from segstudio.core.records import Instance
from segstudio.core.tally import Piece, tally
from segstudio.editing.document import Change, Document
from segstudio.editing.drafts import step_of
from segstudio.editing.edit import Edit
from segstudio.editing.objects import numbers_kept, told_apart
from segstudio.services.unread import UnreadChanges

SOON_S = 0.004
"""A quarter of a frame: so long may be counted before one who cannot wait is answered."""


@dataclass(frozen=True, slots=True, eq=False)
class Extents:
    """By the number of an object its pixels of each class, and a rectangle around it."""

    areas: dict[int, dict[int, int]] = field(default_factory=dict)
    rects: dict[int, Rect] = field(default_factory=dict)

    @classmethod
    def of(cls, planes: LabelMap) -> "Extents":
        found = cls()
        for piece in tally(planes):
            found.add(piece)
        return found

    def add(self, piece: Piece) -> None:
        areas = self.areas.setdefault(piece.number, {})
        areas[piece.class_id] = areas.get(piece.class_id, 0) + piece.area
        self.rects[piece.number] = piece.rect.around(self.rects.get(piece.number, piece.rect))


class LiveInstances:
    """Follows a document whose objects are told apart. Only what changed is counted again.

    ``counted`` are its objects now, where they are known; they are kept up to date.
    """

    def __init__(self, document: Document, counted: Extents | None = None) -> None:
        assert document.instances is not None
        self._instances: InstancePlane = document.instances
        self._extents = counted if counted is not None else Extents()
        self._areas, self._rects = self._extents.areas, self._extents.rects
        self._shrunk: set[int] = set()
        self._known: dict[int, Instance] = {}
        self._highest = 0  # number that may be there without having been counted
        if counted is None:
            self._highest = int(document.instances.max(initial=0))
        self._stop = document.changed.connect(self._note)
        self._changes = UnreadChanges(
            document, self._on_changed, numbered=True, anew=self._forget, nothing_yet=counted is None
        )

    def all(self) -> list[Instance]:
        """Return every object, by number. What spans classes counts as of the one with the most of its pixels."""
        self._changes.read()
        return [self._instance(number) for number in sorted(self._areas)]

    def get(self, number: int) -> Instance | None:
        """Return an object, None where no pixel has its number."""
        self._changes.read()
        return self._instance(number) if number in self._areas else None

    def so_far(self, number: int) -> Instance | None:
        """Return an object as far as it is known within a few milliseconds, None where none of it is.

        After a large change that is all that ``catch_up`` has come to; until it is through, what it lies in may be
        larger than it need be.
        """
        if self._changes.read_for(SOON_S):
            return self.get(number)
        known = number in self._areas
        return Instance(number, *self._class_and_area(number), self._rects[number]) if known else None

    def new_number(self) -> int:
        """Return a number that no object has: after a few milliseconds' counting the one above the largest, if known.

        Else one above all that there may be.
        """
        counted = max(self._areas, default=0) if self._changes.read_for(SOON_S) else self._bound()
        return counted + 1

    def catch_up(self, seconds: float) -> bool:
        """Count what changed as long as there is time, and return whether all objects can now be read at once."""
        return self._changes.read_for(seconds)

    def close(self) -> None:
        """Follow the document no more."""
        self._stop()
        self._changes.close()

    def _note(self, change: Change) -> None:
        if not self._changes.waiting:
            self._highest = 0
        self._highest = max(self._highest, int(self._instances[change.rect.slices].max(initial=0)))

    def _bound(self) -> int:
        return max(self._highest, max(self._areas, default=0))

    def _forget(self) -> None:
        self._highest = self._bound()
        for known in (self._areas, self._rects, self._shrunk, self._known):
            known.clear()

    def _class_and_area(self, number: int) -> tuple[int, int]:
        areas = self._areas[number]
        return max(areas, key=lambda i: (areas[i], -i)), sum(areas.values())

    def _instance(self, number: int) -> Instance:
        if number not in self._known:
            self._known[number] = Instance(number, *self._class_and_area(number), self._rect(number))
        return self._known[number]

    def _rect(self, number: int) -> Rect:
        if number in self._shrunk:
            self._shrunk.discard(number)
            y0, x0, _, _ = around = self._rects[number]
            x, y, width, height = cv2.boundingRect(_mask(self._instances, number, around).view(np.uint8))
            self._rects[number] = Rect(y0 + y, x0 + x, y0 + y + height, x0 + x + width)
        return self._rects[number]

    def _on_changed(self, rect: Rect, before: LabelMap | None, now: LabelMap) -> None:
        corner = (rect.y0, rect.x0)
        gone, there = set(tally(before, corner) if before is not None else ()), set(tally(now, corner))
        rects: dict[int, Rect] = {}
        for piece in there:
            rects[piece.number] = piece.rect.around(rects.get(piece.number, piece.rect))
        for piece in there - gone:
            self._add(piece)
        for piece in gone - there:
            self._take(piece, rects.get(piece.number))

    def _add(self, piece: Piece) -> None:
        self._extents.add(piece)
        self._known.pop(piece.number, None)

    def _take(self, piece: Piece, left: Rect | None) -> None:
        """Subtract pixels, after those were added that are there instead: an object that keeps some is never gone.

        ``left`` is where the object now is of what changed: where that is less than before, it may have shrunk.
        """
        number = piece.number
        areas = self._areas[number]
        areas[piece.class_id] -= piece.area
        if not areas[piece.class_id]:
            del areas[piece.class_id]
        self._known.pop(number, None)
        if not areas:
            del self._areas[number], self._rects[number]
            self._shrunk.discard(number)
        elif left is None or left != left.around(piece.rect):
            self._shrunk.add(number)


def reclassed(document: Document, instance: Instance, class_id: int, name: str, keeps_number: bool) -> Edit | None:
    """Return the step that makes a whole object of another class; it keeps its number where that is one of things.

    What the document's rule lets change of an object, where that is not all, becomes another one.
    As the other steps here it is None, or without patches, where ``step_of`` has it so.
    """
    area = whole(document, instance)
    numbers = numbers_kept(document, area, class_id) if keeps_number else 0
    return step_of(document, f"Make #{instance.number} {name}", *area, class_id, numbers)


def deleted(document: Document, instance: Instance, background: int) -> Edit | None:
    """Return the step that makes a whole object background."""
    return step_of(document, f"Delete #{instance.number}", *whole(document, instance), background)


def rest_numbered(document: Document, things: Collection[int]) -> Edit | None:
    """Return the step that makes an object of each connected area of a thing that has no number."""
    numbers = told_apart(LabelMap(document.labels, document.instances), things)
    return step_of(document, "Number the rest", numbers != document.instances, (0, 0), document.labels, numbers)


def whole(document: Document, instance: Instance) -> tuple[Mask, tuple[int, int]]:
    """Return the pixels of an object as a mask, and the row and column of its top left corner."""
    assert document.instances is not None
    return _mask(document.instances, instance.number, instance.rect), (instance.rect.y0, instance.rect.x0)


def _mask(instances: InstancePlane, number: int, rect: Rect) -> Mask:
    mask: Mask = instances[rect.slices] == number
    return mask
