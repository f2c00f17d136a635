"""Fill holes, remove islands, keep the largest region. Pixels are connected by their sides.

Islands and regions are of one object where objects are told apart, also where they touch others of their class.
"""

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from segstudio.core.raster import InstancePlane, LabelMap, LabelPlane, Mask
from segstudio.core.schema import MAX_ID
from segstudio.core.tally import tally
from segstudio.editing.document import Document
from segstudio.editing.drafts import step_of
from segstudio.editing.edit import Edit
from segstudio.editing.regions import pieces, tight
from segstudio.editing.scope import Scope, classes_of, numbers_after


def without_islands(document: Document, scope: Scope, smallest: int) -> Edit | None:
    """Return the step that gives regions of fewer than ``smallest`` pixels to the background."""
    return _kept(document, "Remove islands", scope, lambda sizes: sizes >= smallest)


def largest_kept(document: Document, scope: Scope) -> Edit | None:
    """Return the step that leaves of each class only its largest region; one of them where several are as large."""
    return _kept(document, "Keep the largest", scope, lambda sizes: np.arange(sizes.size) == sizes.argmax())


def without_holes(document: Document, scope: Scope) -> Edit | None:
    """Return the step that fills what each class encloses all round; the border of the picture encloses nothing.

    Of all classes at once: areas of background that one class alone encloses.
    """
    rect = scope.rect(document)
    numbers = None if document.instances is None else document.instances[rect.slices]
    kinds, parts = scope.split(document.labels[rect.slices], rect)
    filled = _enclosed_by_one(kinds, scope.background) if scope.everything else _filled(kinds, parts)
    changed = filled != kinds
    if not changed.any():
        return None
    after = numbers_after(LabelMap(kinds, numbers), filled)
    return step_of(document, "Fill holes", changed, rect[:2], classes_of(filled, document.labels.dtype), after)


def _kept(
    document: Document, text: str, scope: Scope, keeps: Callable[[NDArray[np.int32]], NDArray[np.bool_]]
) -> Edit | None:
    """Return the step that gives regions to the background of whose sizes ``keeps`` says that they are not kept."""
    rect = scope.rect(document)
    lost, objects = np.zeros(rect.shape, np.bool_), None
    if document.instances is not None:
        objects = document.instances[rect.slices]
    for _, inside, mask in _tight_parts(dict(scope.parts(document.labels[rect.slices], rect))):
        numbers, sizes = _pieces_apart(mask, None if objects is None else objects[inside])
        lost[inside] |= ~np.concatenate(((True,), keeps(sizes[1:])))[numbers]
    return step_of(document, text, lost, rect[:2], scope.background) if lost.any() else None


def _pieces_apart(mask: Mask, objects: InstancePlane | None) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return the piece, from 1, that each pixel of a mask belongs to, and their pixels; each is of one object."""
    if objects is None:
        return pieces(mask)[1:]
    _, numbers, sizes = pieces(mask & (objects == 0))
    counts, last = [sizes], sizes.size - 1
    for found in tally(LabelMap(mask.view(np.uint8), np.where(mask, objects, np.uint32(0)))):
        inside = found.rect.slices
        own = mask[inside] & (objects[inside] == found.number)
        count, parts, sizes = pieces(own)
        numbers[inside][own] = parts[own] + last
        counts.append(sizes[1:])
        last += count
    return numbers, np.concatenate(counts)


def _tight_parts(parts: dict[int, Mask]) -> Iterator[tuple[int, tuple[slice, slice], Mask]]:
    """Yield each class that is cleaned up, the slices of the masks that it lies in, and its mask there."""
    for class_id, mask in parts.items():
        found = tight(mask, (0, 0))
        if found is not None:
            (height, width), (y, x) = found[0].shape, found[1]
            yield class_id, (slice(y, y + height), slice(x, x + width)), found[0]


def _filled(labels: LabelPlane, parts: dict[int, Mask]) -> LabelPlane:
    filled = labels.copy()
    for class_id, inside, mask in _tight_parts(parts):
        filled[inside][_holes(mask)] = class_id
    return filled


def _holes(mask: Mask) -> Mask:
    """Return what lies in a mask that is as small as can be: what reaches its sides lies beside it."""
    _, numbers, sizes = pieces(~mask)
    inner = np.ones(sizes.size, np.bool_)
    for side in (numbers[0], numbers[-1], numbers[:, 0], numbers[:, -1]):
        inner[side] = False
    inner[0] = False
    return inner[numbers]


def _enclosed_by_one(labels: LabelPlane, background: int) -> LabelPlane:
    """Return the classes with each area of background that has neighbours of one class only given to that class."""
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
