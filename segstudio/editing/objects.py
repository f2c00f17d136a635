"""Which numbers pixels get: found where there are none, kept, copied, put right where they do not fit the classes.

An object is of one class, and only classes of things have objects: in both planes together that always holds.
"""

from collections.abc import Collection

import cv2
import numpy as np
from numpy.typing import NDArray

from segstudio.core.raster import InstancePlane, LabelMap, LabelPlane, Mask, value_counts
from segstudio.core.stopping import go_on
from segstudio.core.tally import Piece, tally
from segstudio.editing.document import Document
from segstudio.editing.regions import placed_rect, present
from segstudio.editing.shapes import Placed


def told_apart(planes: LabelMap, things: Collection[int]) -> InstancePlane:
    """Return the instance plane with numbers for the things that have none; numbers that are there stay.

    Each area of one class, connected by the sides of its pixels, is an object: what a click with Fill would fill.
    """
    classes = planes.classes
    numbers = np.zeros(classes.shape, np.uint32) if planes.instances is None else planes.instances.copy()
    last = int(numbers.max(initial=0))
    for class_id in np.flatnonzero(value_counts(classes)).tolist():
        if class_id in things:
            last += _number_areas(numbers, (classes == class_id) & (numbers == 0), last)
    return numbers


def numbers_kept(document: Document, area: Placed, class_id: int) -> InstancePlane:
    """Return the numbers of an area, which lies in the picture, when it becomes of a class of things.

    Objects stay the ones they are, and each connected part that was none becomes one. Where the document's rule lets
    only some of an object change, that becomes another one. ``document.instances`` must be there.
    """
    assert document.instances is not None
    mask, rect = area[0], placed_rect(area)
    labels, numbers = document.labels[rect.slices], document.instances[rect.slices].copy()
    allowed = document.rule.allowed(labels, rect, class_id)
    goes = mask if allowed is None else mask & allowed
    stays = mask & ~goes & (labels != class_id)
    parted = goes & (numbers > 0) & np.isin(numbers, numbers[stays])
    last = int(document.instances.max(initial=0))
    last += _number_areas(numbers, goes & (numbers == 0), last)
    numbers[parted] = _renumbered(numbers[parted], last)
    return numbers


def numbers_copied(planes: LabelMap, mask: Mask, things: Collection[int], last: int) -> InstancePlane:
    """Return numbers above ``last`` for a copy of what a mask has of two planes.

    Each object is another one, and each connected part of a thing that is none becomes one.
    """
    counted = mask & np.isin(planes.classes, list(things))
    numbers = np.zeros(mask.shape, np.uint32)
    if planes.instances is not None:
        own = counted & (planes.instances > 0)
        numbers[own] = _renumbered(planes.instances[own], last)
    last = max(last, int(numbers.max(initial=0)))
    bare = counted & (numbers == 0)
    for class_id in present(planes.classes, bare):
        last += _number_areas(numbers, bare & (planes.classes == class_id), last)
    return numbers


def _renumbered(numbers: InstancePlane, last: int) -> NDArray[np.intp]:
    """Return another number above ``last`` for each that there is."""
    _, kinds = np.unique(numbers, return_inverse=True)
    return np.asarray(last + 1 + kinds, np.intp)


def _number_areas(numbers: InstancePlane, mask: Mask, last: int) -> int:
    go_on()
    x, y, width, height = cv2.boundingRect(mask.view(np.uint8))
    if not width:
        return 0
    inside = slice(y, y + height), slice(x, x + width)
    count, found = cv2.connectedComponents(mask[inside].view(np.uint8), connectivity=4, ltype=cv2.CV_32S)
    found += last
    np.copyto(numbers[inside], found, where=mask[inside], casting="unsafe")
    return count - 1


def agreed(planes: LabelMap, things: Collection[int]) -> tuple[InstancePlane, int]:
    """Return numbers that fit the classes, which are believed, and how many pixels had others.

    What is no thing has no number. Where a number spans classes, the class with the most of its pixels keeps it, and
    the parts of other classes get new ones. ``planes.instances`` must be there.
    """
    assert planes.instances is not None
    classes, numbers = planes.classes, planes.instances.copy()
    numbers[~_table(classes, things)[classes]] = 0
    if shared := _minor(tally(LabelMap(classes, numbers))):
        last = int(numbers.max())
        for new, piece in enumerate(shared, last + 1):
            inside = piece.rect.slices
            numbers[inside][(numbers[inside] == piece.number) & (classes[inside] == piece.class_id)] = new
    return numbers, int(np.count_nonzero(numbers != planes.instances))


def _minor(pieces: list[Piece]) -> list[Piece]:
    """Return the pieces that are not of the class that their object has the most pixels of."""
    largest: dict[int, Piece] = {}
    for piece in pieces:
        largest[piece.number] = max(piece, largest.get(piece.number, piece), key=lambda p: (p.area, -p.class_id))
    return [piece for piece in pieces if largest[piece.number] is not piece]


def _table(classes: LabelPlane, things: Collection[int]) -> Mask:
    table = np.zeros(np.iinfo(classes.dtype).max + 1, np.bool_)
    table[[i for i in things if i < len(table)]] = True
    return table
