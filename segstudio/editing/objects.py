"""Numbers of objects from classes: found where there are none, and put right where they do not fit the classes.

An object is of one class, and only classes of things have objects: in both planes together that always holds.
"""

from collections.abc import Collection

import cv2
import numpy as np

from segstudio.core.raster import InstancePlane, LabelMap, LabelPlane, Mask, value_counts
from segstudio.core.stopping import go_on
from segstudio.core.tally import Piece, tally


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
