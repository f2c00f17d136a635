"""Cut regions in two along a line.

Where objects are told apart nothing is lost: the largest part keeps the number, the others get new ones, and the
pixels of the line go to the nearest part. Elsewhere the line becomes background, as wide as it is, for otherwise the
parts would still be connected.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from segstudio.core.raster import InstancePlane, LabelMap, LabelPlane, Mask
from segstudio.core.stopping import go_on
from segstudio.editing.document import Document
from segstudio.editing.drafts import step_of
from segstudio.editing.edit import Edit
from segstudio.editing.regions import nearest_pixels, on_rect, pieces, placed_rect, present, touching
from segstudio.editing.shapes import Placed


@dataclass(slots=True)
class _Parts:
    """A rectangle of both planes as it will be, and the highest number given in the picture."""

    classes: LabelPlane
    instances: InstancePlane | None
    last: int


def cut(document: Document, line: Placed, within: Placed | None, background: int) -> Edit | None:
    """Return the step that cuts the regions that a line crosses; of them only those ``within`` an area, if given.

    A region that the line does not divide stays whole. None where there is nothing to cut.
    """
    planes = LabelMap(document.labels, document.instances)
    regions = touching(planes, line, lambda class_id: class_id != background)
    if regions is None:
        return None
    rect = placed_rect(regions)
    mask = regions[0] if within is None else regions[0] & on_rect(within, rect)
    across = on_rect(line, rect) & mask
    numbers = None if document.instances is None else document.instances[rect.slices].copy()
    last = 0 if document.instances is None else int(document.instances.max(initial=0))
    parts = _Parts(document.labels[rect.slices].copy(), numbers, last)
    for region, number in list(_regions(parts, mask, across)):
        if number:
            _divide(parts, region, across)
        else:
            parts.classes[_dividing(region, across)] = background
    instance = 0 if parts.instances is None else parts.instances
    return step_of(document, "Cut", mask, (rect.y0, rect.x0), parts.classes, instance)


def _regions(parts: _Parts, mask: Mask, across: Mask) -> Iterator[tuple[Mask, int]]:
    """Yield what is crossed: each object, and for each class all of it that is no object."""
    loose = mask
    if parts.instances is not None:
        for number in np.unique(parts.instances[across]).tolist():
            if number:
                yield mask & (parts.instances == number), number
        loose = mask & (parts.instances == 0)
    for class_id in present(parts.classes, across & loose):
        yield loose & (parts.classes == class_id), 0


def _dividing(region: Mask, across: Mask) -> Mask:
    """Return the pixels of a line in those connected areas of a region that it divides."""
    count, before, _ = pieces(region)
    _, after, _ = pieces(region & ~across)
    pairs = np.unique(np.stack((before[after > 0], after[after > 0])), axis=1)
    divided = np.bincount(pairs[0], minlength=count + 1) > 1
    return across & region & divided[before]


def _divide(parts: _Parts, region: Mask, across: Mask) -> None:
    """Give new numbers to all parts of an object but the largest of each area that a line divides."""
    assert parts.instances is not None
    line = _dividing(region, across)
    count, before, _ = pieces(region)
    _, after, sizes = pieces(region & ~line)
    for area in range(1, count + 1):
        go_on()
        found = [part for part in np.unique(after[before == area]).tolist() if part]
        keeps = max(found, key=lambda part: int(sizes[part]), default=0)
        for part in found:
            if part != keeps:
                go_on()
                parts.last += 1
                parts.instances[after == part] = parts.last
    nearest = parts.instances[nearest_pixels(region & ~line)]
    parts.instances[line] = nearest[line]
