"""What is cleaned up: selected pixels, a class, or all classes; and what they gain when they grow."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from segstudio.core.raster import InstancePlane, LabelMap, LabelPlane, Mask, Rect
from segstudio.core.schema import MAX_ID
from segstudio.editing.document import Document
from segstudio.editing.regions import nearest_pixels, on_rect, placed_rect, present
from segstudio.editing.shapes import Placed

ASIDE = MAX_ID + 1
"""Above the ids of what is cleaned up are those of what is of the same classes, but not selected."""


@dataclass(frozen=True, slots=True, eq=False)
class Scope:
    """The classes ``ids``, or all but ``background`` where None; of them only the pixels of ``area``, if given.

    What a class loses becomes background. What it gains it takes from whatever lies there; of all classes at once
    each takes only background.
    """

    background: int
    ids: tuple[int, ...] | None = None
    area: Placed | None = None

    @property
    def everything(self) -> bool:
        return self.ids is None and self.area is None

    def rect(self, document: Document) -> Rect:
        """Return a rectangle with all that is cleaned up."""
        height, width = document.labels.shape
        return Rect(0, 0, height, width) if self.area is None else placed_rect(self.area)

    def parts(self, labels: LabelPlane, rect: Rect) -> Iterator[tuple[int, Mask]]:
        """Yield each class that is cleaned up in a rectangle, whose labels are given, and where its pixels are."""
        inside = None if self.area is None else on_rect(self.area, rect)
        for class_id in present(labels, inside):
            if class_id != self.background if self.ids is None else class_id in self.ids:
                mask: Mask = labels == class_id
                yield class_id, mask if inside is None else mask & inside

    def split(self, labels: LabelPlane, rect: Rect) -> tuple[LabelPlane, dict[int, Mask]]:
        """Return the labels of a rectangle, of ids with those ``ASIDE``, and where what is cleaned up is, by class.

        So what is selected grows, and shrinks, beside the rest of its class as beside any other.
        """
        parts = dict(self.parts(labels, rect))
        if self.area is None or not parts:
            return labels, parts
        kinds = labels.astype(np.uint32)
        kinds[np.isin(labels, list(parts)) & ~np.logical_or.reduce(list(parts.values()))] += ASIDE
        return kinds, parts

    def free(self, labels: LabelPlane, parts: dict[int, Mask]) -> Mask:
        """Return which pixels may be gained: none that a part has already."""
        taken = labels != self.background if self.everything else np.logical_or.reduce(list(parts.values()))
        return ~np.asarray(taken, np.bool_)


def classes_of(kinds: LabelPlane, dtype: np.dtype[Any]) -> LabelPlane:
    """Return the classes of labels that were split."""
    return kinds if kinds.dtype == dtype else (kinds % ASIDE).astype(dtype)


def numbers_after(before: LabelMap, classes: LabelPlane) -> InstancePlane | int:
    """Return the numbers of objects for new classes: what a class gained goes to its nearest pixel's object."""
    if before.instances is None:
        return 0
    numbers: InstancePlane = before.instances.copy()
    changed = classes != before.classes
    for class_id in present(classes, changed):
        gained, held = changed & (classes == class_id), before.classes == class_id
        numbers[gained] = before.instances[nearest_pixels(held)][gained] if held.any() else 0
    return numbers
