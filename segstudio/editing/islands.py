"""Fill holes, remove islands, keep the largest region. Pixels are connected by their sides."""

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from segstudio.core.raster import LabelMap, LabelPlane, Mask, Rect
from segstudio.core.schema import MAX_ID
from segstudio.editing.document import Document
from segstudio.editing.drafts import step_of
from segstudio.editing.edit import Edit
from segstudio.editing.regions import pieces, tight
from segstudio.editing.scope import Scope, numbers_after


def without_islands(document: Document, scope: Scope, smallest: int) -> Edit | None:
    """Return the step that gives regions of fewer than ``smallest`` pixels to the background."""
    return _kept(document, "Remove islands", scope, lambda sizes: sizes >= smallest)


def largest_kept(document: Document, scope: Scope) -> Edit | None:
    """Return the step that leaves of each class only its largest region; the uppermost where two are as large."""
    return _kept(document, "Keep the largest", scope, lambda sizes: np.arange(sizes.size) == sizes.argmax())


def without_holes(document: Document, scope: Scope) -> Edit | None:
    """Return the step that fills what each class encloses all round; the border of the picture encloses nothing.

    Of all classes at once: areas of background that one class alone encloses.
    """
    rect = scope.rect(document)
    planes = LabelMap(
        document.labels[rect.slices], None if document.instances is None else document.instances[rect.slices]
    )
    filled = _enclosed_by_one(planes, scope.background) if scope.everything else _filled(planes, rect, scope)
    changed = filled != planes.classes
    if not changed.any():
        return None
    return step_of(document, "Fill holes", changed, rect[:2], filled, numbers_after(planes, filled))


def _kept(
    document: Document, text: str, scope: Scope, keeps: Callable[[NDArray[np.int32]], NDArray[np.bool_]]
) -> Edit | None:
    """Return the step that gives regions to the background of whose sizes ``keeps`` says that they are not kept."""
    rect = scope.rect(document)
    lost = np.zeros(rect.shape, np.bool_)
    for _, inside, mask in _tight_parts(document.labels[rect.slices], rect, scope):
        _, numbers, sizes = pieces(mask)
        lost[inside] |= ~np.concatenate(((True,), keeps(sizes[1:])))[numbers]
    return step_of(document, text, lost, rect[:2], scope.background) if lost.any() else None


def _tight_parts(labels: LabelPlane, rect: Rect, scope: Scope) -> Iterator[tuple[int, tuple[slice, slice], Mask]]:
    """Yield each class that is cleaned up, the slices of ``labels`` that it lies in, and its mask there."""
    for class_id, mask in scope.parts(labels, rect):
        found = tight(mask, (0, 0))
        if found is not None:
            (height, width), (y, x) = found[0].shape, found[1]
            yield class_id, (slice(y, y + height), slice(x, x + width)), found[0]


def _filled(planes: LabelMap, rect: Rect, scope: Scope) -> LabelPlane:
    classes = planes.classes.copy()
    for class_id, inside, mask in _tight_parts(planes.classes, rect, scope):
        classes[inside][_holes(mask)] = class_id
    return classes


def _holes(mask: Mask) -> Mask:
    """Return what lies in a mask that is as small as can be: what reaches its sides lies beside it."""
    _, numbers, sizes = pieces(~mask)
    inner = np.ones(sizes.size, np.bool_)
    for side in (numbers[0], numbers[-1], numbers[:, 0], numbers[:, -1]):
        inner[side] = False
    inner[0] = False
    return inner[numbers]


def _enclosed_by_one(planes: LabelMap, background: int) -> LabelPlane:
    """Return the classes with each area of background that has neighbours of one class only given to that class."""
    labels = planes.classes
    _, numbers, sizes = pieces(labels == background)
    least, most = np.full(sizes.size, MAX_ID + 1), np.full(sizes.size, -1)
    for area, beside in _neighbours():
        edge = (numbers[area] > 0) & (numbers[beside] == 0)
        np.minimum.at(least, numbers[area][edge], labels[beside][edge])
        np.maximum.at(most, numbers[area][edge], labels[beside][edge])
    for side in (numbers[0], numbers[-1], numbers[:, 0], numbers[:, -1]):
        most[side] = -1
    fills = np.where(least == most, least, background).astype(labels.dtype)
    return np.where(numbers > 0, fills[numbers], labels)


def _neighbours() -> Iterator[tuple[tuple[slice, slice], tuple[slice, slice]]]:
    """Yield how to cut a plane twice so that each pixel lies over its neighbour on one side."""
    whole, head, tail = slice(None), slice(None, -1), slice(1, None)
    for one, other in (((whole, head), (whole, tail)), ((head, whole), (tail, whole))):
        yield one, other
        yield other, one
