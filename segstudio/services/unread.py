"""What changed in a document since somebody last looked: drawing comes far more often than its effect is read."""

import time
from collections import deque
from collections.abc import Callable
from functools import reduce
from typing import Protocol

import numpy as np

from segstudio.core.raster import LabelMap, Rect
from segstudio.editing.document import Change, Document

_BLOCK = 256
"""Side of the squares in which changes are merged: one rectangle around changes far apart would be mostly rest."""
_UNCUT = 64
"""Changes that may wait as they came: to cut one takes as long as to note five."""
_LIMIT = 1 << 24
"""Pixels that may wait: what they were before is kept in memory for so long."""


class Count(Protocol):
    """What is told of a rectangle: its labels when last told, None where they never were, and as they are."""

    def __call__(self, rect: Rect, before: LabelMap | None, now: LabelMap) -> None: ...


class UnreadChanges:
    """Collects changes, and merges them when read: a pixel that changed twice counts as one that changed once.

    ``count`` is called from ``read`` and, so that not too many wait, in the course of a change. Where ``anew`` is
    given, a step over most of the picture calls that and tells of everything again, ``before`` being None, else never.
    Instances are among the labels where ``numbered`` and the document has some. Where ``nothing_yet`` is told, all that
    is there waits from the beginning.
    """

    def __init__(
        self,
        document: Document,
        count: Count,
        numbered: bool = False,
        anew: Callable[[], None] | None = None,
        nothing_yet: bool = False,
    ) -> None:
        self._document = document
        self._count = count
        self._numbered = numbered
        self._anew = anew
        self._latest: deque[Change] = deque()  # not yet cut into squares
        self._waiting: dict[Rect, list[Change]] = {}
        self._untold = self._all() if nothing_yet else set()
        self._sweep = 0
        self._pixels = 0
        self._stop = document.changed.connect(self._on_change)

    @property
    def waiting(self) -> bool:
        """True while what was counted is not all there is."""
        return bool(self._latest or self._untold or self._waiting)

    def read(self) -> None:
        """Count all that waits."""
        while self.read_block():
            pass

    def read_for(self, seconds: float) -> bool:
        """Count what waits as long as there is time, and return whether nothing waits any more."""
        until = time.perf_counter() + seconds
        while self.read_block():
            if time.perf_counter() > until:
                return False
        return True

    def read_block(self) -> bool:
        """Do a little of what is left to count, and return whether more is: for whoever must not be held up."""
        if self._latest:
            self._cut(self._latest.popleft())
        elif self._untold:
            block = self._untold.pop()
            self._count(block, None, self._now(block))
        elif self._waiting:
            self._read_changes(self._waiting.popitem()[1])
        return self.waiting

    def _read_changes(self, changes: list[Change]) -> None:
        self._pixels -= sum(change.before.size for change in changes)
        around = reduce(Rect.around, (change.rect for change in changes))
        now = self._now(around)
        before = LabelMap(now.classes.copy(), None if now.instances is None else now.instances.copy())
        for change in reversed(changes):
            inside = change.rect.seen_from(around).slices
            before.classes[inside] = change.before
            if before.instances is not None and change.instances_before is not None:
                before.instances[inside] = change.instances_before
        if not _same(before, now):  # as in most of the rectangle around the crescent that a brush adds
            self._count(around, before, now)

    def close(self) -> None:
        """Follow the document no more, and drop what waits: nobody reads it any more."""
        self._stop()
        self._latest.clear()
        self._waiting.clear()
        self._untold.clear()

    def _all(self) -> set[Rect]:
        shape = self._document.labels.shape
        return set(Rect(0, 0, *shape).tiles(shape, _BLOCK))

    def _now(self, rect: Rect) -> LabelMap:
        instances = self._document.instances if self._numbered else None
        return LabelMap(self._document.labels[rect.slices], None if instances is None else instances[rect.slices])

    def _on_change(self, change: Change) -> None:
        if self._anew is not None and self._document.sweep not in (0, self._sweep):
            # To count everything anew is less than to keep up with a step that writes most of it.
            self._sweep, self._pixels = self._document.sweep, 0
            self._latest.clear()
            self._waiting.clear()
            self._untold = self._all()
            self._anew()
        self._latest.append(change)  # as a rule that is all: somebody draws
        self._pixels += change.before.size
        if len(self._latest) > _UNCUT:
            self._cut(self._latest.popleft())
        while self._pixels > _LIMIT:
            if self._latest:
                self._cut(self._latest.popleft())
            else:
                self._read_changes(self._waiting.popitem()[1])

    def _cut(self, change: Change) -> None:
        """Let what changed wait in the squares that it lies in, but for those that wait as a whole."""
        self._pixels -= change.before.size
        for block in change.rect.tiles(self._document.labels.shape, _BLOCK):
            if block not in self._untold:
                part = change.within(block)
                self._waiting.setdefault(block, []).append(part)
                self._pixels += part.before.size


def _same(one: LabelMap, other: LabelMap) -> bool:
    if one.instances is not None and other.instances is not None:
        return np.array_equal(one.classes, other.classes) and np.array_equal(one.instances, other.instances)
    return np.array_equal(one.classes, other.classes)
