"""What an instance plane numbers, found in one pass: the pixels of each object by class, and where they lie."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from segstudio.core.raster import InstancePlane, LabelMap, LabelPlane, Rect, row_blocks

CLASS_BITS = 16
_Runs = NDArray[np.int64]
"""Shape (n, 4): of stretches of a row that are of one object and class its key, row, first column and length."""


class Piece(NamedTuple):
    """The pixels of one object that are of one class: how many, and the rectangle around them."""

    number: int
    class_id: int
    area: int
    rect: Rect


def tally(planes: LabelMap, at: tuple[int, int] = (0, 0)) -> list[Piece]:
    """Return the pieces of all objects in two planes of one shape, by number and class; none without instances.

    ``at`` is the row and column in the picture of the planes' top left corner. Pixels without a number are left out.
    Made from runs of pixels along rows: there are far fewer of them than pixels.
    """
    if planes.instances is None or not planes.instances.size:
        return []
    found = list(_runs(planes.classes, planes.instances))
    if not found:
        return []
    runs = np.concatenate(found)
    runs = runs[np.argsort(runs[:, 0], kind="stable")]
    keys, first = np.unique(runs[:, 0], return_index=True)
    row, left, length = runs[:, 1] + at[0], runs[:, 2] + at[1], runs[:, 3]
    columns = (
        keys >> CLASS_BITS,
        keys & ((1 << CLASS_BITS) - 1),
        np.add.reduceat(length, first),
        np.minimum.reduceat(row, first),
        np.minimum.reduceat(left, first),
        np.maximum.reduceat(row, first) + 1,
        np.maximum.reduceat(left + length, first),
    )
    return [Piece(n, c, area, Rect(*rect)) for n, c, area, *rect in np.stack(columns, axis=1).tolist()]


def _runs(classes: LabelPlane, instances: InstancePlane) -> Iterator[_Runs]:
    width = instances.shape[1]
    for rows in row_blocks(instances):
        numbers, ids = instances[rows], classes[rows]
        if not numbers.any():
            continue
        begins = np.ones(numbers.shape, np.bool_)
        np.not_equal(numbers[:, 1:], numbers[:, :-1], out=begins[:, 1:])
        begins[:, 1:] |= ids[:, 1:] != ids[:, :-1]
        at = np.flatnonzero(begins)
        length = np.diff(at, append=numbers.size)
        row, column = np.divmod(at, width)
        number = numbers[row, column].astype(np.int64)
        of_object = number > 0
        key = number << CLASS_BITS | ids[row, column]
        yield np.stack((key, row + (rows.start or 0), column, length), axis=1)[of_object]
