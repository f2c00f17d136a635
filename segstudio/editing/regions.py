"""Regions: the connected areas of one class, or the objects where they are told apart.

Pixels are connected by their sides. Areas are looked for around where they are wanted, in a window that grows until
it holds all of them: what a region costs depends on its own size, not on that of the picture.
"""

from collections.abc import Callable, Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from segstudio.core.raster import LabelMap, LabelPlane, Mask, Rect, value_counts
from segstudio.core.stopping import go_on
from segstudio.editing.shapes import Placed

MARGIN = 256
"""Pixels that the first window reaches beyond what is asked about."""


def touching(planes: LabelMap, where: Placed, wanted: Callable[[int], bool]) -> Placed | None:
    """Return the regions that have a pixel in an area, as one area; None where there are none.

    ``wanted`` says whether those of a class are. A pixel with a number brings all pixels of that number, connected or
    not.
    """
    rect, inside = _cut(where, planes.classes.shape)
    classes = [c for c in present(planes.classes[rect.slices], inside) if wanted(c)]
    if not classes:
        return None
    numbers = _numbers(planes, rect, inside, classes)
    window = Rect(0, 0, *planes.classes.shape) if numbers else rect.grown(MARGIN).clipped(planes.classes.shape)
    while True:
        found = _in_window(planes, window, rect, inside, classes)
        if numbers and planes.instances is not None:
            found |= np.isin(planes.instances[window.slices], numbers)
        if not _cut_off(found, window, planes.classes.shape):
            return tight(found, (window.y0, window.x0))
        window = window.grown(max(window.shape)).clipped(planes.classes.shape)


def outside(planes: LabelMap, class_id: int, area: Placed) -> Placed | None:
    """Return what of the regions of a class that touch an area lies outside it."""
    found = touching(LabelMap(planes.classes), area, class_id.__eq__)
    if found is None:
        return None
    mask, at = found
    return tight(mask & ~on_rect(area, placed_rect(found)), at)


def main_of(planes: LabelMap, area: Placed) -> tuple[int, int]:
    """Return the class and the number that most pixels of an area have."""
    inside = placed_rect(area).slices
    class_id = int(np.bincount(planes.classes[inside][area[0]]).argmax())
    if planes.instances is None:
        return class_id, 0
    values, counts = np.unique(
        planes.instances[inside][area[0] & (planes.classes[inside] == class_id)], return_counts=True
    )
    return class_id, int(values[counts.argmax()])


def clipped(area: Placed, shape: tuple[int, ...]) -> Placed | None:
    """Return what of an area lies in a picture, or None where nothing does."""
    rect, inside = _cut(area, shape)
    return tight(inside, rect[:2])


def tight(mask: Mask, at: tuple[int, int]) -> Placed | None:
    """Return an area with a mask no larger than it need be, or None where it is empty."""
    x, y, width, height = cv2.boundingRect(mask.view(np.uint8))
    if not width:
        return None
    return mask[y : y + height, x : x + width], (at[0] + y, at[1] + x)


def present(labels: LabelPlane, inside: Mask | None = None) -> list[int]:
    """Return the classes of some labels in order, of all or of those inside; without sorting a large picture."""
    counts = value_counts(labels) if inside is None else np.bincount(labels[inside])
    found: list[int] = np.flatnonzero(counts).tolist()
    return found


def placed_rect(area: Placed) -> Rect:
    (height, width), (y, x) = area[0].shape, area[1]
    return Rect(y, x, y + height, x + width)


def on_rect(area: Placed, rect: Rect) -> Mask:
    """Return which pixels of a rectangle belong to an area, of the rectangle's shape."""
    mask, (y, x) = area
    found = np.zeros(rect.shape, np.bool_)
    common = Rect(*map(max, placed_rect(area)[:2], rect[:2]), *map(min, placed_rect(area)[2:], rect[2:]))
    if not common.empty:
        part = mask[common.y0 - y : common.y1 - y, common.x0 - x : common.x1 - x]
        found[common.y0 - rect.y0 : common.y1 - rect.y0, common.x0 - rect.x0 : common.x1 - rect.x0] = part
    return found


def joined(one: Placed | None, other: Placed | None) -> Placed | None:
    """Return all pixels of two areas as one."""
    if one is None or other is None:
        return other if one is None else one
    a, b = placed_rect(one), placed_rect(other)
    rect = Rect(*map(min, a[:2], b[:2]), *map(max, a[2:], b[2:]))
    return on_rect(one, rect) | on_rect(other, rect), (rect.y0, rect.x0)


def without(one: Placed, other: Placed) -> Placed | None:
    """Return the pixels of one area that another has not."""
    return tight(one[0] & ~on_rect(other, placed_rect(one)), one[1])


def holds(area: Placed, pixel: tuple[int, int]) -> bool:
    """Return whether the pixel in a row and column belongs to an area."""
    return bool(on_rect(area, Rect(*pixel, pixel[0] + 1, pixel[1] + 1))[0, 0])


def pieces(mask: Mask) -> tuple[int, NDArray[np.int32], NDArray[np.int32]]:
    """Return how many connected areas a mask has, which of them, from 1, each pixel belongs to, and their pixels.

    0 is what is not in the mask; the pixels, of 0 too, are a count each.
    """
    go_on()
    count, numbers, stats, _ = cv2.connectedComponentsWithStats(mask.view(np.uint8), connectivity=4, ltype=cv2.CV_32S)
    return count - 1, np.asarray(numbers, np.int32), np.asarray(stats[:, cv2.CC_STAT_AREA], np.int32)


def nearest_pixels(mask: Mask) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return for each pixel the row and column of a nearest one of a mask, which has one at least.

    By a 5 x 5 chamfer distance (Borgefors, "Distance transformations in digital images", 1986): of two that are
    almost equally near it may be the other.
    """
    go_on()
    _, labels = cv2.distanceTransformWithLabels(
        (~mask).view(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_5, labelType=cv2.DIST_LABEL_PIXEL
    )
    rows, columns = np.nonzero(mask)
    index = np.zeros(int(labels.max()) + 1, np.intp)
    index[labels[rows, columns]] = np.arange(rows.size)
    return rows[index[labels]], columns[index[labels]]


def _cut(area: Placed, shape: tuple[int, ...]) -> tuple[Rect, Mask]:
    rect = placed_rect(area).clipped(shape)
    rect = Rect(0, 0, 0, 0) if rect.empty else rect
    return rect, on_rect(area, rect)


def _numbers(planes: LabelMap, rect: Rect, inside: Mask, classes: list[int]) -> list[int]:
    if planes.instances is None:
        return []
    wanted = inside & np.isin(planes.classes[rect.slices], classes)
    return [int(n) for n in np.unique(planes.instances[rect.slices][wanted]) if n]


def _in_window(planes: LabelMap, window: Rect, rect: Rect, inside: Mask, classes: list[int]) -> Mask:
    """Return the connected areas without a number that touch ``inside``, as far as they lie in a window."""
    found = np.zeros(window.shape, np.bool_)
    dy, dx = rect.y0 - window.y0, rect.x0 - window.x0
    for class_id in classes:
        same = (planes.classes[window.slices] == class_id).view(np.uint8)
        if planes.instances is not None:
            same &= (planes.instances[window.slices] == 0).view(np.uint8)
        part = same[dy : dy + rect.shape[0], dx : dx + rect.shape[1]].view(np.bool_) & inside
        for row, column in _seeds(part):
            go_on()
            if same[dy + row, dx + column] == 1:  # else an area found before has it
                cv2.floodFill(same, None, (dx + column, dy + row), 2, flags=4)
        found |= same == 2
    return found


def _seeds(mask: Mask) -> Iterator[tuple[int, int]]:
    """Yield the row and column of one pixel of each connected area."""
    count, numbers, _ = pieces(mask)
    if count:
        _, first = np.unique(numbers, return_index=True)
        for at in first[numbers.flat[first] > 0].tolist():
            yield divmod(at, mask.shape[1])


def _cut_off(found: Mask, window: Rect, shape: tuple[int, ...]) -> bool:
    """Return whether what was found reaches a side of the window beyond which the picture goes on."""
    sides = (
        (window.y0 > 0, found[0]),
        (window.x0 > 0, found[:, 0]),
        (window.y1 < shape[0], found[-1]),
        (window.x1 < shape[1], found[:, -1]),
    )
    return any(more and bool(side.any()) for more, side in sides)
