"""The labels under edit: one writer, one event, and their history."""

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np

from segstudio.core.events import Event
from segstudio.core.raster import InstancePlane, LabelMap, LabelPlane, Mask, Rect
from segstudio.editing.edit import Edit, Patch, Values
from segstudio.editing.history import History
from segstudio.editing.rules import PaintRule
from segstudio.editing.selection import Selection


@dataclass(frozen=True, slots=True, eq=False)
class Change:
    """A rectangle was rewritten; ``before`` is what it held, of the rectangle's shape.

    ``instances_before`` likewise, where the instance plane may have changed there, else None.
    """

    rect: Rect
    before: LabelPlane
    instances_before: InstancePlane | None = None

    def within(self, rect: Rect) -> "Change":
        """Return the part of the change that lies in ``rect``, which it must touch."""
        part = self.rect.common(rect)
        inside = part.seen_from(self.rect).slices
        numbered = None if self.instances_before is None else self.instances_before[inside]
        return Change(part, self.before[inside], numbered)


class Document:
    """Owns the pixels. Everyone else reads ``labels`` and ``instances``, read-only views, and listens to ``changed``.

    ``instances`` numbers objects, 0 for none, or is None where objects are not told apart. ``rule`` says which pixels
    strokes may change; ``refused`` tells of one that changed nothing because of it. ``revision`` grows with every
    change: what a worker computed of the labels holds while it is still the same; a step holds while ``basis`` is.
    """

    def __init__(self, labels: LabelPlane, instances: InstancePlane | None = None) -> None:
        self._pixels = np.array(labels, order="C")
        self.labels = _read_only(self._pixels)
        self._numbers = None if instances is None else np.array(instances, np.uint32, order="C")
        self.instances = None if self._numbers is None else _read_only(self._numbers)
        self.rule = PaintRule()
        self.selection = Selection()
        self.history = History()
        self.changed: Event[Change] = Event()
        self.refused: Event[None] = Event()
        self.revision = 0
        self._stroke: Stroke | None = None
        self._applying: Iterator[None] | None = None
        self.sweep = 0
        """Not 0, and each time another number, while a step is applied that writes most of the picture."""
        self._sweeps = 0

    @property
    def basis(self) -> tuple[int, PaintRule]:
        """What a step is computed of: it may be made while this equals what it was when the computing began."""
        return self.revision, self.rule

    def begin(self, text: str) -> "Stroke":
        """Start an edit that ends with ``commit`` or ``cancel``; one that was under way is committed first."""
        self.settle()
        self._stroke = Stroke(self, text)
        return self._stroke

    def settle(self) -> None:
        """Commit the stroke under way, and apply the rest of a step that is being applied, if there is one."""
        if self._stroke is not None:
            self._stroke.commit()
        for _ in self._applying or ():
            pass

    def snapshot(self, revision: int) -> LabelMap | None:
        """Return a copy of the labels as they were at ``revision``, or None where they have been written to since.

        The one thing here that another thread may call: a large picture takes longer to copy than a frame.
        """
        copied = LabelMap(self._pixels.copy(), None if self._numbers is None else self._numbers.copy())
        return copied if self.revision == revision else None

    @property
    def nbytes(self) -> int:
        """What it holds in memory, with what can be undone."""
        instances = 0 if self.instances is None else self.instances.nbytes
        return self.labels.nbytes + instances + self.history.nbytes

    @property
    def editing(self) -> bool:
        """True between ``begin`` and the end of the stroke, and while a step is applied: undo and saving wait."""
        return self._stroke is not None or self._applying is not None

    def undo(self) -> None:
        self._run(self.undoing())

    def redo(self) -> None:
        self._run(self.redoing())

    def apply(self, edit: Edit) -> None:
        self._run(self.applying(edit))

    def undoing(self) -> Iterator[None]:
        """Undo a step a slice at a time: each takes a few milliseconds. What is left over, ``settle`` does."""
        edit = None if self.editing else self.history.take_undo()
        return self._sliced(edit.inverted() if edit is not None else None)

    def redoing(self) -> Iterator[None]:
        """Redo a step a slice at a time."""
        return self._sliced(None if self.editing else self.history.take_redo())

    def going_to(self, steps: int) -> Iterator[None]:
        """Undo or redo, a slice at a time, until ``steps`` of those that are known are done."""
        while not self.editing and len(self.history) != steps:
            before = len(self.history)
            yield from self.undoing() if before > steps else self.redoing()
            if len(self.history) == before:
                return

    def applying(self, edit: Edit) -> Iterator[None]:
        """Make a step that was computed of the labels as they are, a slice at a time; not in the middle of another."""
        if self.editing or not edit.patches:
            return iter(())
        self.history.push(edit)
        return self._sliced(edit)

    def _sliced(self, edit: Edit | None) -> Iterator[None]:
        if edit is None:
            return iter(())
        self._applying = self._slices(edit)
        if 2 * edit.pixels > self.labels.size:
            self._sweeps += 1
            self.sweep = self._sweeps
        return self._applying

    def _slices(self, edit: Edit) -> Iterator[None]:
        try:
            for rect, classes, instances in edit.runs():
                self._write(rect, classes, instances)
                yield
        finally:
            self._applying, self.sweep = None, 0

    def _run(self, slices: Iterator[None]) -> None:
        for _ in slices:
            pass

    def _write(
        self, rect: Rect, classes: Values | int | None, instances: Values | int | None, where: Mask | None = None
    ) -> None:
        """Write to both planes, or to the one that is given values, and tell."""
        self.selection.clear()
        self.revision += 1  # first: a copy begun before must not pass for the labels as they are
        before = self._pixels[rect.slices].copy()
        numbered = None if self._numbers is None or instances is None else self._numbers[rect.slices].copy()
        _put(self._pixels[rect.slices], classes, where)
        if self._numbers is not None:
            _put(self._numbers[rect.slices], instances, where)
        self.changed.emit(Change(rect, before, numbered))


class Stroke:
    """Changes made between press and release: one undo step, or none if cancelled. Once ended it does nothing."""

    def __init__(self, document: Document, text: str) -> None:
        self._document = document
        self._text = text
        self._tiles: dict[Rect, tuple[LabelPlane, InstancePlane | None]] = {}
        self._refused = False

    def paint(self, mask: Mask, at: tuple[int, int], value: Values | int, instance: Values | int = 0) -> None:
        """Set the pixels of ``mask``, whose top left corner lies at row, column ``at``, to a class and an instance.

        The mask may reach beyond the picture. ``value`` and ``instance`` are numbers or arrays of the mask's shape;
        without an instance plane the latter is not looked at. Only pixels that really change and that the document's
        rule allows to are written and announced.
        """
        document = self._document
        rect = Rect(at[0], at[1], at[0] + mask.shape[0], at[1] + mask.shape[1]).clipped(document.labels.shape)
        if rect.empty or document._stroke is not self:
            return
        inside = slice(rect.y0 - at[0], rect.y1 - at[0]), slice(rect.x0 - at[1], rect.x1 - at[1])
        value, instance = part_of(value, inside), part_of(instance, inside)
        changed = differing(document, rect, value, instance) & mask[inside]
        if (allowed := document.rule.allowed(document.labels[rect.slices], rect, value)) is not None:
            self._refused = self._refused or bool((changed & ~allowed).any())
            changed &= allowed
        x, y, width, height = cv2.boundingRect(changed.view(np.uint8))
        if not width:
            return
        tight = slice(y, y + height), slice(x, x + width)
        target = Rect(rect.y0 + y, rect.x0 + x, rect.y0 + y + height, rect.x0 + x + width)
        self._keep(target)
        document._write(target, part_of(value, tight), part_of(instance, tight), changed[tight])

    def commit(self) -> None:
        patches = tuple(self._patches())
        refused = self._refused and not patches and self._document._stroke is self
        self._end()
        if patches:
            self._document.history.push(Edit(self._text, patches))
        elif refused:
            self._document.refused.emit(None)

    def cancel(self) -> None:
        if self._document._stroke is self:
            for tile, (classes, instances) in self._tiles.items():
                self._document._write(tile, classes, instances)
        self._end()

    def _keep(self, rect: Rect) -> None:
        """Keep what the tiles hold that are about to be touched for the first time."""
        labels, instances = self._document.labels, self._document.instances
        for tile in rect.tiles(labels.shape):
            if tile not in self._tiles:
                numbers = None if instances is None else instances[tile.slices].copy()
                self._tiles[tile] = labels[tile.slices].copy(), numbers

    def _patches(self) -> Iterator[Patch]:
        labels, instances = self._document.labels, self._document.instances
        for tile in sorted(self._tiles):
            classes, numbers = self._tiles[tile]
            if not np.array_equal(classes, now := labels[tile.slices]):
                yield Patch.between(tile, classes, now.copy())
            if numbers is None or instances is None:
                continue
            if not np.array_equal(numbers, now := instances[tile.slices]):
                yield Patch.between(tile, numbers, now.copy(), "instances")

    def _end(self) -> None:
        self._tiles.clear()
        if self._document._stroke is self:
            self._document._stroke = None


def differing(document: Document, rect: Rect, value: Values | int, instance: Values | int) -> Mask:
    """Return where a rectangle does not hold a class and an instance yet; the latter counts where it is told apart."""
    found: Mask = document.labels[rect.slices] != value
    if document.instances is not None:
        found |= document.instances[rect.slices] != instance
    return found


def _put(target: Values, values: Values | int | None, where: Mask | None) -> None:
    if values is None:
        return
    if where is None:
        target[...] = values
    else:
        np.copyto(target, np.asarray(values, target.dtype), where=where)


def part_of(values: Values | int, inside: tuple[slice, slice]) -> Values | int:
    """Return what of values, or of the one that is meant everywhere, belongs to a part."""
    return values if isinstance(values, int) else values[inside]


def _read_only(plane: Values) -> Values:
    view = plane.view()
    view.flags.writeable = False
    return view
